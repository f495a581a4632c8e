import { EvidenceVault } from "../components/evidence/evidenceVault";
import { Keys } from "../components/evidence/keys";
import { DnsFirewall } from "../components/network/dnsFirewall";
import { endpointDomains } from "../components/network/endpointPolicies";
import { Endpoints } from "../components/network/endpoints";
import { ForensicsVpc } from "../components/network/forensicsVpc";
import { foundationTags } from "../components/tags";
import type { AuditSettings } from "../settings";
import type { FoundationOutputs } from "./foundation";

/** Where forensics images are published. Image Builder may write below /imagebuilder/ only. */
const AMI_PARAMETER = "/imagebuilder/clean-room/ami";

/** The long-lived foundation of one Region of the Audit account. Everything in it is protected. */
export function audit(settings: AuditSettings): FoundationOutputs {
  const { accountId, region, organizationId, vault, vpcCidr } = settings;
  const { foundationDeployers, incidentDeployers, custodians } = settings;
  const tags = foundationTags(settings.notification);

  const keys = new Keys("keys", { parties: settings, tags });

  const vpc = new ForensicsVpc("forensics", {
    cidr: vpcCidr,
    availabilityZones: settings.availabilityZones,
    slotsPerZone: settings.slotsPerZone,
    logKeyArn: keys.foundationKeyArn,
    logRetentionDays: settings.logRetentionDays,
    tags,
  });
  const endpoints = new Endpoints("endpoints", {
    region,
    accountId,
    vpcId: vpc.vpcId,
    vpcCidr,
    subnetIds: vpc.endpointSubnetIds,
    routeTableIds: vpc.slotRouteTableIds,
    interfaceServices: settings.interfaceEndpoints,
    tags,
  });
  new DnsFirewall("dns-firewall", {
    vpcId: vpc.vpcId,
    allowedDomains: endpointDomains(region, settings.interfaceEndpoints),
    tags,
  });

  const evidenceVault = new EvidenceVault("vault", {
    accountId,
    keyArn: keys.evidenceKeyArn,
    mode: vault.mode,
    days: vault.days,
    mostDays: vault.mostDays,
    foundationDeployers,
    incidentDeployers,
    custodians,
    tags,
  });

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
    vaultDays: vault.days,
    vaultTrial: vault.trial,
    amiParameter: AMI_PARAMETER,
    foundationDeployers,
    incidentDeployers,
    custodians,
  };
}
