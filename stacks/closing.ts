import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { failureOf, lookUpFailure } from "../components/aws/failure";
import { Case } from "../components/case";
import { type CaseVault, findCaseRecords } from "../components/evidence/records/caseRecords";
import { uncaptured } from "../components/evidence/records/capturedFiles";
import { closingsInForce, notCovered, reopeningsOf } from "../components/evidence/records/closings";
import { fileOf, type RecordFile } from "../components/evidence/records/custodyRecord";
import { findDiskHashes, hashesOf, unhashedDisks } from "../components/evidence/records/diskHashes";
import type { CustodyRecord } from "../components/evidence/records/recordSchema";
import { Refusal } from "../components/refusal";
import type { IncidentSettings } from "../settings/parseSettings";
import {
  checkNotBegun,
  checkWrittenRecord,
  goneInState,
  notInSettings,
  withoutKey,
} from "./closingReasons";
import type { Foundation } from "./foundation";
import { goneBefore } from "./goneBefore";
import { INCIDENT_KEY, KEY } from "./madeForRoom";
import { checkKeyOfRoom } from "./madeInspection";
import { CLOSING_RECORD, recordIn, REOPENING_RECORD } from "./recordsInState";
import { contentsOf, lostVolumes, type RoomThere } from "./roomThere";
import { sdkSettings } from "./sdkSettings";
import { refuseFor } from "./settleAll";
import type { StateResource } from "./stateResources";

/**
 * Where a room stands.
 *
 * - `open`: it is worked in.
 * - `recording`: it is to be closed, and the vault does not show yet that it is: this `up` writes the closing
 *   record, and leaves everything as protected as it was.
 * - `lifted`: the vault has that record; nothing is protected any more, and `pulumi destroy` takes the room.
 */
export type Stage = "open" | "recording" | "lifted";

/** How far a room is closed, as the vault says and not as a setting does. */
export interface ClosingState {
  readonly stage: Stage;

  /** The closing record that lets the room go, just as it lies in the vault. */
  readonly closed?: RecordFile;

  /** Keys of the records that the room was opened again, of a room to be closed. */
  readonly reopenings: readonly string[];

  /** The key that this `up` is to say of that it is closed no more, and the closing records that say it is. */
  readonly reopened?: { readonly key: string; readonly closingRecords: readonly string[] };

  /** The record of that, where it is written already. */
  readonly reopening?: RecordFile;

  /** What the room had and AWS has no more, of a room that this `up` records the closing of. */
  readonly gone: readonly string[];

  /** By source snapshot, the key of its disk's hash in the vault, of a room to be closed. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** Of a room that was never closed. */
export const OPEN: ClosingState = { stage: "open", reopenings: [], gone: [], hashes: new Map() };

/**
 * Finds out how far a room is closed, and refuses to close what would not be recorded as it is.
 *
 * @throws Refusal
 */
export async function inspectClosing(
  settings: IncidentSettings,
  foundation: Foundation,
  there: RoomThere,
): Promise<ClosingState> {
  const { closing, region, ticket } = settings;
  const { state } = there;
  const s3 = new S3Client(sdkSettings(region));
  const vault = { bucket: foundation.vaultBucket, ticket };
  if (!closing) {
    return openState(s3, vault, state);
  }
  const key = await findIncidentKey(ticket, there);
  if (key === undefined) {
    throw withoutKey(ticket, state);
  }
  const { records } = await findCaseRecords(s3, vault);
  const closings = closingsInForce(records, key);
  const contents = contentsOf(there);
  const closed = closings.find(({ record }) => notCovered(record.facts, contents).length === 0);
  const lost = lostVolumes(there);
  // A room that is closed has its hashes in the record of that.
  const intake = closed === undefined ? findDiskHashes(s3, vault) : Promise.resolve([]);
  const hashes = intake.then((found) => hashesOf(there.items, lost, found));
  const notClosed = `The room of ${ticket} is not closed; nothing of it lost its protection`;
  await refuseFor(notClosed, [
    [notClosed, notInSettings(there)],
    [notClosed, goneInState(ticket, there)],
    [
      notClosed,
      closed === undefined
        ? hashes.then((found) => unhashedDisks(there.items, lost, found, vault))
        : [],
    ],
    [notClosed, intake.then((found) => uncaptured(found, there.workstation, vault))],
    ...(closed === undefined
      ? [checkWrittenRecord(vault, state, records), checkKeyOfRoom(settings, there, state)]
      : [checkNotBegun(ticket, closed, there)]),
  ]);
  const reopenings = reopeningsOf(records, key);
  if (closed === undefined) {
    const gone = goneBefore(state, there.made, there.copies);
    tellGone(ticket, gone);
    return { stage: "recording", reopenings, gone, hashes: await hashes };
  }
  return {
    stage: "lifted",
    closed: fileOf(closed.record),
    reopenings,
    gone: [],
    hashes: new Map(),
  };
}

/** Says what the closing record will say, before it is written: it is no closing's doing. */
function tellGone(ticket: string, gone: readonly string[]): void {
  if (gone.length > 0) {
    const copies = gone.filter((id) => id.startsWith("snap-"));
    const restored = copies.map(
      (id) =>
        ` Of a copy in the Recycle Bin: aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${id}.`,
    );
    void pulumi.log.warn(
      `Gone before this closing (${gone.length}): ${gone.join(", ")}. The closing record of ${ticket} says so, and names none of it as kept or ended by it: look in CloudTrail who did it before you go on.${restored.join("")}`,
    );
  }
}

/** Of a room that is to be open: whether a closing of it has to be taken back. */
async function openState(
  s3: S3Client,
  vault: CaseVault,
  state: readonly StateResource[],
): Promise<ClosingState> {
  const before = recordIn(state, REOPENING_RECORD);
  const reopening = before === undefined ? {} : { reopening: fileOf(before) };
  const closing = recordIn(state, CLOSING_RECORD);
  if (closing?.event !== "closing") {
    return { ...OPEN, ...reopening };
  }
  const { key } = closing.facts.destruction;
  const { records } = await findCaseRecords(s3, vault);
  const closingRecords = closingsInForce(records, key).map((each) => each.key);
  if (closingRecords.length > 0) {
    return { ...OPEN, reopened: { key, closingRecords } };
  }
  const written = reopeningsOf(records, key)
    .map((each) => records.get(each) as CustodyRecord)
    .at(-1);
  return { ...OPEN, ...(written === undefined ? reopening : { reopening: fileOf(written) }) };
}

/** ARN of the room's key: the engine's, or else the one behind its alias. */
export async function findIncidentKey(
  ticket: string,
  { state, keys }: Pick<RoomThere, "state" | "keys">,
): Promise<string | undefined> {
  const known = state.find(({ type, name }) => type === KEY && name === INCIDENT_KEY);
  if (known !== undefined) {
    return known.outputs["arn"] as string;
  }
  // More than one that is not to be deleted is refused before.
  const tagged = keys.find((key) => key.state !== "PendingDeletion");
  if (tagged !== undefined) {
    return tagged.arn;
  }
  const name = new Case(ticket).keyAlias;
  try {
    return (await aws.kms.getAlias({ name })).targetKeyArn;
  } catch (error) {
    if (failureOf(error) === "absent") {
      return undefined;
    }
    throw new Refusal(`Whether the room of ${ticket} is closed is not known`, [
      lookUpFailure(`The key behind ${name}`, error),
    ]);
  }
}
