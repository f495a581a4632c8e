import type { EC2Client, Snapshot } from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../../aws/failure";
import { Case } from "../../case";
import { Refusal } from "../../refusal";
import { SOURCE_ACCOUNT_TAG, SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../tags";
import { ownSnapshots } from "./snapshots";

/** A preserved copy that exists. */
export interface PreservedCopy {
  /** The copy, `snap-…`. */
  readonly copySnapshotId: string;

  /** The snapshot it was made from, `snap-…`; undefined where somebody removed the tag. */
  readonly sourceSnapshotId: string | undefined;

  /** The account that owned that one, 12 digits; undefined where somebody removed the tag. */
  readonly sourceAccount: string | undefined;

  /** `completed`, or why it is not evidence yet. */
  readonly state: string;

  /** What EBS says of a copy that failed. */
  readonly said: string | undefined;

  /** Whether it is in the archive tier, of which no volume can be made. */
  readonly archived: boolean;

  /** When it was begun. */
  readonly begun: Date | undefined;

  /** Its size, in GiB. */
  readonly sizeGiB: number;
}

/**
 * Looks up the preserved copies that carry this ticket: those under the evidence key, and those that the room has
 * made under another one before. Whatever else carries its tags, such as a snapshot of a working volume, ends with
 * the room.
 *
 * @param own The copies that the engine has in the stack's state, `snap-…`.
 * @throws Refusal with AWS's answer where they cannot be looked up.
 */
export async function findPreservedCopies(
  client: EC2Client,
  ticket: string,
  evidenceKeyArn: string,
  own: readonly string[],
): Promise<PreservedCopy[]> {
  let found: Snapshot[];
  try {
    found = await ownSnapshots(client, [
      { Name: `tag:${TICKET_TAG}`, Values: [new Case(ticket).tag] },
    ]);
  } catch (error) {
    throw new Refusal("The preserved copies are not known", [
      lookUpFailure("The snapshots that carry this ticket", error),
    ]);
  }
  return found
    .filter(
      ({ KmsKeyId, SnapshotId = "" }) => KmsKeyId === evidenceKeyArn || own.includes(SnapshotId),
    )
    .map(({ SnapshotId = "", State, StateMessage, StorageTier, StartTime, VolumeSize, Tags }) => {
      const tag = (key: string) => Tags?.find(({ Key }) => Key === key)?.Value;
      return {
        copySnapshotId: SnapshotId,
        state: State ?? "of no state",
        said: StateMessage || undefined,
        archived: StorageTier === "archive",
        begun: StartTime,
        sizeGiB: VolumeSize ?? 0,
        sourceSnapshotId: tag(SOURCE_SNAPSHOT_TAG),
        sourceAccount: tag(SOURCE_ACCOUNT_TAG),
      };
    });
}

/** Whether EBS is still at it. */
export function isUnderWay(state: string): boolean {
  return state === "pending" || state === "recovering";
}
