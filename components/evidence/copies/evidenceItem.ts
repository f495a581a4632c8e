import type { PreservedCopy } from "./preservedCopies";
import type { WorkingVolume } from "./workingVolumes";

/** An entry of the evidence, as settings name it. */
export interface NamedSnapshot {
  /** The source, `snap-…`: the snapshot that a member account hands over. */
  readonly snapshot: string;

  /** The account that is said to own it, 12 digits. */
  readonly account: string;

  /** The preserved copy of it that is worked on, `snap-…`, where an earlier room made it or there are several. */
  readonly preserved?: string | undefined;

  /** The device that its working volume is attached as. */
  readonly device?: string | undefined;

  /** What the workstation that it is attached to is called in the room. */
  readonly workstation: string;

  /** Whether a working volume of it is attached to the workstation. */
  readonly attach: boolean;

  /** Whether that is taken away again, and nothing more is made of it. */
  readonly withdrawn: boolean;

  /** Why no hash of its disk will come, in the responder's words. */
  readonly unhashed?: string | undefined;
}

/** An entry of the evidence, joined with what there is of it. */
export interface EvidenceItem {
  /** The source, `snap-…`. */
  readonly sourceSnapshotId: string;

  /** The account that is said to own the source, 12 digits. */
  readonly sourceAccount: string;
  readonly device: string | undefined;
  readonly workstation: string;
  readonly attach: boolean;
  readonly withdrawn: boolean;
  readonly unhashed: string | undefined;

  /** The copy that the entry names, `snap-…`, whether it is there or not. */
  readonly namedCopyId: string | undefined;

  /** The copy that the engine has in the stack's state, `snap-…`, whether it is there or not. */
  readonly ownCopyId: string | undefined;

  /** Every preserved copy of the source that carries the ticket. */
  readonly copies: readonly PreservedCopy[];

  /** The one that the room has: which the entry names, or that the engine made, or else the one there is. */
  readonly copy: PreservedCopy | undefined;

  /** Its working volumes: one, but where a deployment was interrupted. */
  readonly volumes: readonly WorkingVolume[];
}

/**
 * Joins the evidence with its copies and its working volumes: once, for whoever asks later.
 *
 * @param copies Every preserved copy that carries the ticket.
 * @param volumes The room's working volumes.
 * @param ownCopyIds By source, the copy that the engine has in the stack's state, whether it is there or not.
 */
export function joinEvidence(
  evidence: readonly NamedSnapshot[],
  copies: readonly PreservedCopy[],
  volumes: readonly WorkingVolume[],
  ownCopyIds: ReadonlyMap<string, string>,
): readonly EvidenceItem[] {
  return evidence.map((entry) => {
    const ofSource = ({ sourceSnapshotId }: { readonly sourceSnapshotId: string | undefined }) =>
      sourceSnapshotId === entry.snapshot;
    const ownCopyId = ownCopyIds.get(entry.snapshot);
    const its = copies.filter(ofSource);
    const withId = (id: string | undefined) =>
      its.find(({ copySnapshotId }) => copySnapshotId === id);
    return {
      sourceSnapshotId: entry.snapshot,
      sourceAccount: entry.account,
      device: entry.device,
      workstation: entry.workstation,
      attach: entry.attach,
      withdrawn: entry.withdrawn,
      unhashed: entry.unhashed,
      namedCopyId: entry.preserved,
      ownCopyId,
      copies: its,
      copy: entry.preserved === undefined ? (withId(ownCopyId) ?? its[0]) : withId(entry.preserved),
      volumes: volumes.filter(ofSource),
    };
  });
}

/** What of the preserved copies no entry of the evidence names the source of. */
export function unnamedCopies(
  copies: readonly PreservedCopy[],
  items: readonly EvidenceItem[],
): readonly PreservedCopy[] {
  return copies.filter((copy) => items.every((item) => !item.copies.includes(copy)));
}
