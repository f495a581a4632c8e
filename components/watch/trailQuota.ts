import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  type Trail,
} from "@aws-sdk/client-cloudtrail";
import * as pulumi from "@pulumi/pulumi";

import { lookUpFailure } from "../aws/failure";
import type { Check } from "../refusal";

/**
 * Trails that can record a Region. One of all Regions and one of the organisation count in each of them.
 *
 * Source: CloudTrail user guide, "Quotas in AWS CloudTrail": no quota of CloudTrail can be raised.
 */
const TRAILS_PER_REGION = 5;

/** Why a Region has no room for another trail; nothing where it has, or where the trail is there already. */
function trailReasons(
  trails: readonly Pick<Trail, "TrailARN" | "HomeRegion">[],
  trailArn: string,
): string[] {
  const arns = trails.map(({ TrailARN = "" }) => TrailARN);
  if (arns.length < TRAILS_PER_REGION || arns.includes(trailArn)) {
    return [];
  }
  const deletions = trails.map(
    ({ TrailARN = "", HomeRegion = "" }) =>
      `aws cloudtrail delete-trail --region ${HomeRegion} --name ${TrailARN}`,
  );
  return [
    `CloudTrail takes ${TRAILS_PER_REGION} trails in a Region and raises that for nobody; there are ${arns.length}, of all Regions and of the organisation among them. End one that is not needed, whoever it belongs to: ${deletions.join(", or ")}`,
  ];
}

/**
 * Refuses a trail that CloudTrail would refuse in mid-deployment, when keys and vault are made. Where CloudTrail does
 * not say what there is, that is a warning.
 *
 * @param trailArn ARN of the trail that is to be made.
 */
export async function checkTrailQuota(client: CloudTrailClient, trailArn: string): Promise<Check> {
  let trails: readonly Trail[] = [];
  try {
    const { trailList = [] } = await client.send(
      new DescribeTrailsCommand({ includeShadowTrails: true }),
    );
    trails = trailList;
  } catch (error) {
    void pulumi.log.warn(lookUpFailure("How many trails record this Region", error));
  }
  return ["There is no room for the trail of the vault's events", trailReasons(trails, trailArn)];
}
