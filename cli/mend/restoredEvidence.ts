import type { FoundRecords } from "../../components/evidence/records/caseRecords";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";

/** A working volume of the room, as EC2 has it. */
export interface AttachedVolume {
  /** The source, `snap-…`. */
  readonly sourceSnapshotId: string;

  /** The device it is attached as; undefined where it is not. */
  readonly device: string | undefined;

  /** The machine it is attached to, `i-…`. */
  readonly instanceId?: string | undefined;
}

/** The evidence that a room's records name, as its settings would. */
export interface RestoredEvidence {
  /** Entries of the setting `evidence`, in the order in which they were recorded first. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];

  /** Sources that only an earlier room of the ticket had, `snap-…`; they are not among the entries. */
  readonly ofEarlierRooms: readonly string[];
}

type Of<Event extends CustodyRecord["event"]> = Extract<CustodyRecord, { event: Event }>["facts"];

/**
 * What a room's evidence was, by its records: each snapshot with the newest of its claims. What is attached, EC2
 * says; of what is not, the newest of the records of attachment and withdrawal does.
 *
 * @param incidentKey ARN of the room's key: what a closing record of another key names was an earlier room's.
 * @param volumes The room's working volumes.
 * @param further Workstations beside the first, by their ids.
 */
export function restoredEvidence(
  { records, written }: Pick<FoundRecords, "records" | "written">,
  incidentKey: string,
  volumes: readonly AttachedVolume[],
  further: ReadonlyMap<string, string> = new Map(),
): RestoredEvidence {
  const on = (instance: string | undefined) => {
    const name = further.get(instance ?? "");
    return name === undefined ? {} : { workstation: name };
  };
  const inOrder = [...records]
    .sort(([a], [b]) => time(written, a) - time(written, b) || (a < b ? -1 : 1))
    .map(([, record]) => record);
  const newest = <T>(pick: (record: CustodyRecord) => { source: string; facts: T } | undefined) =>
    new Map(
      inOrder.flatMap((record) => pick(record) ?? []).map(({ source, facts }) => [source, facts]),
    );

  const preserved = newest<Of<"evidence">>((record) =>
    record.event === "evidence"
      ? { source: record.facts.source.snapshot, facts: record.facts }
      : undefined,
  );
  const attached = newest<{ device: string; workstation?: string } | "withdrawn">((record) => {
    switch (record.event) {
      case "attachment":
        return {
          source: record.facts.source,
          facts: {
            device: record.facts.working.device,
            ...on(record.facts.working.instance),
          },
        };
      case "withdrawal":
        return { source: record.facts.source.snapshot, facts: "withdrawn" };
      default:
        return undefined;
    }
  });
  const earlier = new Set(
    inOrder.flatMap((record) =>
      record.event === "closing" && record.facts.destruction.key !== incidentKey
        ? record.facts.existed.evidence.map(({ source }) => source.snapshot)
        : [],
    ),
  );
  // Only a closing record says why a disk has no hash.
  const unhashed = new Map(
    inOrder.flatMap((record) =>
      record.event === "closing" && record.facts.destruction.key === incidentKey
        ? record.facts.existed.evidence.flatMap(({ source, unhashed: why }) =>
            why === undefined ? [] : [[source.snapshot, why] as const],
          )
        : [],
    ),
  );
  const isOfThisRoom = (source: string) =>
    !earlier.has(source) || volumes.some((volume) => volume.sourceSnapshotId === source);

  return {
    entries: [...preserved]
      .filter(([source]) => isOfThisRoom(source))
      .map(([snapshot, facts]) => ({
        snapshot,
        account: facts.source.account,
        ...howItIsAttached(
          volumes
            .filter(({ sourceSnapshotId }) => sourceSnapshotId === snapshot)
            .map(({ device, instanceId }) =>
              device === undefined ? undefined : { device, ...on(instanceId) },
            )[0],
          attached.get(snapshot),
        ),
        // A later room works on the copy that an earlier one made.
        ...(earlier.has(snapshot) ? { preserved: facts.preserved.snapshot } : {}),
        ...facts.claimed,
        ...(unhashed.has(snapshot) ? { unhashed: unhashed.get(snapshot) } : {}),
      })),
    ofEarlierRooms: [...preserved.keys()].filter((source) => !isOfThisRoom(source)),
  };
}

function howItIsAttached(
  inAws: { readonly device: string } | undefined,
  recorded: { readonly device: string } | "withdrawn" | undefined,
): Readonly<Record<string, unknown>> {
  if (inAws !== undefined) {
    return inAws;
  }
  if (recorded === "withdrawn") {
    return { withdrawn: true };
  }
  return recorded ?? { attach: false };
}

function time(written: ReadonlyMap<string, Date>, key: string): number {
  return written.get(key)?.getTime() ?? 0;
}
