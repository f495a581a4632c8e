import {
  DescribeLockedSnapshotsCommand,
  type EC2Client,
  type LockedSnapshotsInfo,
} from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../../aws/failure";
import { LOCK_RUNBOOK } from "../../names";
import { partitionOf } from "../../aws/partition";
import { Refusal } from "../../refusal";
import { HOLDING, lockCommand, type LockTerms, SNAPSHOT_PARAMETER } from "../runbooks/lockRunbook";

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

/** A preserved copy, and the snapshot it was made from. */
export interface CopyOfSource {
  readonly snapshotId: string;
  readonly source: string;
}

/**
 * Refuses copies that could be deleted: those that EBS Snapshot Lock does not hold.
 *
 * @throws Refusal naming every copy that is not locked, with the command that locks it.
 */
export function requireLockedCopies(
  copies: readonly CopyOfSource[],
  locks: readonly LockedSnapshotsInfo[],
  terms: LockTerms,
): void {
  const reasons = copies.flatMap(({ snapshotId, source }) => {
    const state = locks.find(({ SnapshotId }) => SnapshotId === snapshotId)?.LockState ?? "no lock";
    return HOLDING.includes(state)
      ? []
      : `The preserved copy ${snapshotId} of ${source} is not locked (${state}). Lock it, then run this again: ${startOfRunbook(snapshotId, terms.region)} Where the runbook fails, an administrator locks it: ${lockCommand(terms)} ${snapshotId}`;
  });
  if (reasons.length > 0) {
    throw new Refusal("The preserved copies are not locked", reasons);
  }
}

/** The command that locks a copy. */
function startOfRunbook(snapshotId: string, region: string): string {
  const arn = `arn:${partitionOf(region).name}:ec2:${region}::snapshot/${snapshotId}`;
  return `aws ssm start-automation-execution --region ${region} --document-name ${LOCK_RUNBOOK} --parameters ${SNAPSHOT_PARAMETER}=${arn}`;
}
