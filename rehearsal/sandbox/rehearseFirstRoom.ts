import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Command } from "commander";

import { endWithReason } from "../endWithReason";
import { expect } from "../expectations";
import { onInterruption } from "../onInterruption";
import { steadily, withTerminal } from "./firstRoomPage";
import { FIRST_ROOM } from "./openSandbox";
import { Sandbox } from "./sandbox";

const PAGE = join(dirname(dirname(__dirname)), "docs/first-room.md");

/** Opens, fills and closes a room as docs/first-room.md has it, and compares what the terminal shows. */
async function rehearseFirstRoom({ write }: { readonly write?: true }): Promise<void> {
  const began = Date.now();
  const sandbox = await Sandbox.make((line) => console.log(line));
  const endWatch = onInterruption(() => sandbox.clear());
  try {
    const shown: string[] = [];
    for (const line of FIRST_ROOM) {
      console.log(line);
      // Nobody is at a terminal here.
      const { code, output } = await sandbox.run("sh", ["-c", `${line} --yes`], "pipe");
      expect(code === 0, `${line} ended with ${code}:\n${output}`);
      shown.push(`$ ${line}\n${steadily(output)}`);
    }
    const page = readFileSync(PAGE, "utf8");
    const now = withTerminal(page, shown.join("\n\n"));
    if (write === true) {
      writeFileSync(PAGE, now);
    } else {
      expect(
        now === page,
        `docs/first-room.md shows another terminal than this one:\n${shown.join("\n\n")}\nnpm run rehearse:first-room -- --write writes it.`,
      );
    }
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(
      `A first room, opened, filled and closed ${seconds} s after the sandbox was asked for.`,
    );
  } finally {
    endWatch();
    await sandbox.end();
  }
}

if (require.main === module) {
  new Command("rehearse:first-room")
    .description(
      "Opens, fills and closes a room in the sandbox by the three commands of docs/first-room.md, and fails where that page shows another terminal.",
    )
    .option("--write", "write what it shows into the page")
    .action(rehearseFirstRoom)
    .parseAsync()
    .catch(endWithReason);
}
