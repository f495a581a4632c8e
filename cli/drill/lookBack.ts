import type { Snapshot } from "@aws-sdk/client-ec2";

import { Case } from "../../components/case";
import { findLocks } from "../../components/evidence/copies/copyLocks";
import { ownSnapshots } from "../../components/evidence/copies/snapshots";
import { findCaseRecords, listObjects } from "../../components/evidence/records/caseRecords";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import { HANDOVER_TAG, TICKET_TAG } from "../../components/tags";
import type { KnownRoom } from "../room/knownRoom";
import type { Drill, Moment } from "./drillForm";
import type { Responder } from "./responder";

/**
 * What AWS says of when a drill was, by what stays when its room is closed, and what that is.
 *
 * @param room None where nothing of it was made.
 * @throws Refusal, or what AWS's SDK throws, where something does not tell.
 */
export async function lookBack(
  { ticket, memberAccount }: Drill,
  { ec2 }: Pick<Responder, "ec2">,
  room: Pick<KnownRoom, "aws" | "foundation"> | undefined,
): Promise<{ readonly moments: readonly Moment[]; readonly left: readonly string[] }> {
  const ofCase = new Case(ticket);
  const filters = [{ Name: `tag:${TICKET_TAG}`, Values: [ofCase.tag] }];
  const moments: Moment[] = [];
  const left: string[] = [];
  const note = (when: Date | undefined, what: string, by: Moment["by"]) => {
    if (when !== undefined) {
      moments.push({ at: when.toISOString(), what, by });
    }
  };
  const noteSnapshot = ({ SnapshotId, StartTime, CompletionTime }: Snapshot, what: string) => {
    note(StartTime, `${what} ${SnapshotId} begun`, "EC2");
    note(CompletionTime, `${what} ${SnapshotId} complete`, "EC2");
  };
  for (const snapshot of await ownSnapshots(ec2, filters)) {
    const isCopy = snapshot.Tags?.some(({ Key }) => Key === HANDOVER_TAG) === true;
    noteSnapshot(snapshot, isCopy ? "copy under the transfer key" : "snapshot of the disk");
    left.push(
      `snapshot ${snapshot.SnapshotId} of account ${memberAccount}, ${snapshot.VolumeSize} GiB: whoever administers that account deletes it`,
    );
  }
  if (room !== undefined) {
    const { aws, foundation } = room;
    const bucket = foundation.vaultBucket;
    const [copies, locks, { records, written }, hashes] = await Promise.all([
      ownSnapshots(aws.ec2, filters),
      findLocks(aws.ec2),
      findCaseRecords(aws.s3, { bucket, ticket }),
      listObjects(aws.s3, bucket, ofCase.diskHashes),
    ]);
    for (const copy of copies) {
      const lock = locks.find(({ SnapshotId }) => SnapshotId === copy.SnapshotId);
      const until = HOLDING.includes(lock?.LockState ?? "")
        ? `locked until ${lock?.LockExpiresOn?.toISOString()}`
        : "not locked";
      noteSnapshot(copy, "preserved copy");
      note(lock?.LockCreatedOn, `preserved copy ${copy.SnapshotId} locked`, "EC2");
      left.push(`preserved copy ${copy.SnapshotId}, ${copy.VolumeSize} GiB, ${until}`);
    }
    for (const [key, { event }] of records) {
      note(written.get(key), `record of ${event} written`, "S3");
    }
    hashes.forEach(({ key, written: when }) => note(when, `${key} written`, "S3"));
    left.push(`${records.size} records and ${hashes.length} hashes of ${ticket} in the vault`);
  }
  return { moments: moments.sort((a, b) => (a.at < b.at ? -1 : 1)), left };
}
