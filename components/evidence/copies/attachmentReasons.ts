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

/**
 * Devices that another working volume is still attached as.
 *
 * @param wanted What is to be attached.
 * @param volumes All working volumes of the room.
 */
export function takenDevices(
  wanted: readonly EvidenceItem[],
  volumes: readonly WorkingVolume[],
): string[] {
  return wanted
    .filter((item) => !isAttached(item))
    .flatMap(({ sourceSnapshotId, device: asked }) =>
      volumes
        .filter(({ device }) => device !== undefined && device === asked)
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
