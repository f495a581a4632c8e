import type { PreservedCopy } from "../components/evidence/copies/preservedCopies";
import { workstationsOf } from "../components/evidence/records/roomForm";
import type { CustodyRecord } from "../components/evidence/records/recordSchema";
import type { Made } from "./comparison";
import { COPY, INSTANCE, VOLUME } from "./madeForRoom";
import { recordOf } from "./recordsInState";
import type { StateResource } from "./stateResources";

/**
 * What a room had and AWS has no more: machine, working volumes and preserved copies that the engine has, or that the
 * records of the room name, which stay in the state where a refresh has taken the things out of it.
 *
 * @param state What the engine has of the room.
 * @param made What AWS has of it.
 * @param copies Every preserved copy that carries the ticket.
 * @returns their ids, sorted.
 */
export function goneBefore(
  state: readonly StateResource[],
  made: readonly Made[],
  copies: readonly PreservedCopy[],
): readonly string[] {
  const there = new Set([
    ...made.map(({ id }) => id),
    ...copies.map(({ copySnapshotId }) => copySnapshotId),
  ]);
  const had = state.flatMap((resource) =>
    [COPY, INSTANCE, VOLUME].includes(resource.type)
      ? (resource.id ?? [])
      : idsRecorded(recordOf(resource)),
  );
  return [...new Set(had)].filter((id) => !there.has(id)).sort();
}

/** What a record of the room says that it has. */
function idsRecorded(record: CustodyRecord | undefined): readonly string[] {
  switch (record?.event) {
    case "room":
      return workstationsOf(record.facts.room);
    case "evidence":
      return [record.facts.preserved.snapshot];
    case "attachment":
      return [record.facts.working.volume];
    default:
      return [];
  }
}
