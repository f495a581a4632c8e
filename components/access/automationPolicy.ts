import type * as aws from "@pulumi/aws";

import { iamArn } from "../aws/arn";
import { assumedBy, forThisAccount, policyDocument } from "../policies/document";

/** Who may assume the Audit account's automation roles: functions that this account runs as them. */
export function automationTrust(accountId: string): aws.iam.PolicyDocument {
  return assumedBy("lambda.amazonaws.com", forThisAccount(accountId));
}

/** What the policy of an automation role is made from. */
export interface AutomationPolicyArgs {
  readonly region: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** Name of the role it may assume in any account of the organisation. */
  readonly executionRole: string;
}

/**
 * What an automation role may do: assume this one role, in accounts of the organisation, and nothing in
 * its own. A function that writes a log is given that right beside it.
 */
export function automationPolicy(args: AutomationPolicyArgs): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "WorkInMemberAccounts",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: iamArn({ region: args.region, accountId: "*" }, `role/${args.executionRole}`),
    Condition: { StringEquals: { "aws:ResourceOrgID": args.organizationId } },
  });
}
