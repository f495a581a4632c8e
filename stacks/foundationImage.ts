import type * as pulumi from "@pulumi/pulumi";

import type { EmailTopic } from "../components/emailTopic";
import { BuilderNetwork } from "../components/image/builderNetwork";
import { groupDocuments } from "../components/image/documents";
import { ForensicsImage } from "../components/image/forensicsImage";
import { bucketObjects, inventory } from "../components/image/inventory";
import type { Toolbox } from "../components/image/toolbox";
import { AMI_PARAMETER } from "../components/names";
import { foundationTags } from "../components/tags";
import type { AuditSettings } from "../settings/parseSettings";
import type { FoundationOutputs } from "./foundation";

/**
 * Declares what builds the forensics image, and the network that it is built in.
 *
 * @param baseImageId Base image, `ami-…`.
 * @param keyArn ARN of the foundation key.
 * @returns the outputs about it, the topic that tells of builds, and the network's id.
 */
export function declareImage(
  settings: AuditSettings,
  toolbox: Toolbox,
  baseImageId: string,
  keyArn: pulumi.Output<string>,
): Pick<FoundationOutputs, "imagePipelineArn" | "toolboxDigest"> & {
  readonly buildTopic: EmailTopic;
  readonly builderVpcId: pulumi.Output<string>;
} {
  const { accountId, region, availabilityZones, toolsBucket } = settings;
  const tags = foundationTags(settings);
  const documents = groupDocuments(toolbox);
  const { digest, document } = inventory(toolbox, documents, toolsBucket, accountId);

  // The one VPC that the policy pack's configuration exempts, by this name.
  const network = new BuilderNetwork("image-builder", {
    region,
    accountId,
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
  return {
    imagePipelineArn: pipelineArn,
    toolboxDigest: digest,
    buildTopic,
    builderVpcId: network.vpcId,
  };
}
