import type { Command } from "commander";

import type { Output } from "../cli/output";

/**
 * Runs a command of this repository as its command line would; this process keeps its own exit code.
 *
 * @param make Makes the command, with where its output goes.
 * @returns its lines for people, what it tells programs, and what the process would end with
 */
export async function runCommand(
  make: (output: Output) => Command,
  ...args: string[]
): Promise<{ said: string[]; told: object[]; code: typeof process.exitCode }> {
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
