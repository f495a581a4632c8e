import type { Entry } from "../account/account";

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** A resource that the engine knows of. */
export interface KnownResource {
  readonly type: string;
  readonly id?: string;
}

/**
 * What is wrong with what a room has in AWS, in sentences.
 *
 * @param entries What AWS has for the room: by its ticket's tag, or made by its stack.
 * @param known What the engine has in the stack's state.
 */
export function wrongIn(entries: readonly Entry[], known: readonly KnownResource[]): string[] {
  const isKnown = ({ type, id }: Entry) =>
    known.some((each) => each.type === type && each.id === id);
  // Of a record there are as many as there were changes; what it says is looked at when the room is gone.
  const own = entries.filter(({ type, partOf }) => type !== OBJECT && partOf === undefined);
  const names = new Map<string, Entry[]>();
  for (const entry of own) {
    const name = `${entry.type} ${entry.urn?.split("::").at(-1) ?? entry.id}`;
    names.set(name, [...(names.get(name) ?? []), entry]);
  }
  const twice = [...names].filter(([, all]) => all.length > 1);
  const inTwice = twice.flatMap(([, all]) => all);
  return [
    ...twice.map(([name, all]) => `twice: ${name} (${all.map(({ id }) => id).join(", ")})`),
    ...own
      .filter((entry) => !isKnown(entry) && !inTwice.includes(entry) && !stays(entry))
      .map(({ type, id }) => `unknown to the engine: ${type} ${id}`),
  ];
}

/** Whether it is left by a room that is gone, as it is to be. */
function stays({ type, state }: Entry): boolean {
  return type === COPY || (type === KEY && state === "PendingDeletion");
}

/** A record, as its object says. */
interface RecordText {
  readonly event: string;
  readonly content: string;
}

/**
 * What is wrong with what a closed room left: too much, or records that do not say what was there.
 *
 * @param entries What AWS has for the room.
 * @param workstations The instances that the room had while it was open, `i-…`.
 * @param copies How many snapshots were preserved.
 */
export function wrongAtTheEnd(
  entries: readonly Entry[],
  workstations: readonly string[],
  copies: number,
): string[] {
  const records = entries
    .filter(({ type, id }) => type === OBJECT && id.includes("/records/"))
    .map(({ properties }): RecordText => {
      const content = String(properties["content"]);
      return { event: (JSON.parse(content) as { event: string }).event, content };
    });
  const of = (event: string) => records.filter((record) => record.event === event);
  const preserved = entries.filter(({ type }) => type === COPY);
  const keys = entries.filter(({ type }) => type === KEY);
  const [closing] = of("closing");
  const named = [...preserved.map(({ id }) => id), ...keys.map(({ arn }) => arn), ...workstations];
  return [
    ...entries
      .filter((entry) => entry.type !== OBJECT && !stays(entry))
      .map(({ type, id }) => `left: ${type} ${id}`),
    ...count("preserved copies", preserved.length, copies),
    ...count("incident keys", keys.length, 1),
    ...count("workstations in the course of time", new Set(workstations).size, 1),
    ...["opening", "closing", "destruction"].flatMap((event) =>
      count(`records of ${event}`, of(event).length, 1),
    ),
    ...named
      .filter((each) => closing !== undefined && !closing.content.includes(String(each)))
      .map((each) => `the closing record does not name ${String(each)}`),
  ];
}

function count(what: string, found: number, wanted: number): string[] {
  return found === wanted ? [] : [`${found} ${what} instead of ${wanted}`];
}
