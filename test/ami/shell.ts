import assert from "node:assert/strict";

/** What a command left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Root's shell on a machine of the image, as far as a test can have one. */
export abstract class Shell {
  /** Runs a bash script as root; `$1`, `$2`… are the arguments. */
  public abstract run(script: string, ...args: string[]): Outcome;

  /** Ends the machine, and with it every mount. */
  public abstract close(): void;

  /** Like {@link run}, for what prepares or looks: returns the output, fails unless it succeeds. */
  public must(script: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.run(script, ...args);
    assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
    return stdout.trim();
  }
}
