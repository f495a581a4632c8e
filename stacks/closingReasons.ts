import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { sourceNamedIn } from "../components/evidence/copies/evidenceNames";
import type { CaseVault } from "../components/evidence/records/caseRecords";
import type { Closing } from "../components/evidence/records/closings";
import type { CustodyRecord } from "../components/evidence/records/recordSchema";
import { type Check, Refusal } from "../components/refusal";
import { VOLUME } from "./madeForRoom";
import { CLOSING_RECORD, OPENING_RECORD } from "./recordsInState";
import { furtherWorkstation, isWorkstation, type RoomThere } from "./roomThere";
import type { StateResource } from "./stateResources";

/** Working volumes that the engine has and AWS has not: it would change what is not there. */
export function goneInState(ticket: string, { state, volumes }: RoomThere): string[] {
  const stack = new Case(ticket).stack;
  return state.flatMap(({ type, id }) =>
    type === VOLUME && id !== undefined && volumes.every(({ volumeId }) => volumeId !== id)
      ? `The disk ${id} is gone, outside of Pulumi: look in CloudTrail who deleted it. Run: pulumi refresh --stack ${stack}; pulumi up --stack ${stack}, which records that it was gone.`
      : [],
  );
}

/** What a room has and its settings leave out: its records are never made of settings alone. */
export function notInSettings({ state, copies, items }: RoomThere): string[] {
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
export function checkWrittenRecord(
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
export function checkNotBegun(
  ticket: string,
  { record }: Closing,
  { state, workstation, further }: RoomThere,
): Check {
  const begun = `The room of ${ticket} is closed, and its destruction has begun`;
  const { workstation: recorded, workstations = [] } = record.facts.existed.room;
  const stack = new Case(ticket).stack;
  // Destroying takes this record out of the state before it comes to the machine.
  const isWhole = state.some(({ name }) => name === OPENING_RECORD);
  const goneBeside = workstations.filter(
    ({ name }) =>
      !further.has(name) && state.some((resource) => furtherWorkstation(resource) === name),
  );
  if (isWhole && workstation !== undefined && goneBeside.length > 0) {
    return [
      `A workstation of ${ticket} is gone, outside of Pulumi`,
      goneBeside.map(
        ({ name, instance }) =>
          `${instance}, ${name}, is not there any more. The room is closed without it. Run: pulumi refresh --stack ${stack}; pulumi up --stack ${stack}`,
      ),
    ];
  }
  if (recorded === undefined || workstation !== undefined) {
    return [begun, []];
  }
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

/** Refuses to close a room of which AWS has no key, with what takes away the rest. */
export function withoutKey(ticket: string, state: readonly StateResource[]): Refusal {
  const stack = new Case(ticket).stack;
  // What is declared last of a room refuses to be destroyed as long as that is not closed; the vault keeps it.
  const opening = state.some(({ name }) => name === OPENING_RECORD)
    ? `, and pulumi state delete 'urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::aws:s3/bucketObjectv2:BucketObjectv2::${OPENING_RECORD}' --stack ${stack}`
    : "";
  return new Refusal(`The room of ${ticket} has no incident key, so there is nothing to record`, [
    `It was never opened to the end, or its destruction has begun: nothing of value is in it. Take away what is left: pulumi destroy --stack ${stack}; where that is refused for what is protected, first: pulumi state unprotect --all --stack ${stack}${opening}`,
  ]);
}
