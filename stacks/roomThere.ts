import type { EvidenceItem } from "../components/evidence/copies/evidenceItem";
import { sourceNamedIn } from "../components/evidence/copies/evidenceNames";
import type { PreservedCopy } from "../components/evidence/copies/preservedCopies";
import type { WorkingVolume } from "../components/evidence/copies/workingVolumes";
import type { LostVolumes } from "../components/evidence/records/diskHashes";
import { furtherMachineNamed } from "../components/room/workstation";
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

  /** The first workstation as AWS has it, `i-…`. */
  readonly workstation: string | undefined;

  /** By name, those beside it. */
  readonly further: ReadonlyMap<string, string>;
}

/** Whether this is a room's first workstation: it has no other instance but {@link furtherWorkstation}s. */
export function isWorkstation({ type, name }: StateResource): boolean {
  return type === INSTANCE && furtherMachineNamed(name) === undefined;
}

/** What a workstation beside the first is called; undefined where this is none. */
export function furtherWorkstation({ type, name }: StateResource): string | undefined {
  return type === INSTANCE ? furtherMachineNamed(name) : undefined;
}

/** What the engine or AWS has of the room: each may know of something that the other does not. */
export function contentsOf({ state, copies, volumes, workstation, further }: RoomThere) {
  const ids = (of: string) => state.flatMap(({ type, id }) => (type === of ? (id ?? []) : []));
  const machines = new Map<string | undefined, string>([
    // What AWS has comes after what the engine does: it counts.
    ...state.flatMap((each): [string | undefined, string][] =>
      each.type === INSTANCE && each.id !== undefined ? [[furtherWorkstation(each), each.id]] : [],
    ),
    ...(workstation === undefined ? [] : [[undefined, workstation] as const]),
    ...further,
  ]);
  return {
    preservedCopies: [...ids(COPY), ...copies.map((each) => each.copySnapshotId)],
    workingVolumes: [...ids(VOLUME), ...volumes.map((each) => each.volumeId)],
    workstations: [...machines.values()],
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
