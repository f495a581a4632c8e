import type { EC2Client } from "@aws-sdk/client-ec2";

import type { EvidenceItem } from "./evidenceItem";
import { isUnderWay, type PreservedCopy } from "./preservedCopies";
import { notAttachable } from "./productCodes";
import { productCodesOf } from "./snapshots";

/**
 * Copies that failed, and to close over those that are not complete: EBS answers a copy at once and may
 * fail it hours later. Of an open room a copy may be pending: nothing is built on it until it is complete.
 *
 * @param copies Every preserved copy that carries the ticket.
 * @param closing A room closes only when every snapshot has its complete copy.
 * @returns a reason for every copy that is missing or incomplete.
 */
export function incompleteCopies(
  items: readonly EvidenceItem[],
  copies: readonly PreservedCopy[],
  closing: boolean,
): string[] {
  const incomplete = copies
    .filter(({ state }) => state !== "completed" && (closing || !isUnderWay(state)))
    .map(
      (copy) =>
        `The preserved copy ${copy.copySnapshotId} of ${copy.sourceSnapshotId ?? "an unknown snapshot"} is ${copy.state}, not completed. ${adviceOn(copy)}`,
    );
  const missing = items
    .filter((item) => item.copies.length === 0)
    .flatMap(({ sourceSnapshotId, withdrawn }) =>
      closing
        ? `${sourceSnapshotId} has no preserved copy. Run pulumi up without closing first, or take it out of the evidence.`
        : withdrawn
          ? `${sourceSnapshotId} has no preserved copy that would be kept: nothing can be withdrawn. Take its line out of the evidence.`
          : [],
    );
  return [...incomplete, ...missing];
}

function adviceOn({ copySnapshotId, state, said }: PreservedCopy): string {
  if (isUnderWay(state)) {
    return "Wait until it is, then run this again.";
  }
  if (state === "recoverable") {
    return `It is in the Recycle Bin: restore it, then run this again: aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${copySnapshotId}`;
  }
  const again = `Have it deleted (aws ec2 delete-snapshot --snapshot-id ${copySnapshotId}), run pulumi refresh, then pulumi up: the source is copied again.`;
  return said === undefined
    ? `EBS gave it up. ${again}`
    : `EBS gave it up: "${said}". ${again} Where it was for a key: look whether the source's key and the evidence key are enabled; AWS's documented way for a disk under a key of the member account is suspectKeys: docs/evidence.md.`;
}

/**
 * What EC2 makes no volume of, or attaches none of: copies in the archive tier, and those that carry product
 * codes of AWS Marketplace. They are kept, and recorded, all the same.
 *
 * @param copies Those that are to be attached, and are not yet.
 * @returns a reason for every one, with what to do.
 */
export async function unattachableCopies(
  client: EC2Client,
  copies: readonly PreservedCopy[],
  region: string,
): Promise<string[]> {
  const codes = await productCodesOf(
    client,
    copies.map(({ copySnapshotId }) => copySnapshotId),
  );
  return copies.flatMap(({ copySnapshotId, sourceSnapshotId = "", archived }) => [
    ...(archived
      ? [
          `The preserved copy ${copySnapshotId} of ${sourceSnapshotId} is in the archive tier, and no volume can be made of it. Have it restored, then run this again: aws ec2 restore-snapshot-tier --region ${region} --snapshot-id ${copySnapshotId} --permanent-restore; or replace the device of ${sourceSnapshotId} by attach: false.`,
        ]
      : []),
    ...notAttachable(
      sourceSnapshotId,
      codes.get(copySnapshotId) ?? [],
      `Its preserved copy ${copySnapshotId} is kept.`,
    ),
  ]);
}

/**
 * What a room that is opened again would copy although an earlier one has preserved it, and evidence that is taken
 * for a copy that it is not.
 *
 * @param open Whether the room is open: then the copies are its own.
 * @returns a reason for each, with the line to add.
 */
export function copiesOfEarlierRooms(items: readonly EvidenceItem[], open: boolean): string[] {
  return items.flatMap(({ sourceSnapshotId, sourceAccount, namedCopyId, copy, copies }) => {
    if (namedCopyId !== undefined) {
      return copy?.sourceAccount === sourceAccount
        ? []
        : `${namedCopyId} is no preserved copy of ${sourceSnapshotId} of account ${sourceAccount} under this ticket and the evidence key.`;
    }
    const [earlier] = open ? [] : copies;
    return earlier === undefined
      ? []
      : `${sourceSnapshotId} was preserved by an earlier room of this ticket. Add to its evidence: preserved: ${earlier.copySnapshotId}`;
  });
}

/**
 * Copies that were taken from an open room, and those that the engine was never told of and has to choose between.
 *
 * @param stack Name of the room's stack.
 * @returns a reason for every one, with what to do.
 */
export function missingOwnCopies(items: readonly EvidenceItem[], stack: string): string[] {
  return items.flatMap(({ sourceSnapshotId, namedCopyId, ownCopyId, copies }) => {
    if (ownCopyId !== undefined) {
      return copies.some(({ copySnapshotId }) => copySnapshotId === ownCopyId)
        ? []
        : `The preserved copy ${ownCopyId} of ${sourceSnapshotId} is gone, or has lost its tags: look in CloudTrail who did it. Of a copy in the Recycle Bin: aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${ownCopyId}. Of one that is gone for good: pulumi refresh --stack ${stack}, then pulumi up --stack ${stack}, which copies the source again.`;
    }
    return namedCopyId !== undefined || copies.length < 2
      ? []
      : `${sourceSnapshotId} was preserved more than once, by deployments that were interrupted: ${copies.map(({ copySnapshotId, state }) => `${copySnapshotId} (${state})`).join(" and ")}. All are kept; say which one is worked on by adding to its evidence: preserved: ${(copies.find(({ state }) => state === "completed") ?? copies[0])?.copySnapshotId}`;
  });
}
