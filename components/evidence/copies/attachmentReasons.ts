import { FIRST_WORKSTATION } from "../../case";
import type { EvidenceItem } from "./evidenceItem";
import type { WorkingVolume } from "./workingVolumes";

/** What is attached and is to be attached no more: that is withdrawn, never let go without a word. */
export function unattachedInSilence(items: readonly EvidenceItem[]): string[] {
  return items
    .filter(({ attach, withdrawn }) => !attach && !withdrawn)
    .flatMap(({ sourceSnapshotId, volumes }) =>
      volumes
        .filter(({ device }) => device !== undefined)
        .map(
          ({ volumeId, device }) =>
            `${sourceSnapshotId} is attached already: its working volume ${volumeId} is ${device}. Take attach: false out of its entry again; or add withdrawn: true, which takes the volume away and keeps the preserved copy.`,
        ),
    );
}

/** A workstation of the room, as it is or will be. */
export interface MachineOfRoom {
  /** What it is called. */
  readonly name: string;

  /** `i-…`; undefined where it is still to be started. */
  readonly instanceId: string | undefined;
  readonly instanceType: string;
}

/**
 * What is attached to another of the room's workstations than its entry names: EC2 detaches nothing that is still
 * mounted, and the engine nothing that it protects.
 */
export function attachedElsewhere(
  items: readonly EvidenceItem[],
  machines: readonly MachineOfRoom[],
): string[] {
  return items.flatMap(({ sourceSnapshotId, workstation, volumes }) =>
    volumes.flatMap(({ volumeId, instanceId }) => {
      const there = machines.find((each) => each.instanceId === instanceId);
      return instanceId === undefined || there === undefined || there.name === workstation
        ? []
        : `${sourceSnapshotId} is attached to ${there.name} (${volumeId} to ${instanceId}), and its entry names ${workstation}. Name ${there.name} again; or withdraw it from there first, with withdrawn: true, and when the volume is gone name ${workstation} without that: another one is made of the preserved copy.`;
    }),
  );
}

/**
 * Devices that another working volume is still attached as.
 *
 * @param wanted What is to be attached.
 * @param volumes All working volumes of the room.
 */
export function takenDevices(
  wanted: readonly EvidenceItem[],
  volumes: readonly WorkingVolume[],
  machines: readonly MachineOfRoom[],
): string[] {
  const called = (id: string | undefined) =>
    machines.find(({ instanceId }) => instanceId === id)?.name ?? FIRST_WORKSTATION;
  return wanted
    .filter((item) => !isAttached(item))
    .flatMap(({ sourceSnapshotId, device: asked, workstation }) =>
      volumes
        .filter(
          ({ device, instanceId }) =>
            device !== undefined && device === asked && called(instanceId) === workstation,
        )
        .map(
          ({ volumeId, sourceSnapshotId: other }) =>
            `${sourceSnapshotId} cannot be ${asked}: ${volumeId} of ${other} still is. Give it another device, or run this again when that one is taken away.`,
        ),
    );
}

/** Whether a working volume of an entry is attached. */
export function isAttached({ volumes }: Pick<EvidenceItem, "volumes">): boolean {
  return volumes.some(({ device }) => device !== undefined);
}
