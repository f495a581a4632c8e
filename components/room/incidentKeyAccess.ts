import * as aws from "@pulumi/aws";
import type { PolicyDocument } from "@pulumi/aws/iam";

import { answerOf, failureOf } from "../awsFailure";
import { Refusal } from "../refusal";
import { incidentKeyAlias } from "./incidentKeyAlias";

/**
 * Refuses whoever the key of an open room does not know: its policy names the deployers of the day it was
 * put, and the audit stack's lists changed since. The deployment would stop in the middle, at the key.
 *
 * @param caller ARN of whoever deploys, as STS names the caller.
 * @param policy What the key's policy has to be by now.
 * @throws Refusal with the command that lets them in.
 */
export async function requireKeyAccess(
  ticket: string,
  region: string,
  caller: string,
  policy: PolicyDocument,
): Promise<void> {
  const name = incidentKeyAlias(ticket);
  // Where it is not found there is nothing to be shut out of, and KMS has its say later.
  const keyArn = await aws.kms.getAlias({ name }).then(
    ({ targetKeyArn }) => targetKeyArn,
    () => undefined,
  );
  if (keyArn === undefined) {
    return;
  }
  try {
    await aws.kms.getKey({ keyId: keyArn });
  } catch (error) {
    // Whoever a key's policy knows may look at it: that needs no policy of their own.
    if (failureOf(error) === "denied") {
      throw new Refusal(`The key of the room of ${ticket} does not know you`, [
        `Its policy names the deployers of the day it was put, and ${caller} is none of them. Have a foundation deployer let the audit stack's present ones in, then run this again: ${commandThatLetsIn(keyArn, region, policy)} (${answerOf(error)})`,
      ]);
    }
  }
}

function commandThatLetsIn(keyArn: string, region: string, policy: PolicyDocument): string {
  return `aws kms put-key-policy --region ${region} --key-id ${keyArn} --policy-name default --policy '${JSON.stringify(policy)}'`;
}
