import type * as aws from "@pulumi/aws";

import { iamArn, type Place } from "../../aws/arn";
import { LOOKING_AT_A_KEY } from "../../policies/keyInspection";
import { viaService } from "../../policies/viaService";

/** Who is who in the Audit account, and where it is. */
export interface KeyParties {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** ARNs of the roles that administer the audit stack; may end in `*`. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that open and close rooms; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARNs of the roles that may release evidence; may end in `*`. */
  readonly custodians: readonly string[];

  /** ARN of the role that verifies cases, where there is one. */
  readonly auditorRoleArn?: string | undefined;

  /** ARN of the role that previews the audit stack, where there is one. */
  readonly previewRoleArn?: string | undefined;

  /** ARN of the role of the runbook that GuardDuty's findings start, where they start one. */
  readonly findingsRoleArn?: string | undefined;

  /** Whether workstations read preserved copies by EBS's direct APIs; not by default. */
  readonly directReading?: boolean | undefined;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;
}

/** A statement of a key's policy. */
export type Statement = aws.iam.PolicyStatement;

/** Keeping a key, without any use of it and without its end. */
export const ADMINISTRATION = [
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKeyRotation",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** What makes a key, and all that it encrypts, unusable. */
const DESTRUCTION = ["kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion"];

/** What EBS needs of the caller's rights to create, copy and attach encrypted volumes and snapshots. */
export const EBS_USE = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** The Audit account as a principal: whoever of it its own IAM allows. */
export function accountOf(place: Place): string {
  return iamArn(place, "root");
}

/**
 * Allows roles of the Audit account. They are named by condition: KMS refuses a policy whose
 * principal does not exist yet.
 */
export function allow(
  parties: KeyParties,
  Sid: string,
  Action: string[],
  roles: readonly string[],
  condition: Readonly<Record<string, object>> = {},
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal: { AWS: accountOf(parties) },
    Action,
    Resource: "*",
    Condition: { ArnLike: { "aws:PrincipalArn": [...roles] }, ...condition },
  };
}

/**
 * Allows roles of the Audit account by the key's policy alone, whatever their own policies say. KMS
 * makes no key whose policy its maker could not put again, and asks before the key's tags count: up
 * to five minutes later. What has to work by then cannot hang on what a role's own policy says of tags.
 *
 * Sources: KMS developer guide, "Default key policy" and "ABAC for AWS KMS"; KMS API reference, CreateKey.
 */
export function admit(
  parties: KeyParties,
  Sid: string,
  Action: string[],
  roles: readonly string[],
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action,
    Resource: "*",
    Condition: {
      StringEquals: { "aws:PrincipalAccount": parties.accountId },
      ArnLike: { "aws:PrincipalArn": [...roles] },
    },
  };
}

/**
 * Administration, without any use of the key. The account's root user is among the administrators:
 * a key whose only administrators were deleted could never be managed again.
 */
export function administration(parties: KeyParties, roles: readonly string[]): Statement {
  return admit(parties, "Administration", ADMINISTRATION, [...roles, accountOf(parties)]);
}

/**
 * Administration of a key of the foundation. Its policy names the foundation deployers of the day it was
 * put: when all of them are gone, a custodian can put it anew for their successors.
 */
export function foundationAdministration(parties: KeyParties): Statement[] {
  return [
    administration(parties, parties.foundationDeployers),
    admit(
      parties,
      "Succession",
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"],
      parties.custodians,
    ),
    ...inspection(parties),
    ...previews(parties),
  ];
}

/** Looking at the key, by whoever verifies cases: a key's policy is what says who reads what is under it. */
export function inspection(parties: KeyParties): Statement[] {
  const { auditorRoleArn } = parties;
  return auditorRoleArn === undefined
    ? []
    : [allow(parties, "Inspection", [...LOOKING_AT_A_KEY], [auditorRoleArn])];
}

/** Looking at the key, as a preview does: what it is as against what the stack declares. */
function previews(parties: KeyParties): Statement[] {
  const { previewRoleArn } = parties;
  return previewRoleArn === undefined
    ? []
    : [allow(parties, "Previews", [...LOOKING_AT_A_KEY], [previewRoleArn])];
}

/**
 * Looking whether the key is usable. Whoever copies is told before the copy that it is disabled or on its way out; EC2
 * would look only when the copy has begun.
 */
export function lookForCopies(parties: KeyParties): Statement {
  return allow(parties, "LookBeforeCopies", ["kms:DescribeKey"], parties.incidentDeployers);
}

/** Use of the key for EBS, through EC2 only. */
export function useThroughEc2(parties: KeyParties): Statement {
  return allow(parties, "UseThroughEc2", EBS_USE, parties.incidentDeployers, {
    StringEquals: { "kms:ViaService": viaService(parties, "ec2") },
  });
}

/** The same, with the grant EC2 needs to keep a volume attached. */
export function useAndGrantsThroughEc2(parties: KeyParties): Statement[] {
  return [
    useThroughEc2(parties),
    allow(parties, "GrantsOfEc2", ["kms:CreateGrant"], parties.incidentDeployers, {
      StringEquals: { "kms:ViaService": viaService(parties, "ec2") },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
  ];
}

/**
 * The longest window that KMS has, in days, and how long a key has not been used before it may end: until
 * then somebody notices, and a custodian or a foundation deployer takes it back.
 */
const NOT_BEFORE_DAYS = "30";

/**
 * Custodians, and nobody else whatever other policies say, may destroy the key; alone and at once they may
 * not either. A request that names no window has KMS's longest.
 *
 * Source: KMS developer guide, "AWS KMS condition keys", kms:ScheduleKeyDeletionPendingWindowInDays and
 * kms:TrailingDaysWithoutKeyUsage.
 */
export function custodianship(parties: KeyParties): Statement[] {
  const rescue = ["kms:CancelKeyDeletion", "kms:DescribeKey", "kms:EnableKey"];
  const nobody = { Effect: "Deny", Principal: "*", Resource: "*" } as const;
  return [
    allow(parties, "Custodianship", [...DESTRUCTION, ...rescue], parties.custodians),
    allow(parties, "Rescue", rescue, parties.foundationDeployers),
    {
      ...nobody,
      Sid: "OnlyCustodiansDestroy",
      Action: DESTRUCTION,
      Condition: { ArnNotLike: { "aws:PrincipalArn": [...parties.custodians] } },
    },
    {
      ...nobody,
      Sid: "DeletionWaitsThirtyDays",
      Action: "kms:ScheduleKeyDeletion",
      Condition: {
        NumericLessThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": NOT_BEFORE_DAYS },
      },
    },
    {
      ...nobody,
      Sid: "NotWhileInUse",
      Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"],
      Condition: { NumericLessThan: { "kms:TrailingDaysWithoutKeyUsage": NOT_BEFORE_DAYS } },
    },
  ];
}
