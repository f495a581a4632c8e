import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";
import { arnAnywhere } from "../aws/arn";
import { TICKET_TAG } from "../tags";

/** The tag that Image Builder puts on whatever it makes. */
const MADE_BY_IMAGE_BUILDER = { "aws:ResourceTag/CreatedBy": "EC2 Image Builder" };

/** The tag that Image Builder puts on an image it takes out of use. */
const DEPRECATED_BY = "DeprecatedBy";

/**
 * What removes old images may do: all that AWS's managed EC2ImageBuilderLifecycleExecutionPolicy
 * allows, on the same resources, as Image Builder looks at the role before it takes a lifecycle
 * policy, and does not say what it looks for. It never reaches what belongs to an incident: preserved
 * copies are snapshots of the same account.
 */
export function lifecycleRolePolicy(region: string): aws.iam.PolicyDocument {
  const images = arnAnywhere({ region, accountId: "" }, "ec2", "image/*");
  const snapshots = arnAnywhere({ region, accountId: "" }, "ec2", "snapshot/*");
  return policyDocument(
    {
      Sid: "TakeImagesOutOfUse",
      Effect: "Allow",
      Action: [
        "ec2:DeregisterImage",
        "ec2:DescribeImageAttribute",
        "ec2:DisableImage",
        "ec2:DisableImageDeprecation",
        "ec2:EnableImage",
        "ec2:EnableImageDeprecation",
      ],
      Resource: images,
      Condition: { StringEquals: MADE_BY_IMAGE_BUILDER },
    },
    {
      Sid: "DeleteTheirSnapshots",
      Effect: "Allow",
      Action: "ec2:DeleteSnapshot",
      Resource: snapshots,
      Condition: { StringEquals: MADE_BY_IMAGE_BUILDER },
    },
    {
      Sid: "TagDeprecatedImages",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: [images, snapshots],
      Condition: {
        StringEquals: {
          ...MADE_BY_IMAGE_BUILDER,
          [`aws:RequestTag/${DEPRECATED_BY}`]: "EC2 Image Builder",
        },
        "ForAllValues:StringEquals": { "aws:TagKeys": DEPRECATED_BY },
      },
    },
    {
      // None here: the policy is AWS's whole one.
      Sid: "RemoveContainers",
      Effect: "Allow",
      Action: ["ecr:BatchDeleteImage", "ecr:BatchGetImage"],
      Resource: arnAnywhere({ region, accountId: "*" }, "ecr", "repository/*"),
      Condition: {
        StringEquals: { "ecr:ResourceTag/LifecycleExecutionAccess": "EC2 Image Builder" },
      },
    },
    {
      // Looking for images and tags knows no narrower resource; Image Builder's own images go by
      // the recipe that the lifecycle policy names.
      Sid: "DeleteImageRecords",
      Effect: "Allow",
      Action: ["ec2:DescribeImages", "imagebuilder:DeleteImage", "tag:GetResources"],
      Resource: "*",
    },
    {
      Sid: "NothingOfAnIncident",
      Effect: "Deny",
      Action: "ec2:*",
      Resource: [images, snapshots],
      Condition: { Null: { [`aws:ResourceTag/${TICKET_TAG}`]: "false" } },
    },
  );
}
