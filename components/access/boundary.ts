import type * as aws from "@pulumi/aws";

import { EVIDENCE_TAGS, SOURCE_SNAPSHOT_TAG } from "../tags";
import { partitionOf } from "../partition";

/**
 * Permissions boundary of the roles that work on a case: the most that any of their policies can
 * give. None of them, whatever it is given by mistake, takes evidence away, passes it on, opens a
 * key or makes itself another identity.
 */
export function boundaryPolicy(region: string): aws.iam.PolicyDocument {
  const snapshots = `arn:${partitionOf(region).name}:ec2:${region}::snapshot/*`;
  const preserved = { Null: { [`aws:ResourceTag/${SOURCE_SNAPSHOT_TAG}`]: "false" } };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        // A boundary grants nothing: what is allowed here a role has only if its own policy says so.
        Sid: "WhatTheRolesOwnPoliciesSay",
        Effect: "Allow",
        Action: "*",
        Resource: "*",
      },
      {
        Sid: "PreservedCopiesStay",
        Effect: "Deny",
        Action: [
          "ec2:DeleteSnapshot",
          "ec2:DeleteTags",
          "ec2:ModifySnapshotAttribute",
          "ec2:ModifySnapshotTier",
          "ec2:UnlockSnapshot",
        ],
        Resource: snapshots,
        Condition: preserved,
      },
      {
        // A copy's tags say whose it is. They are given when it is made, and never again.
        Sid: "AndWhatTheySayOfThemselves",
        Effect: "Deny",
        Action: "ec2:CreateTags",
        Resource: snapshots,
        Condition: {
          "ForAnyValue:StringEquals": { "aws:TagKeys": [...EVIDENCE_TAGS] },
          Null: { ...preserved.Null, "ec2:CreateAction": "true" },
        },
      },
      {
        Sid: "TheVaultStays",
        Effect: "Deny",
        Action: [
          "s3:BypassGovernanceRetention",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:DeleteObject",
          "s3:DeleteObjectTagging",
          "s3:DeleteObjectVersion",
          "s3:DeleteObjectVersionTagging",
          "s3:PutBucket*",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
          "s3:PutObjectLegalHold",
          "s3:PutObjectRetention",
          "s3:PutReplicationConfiguration",
        ],
        Resource: "*",
      },
      {
        Sid: "TheKeysStay",
        Effect: "Deny",
        Action: [
          "kms:CreateGrant",
          "kms:DeleteImportedKeyMaterial",
          "kms:DisableKey",
          "kms:PutKeyPolicy",
          "kms:RevokeGrant",
          "kms:ScheduleKeyDeletion",
        ],
        Resource: "*",
      },
      {
        Sid: "NoOtherIdentity",
        Effect: "Deny",
        Action: [
          "account:*",
          "iam:*",
          "organizations:*",
          "sts:AssumeRole*",
          "sts:GetFederationToken",
        ],
        Resource: "*",
      },
    ],
  };
}
