import type * as aws from "@pulumi/aws";

import { arnIn, iamArn } from "../../aws/arn";
import { EVERY_CASE } from "../../case";
import { viaService } from "../../policies/viaService";
import { ROLE_PATH, TRANSFER_KEY_GRANTS_ROLE_NAME } from "../../names";
import {
  carriesTicket,
  type IncidentDeployerAccess,
  madeWithTicket,
} from "./incidentDeployerAccess";

/** The incident's key, the use of keys through EC2, and the grants of an open incident. */
export function incidentKeyStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  const throughEc2 = {
    StringEquals: { "kms:ViaService": viaService(access, "ec2") },
  };
  return [
    {
      Sid: "MakeTheIncidentKey",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: madeWithTicket,
    },
    {
      // A new key's tags may count only minutes after it was made; each key's own policy decides.
      Sid: "LookAtKeys",
      Effect: "Allow",
      Action: [
        "kms:CreateAlias",
        "kms:DescribeKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
      ],
      Resource: arnIn(access, "kms", "key/*"),
    },
    {
      // The key's own policy lets them in, from its first minute. One of an earlier program leaves it
      // to this policy.
      Sid: "KeepAndEndTheIncidentKey",
      Effect: "Allow",
      Action: [
        "kms:CancelKeyDeletion",
        "kms:DeleteAlias",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      Resource: arnIn(access, "kms", "key/*"),
      Condition: carriesTicket,
    },
    {
      Sid: "NameTheIncidentKey",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: arnIn(access, "kms", EVERY_CASE.keyAlias),
    },
    {
      Sid: "UseKeysThroughEc2",
      Effect: "Allow",
      Action: [
        "kms:Decrypt",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: arnIn(access, "kms", "key/*"),
      Condition: throughEc2,
    },
    {
      // Without a word about organisations: no room opens without these.
      Sid: "GrantsOfEc2",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: arnIn(access, "kms", "key/*"),
      Condition: { ...throughEc2, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      // For copies of what is under a suspect's own key: the rest a room's grant on that key allows.
      Sid: "GrantsOnSuspectsKeys",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: arnIn({ region: access.region, accountId: "*" }, "kms", "key/*"),
      Condition: {
        StringEquals: { ...throughEc2.StringEquals, "aws:ResourceOrgID": access.organizationId },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
    {
      // The role that each member account's stack with a transfer key of its own makes for this.
      Sid: "GrantMembersTransferKeys",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: iamArn(
        { region: access.region, accountId: "*" },
        `role${ROLE_PATH}${TRANSFER_KEY_GRANTS_ROLE_NAME}`,
      ),
      Condition: { StringEquals: { "aws:ResourceOrgID": access.organizationId } },
    },
    {
      // Which operations it may grant, the transfer key's policy says.
      Sid: "GrantsOfAnOpenIncident",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      Resource: access.transferKeyArn,
    },
  ];
}
