import {
  DescribeLockedSnapshotsCommand,
  type EC2Client,
  type LockedSnapshotsInfo,
} from "@aws-sdk/client-ec2";

import { snapshotArn } from "../../aws/arn";
import { lookUpFailure } from "../../aws/failure";
import { LOCK_RUNBOOK } from "../../names";
import { Refusal } from "../../refusal";
import { HOLDING, lockCommand, type LockTerms, SNAPSHOT_PARAMETER } from "../runbooks/lockRunbook";
import type { PreservedCopy } from "./preservedCopies";

/**
 * The locks of all snapshots of the client's account and Region. Pulumi's AWS provider cannot look
 * them up.
 *
 * @throws Refusal with AWS's answer where they cannot be seen.
 */
export async function findLocks(client: EC2Client): Promise<readonly LockedSnapshotsInfo[]> {
  const locks: LockedSnapshotsInfo[] = [];
  let NextToken: string | undefined;
  try {
    do {
      // All that are: what AWS answers when asked for one that is not locked is undocumented.
      const page = await client.send(new DescribeLockedSnapshotsCommand({ NextToken }));
      locks.push(...(page.Snapshots ?? []));
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
  } catch (error) {
    throw new Refusal("The locks of the preserved copies cannot be seen", [
      lookUpFailure("What ec2:DescribeLockedSnapshots tells", error),
    ]);
  }
  return locks;
}

/**
 * Copies that could be deleted: those that EBS Snapshot Lock does not hold.
 *
 * @returns a reason for every copy that is not locked, with the command that locks it.
 */
export function unlockedCopies(
  copies: readonly Pick<PreservedCopy, "copySnapshotId" | "sourceSnapshotId">[],
  locks: readonly LockedSnapshotsInfo[],
  terms: LockTerms,
): string[] {
  return copies.flatMap(({ copySnapshotId, sourceSnapshotId = "" }) => {
    const lock = locks.find(({ SnapshotId }) => SnapshotId === copySnapshotId);
    const state = lock?.LockState ?? "no lock";
    return HOLDING.includes(state)
      ? []
      : `The preserved copy ${copySnapshotId} of ${sourceSnapshotId} is not locked (${state}). Lock it, then run this again: ${startOfRunbook(copySnapshotId, terms.region)} Where the runbook fails, an administrator locks it: ${lockCommand(terms)} ${copySnapshotId}`;
  });
}

/** The command that locks a copy. */
function startOfRunbook(copySnapshotId: string, region: string): string {
  const arn = snapshotArn(region, copySnapshotId);
  return `aws ssm start-automation-execution --region ${region} --document-name ${LOCK_RUNBOOK} --parameters ${SNAPSHOT_PARAMETER}=${arn}`;
}
