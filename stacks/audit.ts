import * as pulumi from "@pulumi/pulumi";

import { AuditorRole } from "../components/access/auditorRole";
import { AutomationRoles } from "../components/access/automationRoles";
import { PreviewRole } from "../components/access/previewRole";
import { CentralAcquisition } from "../components/acquisition/centralAcquisition";
import { ClosedInternet } from "../components/account/closedInternet";
import { bucketArn } from "../components/aws/arn";
import { untriedServices } from "../components/aws/partitionServices";
import { CentralContainment } from "../components/containment/centralContainment";
import { FindingContainment } from "../components/containment/findingContainment";
import { EvidenceVault } from "../components/evidence/evidenceVault";
import { Keys } from "../components/evidence/keys/keys";
import { daysOf } from "../components/evidence/retentionPeriod";
import { SnapshotLock } from "../components/evidence/runbooks/snapshotLock";
import { readToolbox } from "../components/image/toolbox";
import {
  AMI_PARAMETER,
  auditorRoleArn as arnOfAuditorRole,
  caseRoles,
  findingsRoleArn as arnOfFindingsRole,
  previewRoleArn as arnOfPreviewRole,
} from "../components/names";
import { DnsFirewall } from "../components/network/dnsFirewall";
import { endpointDomains } from "../components/network/endpointPolicies";
import { Endpoints } from "../components/network/endpoints";
import { ForensicsVpc } from "../components/network/forensicsVpc";
import { readsDirectly } from "../components/policies/directReading";
import { foundationTags } from "../components/tags";
import { EvidenceTrail } from "../components/watch/evidenceTrail";
import { RunbookAlarm } from "../components/watch/runbookAlarm";
import type { AuditSettings } from "../settings/parseSettings";
import { setAccountSwitches } from "./accountSwitches";
import { inspectFoundation } from "./auditInspection";
import { findCaller } from "./caller";
import type { FoundationOutputs } from "./foundation";
import {
  declareBoundary,
  declareDeployerPolicies,
  declareLinkPolicy,
  declareSessions,
} from "./foundationAccess";
import { declareImage } from "./foundationImage";
import { tellOfSubscriptions } from "./subscriptionsTold";

/** The long-lived foundation of one Region of the Audit account. Everything in it is protected. */
export async function audit(settings: AuditSettings): Promise<FoundationOutputs> {
  const { accountId, region, organizationId, vault, vpcCidr } = settings;
  const { foundationDeployers, incidentDeployers, custodians, permissionsBoundary } = settings;
  const tags = foundationTags(settings);
  const auditorRoleArn =
    settings.auditors.length === 0 ? undefined : arnOfAuditorRole(region, accountId);
  const findingsRoleArn =
    settings.containmentFindings.length === 0 ? undefined : arnOfFindingsRole(region, accountId);
  const previewRoleArn =
    settings.previewRole === undefined ? undefined : arnOfPreviewRole(region, accountId);
  const directReading = readsDirectly(settings);
  const caller = await findCaller(accountId);
  const untried = untriedServices(region, settings.image !== "off");
  if (untried !== undefined) {
    void pulumi.log.warn(untried);
  }
  const toolbox = readToolbox();
  const { endpointServices, baseImageId } = await inspectFoundation(settings, caller, toolbox.base);

  const keys = new Keys("keys", {
    parties: {
      region,
      accountId,
      organizationId,
      foundationDeployers,
      incidentDeployers,
      custodians,
      auditorRoleArn,
      previewRoleArn,
      findingsRoleArn,
      directReading,
    },
    tags,
  });

  const vpc = new ForensicsVpc("forensics", {
    region,
    accountId,
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
    signingKeyArn: keys.signingKeyArn,
    mode: vault.mode,
    retention: vault.retention,
    mostDays: vault.mostDays,
    legalHold: vault.legalHold,
    caseRoles: caseRoles(region, accountId),
    foundationDeployers,
    incidentDeployers,
    custodians,
    trailLogsArn: bucketArn(region, "vault-events-logs-*"),
    auditorRoleArn,
    permissionsBoundary,
    tags,
  });
  const trail = new EvidenceTrail("vault-events", {
    region,
    accountId,
    vaultArn: evidenceVault.bucketArn,
    accessLogs: evidenceVault.accessLogs.name,
    keyArn: keys.foundationKeyArn,
    foundationDeployers,
    custodians,
    tags,
  });

  const boundaryArn = declareBoundary(settings, {
    vpcId: vpc.vpcId,
    vaultArn: evidenceVault.bucketArn,
    evidenceKeyArn: keys.evidenceKeyArn,
  });
  const sessions = declareSessions(settings, keys.foundationKeyArn);
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
  const addresses = settings.notification.split(" ");
  const { containmentAccounts, containmentFindings } = settings;
  const alarm = new RunbookAlarm("runbook-alarm", {
    accountId,
    runbooks: [snapshotLock.runbook, ...evidenceVault.runbooks],
    telling: (topicArn) =>
      containmentFindings.length === 0
        ? []
        : [
            new FindingContainment("containment-findings", {
              region,
              accountId,
              containmentAccounts,
              types: containmentFindings,
              act: settings.containmentFindingsAct,
              atMost: settings.containmentFindingsAtMost,
              notification: addresses[0] as string,
              topicArn,
              permissionsBoundary,
              tags,
            }).runbook,
          ],
    keyArn: keys.foundationKeyArn,
    addresses,
    tags,
  });
  const linkPolicyArns = declareLinkPolicy(settings, vpc.vpcId);
  const containment =
    containmentAccounts.length === 0
      ? undefined
      : new CentralContainment("containment", {
          region,
          accountId,
          containmentAccounts,
          permissionsBoundary,
          tags,
        });
  const acquisition =
    containmentAccounts.length === 0
      ? undefined
      : new CentralAcquisition("acquisition", {
          region,
          accountId,
          accounts: containmentAccounts,
          tags,
        });
  const deployerPolicyArns = declareDeployerPolicies(tags, {
    region,
    accountId,
    organizationId,
    amiParameter: AMI_PARAMETER,
    vpcId: vpc.vpcId,
    vaultArn: evidenceVault.bucketArn,
    evidenceKeyArn: keys.evidenceKeyArn,
    transferKeyArn: keys.transferKeyArn,
    boundaryArn,
    runbookRoleArn: snapshotLock.runbook.roleArn,
    incidentDeployers,
  });

  if (auditorRoleArn !== undefined) {
    new AuditorRole("auditor", {
      region,
      accountId,
      organizationId,
      auditors: settings.auditors,
      sourceIdentity: settings.sourceIdentity,
      vaultArn: evidenceVault.bucketArn,
      logBucketArns: [evidenceVault.accessLogs.arn, trail.bucketArn],
      evidenceKeyArn: keys.evidenceKeyArn,
      foundationKeyArn: keys.foundationKeyArn,
      permissionsBoundary,
      tags,
    });
  }
  if (settings.previewRole !== undefined) {
    const { state } = settings.previewRole;
    const stack = { project: pulumi.getProject(), stack: pulumi.getStack() };
    new PreviewRole("preview", {
      region,
      accountId,
      allowed: settings.previewRole,
      state: state === undefined ? undefined : { ...stack, ...state },
      bucketArns: [evidenceVault.bucketArn, evidenceVault.accessLogs.arn, trail.bucketArn],
      keyArns: [
        keys.foundationKeyArn,
        keys.evidenceKeyArn,
        keys.transferKeyArn,
        keys.signingKeyArn,
      ],
      permissionsBoundary,
      tags,
    });
  }
  if (settings.automationRoles === "create") {
    new AutomationRoles("automation", {
      region,
      accountId,
      organizationId,
      permissionsBoundary,
      tags,
    });
  }

  await setAccountSwitches(settings);

  const { buildTopic, builderVpcId, ...image } =
    baseImageId === undefined
      ? {}
      : declareImage(settings, toolbox, baseImageId, keys.foundationKeyArn);
  if (settings.blockInternet === "on") {
    new ClosedInternet("internet", { builderVpcId, tags });
  }

  return {
    foundationVersion: 1,
    accountId,
    region,
    organizationId,
    vpcId: vpc.vpcId,
    vpcCidr,
    slots: vpc.slots.apply((slots) =>
      pulumi.all(
        slots.map((slot) => pulumi.output({ ...slot, sessions: sessions.ofSlot(slot.name) })),
      ),
    ),
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
    boundaryArn,
    sessionDocument: sessions.shared.document,
    incidentDeployerPolicyArns: pulumi.all([
      ...deployerPolicyArns,
      ...linkPolicyArns,
      ...(containment === undefined ? [] : [containment.startPolicyArn]),
      ...(acquisition === undefined ? [] : [acquisition.startPolicyArn]),
    ]),
    ...(settings.linkedAccounts.length === 0 ? {} : { linkedAccounts: settings.linkedAccounts }),
    ...(containment === undefined ? {} : { containmentAccounts }),
    foundationDeployers,
    incidentDeployers,
    custodians,
    ...(auditorRoleArn === undefined ? {} : { auditorRoleArn }),
    sourceIdentity: settings.sourceIdentity,
    ...(previewRoleArn === undefined ? {} : { previewRoleArn }),
    ...(directReading ? { directReading } : {}),
    subscriptionsToMend: tellOfSubscriptions(
      [...alarm.topics, ...(buildTopic === undefined ? [] : [buildTopic])],
      region,
    ),
  };
}
