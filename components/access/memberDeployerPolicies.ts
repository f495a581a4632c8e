import type * as aws from "@pulumi/aws";

import { arnAnywhere, iamArn } from "../aws/arn";
import { AUTOMATION_ROLES, MEMBER_TRANSFER_KEY_ALIAS, ROLE_PATH } from "../names";
import { OWNER_TAG } from "../tags";
import { policyDocument } from "../policies/document";
import { LOOKING_AT_A_KEY } from "../policies/keyInspection";
import type { DeployerPolicyArgs } from "./deployerPolicyArgs";
import { madeAsOwn, own } from "./ownThings";
import { KEEPING_ROLES, MAKING_ROLES, withinBoundary } from "./rolesOfAStack";

/** Permissions that the federated and the execution roles are given; AWS's own. */
const MANAGED = ["AdministratorAccess", "ReadOnlyAccess", "SecurityAudit"] as const;

/**
 * What it takes to deploy a member account's stack, to be attached to whatever role does that in the account: one policy
 * for what every such stack has, in whatever Region, and one for the roles of people and of automation, which `namespace`
 * and `automationRoles` ask for and which are administrators.
 *
 * It reads no disk, no object and no snapshot, and has no action that uses or ends a key. It writes the policies of keys
 * that carry the stack's tag or have no name yet, as KMS makes none whose maker may not, and a key's policy may let it do
 * the rest: with the transfer key, and with every key of the account that has no alias and leaves it to the account's IAM.
 */
export function memberDeployerPolicies(args: DeployerPolicyArgs): {
  readonly stack: aws.iam.PolicyDocument;
  readonly administrators: aws.iam.PolicyDocument;
} {
  return {
    stack: policyDocument(...look(args), ...stack(args)),
    administrators: policyDocument(...administrators(args)),
  };
}

function look(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  return [
    {
      // None of it knows a narrower resource, or it is looked at before it is there.
      Sid: "DescribeResources",
      Effect: "Allow",
      Action: [
        "account:GetAlternateContact",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
        "ec2:GetEbsEncryptionByDefault",
        "ec2:GetImageBlockPublicAccessState",
        "ec2:GetInstanceMetadataDefaults",
        "ec2:GetSerialConsoleAccessStatus",
        "ec2:GetSnapshotBlockPublicAccessState",
        "iam:GetPolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "kms:ListAliases",
        "s3:GetAccountPublicAccessBlock",
        "ssm:DescribeDocument",
        "ssm:DescribeDocumentPermission",
        "ssm:GetDocument",
        "tag:GetResources",
      ],
      Resource: "*",
    },
    {
      // A key's tags may count only minutes after it was made.
      Sid: "LookAtKeys",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_KEY, "kms:CreateAlias", "kms:EnableKeyRotation"],
      Resource: arnAnywhere(args, "kms", "key/*"),
    },
  ];
}

function stack(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const { region, permissionsBoundary } = args;
  const ofEc2 = arnAnywhere(args, "ec2", "*");
  const ownRoles = iamArn(args, `role${ROLE_PATH}*`);
  const making = [
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateSecurityGroup",
  ];
  return [
    {
      Sid: "MakeIsolationGroups",
      Effect: "Allow",
      Action: making,
      Resource: [
        arnAnywhere(args, "ec2", "security-group/*"),
        arnAnywhere(args, "ec2", "security-group-rule/*"),
      ],
      Condition: madeAsOwn(region),
    },
    {
      // The VPC is the account's, and carries nothing of the stack's.
      Sid: "InTheAccountsVpcs",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: arnAnywhere(args, "ec2", "vpc/*"),
    },
    {
      Sid: "TagWhatIsMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ofEc2,
      Condition: {
        ...madeAsOwn(region),
        StringEquals: { "ec2:CreateAction": making.map((action) => action.slice(4)) },
      },
    },
    {
      Sid: "KeepIsolationGroups",
      Effect: "Allow",
      Action: [
        ...making.slice(0, 2),
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
      ],
      Resource: ofEc2,
      Condition: own(region),
    },
    {
      // The account's own, as settings say: none of them is switched off here.
      Sid: "SwitchesOfTheAccount",
      Effect: "Allow",
      Action: [
        "account:PutAlternateContact",
        "ec2:DisableSerialConsoleAccess",
        "ec2:EnableEbsEncryptionByDefault",
        "ec2:EnableImageBlockPublicAccess",
        "ec2:EnableSnapshotBlockPublicAccess",
        "ec2:ModifyInstanceMetadataDefaults",
        "s3:PutAccountPublicAccessBlock",
      ],
      Resource: "*",
    },
    {
      Sid: "MakeRoles",
      Effect: "Allow",
      ...withinBoundary(permissionsBoundary, [...MAKING_ROLES]),
      Resource: ownRoles,
    },
    { Sid: "KeepRoles", Effect: "Allow", Action: [...KEEPING_ROLES], Resource: ownRoles },
    {
      Sid: "Runbooks",
      Effect: "Allow",
      Action: [
        "ssm:AddTagsToResource",
        "ssm:CreateDocument",
        "ssm:DeleteDocument",
        "ssm:RemoveTagsFromResource",
        "ssm:UpdateDocument",
        "ssm:UpdateDocumentDefaultVersion",
      ],
      Resource: arnAnywhere(args, "ssm", "document/clean-room-*"),
    },
    {
      // The account's IAM decides about them, as their policy says: what is not here, nobody of the stack may. KMS wants
      // the tagging of a new key allowed for every key; what tells others of the account from it is that they have a
      // name. Of a key without one nothing is in the request, which all values of nothing pass.
      // Source: KMS developer guide, "Control access to tags" and "kms:ResourceAliases".
      Sid: "MakeKeys",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: {
        ...madeAsOwn(region),
        "ForAllValues:StringEquals": { "kms:ResourceAliases": MEMBER_TRANSFER_KEY_ALIAS },
      },
    },
    {
      // KMS makes a key only for who may put its policy again, and at that moment none of its tags counts. Of a key that
      // has another name, or the tag of another stack, it is not.
      // Source: KMS developer guide, "ABAC for AWS KMS": a change of tags may take minutes to count.
      Sid: "PutThePolicyOfANewKey",
      Effect: "Allow",
      Action: "kms:PutKeyPolicy",
      Resource: arnAnywhere(args, "kms", "key/*"),
      Condition: {
        Null: { [`aws:ResourceTag/${OWNER_TAG}`]: "true" },
        "ForAllValues:StringEquals": { "kms:ResourceAliases": MEMBER_TRANSFER_KEY_ALIAS },
      },
    },
    {
      Sid: "KeepKeys",
      Effect: "Allow",
      Action: [
        "kms:PutKeyPolicy",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      Resource: arnAnywhere(args, "kms", "key/*"),
      Condition: own(region),
    },
    {
      Sid: "NameThem",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:UpdateAlias"],
      Resource: arnAnywhere(args, "kms", MEMBER_TRANSFER_KEY_ALIAS),
    },
  ];
}

/** Roles that people come to from an identity provider, and those that functions of the Audit account take. */
function administrators(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const { region, permissionsBoundary } = args;
  const names = [
    "*-saml-securityaudit",
    "*-saml-securityresponse",
    ...Object.values(AUTOMATION_ROLES).map(({ execution }) => execution),
  ].map((name) => iamArn(args, `role/${name}`));
  return [
    {
      Sid: "MakeThem",
      Effect: "Allow",
      ...withinBoundary(permissionsBoundary, ["iam:CreateRole"]),
      Resource: names,
    },
    {
      // Whoever has this policy can become an administrator of the account by one of them.
      Sid: "AttachRolePolicies",
      Effect: "Allow",
      Action: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      Resource: names,
      Condition: {
        ArnEquals: {
          "iam:PolicyARN": MANAGED.map((name) =>
            iamArn({ region, accountId: "aws" }, `policy/${name}`),
          ),
        },
      },
    },
    { Sid: "KeepThem", Effect: "Allow", Action: [...KEEPING_ROLES], Resource: names },
  ];
}
