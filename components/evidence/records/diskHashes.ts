import type { S3Client } from "@aws-sdk/client-s3";

import { Case } from "../../case";
import type { EvidenceItem } from "../copies/evidenceItem";
import { type CaseVault, findObjects } from "./caseRecords";

/**
 * The hashes of a case's disks that are in the vault: whatever their number, one list.
 *
 * @returns keys of their objects, sorted.
 * @throws Refusal where S3 does not tell.
 */
export async function findDiskHashes(
  client: Pick<S3Client, "send">,
  { bucket, ticket }: CaseVault,
): Promise<readonly string[]> {
  return (await findObjects(client, bucket, new Case(ticket).diskHashes)).sort();
}

/** By source snapshot, the working volumes that a room had and AWS has no more, `vol-…`. */
export type LostVolumes = ReadonlyMap<string, readonly string[]>;

/**
 * The hash of every disk of a room.
 *
 * @param found Keys of the hashes that are in the vault.
 * @returns by source snapshot, the key of its disk's hash; of a disk without one there is none.
 */
export function hashesOf(
  items: readonly EvidenceItem[],
  lost: LostVolumes,
  found: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    items.flatMap(({ sourceSnapshotId, volumes }) => {
      // A workstation that was started anew takes the hash again; each of them is the same disk's.
      const ids = [
        ...volumes.map(({ volumeId }) => volumeId),
        ...(lost.get(sourceSnapshotId) ?? []),
      ];
      const hash = found.find((key) => ids.some((id) => key.endsWith(`/${id}.json`)));
      return hash === undefined ? [] : [[sourceSnapshotId, hash] as const];
    }),
  );
}

/**
 * Disks without a hash that nobody has explained: no room is closed over one.
 *
 * @param hashes What {@link hashesOf} found.
 * @returns a reason for every disk.
 */
export function unhashedDisks(
  items: readonly EvidenceItem[],
  lost: LostVolumes,
  hashes: ReadonlyMap<string, string>,
  { bucket, ticket }: CaseVault,
): string[] {
  return items
    .filter(
      ({ sourceSnapshotId, attach, withdrawn, unhashed }) =>
        !hashes.has(sourceSnapshotId) && attach && !withdrawn && unhashed === undefined,
    )
    .map(({ sourceSnapshotId, volumes: [disk] }) => {
      const explained = `say why in its entry, which is recorded: unhashed: "<reason>"`;
      const [gone] = lost.get(sourceSnapshotId) ?? [];
      if (disk === undefined && gone !== undefined) {
        const stack = `--stack ${new Case(ticket).stack}`;
        return `The disk ${gone} of ${sourceSnapshotId} is gone, and no hash of it is in the vault: it was deleted before it was read to its end. Look in CloudTrail who did it. Either have a disk again and its hash taken: pulumi config set closing false ${stack}; pulumi refresh ${stack}; pulumi up ${stack}; or ${explained}`;
      }
      return disk === undefined
        ? `${sourceSnapshotId} was never attached, so no hash of its disk was taken. Where that stays so, ${explained}`
        : `The disk ${disk.volumeId} of ${sourceSnapshotId} has no hash: below s3://${bucket}/${new Case(ticket).diskHashes} there is no ${disk.volumeId}.json. The workstation writes it once it has read the whole disk, which takes hours: wait, then run this again. Where none will come, ${explained}`;
    });
}
