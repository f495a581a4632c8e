import { writeFileSync } from "node:fs";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { Command } from "commander";
import { format, resolveConfig } from "prettier";

import { endWithReason } from "../endWithReason";
import { findPulumi } from "../engine/pulumiCli";
import { deployFoundation } from "../foundation";
import { writeProgram } from "../language/programFolder";
import { onInterruption } from "../onInterruption";
import { Stage } from "../stage";
import { closingPage, play, type PlayedWay } from "./closingPage";
import { ClosingRoom } from "./closingRoom";
import { WAYS_OF_CLOSING } from "./waysOfClosing";

/** Options of `npm run rehearse:closing`. */
interface ClosingOptions {
  readonly page?: string;
  readonly json?: string;
}

/** Closes a simulated room in every way that was thought of. */
async function rehearseClosing({ page, json }: ClosingOptions): Promise<void> {
  const pulumi = await findPulumi(process.env, (line) => console.log(line));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
  const program = require("../../index") as PulumiFn;
  const stage = Stage.set(pulumi, program);
  let room: ClosingRoom | undefined;
  const clear = () => {
    room?.end();
    stage.clear();
  };
  const endWatch = onInterruption(clear);
  try {
    const language = writeProgram(stage.plugins, stage.project);
    await deployFoundation(stage);
    room = await ClosingRoom.open(stage, language);
    const played: PlayedWay[] = [];
    const wrong: string[] = [];
    for (const way of WAYS_OF_CLOSING) {
      const steps = way.steps.map(({ text }) => text).join(", ");
      const one = await play(room, way);
      room.restore();
      played.push(one);
      if (one.lost && way.costs === undefined) {
        wrong.push(`${steps}: ${one.room}, and no closing record`);
      }
      console.log(`${steps}: ${one.room}; ${one.records} closing records\n    ${one.told}`);
    }
    if (page !== undefined) {
      const text = closingPage(played);
      writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
    }
    console.log(
      ["", ...wrong, `closing: ${played.length} ways, ${wrong.length} not as they are to be`].join(
        "\n",
      ),
    );
    if (json !== undefined) {
      const failed = wrong.length;
      writeFileSync(json, JSON.stringify({ passed: Math.max(0, played.length - failed), failed }));
    }
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    endWatch();
    clear();
  }
}

if (require.main === module) {
  new Command("rehearse:closing")
    .description(
      "Closes a simulated room in many ways; none may lose what no closing record names.",
    )
    .option("--page <file>", "write what came of every way to a file, as a table in Markdown")
    .option("--json <file>", "write how many ways are as they are to be to a file")
    .action(rehearseClosing)
    .parseAsync()
    .catch(endWithReason);
}
