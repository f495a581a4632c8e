import type * as pulumi from "@pulumi/pulumi";

import { EvidenceVault } from "../components/evidence/evidenceVault";
import { Keys } from "../components/evidence/keys";
import { findBaseImage } from "../components/image/baseImage";
import { BuilderNetwork } from "../components/image/builderNetwork";
import { ForensicsImage } from "../components/image/forensicsImage";
import { groupDocuments } from "../components/image/documents";
import { bucketObjects, inventory } from "../components/image/inventory";
import { readToolbox, type Toolbox } from "../components/image/toolbox";
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
export async function audit(settings: AuditSettings): Promise<FoundationOutputs> {
  const { accountId, region, organizationId, vault, vpcCidr } = settings;
  const { foundationDeployers, incidentDeployers, custodians } = settings;
  const tags = foundationTags(settings.notification);
  const toolbox = readToolbox();
  // Looked up before anything is declared: without a base there is no pipeline.
  const baseImageId =
    settings.image === "off" ? undefined : await findBaseImage(toolbox.base, region);

  const keys = new Keys("keys", {
    parties: {
      region,
      accountId,
      organizationId,
      foundationDeployers,
      incidentDeployers,
      custodians,
    },
    tags,
  });

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

  const image =
    baseImageId === undefined
      ? undefined
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
    vaultDays: vault.days,
    vaultTrial: vault.trial,
    amiParameter: AMI_PARAMETER,
    ...image,
    foundationDeployers,
    incidentDeployers,
    custodians,
  };
}

function forensicsImage(
  settings: AuditSettings,
  toolbox: Toolbox,
  baseImageId: string,
  keyArn: pulumi.Output<string>,
): Pick<FoundationOutputs, "imagePipelineArn" | "toolboxDigest"> {
  const { accountId, region, availabilityZones, toolsBucket } = settings;
  const tags = foundationTags(settings.notification);
  const documents = groupDocuments(toolbox);
  const { digest, document } = inventory(toolbox, documents, toolsBucket, accountId);

  // The one VPC that the policy pack's configuration exempts, by this name.
  const network = new BuilderNetwork("image-builder", {
    availabilityZone: availabilityZones[0] as string,
    tags,
  });
  const { pipelineArn } = new ForensicsImage("image", {
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
    tags,
  });
  return { imagePipelineArn: pipelineArn, toolboxDigest: digest };
}
