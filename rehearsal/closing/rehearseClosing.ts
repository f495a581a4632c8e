import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { OTHER_MEMBER_ACCOUNT } from "../accounts";
import { endWithReason } from "../endWithReason";
import { findPulumi } from "../engine/pulumiCli";
import { deployFoundation } from "../foundation";
import { writeProgram } from "../language/programFolder";
import { onInterruption } from "../onInterruption";
import { Stage } from "../stage";
import { closingPage, differences, play, type PlayedWay, stepsOf } from "./closingPage";
import { ClosingRoom, type Link } from "./closingRoom";
import { WAYS_OF_CLOSING } from "./waysOfClosing";

const PAGE = join(__dirname, "../../docs/closing.md");

/** Options of `npm run rehearse:closing`. */
interface ClosingOptions {
  readonly write?: boolean;
  readonly only?: string;
  readonly json?: string;
}

/** Closes a simulated room in every way that was thought of. */
async function rehearseClosing({ write, only, json }: ClosingOptions): Promise<void> {
  const pulumi = await findPulumi(process.env, (line) => console.log(line));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
  const program = require("../..") as PulumiFn;
  const stage = Stage.set(pulumi, program);
  let room: ClosingRoom | undefined;
  const clear = () => {
    room?.end();
    stage.clear();
  };
  const endWatch = onInterruption(clear);
  try {
    const language = writeProgram(stage.plugins, stage.project);
    await deployFoundation(stage, { "clean-room:linkedAccounts": [OTHER_MEMBER_ACCOUNT] });
    const played: PlayedWay[] = [];
    const wrong: string[] = [];
    let linked: Link | undefined;
    for (const way of WAYS_OF_CLOSING.filter((each) => stepsOf(each).includes(only ?? ""))) {
      if (room === undefined || linked !== way.link) {
        room?.end();
        room = await ClosingRoom.open(stage, language, way.link);
        linked = way.link;
      }
      const one = await play(room, way);
      room.restore();
      played.push(one);
      const steps = stepsOf(way);
      wrong.push(...differences(one).map((each) => `${steps}: ${each}`));
      console.log(`${steps}: ${one.room}; ${one.records} closing records`);
      one.told.forEach((each) => console.log(`    ${each}`));
    }
    const failed = new Set(wrong.map((each) => each.split(": ")[0])).size;
    const page = closingPage(played);
    if (write === true && only === undefined) {
      writeFileSync(PAGE, page);
    } else if (only === undefined && (!existsSync(PAGE) || readFileSync(PAGE, "utf8") !== page)) {
      wrong.push("docs/closing.md is another page: npm run rehearse:closing -- --write");
    }
    console.log(
      ["", ...wrong, `closing: ${played.length} ways, ${wrong.length} not as they are to be`].join(
        "\n",
      ),
    );
    if (json !== undefined) {
      // The page is one more.
      writeFileSync(
        json,
        JSON.stringify({
          passed: played.length - failed,
          failed: Math.max(failed, wrong.length > 0 ? 1 : 0),
        }),
      );
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
    .option(
      "--write",
      "write what came of every way to docs/closing.md, which is compared otherwise",
    )
    .option("--only <text>", "only ways with this in their steps; docs/closing.md is not looked at")
    .option("--json <file>", "write how many ways are as they are to be to a file")
    .action(rehearseClosing)
    .parseAsync()
    .catch(endWithReason);
}
