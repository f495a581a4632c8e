import * as aws from "@pulumi/aws";

import { answerOf, failureOf, lookUpFailure } from "../awsFailure";
import { Refusal } from "../refusal";
import { SOURCE_ACCOUNT_TAG, SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../tags";

/** A snapshot named as evidence. */
export interface NamedSnapshot {
  /** `snap-…`. */
  readonly snapshot: string;

  /** The account that is said to own it, 12 digits. */
  readonly account: string;

  /** The preserved copy of it that an earlier room made, `snap-…`. */
  readonly preserved?: string | undefined;
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

  /** Its size, in GiB. */
  readonly sizeGiB: number;
}

/**
 * Looks up the preserved copies that carry this ticket: those under the evidence key. Whatever else
 * carries its tags, such as a snapshot of a working volume, ends with the room.
 */
export async function findPreservedCopies(
  ticketTag: string,
  evidenceKeyArn: string,
): Promise<PreservedCopy[]> {
  const { ids, snapshots } = await snapshotsOf(ticketTag);
  return snapshots.flatMap(({ kmsKeyId, state, tags, volumeSize }, index) =>
    kmsKeyId === evidenceKeyArn
      ? [
          {
            snapshotId: ids[index] ?? "",
            state,
            sizeGiB: volumeSize,
            source: tags[SOURCE_SNAPSHOT_TAG],
            sourceAccount: tags[SOURCE_ACCOUNT_TAG],
          },
        ]
      : [],
  );
}

async function snapshotsOf(ticketTag: string) {
  try {
    const { ids } = await aws.ebs.getSnapshotIds({
      owners: ["self"],
      filters: [{ name: `tag:${TICKET_TAG}`, values: [ticketTag] }],
    });
    const snapshots = await Promise.all(
      ids.map((snapshotId) => aws.ebs.getSnapshot({ snapshotIds: [snapshotId] })),
    );
    return { ids, snapshots };
  } catch (error) {
    throw new Refusal("The preserved copies are not known", [
      lookUpFailure("The snapshots that carry this ticket", error),
    ]);
  }
}

/**
 * Refuses copies that are not complete: EBS answers a copy at once and may fail it hours later.
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
    .filter(({ state }) => state !== "completed")
    .map(
      ({ snapshotId, source, state }) =>
        `The preserved copy ${snapshotId} of ${source ?? "an unknown snapshot"} is ${state}, not completed. ` +
        (state === "pending"
          ? "Wait until it is, then run this again."
          : `EBS gave it up. Have it deleted (aws ec2 delete-snapshot --snapshot-id ${snapshotId}), run pulumi refresh, then pulumi up: the source is copied again.`),
    );
  if (closing) {
    reasons.push(
      ...evidence
        .filter(({ snapshot }) => copies.every(({ source }) => source !== snapshot))
        .map(
          ({ snapshot }) =>
            `${snapshot} has no preserved copy. Run pulumi up without closing first, or take it out of the evidence.`,
        ),
    );
  }
  if (reasons.length > 0) {
    throw new Refusal("The preserved copies are not complete", reasons);
  }
}

/** Where the copies are made, and what they can be made from. */
export interface CopyingRoom {
  /** The Audit account, 12 digits; its own keys can be copied from. */
  readonly accountId: string;
  readonly region: string;
  readonly transferKeyArn: string;

  /** Keys of other accounts that the room is granted. */
  readonly suspectKeys: readonly { readonly keyArn: string }[];
}

/**
 * Checks the snapshots that have no preserved copy yet: here, complete, owned by the account that is
 * said to own them, and unencrypted or under a key that can be copied from, as EBS would take another one
 * and fail the copy later. Those that are preserved are not asked for again: the member account may have
 * deleted them.
 *
 * @throws Refusal naming every snapshot that cannot be copied.
 */
export async function requireSharedSnapshots(
  evidence: readonly NamedSnapshot[],
  copies: readonly PreservedCopy[],
  room: CopyingRoom,
): Promise<void> {
  const { accountId, region } = room;
  const renamed = evidence.flatMap(({ snapshot, account }) => {
    const copy = copies.find(({ source }) => source === snapshot);
    if (copy !== undefined && copy.sourceAccount === undefined) {
      return `The preserved copy ${copy.snapshotId} of ${snapshot} does not say whose it was: its tag ${SOURCE_ACCOUNT_TAG} is gone. Find out who took it and put it back.`;
    }
    return copy === undefined || copy.sourceAccount === account
      ? []
      : `${snapshot} is preserved already, as a snapshot of account ${copy.sourceAccount}, not of ${account}.`;
  });
  const missing = evidence.filter(({ snapshot }) =>
    copies.every(({ source }) => source !== snapshot),
  );
  const reasons = await Promise.all(
    missing.map(async ({ snapshot, account }) => {
      try {
        const { state, ownerId, encrypted, kmsKeyId } = await aws.ebs.getSnapshot({
          snapshotIds: [snapshot],
        });
        if (ownerId !== account) {
          return `${snapshot} is owned by account ${ownerId}, not by ${account} as the evidence says.`;
        }
        return [
          ...(state === "completed"
            ? []
            : [`${snapshot} is ${state}; only a completed one is copied.`]),
          ...(encrypted ? await unusableKey(snapshot, kmsKeyId, room) : []),
        ];
      } catch (error) {
        return lookUpFailure(
          `The snapshot ${snapshot}`,
          error,
          `${snapshot} cannot be seen by account ${accountId} in ${region}: its owner has to share it with this account, in this Region.`,
        );
      }
    }),
  );
  const all = [...renamed, ...reasons.flat()];
  if (all.length > 0) {
    throw new Refusal("The evidence cannot be copied", all);
  }
}

/** Why a snapshot's key cannot be used, if so: EBS would find out when the copy is on its way. */
async function unusableKey(
  snapshot: string,
  keyId: string,
  { accountId, transferKeyArn, suspectKeys }: CopyingRoom,
): Promise<string[]> {
  if (keyId.split(":")[4] === accountId) {
    return [];
  }
  const under = `${snapshot} is encrypted under ${keyId}, which`;
  if (suspectKeys.every(({ keyArn }) => keyArn !== keyId)) {
    return [
      `${under} this room may not use. Have a copy of it shared that is under the transfer key ${transferKeyArn}, or add its key to suspectKeys.`,
    ];
  }
  try {
    await aws.kms.getKey({ keyId });
    return [];
  } catch (error) {
    if (failureOf(error) !== "denied") {
      return [lookUpFailure(`The key ${keyId} of ${snapshot}`, error)];
    }
    // KMS says no more of a key that is not granted.
    return [
      `${under} is not granted yet. Run pulumi up with suspectKeys and without this snapshot first; where that has run, a grant takes up to five minutes to count: run this again. ${answerOf(error)}`,
    ];
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
