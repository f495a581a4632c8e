import { writeFileSync } from "node:fs";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { Command, Option } from "commander";

import { auditFile } from "../cast";
import { endWithReason } from "../endWithReason";
import { findPulumi } from "../engine/pulumiCli";
import { deployFoundation } from "../foundation";
import { writeProgram } from "../language/programFolder";
import { onInterruption } from "../onInterruption";
import { Stage } from "../stage";
import { type FoundationOutcome, killFoundations } from "./foundationKills";
import { type KillPoint, killPoints, PHASES } from "./killPoints";
import { LifeByCommand } from "./lifeByCommand";
import { LifeByPulumi } from "./lifeByPulumi";
import { openSideBySide, type ParallelRooms } from "./parallelRooms";
import type { Outcome, RoomLife } from "./roomLife";
import { raceForOneSlot } from "./slotRace";

/** Of every fifty kills so many have to hit the window between made and told. */
const IN_THE_WINDOW = 30 / 50;

/** Where both drive rooms, every so many lives are the command's: it looks, previews and judges beside what Pulumi's do. */
const COMMAND_EVERY = 2;

/** Options of `npm run rehearse:kills`. */
interface KillsOptions {
  readonly seed: string;
  readonly lives: string;
  readonly parallel: string;
  readonly racers: string;
  readonly foundations: string;
  readonly by?: RoomLife["by"];
  readonly rooms: string;
  readonly json?: string;
}

/** Kills deployments of many rooms, goes on by what is printed, and prints how that ended. */
async function rehearseKills({
  seed,
  lives,
  parallel,
  racers,
  foundations,
  by,
  rooms,
  json,
}: KillsOptions): Promise<void> {
  const began = Date.now();
  const pulumi = await findPulumi(process.env, (line) => console.log(line));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
  const program = require("../..") as PulumiFn;
  const stage = Stage.set(pulumi, program);
  let bare: Stage | undefined;
  const running = new Set<RoomLife>();
  const clear = () => {
    running.forEach((life) => life.end());
    bare?.clear();
    stage.clear();
  };
  const endWatch = onInterruption(clear);
  const live = async <T>(
    ticket: string,
    kind: typeof LifeByCommand | typeof LifeByPulumi,
    work: (life: RoomLife) => Promise<T>,
  ): Promise<T> => {
    const life: RoomLife = await kind.prepare(stage, ticket, language);
    running.add(life);
    try {
      return await work(life);
    } finally {
      life.end();
      running.delete(life);
    }
  };
  const roomsSideBySide = async (count: number): Promise<ParallelRooms> => {
    if (count === 0) {
      return { opened: 0, closed: 0, wrong: [] };
    }
    const zones = auditFile().config["clean-room:availabilityZones"] as readonly string[];
    const wide = (bare ?? stage).copy();
    try {
      await deployFoundation(wide, { "clean-room:slotsPerZone": Math.ceil(count / zones.length) });
      return await openSideBySide(wide, language, count, Number(seed));
    } finally {
      wide.clear();
    }
  };
  const language = writeProgram(stage.plugins, stage.project);
  try {
    bare = stage.copy();
    await deployFoundation(stage);
    const ofFoundations =
      Number(foundations) === 0
        ? []
        : await killFoundations(bare, stage, Number(seed), Number(foundations));
    console.log(ofFoundations.map(foundationLine).join("\n"));
    const points =
      Number(lives) === 0
        ? []
        : killPoints(
            Number(seed),
            Number(lives),
            await live("INC-2026-1000", LifeByPulumi, (life) => life.usually()),
          );
    const left = Array.from({ length: Number(lives) }, (_, life) =>
      points.filter((point) => point.life === life),
    );
    const outcomes: Outcome[] = [];
    let tickets = 1000;
    await Promise.all(
      Array.from({ length: Number(parallel) }, async () => {
        for (let mine = left.shift(); mine !== undefined; mine = left.shift()) {
          const killed = mine;
          const found = await live(`INC-2026-${++tickets}`, kindOf(killed, by), (life) =>
            life.live(killed),
          );
          found.forEach((outcome) => console.log(lineOf(outcome)));
          outcomes.push(...found);
          // A room that is stuck has no later phases: another one has.
          const rest = mine.filter((point) => found.every((outcome) => outcome.point !== point));
          if (rest.length > 0) {
            left.push(rest);
          }
        }
      }),
    );
    const wrongInRace =
      Number(racers) === 0 ? [] : await raceForOneSlot(stage, language, Number(racers));
    const sideBySide = await roomsSideBySide(Number(rooms));
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(["", ...tableOf(outcomes), "", sumOf(outcomes, seed, seconds)].join("\n"));
    if (Number(racers) > 0) {
      console.log(raceText(Number(racers), wrongInRace));
    }
    if (Number(rooms) > 0) {
      console.log(sideBySideText(Number(rooms), sideBySide));
    }
    const passed =
      outcomes.filter(endedWell).length +
      ofFoundations.filter(({ happened, wrong }) => happened && wrong.length === 0).length +
      (wrongInRace.length === 0 ? 1 : 0) +
      (sideBySide.wrong.length === 0 ? 1 : 0);
    const failed = outcomes.length + ofFoundations.length + 2 - passed;
    if (json !== undefined) {
      writeFileSync(json, JSON.stringify({ passed, failed, outcomes, ofFoundations }));
    }
    const inWindow = outcomes.filter(({ point, killed }) => killed && point.when === "window");
    process.exitCode = failed === 0 && inWindow.length >= outcomes.length * IN_THE_WINDOW ? 0 : 1;
  } finally {
    endWatch();
    clear();
  }
}

/** What drives a life: the command every so many, unless one is said to drive all. */
function kindOf([point]: readonly KillPoint[], by: KillsOptions["by"]) {
  const chosen = by ?? ((point?.life ?? 0) % COMMAND_EVERY === 0 ? "command" : "pulumi");
  return chosen === "command" ? LifeByCommand : LifeByPulumi;
}

function sideBySideText(rooms: number, { opened, closed, wrong }: ParallelRooms): string {
  return [
    `rooms side by side, by the command: ${opened} of ${rooms} opened, ${closed} of ${rooms} closed in another order`,
    ...wrong.map((each) => `    ${each}`),
  ].join("\n");
}

function raceText(racers: number, wrong: readonly string[]): string {
  return wrong.length === 0
    ? `race: ${racers} tickets for one slot, one room, ${racers - 1} with nothing`
    : [`race: ${racers} tickets for one slot, and`, ...wrong.map((each) => `    ${each}`)].join(
        "\n",
      );
}

/** One line for what happened to an audit or a member stack, and what is wrong below it. */
function foundationLine({ stack, what, happened, wrong }: FoundationOutcome): string {
  const end = !happened ? "NOT KILLED" : wrong.length === 0 ? "ends well" : "ENDS BADLY";
  return [`${stack}: ${what}: ${end}`, ...wrong.map((each) => `    ${each}`)].join("\n");
}

function endedWell({ wrong, killed }: Pick<Outcome, "wrong" | "killed">): boolean {
  return killed && wrong.length === 0;
}

function placeOf(point: KillPoint): string {
  return point.when === "window" ? `${point.act} ${point.type}` : "at some time";
}

function lineOf({ point, killed, advice, wrong, by }: Outcome): string {
  const place =
    point.when === "window"
      ? `${placeOf(point)} ${point.number}`
      : `${point.milliseconds} ms after change ${point.changes}`;
  const again = advice.length === 0 ? "" : `, then ${advice.join(", ")}`;
  const end = !killed ? "NOT KILLED" : wrong.length === 0 ? "ends well" : "ENDS BADLY";
  return [
    `life ${point.life + 1}${by === "command" ? " by the command" : ""}, ${point.phase}: ${place}${again}: ${end}`,
    ...wrong.map((each) => `    ${each}`),
  ].join("\n");
}

/** A row for every kind of change, a column for every phase: how many ended well of how many. */
function tableOf(outcomes: readonly Outcome[]): string[] {
  const kinds = [...new Set(outcomes.map(({ point }) => placeOf(point)))].sort();
  const cell = (some: readonly Outcome[]) =>
    some.length === 0 ? "" : `${some.filter(endedWell).length} of ${some.length}`;
  const rows = [
    ["killed between made and told", ...PHASES],
    ...kinds.map((kind) => {
      const ofKind = outcomes.filter(({ point }) => placeOf(point) === kind);
      return [
        kind,
        ...PHASES.map((phase) => cell(ofKind.filter(({ point }) => point.phase === phase))),
      ];
    }),
  ];
  const widths = [...rows[0]!.keys()].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function sumOf(outcomes: readonly Outcome[], seed: string, seconds: number): string {
  const killed = outcomes.filter((outcome) => outcome.killed);
  const inWindow = killed.filter(({ point }) => point.when === "window").length;
  const advised = killed.filter(({ advice }) =>
    advice.some((each) => !each.startsWith("pulumi cancel")),
  );
  return (
    `kills: ${outcomes.filter(endedWell).length} of ${outcomes.length} ended well; ${killed.length} killed, ` +
    `${inWindow} between made and told; more than pulumi cancel and the same command in ${advised.length} ` +
    `(seed ${seed}, ${seconds} s)`
  );
}

if (require.main === module) {
  new Command("rehearse:kills")
    .description(
      "Kills deployments of simulated rooms with SIGKILL, goes on by what is printed, and looks at what is left; then has many tickets race for one slot.",
    )
    .option("--seed <number>", "which points are drawn", "42")
    .option("--lives <number>", "rooms, each with five kills", "10")
    .option("--parallel <number>", "rooms at the same time", "2")
    .option("--racers <number>", "tickets that race for one slot", "20")
    .option(
      "--foundations <number>",
      "kills of an audit and of a member stack each; 0 leaves these stacks alone",
      "4",
    )
    .addOption(
      new Option(
        "--by <what>",
        "what drives every room: Pulumi's own commands, or npx clean-room",
      ).choices(["pulumi", "command"]),
    )
    .option("--rooms <number>", "rooms that the command opens side by side, and closes", "20")
    .option("--json <file>", "write what came of every kill to a file")
    .action(rehearseKills)
    .parseAsync()
    .catch(endWithReason);
}
