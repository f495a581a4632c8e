import type { EC2Client, Snapshot } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { parseArn } from "../../aws/arn";
import { answerOf, failureOf, lookUpFailure } from "../../aws/failure";
import { SOURCE_ACCOUNT_TAG } from "../../tags";
import { unusableState } from "../keys/keyState";
import { type TimedCopy, tooSlow } from "./copyLimits";
import type { EvidenceItem } from "./evidenceItem";
import { notAttachable } from "./productCodes";
import { namedSnapshots, productCodesOf } from "./snapshots";

/** Where the copies are made, and what they can be made from. */
export interface CopyingRoom {
  /** The Audit account, 12 digits; its own keys can be copied from. */
  readonly accountId: string;
  readonly region: string;
  readonly transferKeyArn: string;
  readonly evidenceKeyArn: string;

  /** Keys of other accounts that the room is granted. */
  readonly suspectKeys: readonly { readonly keyArn: string }[];

  /** Minutes within which EBS is asked to complete each copy. */
  readonly copyMinutes?: number | undefined;
}

/** The entries that have no preserved copy yet, and are to have one. */
export function uncopied(items: readonly EvidenceItem[]): readonly EvidenceItem[] {
  return items.filter(({ copies, withdrawn }) => !withdrawn && copies.length === 0);
}

/**
 * Checks the snapshots that have no preserved copy yet: here, complete, not archived, owned by the account
 * that is said to own them, unencrypted or under a key that can be copied from, attachable where that is
 * asked for, and small enough for the time that is asked for. EBS would refuse them in mid-deployment,
 * or take another one and fail the copy hours later. Those that are preserved are not asked for again: the
 * member account may have deleted them.
 *
 * @param items Those of {@link uncopied}.
 * @returns a reason for every snapshot that cannot be copied.
 */
export async function uncopiable(
  client: EC2Client,
  items: readonly EvidenceItem[],
  room: CopyingRoom,
): Promise<string[]> {
  const found = await namedSnapshots(
    client,
    items.map(({ sourceSnapshotId }) => sourceSnapshotId),
  );
  const codes = await productCodesOf(
    client,
    items.flatMap(({ sourceSnapshotId, attach }) =>
      attach && !(found.get(sourceSnapshotId) instanceof Error) ? sourceSnapshotId : [],
    ),
  );
  const stateOf = keyStates(room);
  const reasons = await Promise.all([
    ...items.map(async (item) => {
      const { sourceSnapshotId } = item;
      const answer = found.get(sourceSnapshotId);
      return answer === undefined || answer instanceof Error
        ? [unseen(sourceSnapshotId, room, answer)]
        : unfitFor(item, answer, codes.get(sourceSnapshotId) ?? [], room, stateOf);
    }),
    items.length === 0 ? [] : unusableEvidenceKey(room, stateOf),
  ]);
  const slow = tooSlow(
    [...found].flatMap(([sourceSnapshotId, answer]): TimedCopy[] =>
      answer instanceof Error ? [] : [{ sourceSnapshotId, sizeGiB: sizeToCopy(answer) }],
    ),
    room.copyMinutes,
  );
  return [...reasons.flat(), ...slow];
}

/** Snapshots that were preserved as something else than the evidence says. */
export function preservedOtherwise(items: readonly EvidenceItem[]): string[] {
  return items.flatMap(({ sourceSnapshotId, sourceAccount, copies: [copy] }) => {
    if (copy !== undefined && copy.sourceAccount === undefined) {
      return `The preserved copy ${copy.copySnapshotId} of ${sourceSnapshotId} does not say whose it was: its tag ${SOURCE_ACCOUNT_TAG} is gone. Find out who took it and put it back.`;
    }
    return copy === undefined || copy.sourceAccount === sourceAccount
      ? []
      : `${sourceSnapshotId} is preserved already, as a snapshot of account ${copy.sourceAccount}, not of ${sourceAccount}.`;
  });
}

function unseen(
  sourceSnapshotId: string,
  { accountId, region }: CopyingRoom,
  answer?: Error,
): string {
  return lookUpFailure(
    `The snapshot ${sourceSnapshotId}`,
    answer,
    `${sourceSnapshotId} cannot be seen by account ${accountId} in ${region}: its owner has to share it with this account, in this Region.`,
  );
}

/** Why a snapshot that can be seen cannot be copied, or not be worked on. */
async function unfitFor(
  { sourceSnapshotId, sourceAccount }: EvidenceItem,
  { State, StateMessage, OwnerId, Encrypted, KmsKeyId = "", StorageTier }: Snapshot,
  codes: readonly string[],
  room: CopyingRoom,
  stateOf: KeyStates,
): Promise<string[]> {
  if (OwnerId !== sourceAccount) {
    return [
      `${sourceSnapshotId} is owned by account ${OwnerId}, not by ${sourceAccount} as the evidence says.`,
    ];
  }
  return [
    ...incomplete(sourceSnapshotId, State ?? "of no state", StateMessage, room),
    ...(StorageTier === "archive"
      ? [
          `${sourceSnapshotId} is in the archive tier, and EBS copies nothing from there. Have account ${sourceAccount} restore it, then run this again: aws ec2 restore-snapshot-tier --region ${room.region} --snapshot-id ${sourceSnapshotId} --permanent-restore`,
        ]
      : []),
    ...(Encrypted === true
      ? await unusableKey(sourceSnapshotId, sourceAccount, KmsKeyId, room, stateOf)
      : []),
    ...notAttachable(sourceSnapshotId, codes, "It was not copied yet."),
  ];
}

/** Why a source is not complete, if it is not. */
function incomplete(
  sourceSnapshotId: string,
  state: string,
  said: string | undefined,
  { region }: CopyingRoom,
): string[] {
  const advice: Readonly<Record<string, string>> = {
    completed: "",
    pending: "Wait until it is, then run this again.",
    recovering: "Wait until it is, then run this again.",
    recoverable: `It is in its owner's Recycle Bin: have it restored, then run this again: aws ec2 restore-snapshot-from-recycle-bin --region ${region} --snapshot-id ${sourceSnapshotId}`,
    error: `EBS gave it up${said ? ` ("${said}")` : ""}: have its owner hand the disk over again. Where it is a copy that failed for its key, have it handed over under a key of the member account's own, which suspectKeys grants to this room: docs/evidence.md.`,
  };
  const then = advice[state] ?? "Have its owner find out why, then run this again.";
  return then === ""
    ? []
    : [`${sourceSnapshotId} is ${state}; only a completed one is copied. ${then}`];
}

/** Why a snapshot's key cannot be used, if so: EBS would find out when the copy is on its way. */
async function unusableKey(
  sourceSnapshotId: string,
  sourceAccount: string,
  keyId: string,
  { accountId, transferKeyArn, suspectKeys }: CopyingRoom,
  stateOf: KeyStates,
): Promise<string[]> {
  const owner = parseArn(keyId).account;
  const whose = owner === accountId || owner === sourceAccount ? "" : `, a key of account ${owner}`;
  const under = `${sourceSnapshotId} is encrypted under ${keyId}${whose}, which`;
  const ours = owner === accountId;
  if (!ours && suspectKeys.every(({ keyArn }) => keyArn !== keyId)) {
    return [
      `${under} this room may not use. Have a copy of it shared that is under the transfer key ${transferKeyArn}, or add its key to suspectKeys.`,
    ];
  }
  try {
    const state = await stateOf(keyId);
    return state === undefined ? [] : [`${under} ${state}`];
  } catch (error) {
    if (failureOf(error) !== "denied") {
      return [lookUpFailure(`The key ${keyId} of ${sourceSnapshotId}`, error)];
    }
    // KMS says no more of a key that is not granted.
    return [
      `${under} is not granted yet. Run pulumi up with suspectKeys and without this snapshot first; where that has run, a grant takes up to five minutes to count: run this again. Where the role you work as was made anew since then, take the key out of suspectKeys, run pulumi up, and put it back. ${answerOf(error)}`,
    ];
  }
}

/** Why nothing can be preserved at all, if so. */
async function unusableEvidenceKey(
  { evidenceKeyArn }: CopyingRoom,
  stateOf: KeyStates,
): Promise<string[]> {
  const state = await stateOf(evidenceKeyArn);
  return state === undefined
    ? []
    : [`The evidence key ${evidenceKeyArn}, which copies are made under, ${state}`];
}

/** Why a key, by its ARN, cannot be used; undefined where it can. */
type KeyStates = (keyId: string) => Promise<string | undefined>;

/**
 * Looks at each key once, however many snapshots are under it. Of a key of our own, and of the evidence key, a look-up that is refused
 * holds up nothing: whoever copies may do so all the same.
 */
function keyStates({ accountId, evidenceKeyArn }: CopyingRoom): KeyStates {
  const states = new Map<string, Promise<string | undefined>>();
  return (keyId) => {
    const known = states.get(keyId);
    if (known !== undefined) {
      return known;
    }
    const state = unusableState(keyId).catch((error: unknown) => {
      if (parseArn(keyId).account !== accountId && keyId !== evidenceKeyArn) {
        throw error;
      }
      void pulumi.log.warn(
        `Whether the key ${keyId} can be used was not looked at. ${answerOf(error)}`,
      );
      return undefined;
    });
    states.set(keyId, state);
    return state;
  };
}

/** What there is to copy, in GiB: what was ever written, where EC2 tells it. */
function sizeToCopy({ FullSnapshotSizeInBytes, VolumeSize = 0 }: Snapshot): number {
  return FullSnapshotSizeInBytes === undefined
    ? VolumeSize
    : Math.ceil(FullSnapshotSizeInBytes / 2 ** 30);
}
