import type * as aws from "@pulumi/aws";

import { arnAnywhere, arnIn, iamArn } from "../../aws/arn";
import { partitionOf } from "../../aws/partition";
import { evidenceTrailArn } from "../../names";
import { policyDocument } from "../../policies/document";
import { viaService } from "../../policies/viaService";
import {
  accountOf,
  allow,
  custodianship,
  EBS_USE,
  foundationAdministration,
  type KeyParties,
  type Statement,
  useAndGrantsThroughEc2,
} from "./keyStatements";

/**
 * Use of the key by Image Builder's service-linked role, which makes encrypted images through EC2 and
 * tells of them through an encrypted topic. By condition, as the role is made with the first pipeline.
 */
function imageBuilding(parties: KeyParties): Statement[] {
  const { region, accountId } = parties;
  const role = iamArn(
    { region, accountId },
    "role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder",
  );
  const through = (service: string) => ({
    StringEquals: { "kms:ViaService": viaService(parties, service) },
  });
  return [
    allow(parties, "ImagesOfImageBuilder", EBS_USE, [role], through("ec2")),
    allow(parties, "GrantsOfImageBuilder", ["kms:CreateGrant"], [role], {
      ...through("ec2"),
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    {
      // The role's own policy, which is AWS's, knows KMS through EC2 only: here the key's policy alone
      // has to allow it, so the role is the principal, by its name, as it may not exist yet.
      Sid: "NoticesOfImageBuilder",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "aws:PrincipalArn": role,
          "kms:CallerAccount": accountId,
          "kms:ViaService": viaService(parties, "sns"),
        },
      },
    },
  ];
}

/**
 * Use of the key by what tells of failures through an encrypted topic, for topics of this account. SNS
 * names the topic to KMS; `aws:SourceAccount` and `aws:SourceArn` would keep EventBridge out.
 *
 * Source: SNS developer guide, "Enable compatibility between event sources from AWS services and
 * encrypted topics".
 */
function alarms({ region, accountId }: KeyParties): Statement {
  return {
    Sid: "Alarms",
    Effect: "Allow",
    Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:sns:topicArn": arnIn({ region, accountId }, "sns", "*"),
      },
    },
  };
}

/** Use of the key by the runbook that findings start, which tells of each start through an encrypted topic of this account. */
function findings(parties: KeyParties): Statement[] {
  const { region, accountId, findingsRoleArn } = parties;
  return findingsRoleArn === undefined
    ? []
    : [
        {
          // By the key's policy alone, and by its name, as it may not exist yet.
          Sid: "NoticesOfFindings",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "aws:PrincipalArn": findingsRoleArn,
              "kms:ViaService": viaService(parties, "sns"),
            },
            ArnLike: {
              "kms:EncryptionContext:aws:sns:topicArn": arnIn({ region, accountId }, "sns", "*"),
            },
          },
        },
      ];
}

/**
 * Use of the key by the trail of the vault's events, and by who reads its log files.
 *
 * Source: CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail".
 */
function trail(parties: KeyParties): Statement[] {
  const { region, accountId } = parties;
  const service = { Service: "cloudtrail.amazonaws.com" };
  const byTheTrail = { "aws:SourceArn": evidenceTrailArn(region, accountId) };
  const forATrail = {
    "kms:EncryptionContext:aws:cloudtrail:arn": arnAnywhere(
      { region, accountId },
      "cloudtrail",
      "trail/*",
    ),
  };
  return [
    {
      Sid: "TrailEncrypts",
      Effect: "Allow",
      Principal: service,
      Action: "kms:GenerateDataKey*",
      Resource: "*",
      Condition: { StringEquals: byTheTrail, StringLike: forATrail },
    },
    {
      Sid: "TrailDescribesTheKey",
      Effect: "Allow",
      Principal: service,
      Action: "kms:DescribeKey",
      Resource: "*",
      Condition: { StringEquals: byTheTrail },
    },
    {
      // Who of the account may, is said by the roles' own policies; none of them without S3.
      Sid: "TrailReadThroughS3",
      Effect: "Allow",
      Principal: { AWS: accountOf(parties) },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": accountId,
          "kms:ViaService": viaService(parties, "s3"),
        },
        StringLike: forATrail,
      },
    },
  ];
}

/**
 * Policy of the foundation key: images, log groups, the trail, alarms. Losing it loses no evidence, but
 * the trail's log files: who was at it.
 */
export function foundationKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const { region, accountId } = parties;
  const { dnsSuffix } = partitionOf(region);
  return policyDocument(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    // Rooms are opened from an image that is encrypted under this key.
    ...useAndGrantsThroughEc2(parties),
    ...imageBuilding(parties),
    ...trail(parties),
    alarms(parties),
    ...findings(parties),
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.${dnsSuffix}` },
      Action: [
        "kms:Decrypt*",
        "kms:Describe*",
        "kms:Encrypt*",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
      ],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": arnIn({ region, accountId }, "logs", "log-group:*"),
        },
      },
    },
  );
}
