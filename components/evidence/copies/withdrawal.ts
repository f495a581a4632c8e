import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { answerOf, lookUpFailure } from "../../aws/failure";
import { Refusal } from "../../refusal";
import { recordFile } from "../records/custodyRecord";
import type { WithdrawalFacts } from "../records/evidenceRecords";
import type { EvidenceItem } from "./evidenceItem";
import type { PreservedCopy } from "./preservedCopies";
import type { WorkingVolume } from "./workingVolumes";

/** What the record of a withdrawal says: all of it is there before anything is taken away. */
export function withdrawalFacts(
  { sourceSnapshotId, sourceAccount }: EvidenceItem,
  { copySnapshotId, sizeGiB }: PreservedCopy,
  evidenceKeyArn: string,
  existing: WorkingVolume | undefined,
): WithdrawalFacts {
  return {
    source: { snapshot: sourceSnapshotId, account: sourceAccount, ownerCompared: true },
    preserved: { snapshot: copySnapshotId, key: evidenceKeyArn, sizeGiB },
    ...(existing === undefined
      ? {}
      : { working: { volume: existing.volumeId, key: existing.keyArn } }),
  };
}

/**
 * Whether the vault has the record of a withdrawal. It is written when nothing protects the working volume
 * any more, so the volume can be left out of the room from then on.
 *
 * @throws Refusal with AWS's answer where that cannot be looked up.
 */
export async function isRecorded(
  bucket: string,
  ticket: string,
  facts: WithdrawalFacts,
): Promise<boolean> {
  const { key } = recordFile("withdrawal", ticket, facts);
  try {
    const { keys } = await aws.s3.getObjects({ bucket, prefix: key });
    return keys.includes(key);
  } catch (error) {
    throw new Refusal("Whether the withdrawal is recorded is not known", [
      lookUpFailure(`The record ${key} in ${bucket}`, error),
    ]);
  }
}

/**
 * Copies of an open room that its evidence does not name: the engine would refuse to let them go for their protection,
 * in words of its own. What an earlier room of the ticket preserved may be left out.
 *
 * @param unnamed Preserved copies that the evidence does not name.
 * @param volumes The room's working volumes.
 * @param openedAt When the room was opened; undefined where that is not known.
 */
export function copiesOfThisRoom(
  unnamed: readonly PreservedCopy[],
  volumes: readonly WorkingVolume[],
  openedAt: Date | undefined,
): readonly PreservedCopy[] {
  return unnamed.filter(
    ({ sourceSnapshotId, begun }) =>
      volumes.some((volume) => volume.sourceSnapshotId === sourceSnapshotId) ||
      (begun !== undefined && openedAt !== undefined && begun > openedAt),
  );
}

/** Why copies of an open room may not be left out, with the lines that have to stay. */
export function leftOut(copiesOfRoom: readonly PreservedCopy[]): string[] {
  return copiesOfRoom.map(
    ({ copySnapshotId, sourceSnapshotId = "", sourceAccount = "" }) =>
      `${sourceSnapshotId} is evidence of this open room, and its line is gone. Put it back as it was; or withdraw it, which keeps its preserved copy ${copySnapshotId}: - { snapshot: ${sourceSnapshotId}, account: "${sourceAccount}", withdrawn: true }`,
  );
}

/** When the incident's key was made, as a room begins with it; undefined where AWS does not tell. */
export async function keyMadeAt(alias: string): Promise<Date | undefined> {
  try {
    return new Date((await aws.kms.getKey({ keyId: alias })).creationDate);
  } catch (error) {
    void pulumi.log.warn(`When the key ${alias} was made was not looked at. ${answerOf(error)}`);
    return undefined;
  }
}
