import type { ClosingFacts } from "./closingRecord";
import { workstationsOf } from "./roomForm";
import type { CustodyRecord } from "./recordSchema";

/** A closing record, as it lies in the vault. */
export interface Closing {
  /** Key of its object. */
  readonly key: string;
  readonly record: CustodyRecord & { readonly event: "closing" };
}

/** What a room has that ends with it, or has to be kept. */
export interface RoomContents {
  /** Preserved copies that carry the ticket, `snap-…`. */
  readonly preservedCopies: readonly string[];

  /** Working volumes, `vol-…`. */
  readonly workingVolumes: readonly string[];

  /** The workstations, `i-…`. */
  readonly workstations: readonly string[];
}

/**
 * The closing records in force, by key of their object: those that no record of reopening names.
 *
 * @param incidentKey ARN of the key that they have to name; of every one where it is left out.
 */
export function closingsInForce(
  records: ReadonlyMap<string, CustodyRecord>,
  incidentKey?: string,
): readonly Closing[] {
  const over = new Set(
    [...records.values()].flatMap((record) =>
      record.event === "reopening" ? record.facts.closingRecords : [],
    ),
  );
  return [...records]
    .flatMap(([key, record]) => (record.event === "closing" ? [{ key, record }] : []))
    .filter(
      ({ key, record }) =>
        !over.has(key) &&
        (incidentKey === undefined || record.facts.destruction.key === incidentKey),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Keys of the records that a room with this key was opened again, sorted. */
export function reopeningsOf(
  records: ReadonlyMap<string, CustodyRecord>,
  incidentKey: string,
): readonly string[] {
  return [...records]
    .flatMap(([key, record]) =>
      record.event === "reopening" && record.facts.key === incidentKey ? key : [],
    )
    .sort();
}

/**
 * What a room has that a closing record does not name: such a record says nothing of it, and does not let it go.
 * What the record names and the room has no more is no difference.
 */
export function notCovered(
  { existed, remains, destruction, goneBeforeClosing = [] }: ClosingFacts,
  { preservedCopies, workingVolumes, workstations }: RoomContents,
): readonly string[] {
  const recorded = workstationsOf(existed.room);
  return [
    ...preservedCopies.filter((copy) => !remains.preservedSnapshots.includes(copy)),
    ...workingVolumes.filter((volume) => !destruction.workingVolumes.includes(volume)),
    ...workstations.filter((machine) => !recorded.includes(machine)),
  ].filter((each) => !goneBeforeClosing.includes(each));
}
