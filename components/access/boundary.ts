import type * as aws from "@pulumi/aws";

import { partitionOf } from "../aws/partition";
import type { CaseAccess } from "./caseAccess";
import { SESSION_LOG_GROUP } from "./sessionDocument";

/**
 * Permissions boundary of the roles of a case: the most that any of their policies can give. It grants
 * nothing by itself. Whoever opens rooms writes these policies; within the boundary none of them
 * deletes, releases or shares evidence, touches the foundation, or becomes another identity.
 */
export function boundaryPolicy(access: Omit<CaseAccess, "ticket">): aws.iam.PolicyDocument {
  const { region, accountId, vaultArn } = access;
  const partition = partitionOf(region).name;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        // The transfer key lets EC2 grant itself its use for whoever is of the organisation, which a
        // boundary that is merely silent would not take back.
        Sid: "NoGrants",
        Effect: "Deny",
        Action: "kms:CreateGrant",
        Resource: "*",
      },
      {
        Sid: "TheVault",
        Effect: "Allow",
        Action: [
          "s3:AbortMultipartUpload",
          "s3:GetObject",
          "s3:GetObjectAttributes",
          "s3:GetObjectLegalHold",
          "s3:GetObjectRetention",
          "s3:GetObjectVersion",
          "s3:GetObjectVersionAttributes",
          "s3:ListBucket",
          "s3:ListBucketVersions",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ],
        Resource: [vaultArn, `${vaultArn}/*`],
      },
      {
        Sid: "ItsKeyThroughS3",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: access.evidenceKeyArn,
        Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
      },
      {
        // Session Manager's channels are no resources; the rest its own statements narrow.
        Sid: "Sessions",
        Effect: "Allow",
        Action: [
          "ssm:ResumeSession",
          "ssm:StartSession",
          "ssm:TerminateSession",
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": region } },
      },
      {
        Sid: "TheirRecording",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `arn:${partition}:logs:${region}:${accountId}:log-group:${SESSION_LOG_GROUP}:*`,
      },
      {
        // Looking knows no narrower resource.
        Sid: "TheLogGroups",
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": region } },
      },
    ],
  };
}
