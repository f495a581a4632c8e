import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Column, COLUMNS, DISK_TYPES, type Way } from "../test/ami/diskTypes";
import { table } from "./markdown";

// The tables of docs/disks.md, from what `npm run test:image` found on real disks: diskResults.json, which it writes.

/** What one collection of public images came to, in images. */
export interface CollectionCount {
  readonly tried: number;
  readonly mounted: number;
  readonly opened: number;
  readonly refused: number;
  readonly locked: number;
  readonly wayWorks: number;
  readonly wayEmpty: number;
  readonly silent: number;
  readonly hung: number;
  readonly changed: number;
}

/** What was found. */
export interface DiskResults {
  /** The day, `2026-11-29`. */
  readonly date: string;

  /** Version of the kernel that mounted. */
  readonly kernel: string;

  /** By type and column: `yes`, `yes, by evidence-open`, `nothing to replay`, `no` or `not shown`. */
  readonly disks: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly collections?: Readonly<Record<string, CollectionCount>>;
}

export function diskResults(): DiskResults {
  return JSON.parse(readFileSync(join(__dirname, "diskResults.json"), "utf8")) as DiskResults;
}

const HEADS: Readonly<Record<Column, string>> = {
  mounted: "mounted",
  readable: "all readable",
  replayed: "replayed view",
  sleuthkit: "Sleuth Kit",
  dissect: "dissect",
  plaso: "plaso",
  triage: "triage",
};

/** Disk types by what can be done with each, with a note for each no: its reason, and what works. */
export function diskTable(): string {
  const { disks, date, kernel } = diskResults();
  const notes: string[] = [];
  const noteOf = (text: string) => {
    if (!notes.includes(text)) notes.push(text);
    return `(${notes.indexOf(text) + 1})`;
  };
  const rows = DISK_TYPES.map((type) => [
    type.name,
    ...COLUMNS.map((column) => {
      const found = disks[type.name]?.[column] ?? "not asked";
      const no = type.no[column];
      if (no !== undefined) return `${found} ${noteOf(noteText(no))}`;
      return found === "not shown" ? `${found} ${noteOf(NOT_SHOWN)}` : found;
    }),
  ]);
  return [
    table(["disk", ...COLUMNS.map((column) => HEADS[column])], rows),
    "",
    `Found on ${date}, mounted by Debian's user-mode kernel ${kernel}, the other tools on the tests' machine.`,
    "",
    ...notes.map((note, index) => `${index + 1}. ${note}`),
  ].join("\n");
}

const NOT_SHOWN =
  "Not shown: no kernel that the tests have mounts it, Ubuntu's does. `evidence-mount` says so there, and names the Sleuth Kit.";

function noteText({ reason, way }: Way): string {
  const does = (COLUMNS as readonly string[]).includes(way)
    ? `What works: ${HEADS[way as Column]}.`
    : `What works: \`${way}\`.`;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}. ${does}`;
}

/** What public collections came to. */
export function collectionTable(): string {
  const { collections = {} } = diskResults();
  return table(
    [
      ...["collection", "tried", "mounted", "opened", "refused", "locked: takes a key"],
      "the way named gave something",
      ...["it gave nothing", "no way named", "hung", "changed"],
    ],
    Object.entries(collections).map(([name, count]) => [
      name,
      ...[count.tried, count.mounted, count.opened, count.refused, count.locked].map(String),
      String(count.wayWorks),
      ...[count.wayEmpty, count.silent, count.hung, count.changed].map(String),
    ]),
  );
}
