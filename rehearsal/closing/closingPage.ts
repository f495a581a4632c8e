import type { ClosingRoom } from "./closingRoom";
import { toldBy } from "./told";
import type { WayOfClosing } from "./waysOfClosing";

/** What came of one way. */
export interface PlayedWay {
  readonly way: WayOfClosing;

  /** What the room is afterwards. */
  readonly room: string;

  /** How many closing records are in the vault. */
  readonly records: number;

  /** What each command that failed said, in their order. */
  readonly told: readonly string[];

  /** How much is left of the way to the suspect. */
  readonly left: number;

  /** How many things the last closing record names as gone before it. */
  readonly gone: number;

  /** Whether something of the room is gone, or unprotected, that no closing record names. */
  readonly lost: boolean;
}

/** Plays one way, in a room that is open. */
export async function play(room: ClosingRoom, way: WayOfClosing): Promise<PlayedWay> {
  const told: string[] = [];
  for (const step of way.steps) {
    const ended = await step.run(room);
    if (ended !== undefined && !ended.succeeded) {
      told.push(toldBy(ended));
    }
  }
  const records = room.records("closing");
  const { text, harmed } = stateOf(room);
  const lost = harmed && records.length === 0;
  return {
    way,
    room: text,
    records: records.length,
    told,
    gone: goneIn(records.at(-1)),
    lost,
    left: room.way().length,
  };
}

/** How many things a closing record names as gone before it; none where there is no record. */
function goneIn(record: string | undefined): number {
  const { facts = {} } = JSON.parse(record ?? "{}") as {
    facts?: { goneBeforeClosing?: readonly string[] };
  };
  return facts.goneBeforeClosing?.length ?? 0;
}

function stateOf(room: ClosingRoom): { text: string; harmed: boolean } {
  const [key] = room.having("aws:kms/key:Key");
  const parts: readonly (readonly [string, number, number])[] = [
    ["incident key", key?.state === "Enabled" ? 1 : 0, 1],
    ["workstation", room.having("aws:ec2/instance:Instance").length, 1],
    ["working volumes", room.workingVolumes().length, 2],
    ["preserved copies", room.having("aws:ebs/snapshotCopy:SnapshotCopy").length, 2],
  ];
  const lacking = parts.filter(([, found, wanted]) => found < wanted);
  const more = parts.filter(([, found, wanted]) => found > wanted);
  const isProtected = room
    .known()
    .some(({ type, protect }) => type === "aws:kms/key:Key" && protect === true);
  const left = parts.slice(0, 3).every(([, found]) => found === 0)
    ? "gone, the copies are left"
    : "";
  // Of something with such a hook the engine destroys nothing of the stack.
  const refuses = room.known().some(({ resourceHooks }) => resourceHooks?.BeforeDelete);
  const there = isProtected
    ? "there, protected"
    : refuses
      ? "there, and refuses to be destroyed"
      : "there, not protected";
  const changes = [
    ...lacking.map(([what, found, wanted]) => `${what}: ${found} of ${wanted}`),
    ...more.map(([what, found, wanted]) => `${what}: ${found} instead of ${wanted}`),
  ];
  const text = left !== "" && lacking.length === 3 ? left : [there, ...changes].join("; ");
  return { text, harmed: lacking.length > 0 || (!isProtected && !refuses) };
}

/** How a way came out otherwise than it is to be; nothing where it did not. */
export function differences({ way, room, records, told, gone, lost, left }: PlayedWay): string[] {
  const { ending } = way;
  const asTold =
    told.length === ending.told.length &&
    ending.told.every((each, at) => each.test(told[at] ?? ""));
  return [
    ...(room === ending.room ? [] : [`the room is ${room}, and is to be ${ending.room}`]),
    ...(records === ending.records
      ? []
      : [`${records} closing records instead of ${ending.records}`]),
    ...(gone === (ending.gone ?? 0)
      ? []
      : [`${gone} things are recorded as gone instead of ${ending.gone ?? 0}`]),
    ...(left === (ending.way ?? 0)
      ? []
      : [`${left} parts of the way to the suspect are left instead of ${ending.way ?? 0}`]),
    ...(asTold ? [] : [`told is ${JSON.stringify(told)}, and is to be ${ending.told.join(", ")}`]),
    ...(lost && way.costs === undefined ? ["what no closing record names is lost"] : []),
  ];
}

/** What is done on a way, in a sentence. */
export function stepsOf({ link, steps }: WayOfClosing): string {
  const linked = link === undefined ? [] : [`\`link: ${link}\``];
  return [...linked, ...steps.map(({ text }) => text)].join(", ");
}

/** The page about all ways, in Markdown. */
export function closingPage(played: readonly PlayedWay[]): string {
  const rows = played.map(({ way, room, records, told, left }) => {
    const ways = way.link === undefined ? "" : left === 0 ? "; no way to the suspect" : "; linked";
    const cost = way.costs === undefined ? "" : ` (${way.costs})`;
    const said = told.join(" Then: ").replaceAll("<", "&lt;");
    return `| ${stepsOf(way)} | ${room}${ways}${cost} | ${records === 0 ? "none" : records} | ${said} |`;
  });
  return [
    "# Ways of closing a room",
    "",
    "<!-- Written by npm run rehearse:closing -- --write; the same command without --write fails where it differs. -->",
    "",
    "Each of these was done to an open room with two disks as evidence, by the CLI on the simulated account: what is left of",
    "the room, how many closing records are in the vault, and what the commands that failed said. Preserved copies, and what",
    "lies in the vault, no way takes. Of a room that is linked to its suspect nothing is left in either account, where it says",
    "`no way to the suspect`. How a room is closed: [Close the room](close-the-room.md).",
    "",
    "| what was done | the room afterwards | closing records | what is told |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
