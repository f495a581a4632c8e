import type { EC2Client, Snapshot } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { answerOf, failureOf, lookUpFailure } from "../../aws/failure";
import { Refusal } from "../../refusal";
import { SOURCE_ACCOUNT_TAG } from "../../tags";
import { type TimedCopy, requireSpeed } from "./copyLimits";
import { unusableState } from "../keys/keyState";
import type { NamedSnapshot, PreservedCopy } from "./preservedCopies";
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

/**
 * Checks the snapshots that have no preserved copy yet: here, complete, not archived, owned by the account
 * that is said to own them, unencrypted or under a key that can be copied from, attachable where that is
 * asked for, and small enough for the time that is asked for. EBS would refuse them in mid-deployment,
 * or take another one and fail the copy hours later. Those that are preserved are not asked for again: the
 * member account may have deleted them.
 *
 * @returns the snapshots that are to be copied.
 * @throws Refusal naming every snapshot that cannot be copied.
 */
export async function requireSharedSnapshots(
  client: EC2Client,
  evidence: readonly NamedSnapshot[],
  copies: readonly PreservedCopy[],
  room: CopyingRoom,
): Promise<readonly string[]> {
  const missing = evidence.filter(
    ({ snapshot, withdrawn }) => !withdrawn && copies.every(({ source }) => source !== snapshot),
  );
  const found = await namedSnapshots(
    client,
    missing.map(({ snapshot }) => snapshot),
  );
  const codes = await productCodesOf(
    client,
    missing.flatMap(({ snapshot, attach }) =>
      attach && !(found.get(snapshot) instanceof Error) ? snapshot : [],
    ),
  );
  const stateOf = keyStates(room);
  const reasons = await Promise.all([
    ...missing.map(async (each) => {
      const answer = found.get(each.snapshot);
      return answer === undefined || answer instanceof Error
        ? [unseen(each.snapshot, room, answer)]
        : unfitFor(each, answer, codes.get(each.snapshot) ?? [], room, stateOf);
    }),
    missing.length === 0 ? [] : unusableEvidenceKey(room, stateOf),
  ]);
  const all = [...mistaken(evidence, copies), ...reasons.flat()];
  if (all.length > 0) {
    throw new Refusal("The evidence cannot be copied", all);
  }
  requireSpeed(
    [...found].flatMap(([snapshot, answer]): TimedCopy[] =>
      answer instanceof Error ? [] : [{ snapshot, sizeGiB: sizeToCopy(answer) }],
    ),
    room.copyMinutes,
  );
  return missing.map(({ snapshot }) => snapshot);
}

/** Snapshots that were preserved as something else than the evidence says. */
function mistaken(evidence: readonly NamedSnapshot[], copies: readonly PreservedCopy[]): string[] {
  return evidence.flatMap(({ snapshot, account }) => {
    const copy = copies.find(({ source }) => source === snapshot);
    if (copy !== undefined && copy.sourceAccount === undefined) {
      return `The preserved copy ${copy.snapshotId} of ${snapshot} does not say whose it was: its tag ${SOURCE_ACCOUNT_TAG} is gone. Find out who took it and put it back.`;
    }
    return copy === undefined || copy.sourceAccount === account
      ? []
      : `${snapshot} is preserved already, as a snapshot of account ${copy.sourceAccount}, not of ${account}.`;
  });
}

function unseen(snapshot: string, { accountId, region }: CopyingRoom, answer?: Error): string {
  return lookUpFailure(
    `The snapshot ${snapshot}`,
    answer,
    `${snapshot} cannot be seen by account ${accountId} in ${region}: its owner has to share it with this account, in this Region.`,
  );
}

/** Why a snapshot that can be seen cannot be copied, or not be worked on. */
async function unfitFor(
  { snapshot, account }: NamedSnapshot,
  { State, StateMessage, OwnerId, Encrypted, KmsKeyId = "", StorageTier }: Snapshot,
  codes: readonly string[],
  room: CopyingRoom,
  stateOf: KeyStates,
): Promise<string[]> {
  if (OwnerId !== account) {
    return [`${snapshot} is owned by account ${OwnerId}, not by ${account} as the evidence says.`];
  }
  return [
    ...incomplete(snapshot, State ?? "of no state", StateMessage, room),
    ...(StorageTier === "archive"
      ? [
          `${snapshot} is in the archive tier, and EBS copies nothing from there. Have account ${account} restore it, then run this again: aws ec2 restore-snapshot-tier --region ${room.region} --snapshot-id ${snapshot} --permanent-restore`,
        ]
      : []),
    ...(Encrypted === true ? await unusableKey(snapshot, account, KmsKeyId, room, stateOf) : []),
    ...notAttachable(snapshot, codes, "It was not copied yet."),
  ];
}

/** Why a source is not complete, if it is not. */
function incomplete(
  snapshot: string,
  state: string,
  said: string | undefined,
  { region }: CopyingRoom,
): string[] {
  const advice: Readonly<Record<string, string>> = {
    completed: "",
    pending: "Wait until it is, then run this again.",
    recovering: "Wait until it is, then run this again.",
    recoverable: `It is in its owner's Recycle Bin: have it restored, then run this again: aws ec2 restore-snapshot-from-recycle-bin --region ${region} --snapshot-id ${snapshot}`,
    error: `EBS gave it up${said ? ` ("${said}")` : ""}: have its owner hand the disk over again. Where it is a copy that failed for its key, have it handed over under a key of the member account's own, which suspectKeys grants to this room: docs/evidence.md.`,
  };
  const then = advice[state] ?? "Have its owner find out why, then run this again.";
  return then === "" ? [] : [`${snapshot} is ${state}; only a completed one is copied. ${then}`];
}

/** Why a snapshot's key cannot be used, if so: EBS would find out when the copy is on its way. */
async function unusableKey(
  snapshot: string,
  account: string,
  keyId: string,
  { accountId, transferKeyArn, suspectKeys }: CopyingRoom,
  stateOf: KeyStates,
): Promise<string[]> {
  const owner = keyId.split(":")[4] ?? "";
  const whose = owner === accountId || owner === account ? "" : `, a key of account ${owner}`;
  const under = `${snapshot} is encrypted under ${keyId}${whose}, which`;
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
      return [lookUpFailure(`The key ${keyId} of ${snapshot}`, error)];
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
      if (keyId.split(":")[4] !== accountId && keyId !== evidenceKeyArn) {
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
