import type { S3Client } from "@aws-sdk/client-s3";

import { Case } from "../../case";
import { Refusal } from "../../refusal";
import { type CaseVault, findObjects } from "./caseRecords";
import type { NamedSnapshot } from "../copies/preservedCopies";
import type { WorkingVolume } from "../copies/workingVolumes";

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

/** An entry of the evidence, with what it says where its disk has no hash. */
export type HashedSnapshot = NamedSnapshot & { readonly unhashed?: string | undefined };

/**
 * The hash of every disk of a room, and refuses to close it without one that nobody has explained.
 *
 * @param found Keys of the hashes that are in the vault.
 * @returns by source snapshot, the key of its disk's hash; of a disk without one there is none.
 * @throws Refusal naming every disk.
 */
export function requireHashes(
  evidence: readonly HashedSnapshot[],
  volumes: readonly WorkingVolume[],
  found: readonly string[],
  { bucket, ticket }: CaseVault,
): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  const reasons = evidence.flatMap(({ snapshot, attach, withdrawn, unhashed }) => {
    const disks = volumes.filter(({ source }) => source === snapshot);
    // A workstation that was started anew takes the hash again; each of them is the same disk's.
    const hash = found.find((key) =>
      disks.some(({ volumeId }) => key.endsWith(`/${volumeId}.json`)),
    );
    if (hash !== undefined) {
      hashes.set(snapshot, hash);
      return [];
    }
    if (!attach || withdrawn || unhashed !== undefined) {
      return [];
    }
    const explained = `say why in its entry, which is recorded: unhashed: "<reason>"`;
    const [disk] = disks;
    return disk === undefined
      ? `${snapshot} was never attached, so no hash of its disk was taken. Where that stays so, ${explained}`
      : `The disk ${disk.volumeId} of ${snapshot} has no hash: below s3://${bucket}/${new Case(ticket).diskHashes} there is no ${disk.volumeId}.json. The workstation writes it once it has read the whole disk, which takes hours: wait, then run this again. Where none will come, ${explained}`;
  });
  if (reasons.length > 0) {
    throw new Refusal("A room does not close over a disk that was never hashed", reasons);
  }
  return hashes;
}
