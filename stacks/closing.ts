import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { failureOf, lookUpFailure } from "../components/aws/failure";
import { Case } from "../components/case";
import { type CaseVault, findCaseRecords } from "../components/evidence/records/caseRecords";
import {
  type Closing,
  closingsInForce,
  notCovered,
  reopeningsOf,
} from "../components/evidence/records/closings";
import { fileOf, type RecordFile } from "../components/evidence/records/custodyRecord";
import {
  findDiskHashes,
  hashesOf,
  type LostVolumes,
  unhashedDisks,
} from "../components/evidence/records/diskHashes";
import type { EvidenceItem } from "../components/evidence/copies/evidenceItem";
import { sourceNamedIn } from "../components/evidence/copies/evidenceNames";
import type { PreservedCopy } from "../components/evidence/copies/preservedCopies";
import type { CustodyRecord } from "../components/evidence/records/recordSchema";
import type { WorkingVolume } from "../components/evidence/copies/workingVolumes";
import { type Check, Refusal } from "../components/refusal";
import type { IncidentSettings } from "../settings";
import type { Foundation } from "./foundation";
import { goneBefore } from "./goneBefore";
import { COPY, INCIDENT_KEY, INSTANCE, KEY, type MadeForRoom, VOLUME } from "./madeForRoom";
import { checkKeyOfRoom } from "./madeInspection";
import {
  CLOSING_RECORD,
  OPENING_RECORD,
  recordIn,
  recordOf,
  REOPENING_RECORD,
} from "./recordsInState";
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

/** What there is of a room, before anything is declared. */
export interface RoomThere extends Omit<MadeForRoom, "unnamed"> {
  /** What the engine has of it. */
  readonly state: readonly StateResource[];

  /** Every preserved copy that carries the ticket. */
  readonly copies: readonly PreservedCopy[];
  readonly volumes: readonly WorkingVolume[];

  /** The evidence of its settings, joined with these. */
  readonly items: readonly EvidenceItem[];

  /** The workstation as AWS has it, `i-…`. */
  readonly workstation: string | undefined;
}

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
  const hashes =
    closed === undefined
      ? findDiskHashes(s3, vault).then((found) => hashesOf(there.items, lost, found))
      : Promise.resolve(new Map<string, string>());
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

/** Whether this is a room's workstation: it has no other instance. */
export function isWorkstation({ type }: StateResource): boolean {
  return type === INSTANCE;
}

/** What the engine or AWS has of the room: each may know of something that the other does not. */
function contentsOf({ state, copies, volumes, workstation }: RoomThere) {
  const ids = (of: string) => state.flatMap(({ type, id }) => (type === of ? (id ?? []) : []));
  const machine = state.find(isWorkstation)?.id;
  return {
    preservedCopies: [...ids(COPY), ...copies.map((each) => each.copySnapshotId)],
    workingVolumes: [...ids(VOLUME), ...volumes.map((each) => each.volumeId)],
    workstation: workstation ?? machine,
  };
}

/** Working volumes that the engine has and AWS has not: it would change what is not there. */
function goneInState(ticket: string, { state, volumes }: RoomThere): string[] {
  const stack = new Case(ticket).stack;
  return state.flatMap(({ type, id }) =>
    type === VOLUME && id !== undefined && volumes.every(({ volumeId }) => volumeId !== id)
      ? `The disk ${id} is gone, outside of Pulumi: look in CloudTrail who deleted it. Run: pulumi refresh --stack ${stack}; pulumi up --stack ${stack}, which records that it was gone.`
      : [],
  );
}

/** By source snapshot the working volumes that the engine or a record of the room names, and AWS has no more. */
function lostVolumes({ state, volumes }: Pick<RoomThere, "state" | "volumes">): LostVolumes {
  const lost = new Map<string, string[]>();
  for (const resource of state) {
    const { type, name, id } = resource;
    const record = recordOf(resource);
    const [source, volumeId] =
      record?.event === "attachment"
        ? [record.facts.source, record.facts.working.volume]
        : [type === VOLUME ? sourceNamedIn(name) : undefined, id];
    if (
      source !== undefined &&
      volumeId !== undefined &&
      volumes.every((each) => each.volumeId !== volumeId)
    ) {
      lost.set(source, [...(lost.get(source) ?? []), volumeId]);
    }
  }
  return lost;
}

/** What a room has and its settings leave out: its records are never made of settings alone. */
function notInSettings({ state, copies, items }: RoomThere): string[] {
  const leftOut = evidenceIn(state)
    .filter((snapshot) => items.every(({ sourceSnapshotId }) => sourceSnapshotId !== snapshot))
    .map((snapshot) => {
      const copy = copies.find(({ sourceSnapshotId }) => sourceSnapshotId === snapshot);
      return `${snapshot} is evidence of this room, and its line is gone. Put it back as it was, or: - { snapshot: ${snapshot}, account: "${copy?.sourceAccount ?? "<account>"}", withdrawn: true }`;
    });
  const ofOthers = items.flatMap(({ sourceSnapshotId, sourceAccount, copies: [copy] }) => {
    const owner = copy?.sourceAccount;
    return owner === undefined || owner === sourceAccount
      ? []
      : `${sourceSnapshotId} was handed over by account ${owner}, as its preserved copy says, and not by ${sourceAccount}.`;
  });
  return [...leftOut, ...ofOthers];
}

/** The source snapshots of whatever the engine has of the room's evidence. */
function evidenceIn(state: readonly StateResource[]): readonly string[] {
  const found = state.flatMap(({ name }) => sourceNamedIn(name) ?? []);
  return [...new Set(found)].sort();
}

/** A record that the engine has written, and the vault does not show, would keep the room from ever closing. */
function checkWrittenRecord(
  { bucket, ticket }: CaseVault,
  state: readonly StateResource[],
  records: ReadonlyMap<string, CustodyRecord>,
): Check {
  const key = state.find(({ name }) => name === CLOSING_RECORD)?.outputs["key"];
  const reasons =
    typeof key === "string" && !records.has(key)
      ? [
          `Pulumi's state has it as s3://${bucket}/${key}, and it is not there, or not what its name says: look at the object's versions. Then run: pulumi refresh --stack ${new Case(ticket).stack}, and pulumi up again, which writes it.`,
        ]
      : [];
  return [`The closing record of ${ticket} is not in the vault`, reasons];
}

/**
 * A room whose workstation was recorded and is gone is on its way out, and nothing of it is made again; unless somebody
 * has terminated that: then it is closed without.
 */
function checkNotBegun(
  ticket: string,
  { record }: Closing,
  { state, workstation }: RoomThere,
): Check {
  const begun = `The room of ${ticket} is closed, and its destruction has begun`;
  const { workstation: recorded } = record.facts.existed.room;
  if (recorded === undefined || workstation !== undefined) {
    return [begun, []];
  }
  const stack = new Case(ticket).stack;
  // Destroying takes this record out of the state before it comes to the machine.
  const isWhole = state.some(({ name }) => name === OPENING_RECORD);
  const isKnown = state.some(isWorkstation);
  if (isWhole && isKnown) {
    return [
      `The workstation of ${ticket} is gone, outside of Pulumi`,
      [
        `${recorded} is not there any more. The room is closed without it. Run: pulumi refresh --stack ${stack}; pulumi up --stack ${stack}`,
      ],
    ];
  }
  const reasons =
    isWhole || isKnown
      ? []
      : [`Its workstation ${recorded} is gone. Run: pulumi destroy --stack ${stack}`];
  return [begun, reasons];
}

function withoutKey(ticket: string, state: readonly StateResource[]): Refusal {
  const stack = new Case(ticket).stack;
  // What is declared last of a room refuses to be destroyed as long as that is not closed; the vault keeps it.
  const opening = state.some(({ name }) => name === OPENING_RECORD)
    ? `, and pulumi state delete 'urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::aws:s3/bucketObjectv2:BucketObjectv2::${OPENING_RECORD}' --stack ${stack}`
    : "";
  return new Refusal(`The room of ${ticket} has no incident key, so there is nothing to record`, [
    `It was never opened to the end, or its destruction has begun: nothing of value is in it. Take away what is left: pulumi destroy --stack ${stack}; where that is refused for what is protected, first: pulumi state unprotect --all --stack ${stack}${opening}`,
  ]);
}
