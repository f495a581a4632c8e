import { RunError } from "@pulumi/pulumi";

/** A run of the engine that did not end well, in the program's and the engine's own words. */
export class RefusedDeployment extends RunError {
  /**
   * @param reasons As the program said them.
   * @param goOn What there is to do, a sentence each.
   */
  public constructor(
    public readonly reasons: readonly string[],
    goOn: readonly string[],
  ) {
    super([...reasons, ...goOn].join("\n"));
    this.stack = this.message;
  }
}
