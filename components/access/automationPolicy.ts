import type * as aws from "@pulumi/aws";

import { partitionOf } from "../aws/partition";

/** Who may assume the Audit account's automation roles: functions that this account runs as them. */
export function automationTrust(): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Functions",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  };
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
  const partition = partitionOf(args.region).name;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "WorkInMemberAccounts",
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: `arn:${partition}:iam::*:role/${args.executionRole}`,
        Condition: { StringEquals: { "aws:ResourceOrgID": args.organizationId } },
      },
    ],
  };
}
