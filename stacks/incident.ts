import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { CaseRoles } from "../components/access/caseRoles";
import { SESSION_LOG_GROUP } from "../components/access/sessionDocument";
import { DECIDED_BY_THE_VAULT, recordObject } from "../components/evidence/custodyRecord";
import { EvidenceVolume } from "../components/evidence/evidenceVolume";
import { incidentKeyPolicy, RESPONDER_OPERATIONS } from "../components/evidence/keyPolicies";
import { memberAccounts, transferGrantName } from "../components/evidence/transferGrantName";
import { nextStep } from "../components/room/nextStep";
import { claimName } from "../components/room/slotClaims";
import { suspectOf } from "../components/room/suspectReach";
import { suspectRules } from "../components/room/suspectRules";
import { Workstation } from "../components/room/workstation";
import { workstationPolicy } from "../components/room/workstationPolicy";
import { WorkstationSecurityGroup } from "../components/room/workstationSecurityGroup";
import { incidentTags } from "../components/tags";
import type { IncidentSettings } from "../settings";
import { readFoundation } from "./foundation";
import { inspect } from "./inspection";

/** What a stack of an incident puts out, for the responder. */
export interface IncidentOutputs {
  readonly ticket: string;
  readonly instanceId: pulumi.Output<string>;
  readonly startSession: pulumi.Output<string>;

  /** The role that investigators work with, if any are named. */
  readonly investigatorRole?: pulumi.Output<string>;

  /** By member account, the role that it uploads into the vault with. */
  readonly intakeRoles: Readonly<Record<string, pulumi.Output<string>>>;
  readonly privateAddress: pulumi.Output<string>;
  readonly amiId: pulumi.Output<string>;
  readonly toolboxDigest: string;
  readonly volumes: pulumi.Output<object[]>;
  readonly vaultPrefix: string;
  readonly transferKeyArn: string;
  readonly incidentKeyArn: pulumi.Output<string>;
  readonly records: pulumi.Output<string>[];
  readonly next: string;
}

/** A room of one incident: opened, filled with evidence, worked in, closed. */
export async function incident(settings: IncidentSettings): Promise<IncidentOutputs> {
  const { ticket, region, accountId, closing } = settings;
  const open = !closing;
  const kept = { protect: open };
  const tags = incidentTags(settings.notification, ticket);

  const foundation = await readFoundation(settings.auditStack, settings);
  const { slot, amiId, toolboxDigest, instanceType } = await inspect(settings, foundation, tags);
  if (foundation.vaultTrial) {
    void pulumi.log.warn(
      `The vault ${foundation.vaultBucket} is on trial: evidence can be deleted ${foundation.vaultDays} days after it was written.`,
    );
  }

  const claim = new aws.ssm.Parameter(
    "slot-claim",
    {
      name: claimName(slot.name),
      type: "String",
      value: ticket,
      description: `Workstation slot ${slot.name} is taken by the room of ${ticket}`,
      tags,
    },
    kept,
  );

  const key = new aws.kms.Key(
    "incident-key",
    {
      description: `Clean room ${ticket}: working volumes`,
      policy: JSON.stringify(incidentKeyPolicy(foundation)),
      enableKeyRotation: true,
      // The shortest there is: scheduled, the key is unusable at once, and with it every working copy.
      deletionWindowInDays: 7,
      tags,
    },
    { ...kept, dependsOn: [claim] },
  );
  new aws.kms.Alias(
    "incident-key-alias",
    { name: `alias/clean-room/${ticket.toLowerCase()}`, targetKeyId: key.id },
    kept,
  );

  // Removing a role revokes its grant, so grants are not protected. Closing removes them all: nothing
  // more is handed over.
  for (const role of open ? settings.responderRoles : []) {
    const [, , , , account, name] = role.split(":");
    new aws.kms.Grant(`transfer-grant-${account}-${name}`, {
      name: transferGrantName(ticket, role),
      keyId: foundation.transferKeyArn,
      granteePrincipal: role,
      operations: RESPONDER_OPERATIONS,
    });
  }

  const securityGroup = new WorkstationSecurityGroup("workstation", {
    vpcId: foundation.vpcId,
    ticket,
    suspectRules: suspectRules(ticket, settings.tools, settings.ports, suspectOf(settings)),
    endpointSecurityGroupId: foundation.endpointSecurityGroupId,
    s3PrefixListId: foundation.s3PrefixListId,
    open,
    tags,
  });

  const { investigatorRoleArn, intakeRoleArns } = new CaseRoles("case", {
    ...foundation,
    ticket,
    investigators: settings.investigators,
    // Closing ends what member accounts may do.
    responderRoles: closing ? [] : settings.responderRoles,
    tags,
  });

  const vaultPrefix = `s3://${foundation.vaultBucket}/cases/${ticket}/`;
  const workstation = new Workstation(`clean-room-${ticket}`, {
    ticket,
    amiId,
    toolboxDigest,
    instanceType,
    rootVolumeGiB: settings.rootVolumeGiB,
    subnetId: slot.subnetId,
    securityGroupId: securityGroup.securityGroupId,
    keyArn: key.arn,
    policy: workstationPolicy({ ...foundation, ticket, sessionLogGroup: SESSION_LOG_GROUP }),
    boundaryArn: foundation.boundaryArn,
    roomFacts: { ticket, region, vaultPrefix, evidenceKeyArn: foundation.evidenceKeyArn },
    open,
    tags,
  });

  const evidence = settings.evidence.map(({ snapshot, account, device }) => {
    const volume = new EvidenceVolume(`evidence-${snapshot}`, {
      snapshotId: snapshot,
      sourceAccount: account,
      region,
      evidenceKeyArn: foundation.evidenceKeyArn,
      incidentKeyArn: key.arn,
      instanceId: workstation.instanceId,
      availabilityZone: slot.availabilityZone,
      device,
      copyMinutes: settings.copyMinutes,
      open,
      tags,
    });
    return {
      device: volume.device,
      sourceSnapshot: snapshot,
      sourceAccount: account,
      volumeId: volume.volumeId,
      preservedSnapshot: volume.preservedSnapshotId,
    };
  });

  const room = {
    account: accountId,
    region,
    slot: slot.name,
    subnet: slot.subnetId,
    workstation: workstation.instanceId,
    image: workstation.amiId,
    toolboxDigest,
    incidentKey: key.arn,
    evidenceKey: foundation.evidenceKeyArn,
    isolationSecurityGroup: settings.isolationSecurityGroup,
    reach: settings.reach,
    suspectCidrs: settings.suspectCidrs,
    tools: settings.tools,
    ports: settings.ports.map((port) => ({ ...port })),
    responderRoles: settings.responderRoles,
    investigators: settings.investigators,
    vaultMode: foundation.vaultMode,
    vaultDays: foundation.vaultDays,
    vaultTrial: foundation.vaultTrial,
  };
  const form = "clean-room/record/1" as const;
  const opening = new aws.s3.BucketObjectv2(
    "opening-record",
    recordObject(foundation.vaultBucket, { form, event: "opening", ticket, facts: room }, tags),
    // It says how the room was opened: what changes later does not change it.
    {
      ...kept,
      retainOnDelete: true,
      ignoreChanges: ["bucket", "key", "content", "metadata", ...DECIDED_BY_THE_VAULT],
    },
  );
  const records = [opening];
  if (closing) {
    records.push(
      new aws.s3.BucketObjectv2(
        "closing-record",
        recordObject(
          foundation.vaultBucket,
          {
            form,
            event: "closing",
            ticket,
            facts: {
              existed: { ...room, evidence },
              remains: {
                preservedSnapshots: evidence.map(({ preservedSnapshot }) => preservedSnapshot),
                vaultPrefixes: [`cases/${ticket}/`, `records/${ticket}/`],
                // Scheduled by the destroy that follows, and to be cancelled for seven days.
                keyToBeScheduledForDeletion: key.arn,
                // The room's own go with the closing up, right after this record; those that EC2 made
                // for the members by `npm run grants -- revoke`.
                transferGrantsToBeRevoked: {
                  named: settings.responderRoles.map((role) => transferGrantName(ticket, role)),
                  issuedBy: memberAccounts(settings),
                },
              },
            },
          },
          tags,
        ),
        { retainOnDelete: true, ignoreChanges: DECIDED_BY_THE_VAULT },
      ),
    );
  }

  return {
    ticket,
    instanceId: workstation.instanceId,
    startSession: pulumi.interpolate`aws ssm start-session --target ${workstation.instanceId} --region ${region} --document-name ${foundation.sessionDocument}`,
    ...(investigatorRoleArn === undefined ? {} : { investigatorRole: investigatorRoleArn }),
    intakeRoles: intakeRoleArns,
    privateAddress: workstation.privateAddress,
    amiId: workstation.amiId,
    toolboxDigest,
    volumes: pulumi.output(evidence),
    vaultPrefix,
    transferKeyArn: foundation.transferKeyArn,
    incidentKeyArn: key.arn,
    records: records.map(({ key: name }) => pulumi.interpolate`${foundation.vaultBucket}/${name}`),
    next: nextStep({ ...settings, transferKeyArn: foundation.transferKeyArn }),
  };
}
