import type { Ended } from "../kills/engineProcess";
import type { ClosingRoom } from "./closingRoom";
import type { WayOfClosing } from "./waysOfClosing";

/** What came of one way. */
export interface PlayedWay {
  readonly way: WayOfClosing;

  /** What the room is afterwards. */
  readonly room: string;

  /** How many closing records are in the vault. */
  readonly records: number;

  /** What the last command that failed said; empty where none did. */
  readonly told: string;

  /** Whether something of the room is gone, or unprotected, that no closing record names. */
  readonly lost: boolean;
}

/** Plays one way, in a room that is open. */
export async function play(room: ClosingRoom, way: WayOfClosing): Promise<PlayedWay> {
  let told = "";
  for (const step of way.steps) {
    const ended = await step.run(room);
    if (ended !== undefined && !ended.succeeded) {
      told = toldBy(ended);
    }
  }
  const records = room.records("closing");
  const { text, harmed } = stateOf(room);
  return { way, room: text, records: records.length, told, lost: harmed && records.length === 0 };
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
  const there = isProtected ? "there, protected" : "there, not protected";
  const changes = [
    ...lacking.map(([what, found, wanted]) => `${what}: ${found} of ${wanted}`),
    ...more.map(([what, found, wanted]) => `${what}: ${found} instead of ${wanted}`),
  ];
  const text = left !== "" && lacking.length === 3 ? left : [there, ...changes].join("; ");
  return { text, harmed: lacking.length > 0 || !isProtected };
}

/** The reasons of a refusal, or the engine's errors, without what is another one in every run. */
function toldBy({ output }: Ended): string {
  const lines = output.split("\n").map((line) => line.trim());
  // A line of the plan has two spaces after its dash.
  const reasons = lines.filter((line) => /^- \S/.test(line));
  const errors = lines.filter(
    (line) => /error: /i.test(line) && !/(preview|update) failed$/.test(line),
  );
  const isProtected = lines.filter((line) => /protected/.test(line));
  const [first = lines.at(-1) ?? ""] = [...reasons, ...errors, ...isProtected].map((line) =>
    line.replace(/^- |^.*?error: /g, ""),
  );
  return steady(first);
}

/** A sentence with names for what has another id in every run. */
export function steady(sentence: string): string {
  return sentence
    .replace(
      /arn:aws:kms:\S*?:key\/[0-9a-f-]{36}|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g,
      "<key>",
    )
    .replace(/urn:pulumi:\S*::([\w./-]+)/g, "$1")
    .replace(/arn:aws:ec2:\S*?(?=(?:snap|vol|i)-0)/g, "")
    .replace(/\b(snap|vol|i|sg|sgr)-0[0-9a-f]{16}\b/g, "<$1>")
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\b[0-9a-f]{64}\b/g, "<hash>")
    .replaceAll("|", "\\|");
}

/** Longest that the page says of what was told. */
const MOST_CHARACTERS = 220;

/** The page about all ways, in Markdown. */
export function closingPage(played: readonly PlayedWay[]): string {
  const rows = played.map(({ way, room, records, told }) => {
    const steps = way.steps.map(({ text }) => text).join(", ");
    const cost = way.costs === undefined ? "" : ` (${way.costs})`;
    const short = told.length > MOST_CHARACTERS ? `${told.slice(0, MOST_CHARACTERS)}…` : told;
    return `| ${steps} | ${room}${cost} | ${records === 0 ? "none" : String(records)} | ${short.replaceAll("<", "&lt;")} |`;
  });
  return [
    "# Ways of closing a room",
    "",
    "<!-- Written by npm run rehearse:closing -- --page. -->",
    "",
    "Each of these was done to an open room with two disks as evidence, by the CLI on the simulated account: what is left of",
    "the room, how many closing records are in the vault, and what the last command that failed said first. Preserved copies,",
    "and what lies in the vault, no way takes.",
    "",
    "| what was done | the room afterwards | closing records | what is told |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
