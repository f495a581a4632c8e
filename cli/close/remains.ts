import { Case } from "../../components/case";
import { findLocks } from "../../components/evidence/copies/copyLocks";
import { findPreservedCopies } from "../../components/evidence/copies/preservedCopies";
import { findObjects } from "../../components/evidence/records/caseRecords";
import { findDiskHashes } from "../../components/evidence/records/diskHashes";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import { findMade } from "../../stacks/madeForRoom";
import { findClaimedSlots, throughSdk } from "../mend/roomInAws";
import type { KnownRoom } from "../room/knownRoom";

/** What AWS has of a room once it is destroyed. */
export interface Remains {
  /** What is meant to stay, a sentence each. */
  readonly kept: readonly string[];

  /** What should not be there any more, a sentence each. */
  readonly tooMuch: readonly string[];
}

/**
 * Looks in the account, and not in the engine's state, at what is left of a room.
 *
 * @throws Refusal where AWS does not tell.
 */
export async function findRemains({
  ticket,
  settings,
  aws,
  foundation: { evidenceKeyArn, vaultBucket: bucket },
}: Pick<KnownRoom, "ticket" | "settings" | "aws" | "foundation">): Promise<Remains> {
  const ofCase = new Case(ticket);
  const claimed = await findClaimedSlots(aws, ticket);
  // Of a case a deployer sees the names of records and hashes, and of nothing else.
  const [{ made, unnamed, keys }, copies, locks, records, hashes] = await Promise.all([
    findMade(aws.ec2, throughSdk(aws), settings, claimed, []),
    findPreservedCopies(aws.ec2, ticket, evidenceKeyArn, []),
    findLocks(aws.ec2),
    findObjects(aws.s3, bucket, ofCase.records),
    findDiskHashes(aws.s3, { bucket, ticket }),
  ]);
  const leaving = keys.filter(({ state }) => state === "PendingDeletion");
  return {
    kept: [
      ...copies.map(({ copySnapshotId, sourceSnapshotId = "an unknown snapshot", sizeGiB }) => {
        const lock = locks.find(({ SnapshotId }) => SnapshotId === copySnapshotId);
        const until = HOLDING.includes(lock?.LockState ?? "")
          ? `locked until ${lock?.LockExpiresOn?.toISOString() ?? "AWS does not say when"}`
          : "not locked";
        return `preserved copy ${copySnapshotId} of ${sourceSnapshotId}, ${sizeGiB} GiB, ${until}`;
      }),
      `${records.length} records: s3://${bucket}/${ofCase.records}`,
      `${hashes.length} hashes of disks: s3://${bucket}/${ofCase.diskHashes}`,
      `what investigators have put: s3://${bucket}/${ofCase.results}`,
      ...leaving.map(({ arn }) => `the key ${arn}, unusable, until AWS deletes it`),
    ],
    tooMuch: [
      ...made.map(({ type, id, name }) => `${type.split(":").at(-1)} ${id} (${name})`),
      ...unnamed.map(({ id, type }) => `${type.split(":").at(-1)} ${id}`),
      ...keys
        .filter(({ state }) => state !== "PendingDeletion")
        .map(({ arn, state }) => `the key ${arn}, which is ${state}`),
    ],
  };
}
