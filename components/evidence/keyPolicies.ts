import type * as aws from "@pulumi/aws";

import { evidenceTrailArn } from "../evidenceTrailArn";
import { partitionOf } from "../partition";
import { RESPONDER_ROLE_NAME, ROLE_PATH } from "../rolePaths";

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

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;
}

type Statement = aws.iam.PolicyStatement;

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

function accountOf({ region, accountId }: Pick<KeyParties, "region" | "accountId">): string {
  return `arn:${partitionOf(region).name}:iam::${accountId}:root`;
}

/**
 * Allows roles of the Audit account. They are named by condition: KMS refuses a policy whose
 * principal does not exist yet.
 */
function allow(
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
function admit(
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
function administration(parties: KeyParties, roles: readonly string[]): Statement {
  return admit(parties, "Administration", ADMINISTRATION, [...roles, accountOf(parties)]);
}

/**
 * Administration of a key of the foundation. Its policy names the foundation deployers of the day it was
 * put: when all of them are gone, a custodian can put it anew for their successors.
 */
function foundationAdministration(parties: KeyParties): Statement[] {
  return [
    administration(parties, parties.foundationDeployers),
    admit(
      parties,
      "Succession",
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"],
      parties.custodians,
    ),
  ];
}

/** Use of the key for EBS, through EC2 only. */
function useThroughEc2(parties: KeyParties): Statement {
  return allow(parties, "UseThroughEc2", EBS_USE, parties.incidentDeployers, {
    StringEquals: { "kms:ViaService": viaService(parties, "ec2") },
  });
}

/** The same, with the grant EC2 needs to keep a volume attached. */
function useAndGrantsThroughEc2(parties: KeyParties): Statement[] {
  return [
    useThroughEc2(parties),
    allow(parties, "GrantsOfEc2", ["kms:CreateGrant"], parties.incidentDeployers, {
      StringEquals: { "kms:ViaService": viaService(parties, "ec2") },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
  ];
}

/** KMS gives a service's name in this form in every partition. */
function viaService({ region }: Pick<KeyParties, "region">, service: string): string {
  return `${service}.${region}.amazonaws.com`;
}

/** Custodians, and nobody else whatever other policies say, may destroy the key. */
function custodianship(parties: KeyParties): Statement[] {
  const rescue = ["kms:CancelKeyDeletion", "kms:DescribeKey", "kms:EnableKey"];
  return [
    allow(parties, "Custodianship", [...DESTRUCTION, ...rescue], parties.custodians),
    {
      Sid: "OnlyCustodiansDestroy",
      Effect: "Deny",
      Principal: "*",
      Action: DESTRUCTION,
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": [...parties.custodians] } },
    },
  ];
}

function document(...Statement: Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/**
 * Use of the key by Image Builder's service-linked role, which makes encrypted images through EC2 and
 * tells of them through an encrypted topic. By condition, as the role is made with the first pipeline.
 */
function imageBuilding(parties: KeyParties): Statement[] {
  const { region, accountId } = parties;
  const role = `arn:${partitionOf(region).name}:iam::${accountId}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder`;
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
        "kms:EncryptionContext:aws:sns:topicArn": `arn:${partitionOf(region).name}:sns:${region}:${accountId}:*`,
      },
    },
  };
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
    "kms:EncryptionContext:aws:cloudtrail:arn": `arn:${partitionOf(region).name}:cloudtrail:*:${accountId}:trail/*`,
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
  const { name, dnsSuffix } = partitionOf(region);
  return document(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    // Rooms are opened from an image that is encrypted under this key.
    ...useAndGrantsThroughEc2(parties),
    ...imageBuilding(parties),
    ...trail(parties),
    alarms(parties),
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
          "kms:EncryptionContext:aws:logs:arn": `arn:${name}:logs:${region}:${accountId}:log-group:*`,
        },
      },
    },
  );
}

/**
 * Policy of the evidence key: the vault's objects through S3, preserved copies through EC2. It has
 * to outlive what it encrypts, so only a custodian can destroy it.
 */
export function evidenceKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  return document(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    {
      // Who of the account may, is said by the roles' own policies; none of them without S3.
      Sid: "UseThroughS3",
      Effect: "Allow",
      Principal: { AWS: accountOf(parties) },
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": parties.accountId,
          "kms:ViaService": viaService(parties, "s3"),
        },
      },
    },
    ...useAndGrantsThroughEc2(parties),
  );
}

/**
 * What copying a snapshot from or under a key takes of whoever copies, but CreateGrant: what a member's
 * responder is granted on the transfer key, and an incident deployer on a suspect's own, while the
 * incident is open.
 *
 * Source: EBS user guide, "Share the KMS key that was used to encrypt a shared snapshot".
 */
export const COPYING_OPERATIONS = [
  "Decrypt",
  "DescribeKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];

/** Condition of a grant that a room makes: these operations and no other. */
export const OF_AN_INCIDENT = {
  "ForAllValues:StringEquals": { "kms:GrantOperations": COPYING_OPERATIONS },
  // For all values is true of none: the operations have to be there.
  Null: { "kms:GrantOperations": "false" },
};

/** Leave to have EC2 make grants of its own, as EBS does on behalf of whoever copies a snapshot. */
function grantsOfEc2(
  Sid: string,
  Principal: Statement["Principal"],
  { region }: Pick<KeyParties, "region">,
  caller: Readonly<Record<string, string>> = {},
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal,
    Action: "kms:CreateGrant",
    Resource: "*",
    Condition: {
      StringEquals: { ...caller, "kms:ViaService": viaService({ region }, "ec2") },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    },
  };
}

/**
 * What the transfer key's policy has to say for a member account's copy under it: EBS makes a grant of
 * its own on the copying role's behalf. Any account of the organisation, as incidents are not
 * foreseen; worth nothing without the grant of an open incident, which decides who uses the key.
 */
export function grantsOfEc2ForMembers(
  place: Pick<KeyParties, "region" | "organizationId">,
): Statement {
  return grantsOfEc2("GrantsOfEc2ForMembers", "*", place, {
    "aws:PrincipalOrgID": place.organizationId,
  });
}

/**
 * What the policy of a suspect's own key has to say for a copy of its snapshots in the Audit account,
 * beside the grant of an open incident: that one never contains CreateGrant, and EBS makes a grant of
 * its own. In another account than the key's, a role's own policy has to allow it as well.
 *
 * Alone it lets nobody decrypt: EC2 makes the grant for a copy, a volume or an instance, never for the
 * caller, and wants Decrypt and ReEncryptFrom of the caller before it copies what is shared. The
 * operations are not limited by kms:GrantOperations: AWS tells nowhere which ones EBS asks for when it
 * copies, and a list that lacks one of them would fail every copy.
 *
 * Source: EBS user guide, "Share the KMS key that was used to encrypt a shared snapshot".
 */
export function grantsOfEc2ForTheAuditAccount(
  auditAccount: Pick<KeyParties, "region" | "accountId">,
): Statement {
  return grantsOfEc2(
    "GrantsOfEc2ForTheAuditAccount",
    { AWS: accountOf(auditAccount) },
    auditAccount,
  );
}

/**
 * Policy of the transfer key, under which member accounts hand snapshots over. A member's role
 * uses it by the grant of an open incident; that grant never contains CreateGrant, as its holder
 * could pass access on. What EBS itself needs to have granted stands here instead, limited to what
 * EC2 asks for on the responder's behalf.
 */
export function transferKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const rolesOf = (account: string) =>
    `arn:${partitionOf(parties.region).name}:iam::${account}:role`;
  return document(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    // EC2's own grants are among those of the organisation's members, below.
    useThroughEc2(parties),
    // To roles of other accounts; in this one to its responder only, and so not to oneself.
    allow(parties, "GrantsOfAnOpenIncident", ["kms:CreateGrant"], parties.incidentDeployers, {
      ...OF_AN_INCIDENT,
      StringLike: { "kms:GranteePrincipal": `${rolesOf("*")}/*` },
      StringNotLike: { "kms:GranteePrincipal": `${rolesOf(parties.accountId)}/*` },
    }),
    allow(parties, "GrantsToTheOwnResponder", ["kms:CreateGrant"], parties.incidentDeployers, {
      ...OF_AN_INCIDENT,
      StringEquals: {
        "kms:GranteePrincipal": `${rolesOf(parties.accountId)}${ROLE_PATH}${RESPONDER_ROLE_NAME}`,
      },
    }),
    {
      // No condition of KMS tells whose organisation a grantee is of, so a grant to an outsider can be
      // made. To another organisation's it is worth nothing; one of none cannot be told from what AWS
      // does by itself for EBS.
      Sid: "OnlyTheOrganization",
      Effect: "Deny",
      Principal: "*",
      Action: [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:PrincipalOrgID": parties.organizationId },
        Null: { "aws:PrincipalOrgID": "false" },
        // Nor is anything kept from AWS itself, should it come with an organisation of its own: EBS
        // would fail the copy hours later. Nobody can make a role of that name: it has a colon.
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
        ArnNotLikeIfExists: { "aws:PrincipalArn": `${rolesOf("*")}/aws:ec2-infrastructure` },
      },
    },
    allow(
      parties,
      "EndOfAnIncident",
      ["kms:ListGrants", "kms:RevokeGrant"],
      parties.incidentDeployers,
    ),
    grantsOfEc2ForMembers(parties),
  );
}

/**
 * Policy of an incident's key: the working volumes and the workstation's root volume. The roles
 * that open the room administer it, destruction included: that is how working copies end. Foundation
 * deployers do too, for a room whose deployers are others by now than its key names.
 */
export function incidentKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const administrators = [
    ...new Set([...parties.incidentDeployers, ...parties.foundationDeployers]),
  ];
  return document(
    administration(parties, administrators),
    admit(
      parties,
      "EndOfTheRoom",
      ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:ScheduleKeyDeletion"],
      administrators,
    ),
    ...useAndGrantsThroughEc2(parties),
  );
}
