import type * as aws from "@pulumi/aws";

import { partitionOf } from "../aws/partition";

/** What a build machine's policy is made from. */
export interface BuilderPolicyArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** ARNs of the objects of the tools bucket that the image takes. */
  readonly bucketObjects: readonly string[];
}

/**
 * What a build machine may do: be driven by Image Builder through Systems Manager, read the
 * components, write its log. Far less than the managed policies, of which AmazonSSMManagedInstanceCore
 * reads every parameter of the account.
 */
export function builderPolicy({
  region,
  accountId,
  bucketObjects,
}: BuilderPolicyArgs): aws.iam.PolicyDocument {
  const partition = partitionOf(region).name;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "BeManagedBySystemsManager",
        Effect: "Allow",
        Action: "ssm:UpdateInstanceInformation",
        Resource: `arn:${partition}:ec2:${region}:${accountId}:instance/*`,
      },
      {
        // The agent's channels are no resources: nothing narrower than * can be named. The
        // messages of EC2 are what agents older than 3.3 listen to.
        Sid: "TakeCommands",
        Effect: "Allow",
        Action: [
          "ec2messages:AcknowledgeMessage",
          "ec2messages:DeleteMessage",
          "ec2messages:FailMessage",
          "ec2messages:GetEndpoint",
          "ec2messages:GetMessages",
          "ec2messages:SendReply",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": region } },
      },
      {
        Sid: "ReadComponents",
        Effect: "Allow",
        Action: "imagebuilder:GetComponent",
        Resource: `arn:${partition}:imagebuilder:${region}:${accountId}:component/clean-room-*`,
      },
      {
        // Image Builder's own task runner and resources, from AWS's own buckets.
        Sid: "ReadImageBuilder",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: [
          `arn:${partition}:s3:::ec2imagebuilder-toe-${region}-prod/*`,
          `arn:${partition}:s3:::ec2imagebuilder-managed-resources-${region}-prod/*`,
        ],
      },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [
          `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/imagebuilder/clean-room`,
          `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/imagebuilder/clean-room:*`,
        ],
      },
      ...(bucketObjects.length === 0
        ? []
        : [
            {
              Sid: "ReadTools",
              Effect: "Allow" as const,
              Action: "s3:GetObject",
              Resource: [...bucketObjects],
              Condition: { StringEquals: { "aws:ResourceAccount": accountId } },
            },
          ]),
    ],
  };
}
