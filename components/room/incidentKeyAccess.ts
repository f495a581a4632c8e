import * as aws from "@pulumi/aws";
import type { PolicyDocument } from "@pulumi/aws/iam";

import { answerOf, failureOf } from "../aws/failure";
import { Case } from "../case";
import type { Check } from "../refusal";

/**
 * Refuses whoever the key of an open room does not know: its policy names the deployers of the day it was
 * put, and the audit stack's lists changed since. The deployment would stop in the middle, at the key.
 *
 * @param caller ARN of whoever deploys, as STS names the caller.
 * @param policy What the key's policy has to be by now.
 * @returns a reason with the command that lets them in.
 */
export async function checkKeyAccess(
  ticket: string,
  region: string,
  caller: string,
  policy: PolicyDocument,
): Promise<Check> {
  const heading = `The key of the room of ${ticket} does not know you`;
  const name = new Case(ticket).keyAlias;
  let keyArn: string | undefined;
  try {
    // The provider looks at the key behind the alias, too, and fails where that may not be seen.
    keyArn = (await aws.kms.getAlias({ name })).targetKeyArn;
    // Whoever a key's policy knows may look at it: that needs no policy of their own.
    await aws.kms.getKey({ keyId: keyArn });
    return [heading, []];
  } catch (error) {
    // Where it is not found there is nothing to be shut out of, and KMS has its say later.
    if (failureOf(error) !== "denied" || !/DescribeKey/.test(answerOf(error))) {
      return [heading, []];
    }
    const keyId = keyArn ?? keyNamedIn(answerOf(error)) ?? lookedUp(name, region);
    return [
      heading,
      [
        `Its policy names the deployers of the day it was put, and ${caller} is none of them. Have a foundation deployer let the audit stack's present ones in (of a key that an earlier program made, a role that its policy names, or the account's root user), then run this again: ${commandThatLetsIn(keyId, region, policy)} (${answerOf(error)})`,
      ],
    ];
  }
}

/** KMS names the key that it does not let anybody see. */
function keyNamedIn(answer: string): string | undefined {
  return /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/.exec(answer)?.[0];
}

/** The id of the key behind an alias, for the shell. */
function lookedUp(alias: string, region: string): string {
  return `"$(aws kms list-aliases --region ${region} --query "Aliases[?AliasName=='${alias}'].TargetKeyId" --output text)"`;
}

function commandThatLetsIn(keyId: string, region: string, policy: PolicyDocument): string {
  return `aws kms put-key-policy --region ${region} --key-id ${keyId} --policy-name default --policy '${JSON.stringify(policy)}'`;
}
