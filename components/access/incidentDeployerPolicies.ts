import type * as aws from "@pulumi/aws";

import { EVERY_CASE, VAULT_FOLDERS } from "../case";
import { partitionOf } from "../aws/partition";
import { CASE_ROLE_PATH, LOCK_RUNBOOK, ROLE_PATH, TRANSFER_KEY_GRANTS_ROLE_NAME } from "../names";
import { startRunbook } from "../policies/startRunbook";
import { EVIDENCE_TAGS, TICKET_TAG } from "../tags";

/** What the policy of those who open and close rooms is made from. */
export interface IncidentDeployerAccess {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;
  readonly vpcId: string;
  readonly vaultArn: string;
  readonly evidenceKeyArn: string;
  readonly transferKeyArn: string;

  /** Name of the parameter in which the newest forensics image is published. */
  readonly amiParameter: string;

  /** ARN of the permissions boundary without which no role can be made. */
  readonly boundaryArn: string;

  /** ARNs of the roles that open rooms, which these policies are for; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARN of the role that the runbook that locks preserved copies works as. */
  readonly runbookRoleArn: string;
}

/**
 * What it takes to open, fill and close rooms, to be attached to the roles in `incidentDeployers`:
 * two policies, as one may have 6,144 characters. Roles and records are with the evidence, where there
 * is room for them.
 * Whatever it makes carries the ticket from the start, and it changes and removes only what does. Of
 * the foundation it changes nothing; a preserved copy it can make, and not delete. KMS and the root
 * volume are tagged by calls of their own, so keys and untagged volumes of the account that are not
 * the foundation's can be given a ticket.
 *
 * Which calls the provider makes is its own affair: the emulator's run compares them with this list.
 */
export function incidentDeployerPolicies(access: IncidentDeployerAccess): {
  readonly room: aws.iam.PolicyDocument;
  readonly evidence: aws.iam.PolicyDocument;
} {
  const { region, accountId } = access;
  const partition = partitionOf(region).name;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const iam = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const snapshots = `arn:${partition}:ec2:${region}::snapshot/*`;
  const made = { StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: EVERY_CASE.tag } };
  const own = { StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag } };
  const here = { StringEquals: { "aws:RequestedRegion": region } };
  const throughEc2 = { StringEquals: { "kms:ViaService": `ec2.${region}.amazonaws.com` } };
  const ofOneCase = ["instance/*", "network-interface/*", "security-group/*", "volume/*"];
  const records = `${access.vaultArn}/${VAULT_FOLDERS.records}/*`;
  const roles = iam(`role${CASE_ROLE_PATH}*`);
  const profiles = iam(`instance-profile${CASE_ROLE_PATH}*`);
  const room: aws.iam.PolicyStatement[] = [
    {
      // Looking knows no narrower resource.
      Sid: "LookAround",
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
      Condition: here,
    },
    {
      Sid: "FindSlotsAndImage",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
      Resource: [
        arn("ssm", "parameter/clean-room/slots"),
        arn("ssm", "parameter/clean-room/slots/*"),
        arn("ssm", `parameter${access.amiParameter}`),
      ],
    },
    {
      Sid: "ClaimASlot",
      Effect: "Allow",
      Action: [
        "ssm:AddTagsToResource",
        "ssm:DeleteParameter",
        "ssm:ListTagsForResource",
        "ssm:PutParameter",
        "ssm:RemoveTagsFromResource",
      ],
      Resource: arn("ssm", "parameter/clean-room/slots/*"),
    },
    {
      Sid: "MakeWhatCarriesATicket",
      Effect: "Allow",
      Action: ["ec2:CreateSecurityGroup", "ec2:CreateVolume", "ec2:RunInstances"],
      Resource: ["instance/*", "security-group/*", "volume/*"].map((made) => arn("ec2", made)),
      Condition: made,
    },
    {
      Sid: "InTheForensicsVpc",
      Effect: "Allow",
      Action: ["ec2:CreateSecurityGroup", "ec2:RunInstances"],
      Resource: arn("ec2", `vpc/${access.vpcId}`),
    },
    {
      // What comes with an instance has no tags when it is asked for.
      Sid: "WithWhatAnInstanceHas",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: [
        ...["network-interface/*", "subnet/*", "volume/*"].map((part) => arn("ec2", part)),
        `arn:${partition}:ec2:${region}::image/*`,
      ],
    },
    {
      // The provider tags an instance's root volume once it is there.
      Sid: "TagRootVolumes",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: arn("ec2", "volume/*"),
      Condition: { ...made, Null: { [`aws:ResourceTag/${TICKET_TAG}`]: "true" } },
    },
    {
      // The workstation's group carries its ticket; that it is the room's own is for the preview.
      Sid: "WithItsOwnGroup",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: arn("ec2", "security-group/*"),
      Condition: own,
    },
    {
      Sid: "TagWhatIsMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: [
        ...ofOneCase.map((resource) => arn("ec2", resource)),
        arn("ec2", "security-group-rule/*"),
        snapshots,
      ],
      Condition: {
        StringEquals: {
          "ec2:CreateAction": [
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CopySnapshot",
            "CreateSecurityGroup",
            "CreateVolume",
            "RunInstances",
          ],
        },
      },
    },
    {
      // Snapshots are not among them: what a preserved copy says of itself stays.
      Sid: "ChangeWhatCarriesATicket",
      Effect: "Allow",
      Action: [
        "ec2:AssociateIamInstanceProfile",
        "ec2:AttachVolume",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:DeleteVolume",
        "ec2:DetachVolume",
        "ec2:DisassociateIamInstanceProfile",
        "ec2:GetInstanceUefiData",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifyVolume",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:StartInstances",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
      ],
      Resource: [...ofOneCase, "security-group-rule/*"].map((resource) => arn("ec2", resource)),
      Condition: own,
    },
    {
      // An instance's interface has no tags; only the workstation's group goes with it.
      Sid: "ChangeAnInterfacesGroups",
      Effect: "Allow",
      Action: "ec2:ModifyNetworkInterfaceAttribute",
      Resource: arn("ec2", "network-interface/*"),
      Condition: { ArnEquals: { "ec2:Vpc": arn("ec2", `vpc/${access.vpcId}`) } },
    },
    {
      // The rule that leads to S3 names AWS's own prefix list.
      Sid: "ChangeARuleToAPrefixList",
      Effect: "Allow",
      Action: "ec2:ModifySecurityGroupRules",
      Resource: `arn:${partition}:ec2:${region}:aws:prefix-list/*`,
    },
    {
      // What a handover claims may come later; whom to tell and what the organisation demands may
      // change; what a preserved copy is evidence of stays.
      Sid: "SayMoreOfACopy",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: snapshots,
      Condition: {
        ...own,
        "ForAllValues:StringNotEquals": { "aws:TagKeys": [...EVIDENCE_TAGS] },
        Null: { "aws:TagKeys": "false" },
      },
    },
    {
      // A rule that is being made has no tags yet that could be asked for.
      Sid: "MakeRules",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"],
      Resource: arn("ec2", "security-group-rule/*"),
      Condition: made,
    },
  ];
  const evidence: aws.iam.PolicyStatement[] = [
    {
      Sid: "OutOfSnapshots",
      Effect: "Allow",
      Action: ["ec2:CreateVolume", "ec2:RunInstances"],
      Resource: snapshots,
    },
    {
      Sid: "PreserveSnapshots",
      Effect: "Allow",
      Action: "ec2:CopySnapshot",
      Resource: snapshots,
    },
    {
      Sid: "MakeTheIncidentKey",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: made,
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
      Resource: arn("kms", "key/*"),
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
      Resource: arn("kms", "key/*"),
      Condition: own,
    },
    {
      Sid: "NameTheIncidentKey",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: arn("kms", EVERY_CASE.keyAlias),
    },
    {
      Sid: "UseKeysThroughEc2",
      Effect: "Allow",
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: arn("kms", "key/*"),
      Condition: throughEc2,
    },
    {
      Sid: "GrantsOfEc2",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: arn("kms", "key/*"),
      Condition: { ...throughEc2, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      // For copies of what is under a suspect's own key: the rest a room's grant on that key allows.
      Sid: "GrantsOfEc2OnSuspectsKeys",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: `arn:${partition}:kms:${region}:*:key/*`,
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
      Resource: `arn:${partition}:iam::*:role${ROLE_PATH}${TRANSFER_KEY_GRANTS_ROLE_NAME}`,
      Condition: { StringEquals: { "aws:ResourceOrgID": access.organizationId } },
    },
    {
      // Which operations it may grant, the transfer key's policy says.
      Sid: "GrantsOfAnOpenIncident",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      Resource: access.transferKeyArn,
    },
    {
      Sid: "WriteRecords",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ],
      Resource: records,
    },
    {
      // A room closes when its disks' hashes are there: their names say so, and are all that is seen of a case.
      Sid: "FindRecordsAndHashes",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: access.vaultArn,
      Condition: {
        StringLike: { "s3:prefix": [`${VAULT_FOLDERS.records}/*`, `${EVERY_CASE.diskHashes}*`] },
      },
    },
    {
      // Without it S3 says of a record that is gone that it is forbidden to look, and no up goes on.
      Sid: "TellThatARecordIsGone",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: access.vaultArn,
      Condition: { Null: { "s3:prefix": "true" } },
    },
    {
      Sid: "EncryptRecords",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: access.evidenceKeyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
    {
      // Never without the boundary, which none of them can leave.
      Sid: "MakeRolesWithinTheBoundary",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      Resource: roles,
      Condition: { StringEquals: { "iam:PermissionsBoundary": access.boundaryArn } },
    },
    {
      Sid: "KeepAndRemoveThem",
      Effect: "Allow",
      Action: [
        "iam:DeleteRole",
        "iam:DetachRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      Resource: roles,
    },
    {
      // STS tells a role without its path, which other policies compare.
      Sid: "SeeItself",
      Effect: "Allow",
      Action: "iam:GetRole",
      Resource: [...access.incidentDeployers],
    },
    {
      Sid: "InstanceProfiles",
      Effect: "Allow",
      Action: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:GetInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
      ],
      Resource: [profiles, roles],
    },
    {
      Sid: "GiveTheWorkstationItsRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    // Should the event that starts it get lost: the document says what is locked, and for how long.
    ...startRunbook(access, LOCK_RUNBOOK, access.runbookRoleArn),
    {
      // Whether it locked, failed, or left the snapshot alone; an execution has no name beforehand.
      Sid: "SeeWhatBecameOfIt",
      Effect: "Allow",
      Action: "ssm:GetAutomationExecution",
      Resource: arn("ssm", "automation-execution/*"),
    },
  ];
  return { room: document(room), evidence: document(evidence) };
}

function document(Statement: aws.iam.PolicyStatement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
