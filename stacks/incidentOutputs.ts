import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CaseRoles } from "../components/access/caseRoles";
import { FIRST_WORKSTATION } from "../components/case";
import { nextStep, type RoomState } from "../components/room/nextStep";
import type { Workstation } from "../components/room/workstation";
import type { IncidentSettings } from "../settings/parseSettings";
import type { Foundation } from "./foundation";
import type { DeclaredEvidence } from "./incidentEvidence";

/** What is told of a workstation beside the first. */
export interface WorkstationOutputs {
  readonly instanceId: pulumi.Output<string>;
  readonly startSession: pulumi.Output<string>;
  readonly privateAddress: pulumi.Output<string>;
}

/** What a stack of an incident puts out, for the responder. */
export interface IncidentOutputs {
  readonly ticket: string;

  /** The workstation, `i-…`; like what else is told of it, left out of a room that is closed without one. */
  readonly instanceId?: pulumi.Output<string>;
  readonly startSession?: pulumi.Output<string>;

  /** Name of the Session Manager document of its sessions. */
  readonly sessionDocument?: string;

  /** By name, the workstations beside that one; left out where there is none. */
  readonly workstations?: Readonly<Record<string, WorkstationOutputs>>;

  /** The role that investigators work with, if any are named. */
  readonly investigatorRole?: pulumi.Output<string>;

  /** By member account, the role that it uploads into the vault with. */
  readonly intakeRoles: Readonly<Record<string, pulumi.Output<string>>>;
  readonly privateAddress?: pulumi.Output<string>;
  readonly amiId?: pulumi.Output<string>;
  readonly toolboxDigest: string;
  readonly volumes: pulumi.Output<object[]>;
  readonly vaultPrefix: string;
  readonly transferKeyArn: string;
  readonly incidentKeyArn: pulumi.Output<string>;
  readonly records: pulumi.Output<string>[];
  readonly next: string;
}

/** What of a room its outputs tell. */
export interface ToldRoom extends Pick<RoomState, "stage" | "leaving"> {
  readonly workstation: Workstation;
  readonly caseRoles: CaseRoles;

  /** Name of the Session Manager document of its sessions. */
  readonly sessionDocument: string;
  readonly toolboxDigest: string;
  readonly evidence: readonly DeclaredEvidence[];
  readonly vaultPrefix: string;

  /** ARN of the incident key. */
  readonly keyArn: pulumi.Output<string>;
  readonly records: readonly aws.s3.BucketObjectv2[];
}

/** The outputs of a room. */
export function incidentOutputs(
  settings: IncidentSettings,
  { transferKeyArn, vaultBucket }: Foundation,
  room: ToldRoom,
): IncidentOutputs {
  const { ticket, region } = settings;
  const { sessionDocument } = room;
  const { instanceId, privateAddress, amiId } = room.workstation;
  const startSession = (instance: pulumi.Output<string>) =>
    pulumi.interpolate`aws ssm start-session --target ${instance} --region ${region} --document-name ${sessionDocument}`;
  const further = [...room.workstation.further].map(([name, machine]) => [
    name,
    {
      instanceId: machine.instanceId,
      startSession: startSession(machine.instanceId),
      privateAddress: machine.privateAddress,
    },
  ]);
  const { investigatorRoleArn, intakeRoleArns } = room.caseRoles;
  return {
    ticket,
    ...(instanceId === undefined
      ? {}
      : {
          instanceId,
          startSession: startSession(instanceId),
          sessionDocument,
        }),
    ...(further.length === 0
      ? {}
      : {
          sessionDocument,
          workstations: Object.fromEntries(further) as Record<string, WorkstationOutputs>,
        }),
    ...(investigatorRoleArn === undefined ? {} : { investigatorRole: investigatorRoleArn }),
    intakeRoles: intakeRoleArns,
    ...(privateAddress === undefined ? {} : { privateAddress }),
    ...(amiId === undefined ? {} : { amiId }),
    toolboxDigest: room.toolboxDigest,
    volumes: pulumi.output(
      room.evidence.map(
        ({ sourceSnapshotId, sourceAccount, copySnapshotId, volumeId, device, workstation }) => ({
          device,
          ...(workstation === FIRST_WORKSTATION ? {} : { workstation }),
          sourceSnapshot: sourceSnapshotId,
          sourceAccount,
          volumeId,
          preservedSnapshot: copySnapshotId,
        }),
      ),
    ),
    vaultPrefix: room.vaultPrefix,
    transferKeyArn,
    incidentKeyArn: room.keyArn,
    records: room.records.map(({ key }) => pulumi.interpolate`${vaultBucket}/${key}`),
    next: nextStep({ ...settings, transferKeyArn, stage: room.stage, leaving: room.leaving }),
  };
}
