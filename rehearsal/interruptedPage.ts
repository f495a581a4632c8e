import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

import type { RehearsedStack } from "./rehearsedStack";
import type { Stage } from "./stage";

/** The stack that the page's commands name. */
const NAMED = "inc-2026-0042";

/** What a block of the page's commands came to. */
export interface BlockRun {
  /** Everything that was said. */
  readonly output: string;

  /** Whether every command succeeded; of `npx clean-room mend`, whether it ran. */
  readonly succeeded: boolean;

  /** What the last `npx clean-room mend` of the block ended with. */
  readonly mended: number | undefined;
}

/**
 * The commands of a section of docs/interrupted.md, block by block.
 *
 * @param heading The section's heading, without `##`.
 */
export function commandsOf(heading: string): readonly string[] {
  const page = readFileSync(join(dirname(__dirname), "docs/interrupted.md"), "utf8");
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  const blocks = [...(section ?? "").matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  if (blocks.length === 0) {
    throw new Error(`docs/interrupted.md has no commands below "${heading}"`);
  }
  return blocks;
}

/**
 * Runs a block of the page for another stack, as a person would paste it. What the rehearsal plays in its own
 * process, `pulumi up` and `npx clean-room mend`, is played there.
 */
export async function runBlock(
  block: string,
  stage: Stage,
  stack: RehearsedStack,
): Promise<BlockRun> {
  const said: string[] = [];
  let succeeded = true;
  let mended: number | undefined;
  let shell: string[] = [];
  const runShell = async () => {
    if (shell.length > 0) {
      const { output, ...run } = await bash(shell.join("\n"), stage);
      said.push(output);
      succeeded &&= run.succeeded;
      shell = [];
    }
  };
  for (const line of block.replaceAll(NAMED, stack.name).split("\n")) {
    const [command = ""] = line.split(/\s+# /);
    if (command.startsWith("npx clean-room mend")) {
      await runShell();
      const [, ...args] = command.slice("npx clean-room mend --stack".length).trim().split(/\s+/);
      const run = await stack.mend(...args);
      said.push(...run.said);
      mended = Number(run.code);
    } else if (command.startsWith("pulumi up ")) {
      await runShell();
      const up = await stack.up();
      said.push(...up.problems);
      succeeded &&= up.succeeded;
    } else if (command.trim() !== "") {
      shell.push(command);
    }
  }
  await runShell();
  return { output: said.join("\n"), succeeded, mended };
}

async function bash(
  script: string,
  { environment, project, pulumi: { command } }: Stage,
): Promise<Pick<BlockRun, "output" | "succeeded">> {
  const path = [...(isAbsolute(command) ? [dirname(command)] : []), environment["PATH"] ?? ""];
  try {
    const { stdout, stderr } = await promisify(execFile)("bash", ["-ec", script], {
      cwd: project,
      env: { ...process.env, ...environment, PATH: path.join(delimiter) },
    });
    return { output: stdout + stderr, succeeded: true };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { output: stdout + stderr, succeeded: false };
  }
}
