import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { arnIn } from "./aws/arn";
import { assumedBy, policyDocument } from "./policies/document";
import { ROLE_PATH } from "./names";
import type { Tags } from "./tags";

/** Inputs to {@link keepFlowLog}. */
export interface FlowLogArgs {
  readonly region: string;

  /** The account of the VPC, 12 digits. */
  readonly accountId: string;

  /** `vpc-…`. */
  readonly vpcId: pulumi.Input<string>;

  /** ARN of the customer managed key that encrypts the flow logs. */
  readonly logKeyArn: pulumi.Input<string>;

  /** Days the flow logs are kept; one of the values CloudWatch Logs accepts. */
  readonly logRetentionDays: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Declares the flow log of a VPC: all traffic, under a key, in a log group that stays when the stack goes.
 * The resources are children of whatever component has the VPC.
 *
 * @param name Name of the VPC; resources are named `${name}-flow-…`.
 * @param args Inputs of the flow log.
 * @param kept Parent and protection of the VPC's parts.
 */
export function keepFlowLog(
  name: string,
  args: FlowLogArgs,
  kept: { readonly parent: pulumi.Resource; readonly protect: true },
): void {
  const { vpcId, logKeyArn, logRetentionDays, permissionsBoundary, tags } = args;
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { kmsKeyId: logKeyArn, retentionInDays: logRetentionDays, tags },
    { ...kept, retainOnDelete: true },
  );
  const logWriter = new aws.iam.Role(
    `${name}-flow-log-writer`,
    {
      path: ROLE_PATH,
      assumeRolePolicy: assumedBy("vpc-flow-logs.amazonaws.com", forFlowLogsOf(args)),
      permissionsBoundary,
      tags,
    },
    kept,
  );
  const writing = new aws.iam.RolePolicy(
    `${name}-flow-log-writing`,
    { role: logWriter.id, policy: pulumi.jsonStringify(logs.arn.apply(flowLogPolicy)) },
    kept,
  );
  new aws.ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId,
      trafficType: "ALL",
      maxAggregationInterval: 60,
      logDestination: logs.arn,
      iamRoleArn: logWriter.arn,
      tags,
    },
    { ...kept, dependsOn: [writing] },
  );
}

/**
 * Condition for the service when it works for flow logs of this account.
 *
 * Source: VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs".
 */
function forFlowLogsOf(place: Pick<FlowLogArgs, "region" | "accountId">) {
  return {
    StringEquals: { "aws:SourceAccount": place.accountId },
    ArnLike: { "aws:SourceArn": arnIn(place, "ec2", "vpc-flow-log/*") },
  };
}

function flowLogPolicy(logGroupArn: string): aws.iam.PolicyDocument {
  return policyDocument(
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      Resource: [logGroupArn, `${logGroupArn}:*`],
    },
    {
      // Listing log groups knows no narrower resource.
      Effect: "Allow",
      Action: "logs:DescribeLogGroups",
      Resource: "*",
    },
  );
}
