import { Command } from "commander";

import { endWithReason } from "../endWithReason";
import { onInterruption } from "../onInterruption";
import { HANDED_OVER, Sandbox } from "./sandbox";

/** What is typed in it, one after the other. */
export const FIRST_ROOM: readonly string[] = [
  "npx clean-room open INC-2026-0042 --suspect 10.20.30.40/32 --tools lime",
  `npx clean-room evidence INC-2026-0042 add ${HANDED_OVER}`,
  "npx clean-room close INC-2026-0042",
];

/** Makes a sandbox, and starts what is to run in it. */
async function openSandbox(given: readonly string[]): Promise<void> {
  const say = (line: string) => console.error(line);
  say("A simulated AWS account, in a folder of this machine; nothing of it reaches AWS.");
  const sandbox = await Sandbox.make(say);
  const endWatch = onInterruption(() => sandbox.clear());
  // Ctrl-C is meant for what runs in it.
  const ignore = () => undefined;
  process.removeAllListeners("SIGINT").on("SIGINT", ignore);
  try {
    const [program = process.env["SHELL"] ?? "sh", ...args] = given;
    if (given.length === 0) {
      say("A shell in it. To open a room, fill it and close it, and exit to take all of it away:");
      FIRST_ROOM.forEach((line) => say(`  ${line}`));
    }
    const { code } = await sandbox.run(program, args, "inherit");
    process.exitCode = code;
  } finally {
    endWatch();
    process.off("SIGINT", ignore);
    await sandbox.end();
  }
}

if (require.main === module) {
  new Command("sandbox")
    // What follows the command is the command's: sh -c '…'.
    .passThroughOptions()
    .description(
      "Makes a simulated AWS account with a foundation and a member account, and starts a shell in which npx clean-room works there; or a command of yours. What it ends with, this ends with.",
    )
    .argument("[command...]", "what runs in it, with its arguments")
    .action(openSandbox)
    .parseAsync()
    .catch(endWithReason);
}
