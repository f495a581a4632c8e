import { DescribeTrailsCommand, GetEventSelectorsCommand } from "@aws-sdk/client-cloudtrail";

import { parseArn } from "../../components/aws/arn";
import { lookUpFailure } from "../../components/aws/failure";
import { EVIDENCE_TRAIL_NAME } from "../../components/names";
import { Refusal } from "../../components/refusal";
import type { ReportAws } from "./reportAws";

/** Where a foundation keeps what a report is made of, as its trail says. */
export interface FoundationInAws {
  /** The vault's name. */
  readonly vaultBucket: string;

  /** Bucket of the trail's log files. */
  readonly trailBucket: string;
}

/**
 * Finds the vault of the client's account and Region without Pulumi's state: the trail of the vault's events names it,
 * and the bucket of its own log files.
 *
 * Source: CloudTrail API reference, DescribeTrails, GetEventSelectors.
 *
 * @throws Refusal where there is no such trail, or AWS does not tell.
 */
export async function findFoundationInAws(
  cloudTrail: ReportAws["cloudTrail"],
  region: string,
): Promise<FoundationInAws> {
  const refuse = (reason: string) => new Refusal("The vault is not known", [reason]);
  const { trailList = [] } = await cloudTrail
    .send(new DescribeTrailsCommand({ includeShadowTrails: false }))
    .catch((error: unknown) => {
      throw refuse(lookUpFailure("The trail of the vault's events", error));
    });
  const trail = trailList.find(({ Name }) => Name === EVIDENCE_TRAIL_NAME);
  if (trail?.TrailARN === undefined) {
    throw refuse(
      `${region} has no trail ${EVIDENCE_TRAIL_NAME} in this account: it has no foundation. Name its Region: --region us-east-1; or its vault: --vault vault-0a1b2c3.`,
    );
  }
  const { AdvancedEventSelectors = [] } = await cloudTrail
    .send(new GetEventSelectorsCommand({ TrailName: trail.TrailARN }))
    .catch((error: unknown) => {
      throw refuse(lookUpFailure("What the trail of the vault's events records", error));
    });
  const [vault] = AdvancedEventSelectors.flatMap(({ FieldSelectors = [] }) =>
    FieldSelectors.flatMap(({ Field, StartsWith = [] }) =>
      Field === "resources.ARN" ? StartsWith : [],
    ),
  );
  if (vault === undefined) {
    throw refuse(
      `The trail ${trail.TrailARN} names no vault: somebody changed what it records. Name the vault: --vault vault-0a1b2c3.`,
    );
  }
  return {
    vaultBucket: parseArn(vault).resource.replace(/\/.*$/, ""),
    trailBucket: trail.S3BucketName ?? "",
  };
}
