import type { Command } from "commander";

import type { Output } from "../cli/output";

/** What a command said and ended with. */
interface Ran {
  /** Its lines for people. */
  readonly said: string[];

  /** What it tells programs. */
  readonly told: object[];

  /** What the process would end with. */
  readonly code: typeof process.exitCode;
}

/** Settles when the last command ends. A process has one exit code, so one command runs at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of this repository as its command line would, after those that run already; this process keeps its own
 * exit code.
 *
 * @param make Makes the command, with where its output goes.
 */
export function runCommand(make: (output: Output) => Command, ...args: string[]): Promise<Ran> {
  const ran = last.then(() => run(make, args));
  last = ran.catch(() => undefined);
  return ran;
}

async function run(make: (output: Output) => Command, args: readonly string[]): Promise<Ran> {
  const said: string[] = [];
  const told: object[] = [];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const output: Output = {
      say: (line) => said.push(line),
      tell: (fact) => told.push(fact),
    };
    await make(output).parseAsync(args, { from: "user" });
    return { said, told, code: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}
