import type { EvidenceItem } from "../components/evidence/copies/evidenceItem";
import { sourceNamedIn } from "../components/evidence/copies/evidenceNames";
import type { PreservedCopy } from "../components/evidence/copies/preservedCopies";
import type { WorkingVolume } from "../components/evidence/copies/workingVolumes";
import type { LostVolumes } from "../components/evidence/records/diskHashes";
import { COPY, INSTANCE, type MadeForRoom, VOLUME } from "./madeForRoom";
import { recordOf } from "./recordsInState";
import type { StateResource } from "./stateResources";

/** What there is of a room, before anything is declared. */
export interface RoomThere extends Omit<MadeForRoom, "unnamed"> {
  /** What the engine has of it. */
  readonly state: readonly StateResource[];

  /** Every preserved copy that carries the ticket. */
  readonly copies: readonly PreservedCopy[];
  readonly volumes: readonly WorkingVolume[];

  /** The evidence of its settings, joined with these. */
  readonly items: readonly EvidenceItem[];

  /** The workstation as AWS has it, `i-…`. */
  readonly workstation: string | undefined;
}

/** Whether this is a room's workstation: it has no other instance. */
export function isWorkstation({ type }: StateResource): boolean {
  return type === INSTANCE;
}

/** What the engine or AWS has of the room: each may know of something that the other does not. */
export function contentsOf({ state, copies, volumes, workstation }: RoomThere) {
  const ids = (of: string) => state.flatMap(({ type, id }) => (type === of ? (id ?? []) : []));
  const machine = state.find(isWorkstation)?.id;
  return {
    preservedCopies: [...ids(COPY), ...copies.map((each) => each.copySnapshotId)],
    workingVolumes: [...ids(VOLUME), ...volumes.map((each) => each.volumeId)],
    workstation: workstation ?? machine,
  };
}

/** By source snapshot the working volumes that the engine or a record of the room names, and AWS has no more. */
export function lostVolumes({ state, volumes }: Pick<RoomThere, "state" | "volumes">): LostVolumes {
  const lost = new Map<string, string[]>();
  for (const resource of state) {
    const { type, name, id } = resource;
    const record = recordOf(resource);
    const [source, volumeId] =
      record?.event === "attachment"
        ? [record.facts.source, record.facts.working.volume]
        : [type === VOLUME ? sourceNamedIn(name) : undefined, id];
    if (
      source !== undefined &&
      volumeId !== undefined &&
      volumes.every((each) => each.volumeId !== volumeId)
    ) {
      lost.set(source, [...(lost.get(source) ?? []), volumeId]);
    }
  }
  return lost;
}
