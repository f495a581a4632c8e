import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { checkFoundationDeployer } from "../components/access/deployers";
import { checkTokenProvider } from "../components/access/previewTrust";
import { type Caller, worksAs } from "../components/aws/callerRole";
import { findBaseImage } from "../components/image/baseImage";
import { checkBuilderType } from "../components/image/builderType";
import type { Toolbox } from "../components/image/toolbox";
import { evidenceTrailArn, previewRoleArn } from "../components/names";
import { findEndpointServices } from "../components/network/endpointServices";
import { checkVpcQuota, type NeededVpcs } from "../components/network/vpcQuota";
import { checkFittingDocuments } from "../components/policies/documentSize";
import type { Check } from "../components/refusal";
import { OWNER_TAG } from "../components/tags";
import { checkTrailQuota } from "../components/watch/trailQuota";
import type { AuditSettings } from "../settings/parseSettings";
import { findAgain } from "./foundAgain";
import { auditDocuments } from "./policySizes";
import { ownerTag } from "./ownership";
import { lookUpSettings } from "./sdkSettings";
import { readStateResources } from "./stateResources";
import { allOrEveryReason, NOTHING_CHANGED, refuseFor } from "./settleAll";

/**
 * Looks at the account before anything of a foundation is declared, and refuses what would end in mid-deployment: without
 * a base there is no pipeline, no vault without its trail. What AWS has of the foundation already is taken on from here on.
 *
 * @param caller Whoever deploys.
 * @param base What the image is built on, as the toolbox names it.
 * @returns the services that have endpoints, and the id of the base image; none with `image: off`.
 * @throws Refusal
 */
export async function inspectFoundation(
  settings: AuditSettings,
  caller: Caller,
  base: Toolbox["base"],
) {
  const { accountId, region, interfaceEndpoints, availabilityZones } = settings;
  const hasImage = settings.image !== "off";
  const clients = lookUpSettings(region);
  const [endpointServices, baseImageId] = await allOrEveryReason(NOTHING_CHANGED, [
    findEndpointServices(new EC2Client(clients), region, interfaceEndpoints),
    hasImage ? findBaseImage(base, region) : undefined,
    refuseFor(NOTHING_CHANGED, [
      isPreviewer(caller, settings)
        ? checkItPreviews()
        : checkFoundationDeployer(caller, settings.foundationDeployers),
      ...(settings.previewRole === undefined ? [] : [checkTokenProvider(settings)]),
      checkFittingDocuments(settings, auditDocuments),
      ...(hasImage
        ? [checkBuilderType(settings.imageInstanceType, availabilityZones[0] as string)]
        : []),
      neededVpcs(settings).then(checkVpcQuota),
      checkTrailQuota(new CloudTrailClient(clients), evidenceTrailArn(region, accountId)),
    ]),
    findAgain(settings),
  ]);
  return { endpointServices, baseImageId };
}

/** Whether the caller has the role by which workflows preview the stack. */
function isPreviewer(caller: Caller, { previewRole, region, accountId }: AuditSettings): boolean {
  return previewRole !== undefined && worksAs(caller, [previewRoleArn(region, accountId)]);
}

/** That role deploys nothing: AWS would refuse its first change. */
function checkItPreviews(): Check {
  return [
    "This role previews the foundation",
    pulumi.runtime.isDryRun()
      ? []
      : ["It deploys nothing: take one of clean-room:foundationDeployers for pulumi up."],
  ];
}

const VPC = "aws:ec2/vpc:Vpc";

/** The forensics VPC, and with an image its builder's. */
async function neededVpcs(settings: AuditSettings): Promise<NeededVpcs> {
  const state = await readStateResources();
  return {
    accountId: settings.accountId,
    wanted: settings.image === "off" ? 1 : 2,
    known: state.filter(({ type }) => type === VPC).length,
    tag: { name: OWNER_TAG, value: ownerTag({ ...settings, stack: pulumi.getStack() }, VPC, "*") },
  };
}
