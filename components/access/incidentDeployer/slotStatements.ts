import type * as aws from "@pulumi/aws";

import { arnIn } from "../../aws/arn";
import type { IncidentDeployerAccess } from "./incidentDeployerAccess";

/** Finding what there is, and claiming a slot. */
export function slotStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    {
      // Looking knows no narrower resource.
      Sid: "DescribeResources",
      Effect: "Allow",
      Action: [
        "ec2:Describe*",
        "kms:ListAliases",
        // A key that was made a moment ago is in no index of tags yet.
        "kms:ListKeys",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
        "ssm:DescribeParameters",
        // Which keys carry a ticket: what was made and not written down is found again by it.
        "tag:GetResources",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": access.region } },
    },
    {
      Sid: "FindSlotsAndImage",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
      Resource: [
        arnIn(access, "ssm", "parameter/clean-room/slots"),
        arnIn(access, "ssm", "parameter/clean-room/slots/*"),
        arnIn(access, "ssm", `parameter${access.amiParameter}`),
      ],
    },
    {
      Sid: "ManageClaims",
      Effect: "Allow",
      Action: [
        "ssm:AddTagsToResource",
        "ssm:DeleteParameter",
        "ssm:ListTagsForResource",
        "ssm:RemoveTagsFromResource",
      ],
      Resource: arnIn(access, "ssm", "parameter/clean-room/slots/*"),
    },
    {
      // A slot that is claimed stays the other case's. A request that says nothing overwrites nothing.
      Sid: "ClaimFreeSlots",
      Effect: "Allow",
      Action: "ssm:PutParameter",
      Resource: arnIn(access, "ssm", "parameter/clean-room/slots/*"),
      Condition: { StringNotEquals: { "ssm:Overwrite": "true" } },
    },
  ];
}
