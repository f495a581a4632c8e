import type * as aws from "@pulumi/aws";

import { partitionOf } from "../partition";
import { TICKET_TAG } from "../tags";

/** The tag that Image Builder puts on whatever it makes. */
const MADE_BY_IMAGE_BUILDER = { "aws:ResourceTag/CreatedBy": "EC2 Image Builder" };

/**
 * What removes old images may do: deregister and delete what Image Builder made, in this Region. It
 * is the part that is needed of the managed EC2ImageBuilderLifecycleExecutionPolicy, and never reaches
 * what belongs to an incident: preserved copies are snapshots of the same account.
 */
export function lifecycleRolePolicy({
  region,
  accountId,
}: {
  readonly region: string;
  readonly accountId: string;
}): aws.iam.PolicyDocument {
  const { name } = partitionOf(region);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DeregisterImages",
        Effect: "Allow",
        Action: ["ec2:DeregisterImage", "ec2:DescribeImageAttribute"],
        Resource: `arn:${name}:ec2:${region}::image/*`,
        Condition: { StringEquals: MADE_BY_IMAGE_BUILDER },
      },
      {
        Sid: "DeleteTheirSnapshots",
        Effect: "Allow",
        Action: "ec2:DeleteSnapshot",
        Resource: `arn:${name}:ec2:${region}::snapshot/*`,
        Condition: {
          StringEquals: MADE_BY_IMAGE_BUILDER,
          Null: { [`aws:ResourceTag/${TICKET_TAG}`]: "true" },
        },
      },
      {
        Sid: "ForgetThem",
        Effect: "Allow",
        Action: "imagebuilder:DeleteImage",
        Resource: `arn:${name}:imagebuilder:${region}:${accountId}:image/clean-room/*`,
      },
      {
        // Looking for images and tags knows no narrower resource.
        Sid: "FindThem",
        Effect: "Allow",
        Action: ["ec2:DescribeImages", "tag:GetResources"],
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": region } },
      },
    ],
  };
}
