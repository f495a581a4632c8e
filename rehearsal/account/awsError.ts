/** A refusal in AWS's words: a code that names its kind, and one sentence. */
export class AwsError extends Error {
  /**
   * @param code AWS's name for the kind of refusal, e.g. `DependencyViolation`.
   * @param sentence What was refused and why.
   */
  constructor(
    public readonly code: string,
    public readonly sentence: string,
  ) {
    super(`${code}: ${sentence}`);
    this.name = "AwsError";
  }
}
