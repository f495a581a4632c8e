import type * as aws from "@pulumi/aws";

import { arnIn, bucketArn } from "../aws/arn";
import { policyDocument } from "../policies/document";

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
  return policyDocument(
    {
      Sid: "BeManagedBySystemsManager",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceInformation",
      Resource: arnIn({ region, accountId }, "ec2", "instance/*"),
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
      Resource: arnIn({ region, accountId }, "imagebuilder", "component/clean-room-*"),
    },
    {
      // Image Builder's own task runner and resources, from AWS's own buckets.
      Sid: "ReadImageBuilder",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [
        bucketArn(region, `ec2imagebuilder-toe-${region}-prod/*`),
        bucketArn(region, `ec2imagebuilder-managed-resources-${region}-prod/*`),
      ],
    },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [
        arnIn({ region, accountId }, "logs", "log-group:/aws/imagebuilder/clean-room"),
        arnIn({ region, accountId }, "logs", "log-group:/aws/imagebuilder/clean-room:*"),
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
  );
}
