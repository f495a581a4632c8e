import { RunError } from "@pulumi/pulumi";

/** What a check looks at, as a refusal's heading, and why it refuses that: a sentence each, none where all is well. */
export type Check = readonly [heading: string, reasons: readonly string[]];

/**
 * What the program refuses to do, in sentences for the person who asked. Pulumi prints a RunError
 * without a stack trace; it is thrown before the first resource is declared.
 */
export class Refusal extends RunError {
  /** What was refused, without a full stop. */
  public readonly heading: string;

  /** The reasons, a sentence each. */
  public readonly reasons: readonly string[];

  /**
   * @param heading What was refused, without a full stop.
   * @param reasons Why, a sentence each; every reason there is, not the first.
   */
  public constructor(heading: string, reasons: readonly string[]) {
    super([`${heading}:`, ...reasons.map((reason) => `  - ${reason}`)].join("\n"));
    this.heading = heading;
    this.reasons = reasons;
    // Pulumi's runner formats the stack of every error, and Node 20 needs half a minute for some:
    // its colouring never ends on the source-mapped paths of a scoped package.
    this.stack = this.message;
  }
}
