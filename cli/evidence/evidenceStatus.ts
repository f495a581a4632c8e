import type { LockedSnapshotsInfo } from "@aws-sdk/client-ec2";

import { FIRST_WORKSTATION } from "../../components/case";
import { isUnderWay, type PreservedCopy } from "../../components/evidence/copies/preservedCopies";
import type { WorkingVolume } from "../../components/evidence/copies/workingVolumes";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import type { IncidentSettings } from "../../settings/parseSettings";

/** How far a disk is. */
export interface DiskState {
  /** The snapshot that was handed over. */
  readonly snapshot: string;

  /** Who owns it, 12 digits. */
  readonly account: string;

  /** `handed over`, `copying 45%`, `preserved`, or why it is not. */
  readonly state: string;

  /** The preserved copy, if there is one. */
  readonly copy: string | undefined;

  /** Until when that is locked; undefined where it is not. */
  readonly lockedUntil: Date | undefined;

  /** Whether the hash of its disk is in the vault. */
  readonly hashed: boolean;

  /** The device it is attached as, and of which workstation where that is not the first; undefined where it is not. */
  readonly device: string | undefined;

  /** Its size, in GiB; undefined where there is no copy. */
  readonly sizeGiB: number | undefined;
}

/** What AWS has of a room's disks. */
export interface DisksInAws {
  readonly copies: readonly PreservedCopy[];

  /** By copy, how far EBS is with it, such as `45%`. */
  readonly progress: ReadonlyMap<string, string>;
  readonly locks: readonly LockedSnapshotsInfo[];
  readonly volumes: readonly WorkingVolume[];

  /** By id, what the workstations are called. */
  readonly machines: ReadonlyMap<string, string>;

  /** Volumes that records of attachment name, whether they are still there or not. */
  readonly recorded: readonly Pick<WorkingVolume, "sourceSnapshotId" | "volumeId">[];

  /** Keys of the hashes that are in the vault. */
  readonly hashes: readonly string[];
}

/** Joins the evidence that a room names with what AWS has of it; what AWS has beside that comes last. */
export function diskStates(
  evidence: IncidentSettings["evidence"],
  { copies, progress, locks, volumes, machines, recorded, hashes }: DisksInAws,
): readonly DiskState[] {
  const named = evidence.map(({ snapshot, account, withdrawn }) => ({
    snapshot,
    account,
    withdrawn,
  }));
  const others = copies.flatMap(({ sourceSnapshotId: snapshot, sourceAccount: account = "" }) =>
    snapshot === undefined || named.some((each) => each.snapshot === snapshot)
      ? []
      : [{ snapshot, account, withdrawn: false }],
  );
  return [...named, ...others].map(({ snapshot, account, withdrawn }) => {
    const copy = copies.find(({ sourceSnapshotId }) => sourceSnapshotId === snapshot);
    const volume = volumes.find(({ sourceSnapshotId }) => sourceSnapshotId === snapshot);
    const lock = locks.find(({ SnapshotId }) => SnapshotId === copy?.copySnapshotId);
    return {
      snapshot,
      account,
      state: [stateOf(copy, progress), ...(withdrawn ? ["withdrawn"] : [])].join(", "),
      copy: copy?.copySnapshotId,
      lockedUntil: HOLDING.includes(lock?.LockState ?? "") ? lock?.LockExpiresOn : undefined,
      hashed: [...volumes, ...recorded].some(
        ({ sourceSnapshotId, volumeId }) =>
          sourceSnapshotId === snapshot && hashes.some((key) => key.endsWith(`/${volumeId}.json`)),
      ),
      device: volume === undefined ? undefined : attachedAs(volume, machines),
      sizeGiB: copy?.sizeGiB,
    };
  });
}

/** As AWS has it: the settings may say another one by now. */
function attachedAs(
  { device, instanceId }: WorkingVolume,
  machines: ReadonlyMap<string, string>,
): string | undefined {
  const workstation = machines.get(instanceId ?? "") ?? instanceId ?? FIRST_WORKSTATION;
  return device === undefined || workstation === FIRST_WORKSTATION
    ? device
    : `${device} of ${workstation}`;
}

function stateOf(copy: PreservedCopy | undefined, progress: ReadonlyMap<string, string>): string {
  if (copy === undefined) {
    return "handed over";
  }
  if (copy.state === "completed") {
    return "preserved";
  }
  return isUnderWay(copy.state)
    ? `copying ${progress.get(copy.copySnapshotId) || "0%"}`
    : [copy.state, ...(copy.said === undefined ? [] : [copy.said])].join(": ");
}

/** The states as a table, under a line of headings. */
export function diskRows(states: readonly DiskState[]): string[][] {
  return [
    ["handed over", "account", "state", "preserved as", "locked until", "hash", "attached as"],
    ...states.map(({ snapshot, account, state, copy, lockedUntil, hashed, device }) => [
      snapshot,
      account,
      state,
      copy ?? "-",
      lockedUntil?.toISOString().slice(0, 10) ?? "not locked",
      hashed ? "in the vault" : "not yet",
      device ?? "-",
    ]),
  ];
}
