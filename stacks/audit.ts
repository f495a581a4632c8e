import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SNSClient } from "@aws-sdk/client-sns";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { AuditorRole } from "../components/access/auditorRole";
import { AutomationRoles } from "../components/access/automationRoles";
import { boundaryPolicy } from "../components/access/boundary";
import { checkFoundationDeployer } from "../components/access/deployers";
import type { IncidentDeployerAccess } from "../components/access/incidentDeployer/incidentDeployerAccess";
import { incidentDeployerPolicies } from "../components/access/incidentDeployerPolicies";
import {
  SESSION_DOCUMENT,
  SESSION_LOG_GROUP,
  sessionDocument,
} from "../components/access/sessionDocument";
import {
  AMI_PARAMETER,
  auditorRoleArn as arnOfAuditorRole,
  caseRoles,
  evidenceTrailArn,
  ROLE_PATH,
} from "../components/names";
import type { EmailTopic } from "../components/emailTopic";
import { checkFittingDocuments } from "../components/policies/documentSize";
import { EvidenceVault } from "../components/evidence/evidenceVault";
import { Keys } from "../components/evidence/keys/keys";
import { daysOf } from "../components/evidence/retention";
import { SnapshotLock } from "../components/evidence/runbooks/snapshotLock";
import { findBaseImage } from "../components/image/baseImage";
import { BuilderNetwork } from "../components/image/builderNetwork";
import { ForensicsImage } from "../components/image/forensicsImage";
import { checkBuilderType } from "../components/image/builderType";
import { groupDocuments } from "../components/image/documents";
import { bucketObjects, inventory } from "../components/image/inventory";
import { readToolbox, type Toolbox } from "../components/image/toolbox";
import { DnsFirewall } from "../components/network/dnsFirewall";
import { endpointDomains } from "../components/network/endpointPolicies";
import { Endpoints } from "../components/network/endpoints";
import { findEndpointServices } from "../components/network/endpointServices";
import { ForensicsVpc } from "../components/network/forensicsVpc";
import { untriedServices } from "../components/aws/partitionServices";
import { foundationTags, type Tags } from "../components/tags";
import { EvidenceTrail } from "../components/watch/evidenceTrail";
import { RunbookAlarm } from "../components/watch/runbookAlarm";
import { subscriptionsToMend } from "../components/watch/subscriptions";
import { checkTrailQuota } from "../components/watch/trailQuota";
import type { AuditSettings } from "../settings";
import { findCaller } from "./caller";
import { findAgain } from "./foundAgain";
import type { FoundationOutputs } from "./foundation";
import { auditDocuments } from "./growingDocuments";
import { sdkSettings } from "./sdkSettings";
import { allOrEveryReason, NOTHING_CHANGED, refuseFor } from "./settleAll";

/** The long-lived foundation of one Region of the Audit account. Everything in it is protected. */
export async function audit(settings: AuditSettings): Promise<FoundationOutputs> {
  const { accountId, region, organizationId, vault, vpcCidr } = settings;
  const { foundationDeployers, incidentDeployers, custodians, permissionsBoundary } = settings;
  const tags = foundationTags(settings);
  const auditorRoleArn =
    settings.auditors.length === 0 ? undefined : arnOfAuditorRole(region, accountId);
  const caller = await findCaller(accountId);
  const untried = untriedServices(region, settings.image !== "off");
  if (untried !== undefined) {
    void pulumi.log.warn(untried);
  }
  const toolbox = readToolbox();
  // Looked up before anything is declared: without a base there is no pipeline, no vault without its trail.
  const [endpointServices, baseImageId] = await allOrEveryReason(NOTHING_CHANGED, [
    findEndpointServices(
      new EC2Client(lookUpSettings(region)),
      region,
      settings.interfaceEndpoints,
    ),
    settings.image === "off" ? undefined : findBaseImage(toolbox.base, region),
    refuseFor(NOTHING_CHANGED, [
      checkFoundationDeployer(caller, foundationDeployers),
      checkFittingDocuments(settings, auditDocuments),
      ...(settings.image === "off"
        ? []
        : [checkBuilderType(settings.imageInstanceType, settings.availabilityZones[0] as string)]),
      checkTrailQuota(
        new CloudTrailClient(lookUpSettings(region)),
        evidenceTrailArn(region, accountId),
      ),
    ]),
    findAgain(settings),
  ]);

  const keys = new Keys("keys", {
    parties: {
      region,
      accountId,
      organizationId,
      foundationDeployers,
      incidentDeployers,
      custodians,
      auditorRoleArn,
    },
    tags,
  });

  const vpc = new ForensicsVpc("forensics", {
    cidr: vpcCidr,
    availabilityZones: settings.availabilityZones,
    slotsPerZone: settings.slotsPerZone,
    logKeyArn: keys.foundationKeyArn,
    logRetentionDays: settings.logRetentionDays,
    permissionsBoundary,
    tags,
  });
  const endpoints = new Endpoints("endpoints", {
    region,
    accountId,
    vpcId: vpc.vpcId,
    vpcCidr,
    subnetIds: vpc.endpointSubnetIds,
    routeTableIds: vpc.slotRouteTableIds,
    services: endpointServices,
    tags,
  });
  new DnsFirewall("dns-firewall", {
    vpcId: vpc.vpcId,
    allowedDomains: endpointDomains(region, settings.interfaceEndpoints),
    tags,
  });

  const evidenceVault = new EvidenceVault("vault", {
    region,
    accountId,
    keyArn: keys.evidenceKeyArn,
    mode: vault.mode,
    retention: vault.retention,
    mostDays: vault.mostDays,
    legalHold: vault.legalHold,
    caseRoles: caseRoles(region, accountId),
    foundationDeployers,
    incidentDeployers,
    custodians,
    auditorRoleArn,
    permissionsBoundary,
    tags,
  });
  const trail = new EvidenceTrail("vault-events", {
    region,
    accountId,
    vaultArn: evidenceVault.bucketArn,
    keyArn: keys.foundationKeyArn,
    foundationDeployers,
    custodians,
    tags,
  });

  const kept = { protect: true };
  const boundary = new aws.iam.Policy(
    "case-boundary",
    {
      // IAM is global, the foundation is not: one in each Region.
      name: `clean-room-case-boundary-${region}`,
      path: ROLE_PATH,
      description: "The most that a role of a case can be given",
      policy: pulumi.jsonStringify(
        pulumi
          .all([vpc.vpcId, evidenceVault.bucketArn, keys.evidenceKeyArn])
          .apply(([vpcId, vaultArn, evidenceKeyArn]) =>
            boundaryPolicy({ region, accountId, vpcId, vaultArn, evidenceKeyArn }),
          ),
      ),
      tags,
    },
    kept,
  );
  const sessionLog = new aws.cloudwatch.LogGroup(
    "session-log",
    {
      name: SESSION_LOG_GROUP,
      kmsKeyId: keys.foundationKeyArn,
      retentionInDays: settings.logRetentionDays,
      tags,
    },
    { ...kept, retainOnDelete: true },
  );
  const session = new aws.ssm.Document(
    "session-document",
    {
      name: SESSION_DOCUMENT,
      documentType: "Session",
      documentFormat: "JSON",
      content: JSON.stringify(sessionDocument()),
      tags,
    },
    { ...kept, dependsOn: [sessionLog] },
  );
  const snapshotLock = new SnapshotLock("snapshot-lock", {
    region,
    accountId,
    evidenceKeyArn: keys.evidenceKeyArn,
    mode: vault.mode,
    days: daysOf(vault.retention),
    recycleBinDays: settings.recycleBinDays,
    permissionsBoundary,
    tags,
  });
  const alarm = new RunbookAlarm("runbook-alarm", {
    accountId,
    runbooks: [snapshotLock.runbook, ...evidenceVault.runbooks],
    keyArn: keys.foundationKeyArn,
    addresses: settings.notification.split(" "),
    tags,
  });
  const deployerPolicyArns = deployerPolicies(tags, {
    region,
    accountId,
    organizationId,
    amiParameter: AMI_PARAMETER,
    vpcId: vpc.vpcId,
    vaultArn: evidenceVault.bucketArn,
    evidenceKeyArn: keys.evidenceKeyArn,
    transferKeyArn: keys.transferKeyArn,
    boundaryArn: boundary.arn,
    runbookRoleArn: snapshotLock.runbook.roleArn,
    incidentDeployers,
  });

  if (auditorRoleArn !== undefined) {
    new AuditorRole("auditor", {
      region,
      accountId,
      organizationId,
      auditors: settings.auditors,
      vaultArn: evidenceVault.bucketArn,
      logBucketArns: [evidenceVault.accessLogsArn, trail.bucketArn],
      evidenceKeyArn: keys.evidenceKeyArn,
      foundationKeyArn: keys.foundationKeyArn,
      permissionsBoundary,
      tags,
    });
  }
  if (settings.automationRoles === "create") {
    new AutomationRoles("automation", { region, organizationId, permissionsBoundary, tags });
  }

  const { buildTopic, ...image } =
    baseImageId === undefined
      ? {}
      : forensicsImage(settings, toolbox, baseImageId, keys.foundationKeyArn);

  return {
    foundationVersion: 1,
    accountId,
    region,
    organizationId,
    vpcId: vpc.vpcId,
    vpcCidr,
    slots: vpc.slots,
    endpointSecurityGroupId: endpoints.securityGroupId,
    s3PrefixListId: endpoints.s3PrefixListId,
    foundationKeyArn: keys.foundationKeyArn,
    evidenceKeyArn: keys.evidenceKeyArn,
    transferKeyArn: keys.transferKeyArn,
    vaultBucket: evidenceVault.bucketName,
    vaultArn: evidenceVault.bucketArn,
    vaultMode: vault.mode,
    vaultDays: daysOf(vault.retention),
    vaultTrial: vault.trial,
    amiParameter: AMI_PARAMETER,
    ...image,
    boundaryArn: boundary.arn,
    sessionDocument: session.name,
    incidentDeployerPolicyArns: pulumi.all(deployerPolicyArns),
    foundationDeployers,
    incidentDeployers,
    custodians,
    ...(auditorRoleArn === undefined ? {} : { auditorRoleArn }),
    subscriptionsToMend: tellOfSubscriptions(
      [...alarm.topics, ...(buildTopic === undefined ? [] : [buildTopic])],
      region,
    ),
  };
}

/** Of clients whose answer a deployment does not wait long for: it goes on without. */
function lookUpSettings(region: string) {
  return {
    ...sdkSettings(region),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 },
  };
}

/**
 * Warns of each subscription that tells nobody, or that anybody can end; stops nothing.
 * @returns the warnings: as an output they are waited for, and can be looked up.
 */
function tellOfSubscriptions(
  topics: readonly EmailTopic[],
  region: string,
): pulumi.Output<string[]> {
  const client = new SNSClient(lookUpSettings(region));
  const stack = pulumi.getStack();
  const sentences = topics.map(({ arn, subscriptions }) =>
    pulumi
      // Their ARNs: they are there before they are looked at.
      .all([
        arn,
        pulumi.all(
          subscriptions.map(({ address, subscription }) =>
            pulumi.output({ address, urn: subscription.urn, arn: subscription.arn }),
          ),
        ),
      ])
      .apply(([topicArn, expected]) =>
        subscriptionsToMend(client, topicArn, expected, { region, stack }),
      ),
  );
  return pulumi.all(sentences).apply((all) => {
    all.flat().forEach((sentence) => void pulumi.log.warn(sentence));
    return all.flat();
  });
}

/** Policies for those who open and close rooms, by what they are about. */
function deployerPolicies(
  tags: Tags,
  access: {
    readonly [K in keyof IncidentDeployerAccess]: pulumi.Input<IncidentDeployerAccess[K]>;
  },
): pulumi.Output<string>[] {
  const policies = pulumi.output(access).apply(incidentDeployerPolicies);
  return (["room", "evidence"] as const).map(
    (part) =>
      new aws.iam.Policy(
        `incident-deployer-${part}`,
        {
          name: pulumi.interpolate`clean-room-incident-deployer-${part}-${access.region}`,
          path: ROLE_PATH,
          description: `To open and close rooms: ${part}`,
          policy: pulumi.jsonStringify(policies.apply((both) => both[part])),
          tags,
        },
        { protect: true },
      ).arn,
  );
}

function forensicsImage(
  settings: AuditSettings,
  toolbox: Toolbox,
  baseImageId: string,
  keyArn: pulumi.Output<string>,
): Pick<FoundationOutputs, "imagePipelineArn" | "toolboxDigest"> & { buildTopic: EmailTopic } {
  const { accountId, region, availabilityZones, toolsBucket } = settings;
  const tags = foundationTags(settings);
  const documents = groupDocuments(toolbox);
  const { digest, document } = inventory(toolbox, documents, toolsBucket, accountId);

  // The one VPC that the policy pack's configuration exempts, by this name.
  const network = new BuilderNetwork("image-builder", {
    availabilityZone: availabilityZones[0] as string,
    logKeyArn: keyArn,
    logRetentionDays: settings.logRetentionDays,
    permissionsBoundary: settings.permissionsBoundary,
    tags,
  });
  const { pipelineArn, buildTopic } = new ForensicsImage("image", {
    region,
    accountId,
    baseImageId,
    documents: [...documents, document],
    digest,
    bucketObjects: bucketObjects(toolsBucket, region),
    keyArn,
    subnetId: network.subnetId,
    securityGroupId: network.securityGroupId,
    instanceType: settings.imageInstanceType,
    schedule: settings.imageSchedule,
    keep: settings.imagesKept,
    amiParameter: AMI_PARAMETER,
    addresses: settings.notification.split(" "),
    logRetentionDays: settings.logRetentionDays,
    permissionsBoundary: settings.permissionsBoundary,
    tags,
  });
  return { imagePipelineArn: pipelineArn, toolboxDigest: digest, buildTopic };
}
