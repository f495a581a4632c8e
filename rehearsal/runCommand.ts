import type { Command } from "commander";

/**
 * Runs a command of this repository as its command line would; this process keeps its own exit code.
 *
 * @param make Makes the command, with where it is to say what it says.
 * @returns its lines, and what the process would end with
 */
export async function runCommand(
  make: (say: (line: string) => void) => Command,
  ...args: string[]
): Promise<{ said: string[]; code: typeof process.exitCode }> {
  const said: string[] = [];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await make((line) => said.push(line)).parseAsync(args, { from: "user" });
    return { said, code: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}
