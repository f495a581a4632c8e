import type { EC2Client, Snapshot } from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../../aws/failure";
import { Case } from "../../case";
import { Refusal } from "../../refusal";
import { SOURCE_ACCOUNT_TAG, SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../tags";
import { notAttachable } from "./productCodes";
import { ownSnapshots, productCodesOf } from "./snapshots";

/** A snapshot named as evidence. */
export interface NamedSnapshot {
  /** `snap-…`. */
  readonly snapshot: string;

  /** The account that is said to own it, 12 digits. */
  readonly account: string;

  /** The preserved copy of it that an earlier room made, `snap-…`. */
  readonly preserved?: string | undefined;

  /** Whether a working volume of it is attached to the workstation. */
  readonly attach: boolean;

  /** Whether that is taken away again, and nothing more is made of it. */
  readonly withdrawn: boolean;
}

/** A preserved copy that exists. */
export interface PreservedCopy {
  /** The copy, `snap-…`. */
  readonly snapshotId: string;

  /** The snapshot it was made from, `snap-…`; undefined where somebody removed the tag. */
  readonly source: string | undefined;

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
        snapshotId: SnapshotId,
        state: State ?? "of no state",
        said: StateMessage || undefined,
        archived: StorageTier === "archive",
        begun: StartTime,
        sizeGiB: VolumeSize ?? 0,
        source: tag(SOURCE_SNAPSHOT_TAG),
        sourceAccount: tag(SOURCE_ACCOUNT_TAG),
      };
    });
}

/**
 * Refuses copies that failed, and to close over copies that are not complete: EBS answers a copy at once and may
 * fail it hours later. Of an open room a copy may be pending: nothing is built on it until it is complete.
 *
 * @param closing A room closes only when every snapshot has its complete copy.
 * @throws Refusal naming every copy that is missing or incomplete.
 */
export function requireCompleteCopies(
  copies: readonly PreservedCopy[],
  evidence: readonly NamedSnapshot[],
  closing: boolean,
): void {
  const reasons = copies
    .filter(({ state }) => state !== "completed" && (closing || !isUnderWay(state)))
    .map(
      (copy) =>
        `The preserved copy ${copy.snapshotId} of ${copy.source ?? "an unknown snapshot"} is ${copy.state}, not completed. ${adviceOn(copy)}`,
    );
  reasons.push(
    ...evidence
      .filter(({ snapshot }) => copies.every(({ source }) => source !== snapshot))
      .flatMap(({ snapshot, withdrawn }) =>
        closing
          ? `${snapshot} has no preserved copy. Run pulumi up without closing first, or take it out of the evidence.`
          : withdrawn
            ? `${snapshot} has no preserved copy that would be kept: nothing can be withdrawn. Take its line out of the evidence.`
            : [],
      ),
  );
  if (reasons.length > 0) {
    throw new Refusal("The preserved copies are not complete", reasons);
  }
}

/** Whether EBS is still at it. */
export function isUnderWay(state: string): boolean {
  return state === "pending" || state === "recovering";
}

function adviceOn({ snapshotId, state, said }: PreservedCopy): string {
  if (isUnderWay(state)) {
    return "Wait until it is, then run this again.";
  }
  if (state === "recoverable") {
    return `It is in the Recycle Bin: restore it, then run this again: aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${snapshotId}`;
  }
  const again = `Have it deleted (aws ec2 delete-snapshot --snapshot-id ${snapshotId}), run pulumi refresh, then pulumi up: the source is copied again.`;
  return said === undefined
    ? `EBS gave it up. ${again}`
    : `EBS gave it up: "${said}". ${again} Where it was for a key: look whether the source's key and the evidence key are enabled; AWS's documented way for a disk under a key of the member account is suspectKeys: docs/evidence.md.`;
}

/**
 * Refuses to make a volume of what EC2 makes none of, or attaches none of: copies in the archive tier, and those
 * that carry product codes of AWS Marketplace. They are kept, and recorded, all the same.
 *
 * @param copies Those that are to be attached, and are not yet.
 * @throws Refusal naming every one, with what to do.
 */
export async function requireAttachableCopies(
  client: EC2Client,
  copies: readonly PreservedCopy[],
  region: string,
): Promise<void> {
  const codes = await productCodesOf(
    client,
    copies.map(({ snapshotId }) => snapshotId),
  );
  const reasons = copies.flatMap(({ snapshotId, source = "", archived }) => [
    ...(archived
      ? [
          `The preserved copy ${snapshotId} of ${source} is in the archive tier, and no volume can be made of it. Have it restored, then run this again: aws ec2 restore-snapshot-tier --region ${region} --snapshot-id ${snapshotId} --permanent-restore; or replace the device of ${source} by attach: false.`,
        ]
      : []),
    ...notAttachable(
      source,
      codes.get(snapshotId) ?? [],
      `Its preserved copy ${snapshotId} is kept.`,
    ),
  ]);
  if (reasons.length > 0) {
    throw new Refusal("The evidence cannot be attached", reasons);
  }
}

/**
 * Keeps a room that is opened again from copying what an earlier room has preserved, and evidence from
 * being taken for a copy that it is not.
 *
 * @param open Whether the room is open: then the copies are its own.
 * @throws Refusal with the lines to add.
 */
export function requireEarlierCopies(
  evidence: readonly NamedSnapshot[],
  copies: readonly PreservedCopy[],
  open: boolean,
): void {
  const reasons = evidence.flatMap(({ snapshot, account, preserved }) => {
    const made = copies.filter(({ source }) => source === snapshot);
    if (preserved !== undefined) {
      const copy = made.find(({ snapshotId }) => snapshotId === preserved);
      return copy?.sourceAccount === account
        ? []
        : `${preserved} is no preserved copy of ${snapshot} of account ${account} under this ticket and the evidence key.`;
    }
    const [earlier] = open ? [] : made;
    return earlier === undefined
      ? []
      : `${snapshot} was preserved by an earlier room of this ticket. Add to its evidence: preserved: ${earlier.snapshotId}`;
  });
  if (reasons.length > 0) {
    throw new Refusal("The evidence is preserved already", reasons);
  }
}

/**
 * The copy that a room has of an entry of its evidence: the one that the entry names, or that the engine made, or
 * else the one there is.
 *
 * @param ownId The copy that the engine has in the stack's state, `snap-…`, whether it is still there or not.
 */
export function copyOf(
  { snapshot, preserved }: NamedSnapshot,
  copies: readonly PreservedCopy[],
  ownId: string | undefined,
): PreservedCopy | undefined {
  const made = copies.filter(({ source }) => source === snapshot);
  return preserved === undefined
    ? (made.find(({ snapshotId }) => snapshotId === ownId) ?? made[0])
    : copies.find(({ snapshotId }) => snapshotId === preserved);
}

/**
 * Refuses to go on over a copy that was taken from an open room, and to choose between copies that the engine was
 * never told of.
 *
 * @param ownIds By source snapshot, the copy that the engine has in the stack's state.
 * @param stack Name of the room's stack.
 * @throws Refusal naming every one, with what to do.
 */
export function requireOwnCopies(
  evidence: readonly NamedSnapshot[],
  copies: readonly PreservedCopy[],
  ownIds: ReadonlyMap<string, string>,
  stack: string,
): void {
  const reasons = evidence.flatMap(({ snapshot, preserved }) => {
    const own = ownIds.get(snapshot);
    if (own !== undefined) {
      return copies.some(({ snapshotId }) => snapshotId === own)
        ? []
        : `The preserved copy ${own} of ${snapshot} is gone, or has lost its tags: look in CloudTrail who did it. Of a copy in the Recycle Bin: aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${own}. Of one that is gone for good: pulumi refresh --stack ${stack}, then pulumi up --stack ${stack}, which copies the source again.`;
    }
    const made = copies.filter(({ source }) => source === snapshot);
    return preserved !== undefined || made.length < 2
      ? []
      : `${snapshot} was preserved more than once, by deployments that were interrupted: ${made.map(({ snapshotId, state }) => `${snapshotId} (${state})`).join(" and ")}. All are kept; say which one is worked on by adding to its evidence: preserved: ${(made.find(({ state }) => state === "completed") ?? made[0])?.snapshotId}`;
  });
  if (reasons.length > 0) {
    throw new Refusal("The preserved copies are not what the room has", reasons);
  }
}
