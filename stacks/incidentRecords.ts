import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
  DECIDED_BY_THE_VAULT,
  fileObject,
  type Pending,
  type RecordFile,
  recordObject,
} from "../components/evidence/records/custodyRecord";
import type { RoomFacts } from "../components/evidence/records/roomForm";
import type { Tags } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";
import type { ClosingState } from "./closing";
import { type ClosingRoom, closingFacts, type RoomAsItWas } from "./closingFacts";
import type { DeclaredEvidence } from "./incidentEvidence";
import { readProgram } from "./program";
import { CLOSING_RECORD, OPENING_RECORD, REOPENING_RECORD, ROOM_RECORD } from "./recordsInState";
import { refuseDestroying } from "./refuseDestroying";

/** What the records of a room are made of. */
export interface RecordedRoom {
  readonly vaultBucket: string;

  /** ARN of whoever deploys. */
  readonly deployedBy: string;

  /** What is declared of it. */
  readonly room: Pending<RoomFacts>;
  readonly evidence: readonly DeclaredEvidence[];

  /** What it was, by the engine's state. */
  readonly was: RoomAsItWas;

  /** The record of its opening, where the vault has it and the engine does not. */
  readonly opened: RecordFile | undefined;

  /** How far it is closed. */
  readonly state: ClosingState;

  /** Preserved copies that carry the ticket, `snap-…`: those of earlier rooms too. */
  readonly preservedCopies: readonly string[];

  /** ARN of the transfer key, and the roles that suspects' own keys are granted to. */
  readonly transferKey: string;
  readonly grantees: readonly string[];

  /** What has to be there before a record says so. */
  readonly dependsOn: pulumi.Input<pulumi.Resource>[];

  /** Whether the room stays whole: then its opening's record is protected. */
  readonly whole: boolean;
  readonly tags: Tags;
}

/**
 * Declares the records of a room as a whole: of its opening, of what it is by now, of its closing, and of its being
 * opened again. Those of its evidence are declared with it.
 *
 * @returns these and those of its evidence.
 */
export function declareRecords(
  settings: IncidentSettings,
  recorded: RecordedRoom,
): aws.s3.BucketObjectv2[] {
  const { ticket } = settings;
  const { vaultBucket, deployedBy, room, evidence, opened, state, dependsOn, whole, tags } =
    recorded;
  const program = readProgram();
  const opening = new aws.s3.BucketObjectv2(
    OPENING_RECORD,
    opened === undefined
      ? recordObject(vaultBucket, "opening", ticket, { deployedBy, program, room }, tags)
      : fileObject(vaultBucket, opened, tags),
    // It says how the room was opened: what changes later does not change it.
    {
      protect: whole,
      ...(whole ? { hooks: refuseDestroying(ticket) } : {}),
      retainOnDelete: true,
      dependsOn,
      ignoreChanges: ["bucket", "key", "content", "metadata", ...DECIDED_BY_THE_VAULT],
    },
  );
  // What was open in between stays told: a room that changes has another record, and the old one stays.
  const byNow = new aws.s3.BucketObjectv2(
    ROOM_RECORD,
    recordObject(vaultBucket, "room", ticket, { program, room }, tags),
    { retainOnDelete: true, dependsOn, ignoreChanges: DECIDED_BY_THE_VAULT },
  );
  const records = [opening, byNow, ...evidence.flatMap((each) => each.records)];
  const sealed = { retainOnDelete: true, ignoreChanges: DECIDED_BY_THE_VAULT };
  if (state.stage !== "open") {
    const content =
      state.closed === undefined
        ? recordObject(
            vaultBucket,
            "closing",
            ticket,
            pulumi
              .output({
                room,
                evidence: evidence.map(({ facts, records: its }) => ({
                  facts,
                  records: its.map(({ key }) => key),
                })),
                records: [opening.key, byNow.key],
              })
              .apply((declared) =>
                closingFacts({
                  ...recorded,
                  ...(declared as unknown as Pick<ClosingRoom, "room" | "evidence" | "records">),
                  settings,
                  program,
                  gone: state.gone,
                  reopenings: state.reopenings,
                }),
              ),
            tags,
          )
        : fileObject(vaultBucket, state.closed, tags);
    records.push(new aws.s3.BucketObjectv2(CLOSING_RECORD, content, sealed));
  }
  if (state.reopened !== undefined || state.reopening !== undefined) {
    const content =
      state.reopened === undefined
        ? fileObject(vaultBucket, state.reopening as RecordFile, tags)
        : recordObject(
            vaultBucket,
            "reopening",
            ticket,
            {
              deployedBy,
              program,
              ...state.reopened,
              closingRecords: [...state.reopened.closingRecords],
            },
            tags,
          );
    records.push(new aws.s3.BucketObjectv2(REOPENING_RECORD, content, sealed));
  }
  return records;
}
