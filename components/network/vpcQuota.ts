import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { lookUpFailure } from "../aws/failure";
import type { Check } from "../refusal";

/**
 * How many VPCs a Region of an account may have; internet gateways rise with it.
 *
 * Source: VPC user guide, "Amazon VPC quotas": 5 until somebody has it raised.
 */
const QUOTA = { serviceCode: "vpc", quotaCode: "L-F678F1CE" };

/** The VPCs of a foundation. */
export interface NeededVpcs {
  /** Whose they are, 12 digits. */
  readonly accountId: string;

  /** How many it has in the end. */
  readonly wanted: number;

  /** How many the engine has in its state. */
  readonly known: number;

  /** The tag of those that AWS has, with `*` where each has something else. */
  readonly tag: { readonly name: string; readonly value: string };
}

/** Why a Region has no room for so many more VPCs; nothing where it has. */
function vpcReasons(there: number, allowed: number, missing: number): string[] {
  return there + missing <= allowed
    ? []
    : [
        `It makes ${missing}, ${there} are there, and the account may have ${allowed} in this Region (quota ${QUOTA.quotaCode}). Delete one that is not needed, such as a default VPC, or have the quota raised: aws service-quotas request-service-quota-increase --service-code ${QUOTA.serviceCode} --quota-code ${QUOTA.quotaCode} --desired-value ${there + missing}`,
      ];
}

/**
 * Refuses VPCs that EC2 would refuse in mid-deployment, when keys and vault are made. Where AWS does not say how many
 * there are, or may be, that is a warning; a foundation that has all of its VPCs asks nothing.
 */
export async function checkVpcQuota({ accountId, wanted, known, tag }: NeededVpcs): Promise<Check> {
  const heading = "There is no room for the clean room's VPCs";
  if (known >= wanted) {
    return [heading, []];
  }
  try {
    const [all, own, { value }] = await Promise.all([
      // EC2 lists those of others, too, which share a subnet.
      aws.ec2.getVpcs({ filters: [{ name: "owner-id", values: [accountId] }] }),
      aws.ec2.getVpcs({ filters: [{ name: `tag:${tag.name}`, values: [tag.value] }] }),
      aws.servicequotas.getServiceQuota(QUOTA),
    ]);
    const missing = wanted - Math.max(known, own.ids.length);
    // An answer without a number says nothing against it.
    return [
      heading,
      missing > 0 && Number.isFinite(value) ? vpcReasons(all.ids.length, value, missing) : [],
    ];
  } catch (error) {
    void pulumi.log.warn(lookUpFailure("How many VPCs this Region may have", error));
    return [heading, []];
  }
}
