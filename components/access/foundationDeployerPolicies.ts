import type * as aws from "@pulumi/aws";

import { arnIn, bucketArn, iamArn } from "../aws/arn";
import { AUTOMATION_ROLES, CASE_ROLE_PATH, EVIDENCE_TRAIL_NAME, ROLE_PATH } from "../names";
import { LOOKING_AT_A_BUCKET } from "../policies/bucketInspection";
import { policyDocument } from "../policies/document";
import { LOOKING_AT_A_KEY } from "../policies/keyInspection";
import type { DeployerPolicyArgs } from "./deployerPolicyArgs";
import {
  LOOKING_AT_A_FOUNDATION,
  LOOKING_FURTHER_AT_A_BUCKET,
  LOOKING_WHO_MAY_DO_WHAT,
} from "./foundationInspection";
import { madeAsOwn, own } from "./ownThings";
import { KEEPING_ROLES, MAKING_ROLES, withinBoundary } from "./rolesOfAStack";

/** What the buckets of a foundation are called, as AWS has them. */
const BUCKETS = ["vault-bucket-*", "vault-access-logs-*", "vault-events-logs-*"];

/**
 * What it takes to deploy the audit stack, and to deploy it again, to be attached to the roles in
 * `foundationDeployers`: four policies, as one may have 6,144 characters, and a fifth for the roles that
 * `automationRoles` asks for, the second of which administers every account that has its execution role. The program
 * cannot place them: they are there before it is deployed for the first time.
 *
 * It takes nothing down: what keeps evidence or tells of it (keys, buckets, log groups, the trail) has no deletion here,
 * and of the vault no object is read, written or released. A foundation is taken down by an administrator
 * (docs/uninstall.md).
 */
export function foundationDeployerPolicies(args: DeployerPolicyArgs): {
  readonly look: aws.iam.PolicyDocument;
  readonly network: aws.iam.PolicyDocument;
  readonly keeping: aws.iam.PolicyDocument;
  readonly roles: aws.iam.PolicyDocument;
  readonly administrators: aws.iam.PolicyDocument;
} {
  return {
    look: policyDocument(...look(args)),
    network: policyDocument(...network(args)),
    keeping: policyDocument(...keeping(args)),
    roles: policyDocument(...roles(args)),
    administrators: policyDocument(...administrators(args)),
  };
}

/** How everything of it is set up, as the role of previews looks at it. */
function look(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const { region } = args;
  return [
    {
      // The transfer key lets EC2 grant itself its use for whoever is of the organisation.
      Sid: "NoGrants",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
    },
    {
      // Most of it knows no narrower resource.
      Sid: "DescribeResources",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_FOUNDATION],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      // IAM and the account's buckets are of no Region, and most of it is looked at before it is there.
      Sid: "ReadRolesAndPolicies",
      Effect: "Allow",
      Action: [...LOOKING_WHO_MAY_DO_WHAT],
      Resource: "*",
    },
    {
      Sid: "ReadBucketSettings",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_BUCKET, ...LOOKING_FURTHER_AT_A_BUCKET],
      Resource: BUCKETS.map((name) => bucketArn(region, name)),
    },
    {
      // A key's tags may count only minutes after it was made.
      Sid: "LookAtKeys",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_KEY],
      Resource: arnIn(args, "kms", "key/*"),
    },
    {
      // Which slots are taken, and which image is published.
      Sid: "ReadClaims",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParametersByPath"],
      Resource: ["clean-room/*", "imagebuilder/clean-room/*"].map((name) =>
        arnIn(args, "ssm", `parameter/${name}`),
      ),
    },
  ];
}

/** Making networks, each with what it is made in. */
const MAKING_NETWORKS = [
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateFlowLogs",
  "ec2:CreateInternetGateway",
  "ec2:CreateNetworkAcl",
  "ec2:CreateRouteTable",
  "ec2:CreateSecurityGroup",
  "ec2:CreateSubnet",
  "ec2:CreateVpc",
  "ec2:CreateVpcBlockPublicAccessExclusion",
  "ec2:CreateVpcEndpoint",
];

/** The forensics VPC with its slots, endpoints and DNS firewall, the builder's VPC, and the account's own switches. */
function network(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const { region } = args;
  const ofEc2 = arnIn(args, "ec2", "*");
  return [
    {
      // What is made carries the stack's tag; what it is made in does already.
      Sid: "MakeNetworks",
      Effect: "Allow",
      Action: MAKING_NETWORKS,
      Resource: ofEc2,
      Condition: madeAsOwn(region),
    },
    {
      Sid: "InOwnNetworks",
      Effect: "Allow",
      Action: MAKING_NETWORKS,
      Resource: ofEc2,
      Condition: own(region),
    },
    {
      Sid: "TagWhatIsMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ofEc2,
      Condition: {
        ...madeAsOwn(region),
        StringEquals: { "ec2:CreateAction": MAKING_NETWORKS.map((action) => action.slice(4)) },
      },
    },
    {
      Sid: "KeepOwnNetworks",
      Effect: "Allow",
      Action: [
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:CreateNetworkAclEntry",
        "ec2:CreateRoute",
        "ec2:CreateTags",
        "ec2:DeleteFlowLogs",
        "ec2:DeleteNetworkAcl",
        "ec2:DeleteNetworkAclEntry",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpcBlockPublicAccessExclusion",
        "ec2:DeleteVpcEndpoints",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcBlockPublicAccessExclusion",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReplaceNetworkAclAssociation",
        "ec2:ReplaceNetworkAclEntry",
        "ec2:ReplaceRoute",
        "ec2:ReplaceRouteTableAssociation",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
      ],
      Resource: ofEc2,
      Condition: own(region),
    },
    {
      // What AWS makes with a VPC has no tag: its rules are taken away, and it is tagged.
      Sid: "CloseWhatAwsMakesWithAVpc",
      Effect: "Allow",
      Action: [
        "ec2:DeleteNetworkAclEntry",
        "ec2:ReplaceNetworkAclAssociation",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ],
      Resource: ["network-acl/*", "security-group/*", "subnet/*"].map((name) =>
        arnIn(args, "ec2", name),
      ),
    },
    {
      Sid: "TagWhatAwsMakesWithAVpc",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ["network-acl/*", "security-group/*"].map((name) => arnIn(args, "ec2", name)),
      Condition: {
        StringLike: { "aws:RequestTag/clean-room": [`*/${region}::ec2/default*`] },
      },
    },
    {
      // Asked of whoever makes an endpoint with private DNS, of zones that are AWS's own: of what resource AWS says
      // nowhere, and of the VPC it may tell. Whether or not it does, no VPC of another Region gets a zone.
      // Source: service authorization reference, CreateVpcEndpoint; Route 53 developer guide, "route53:VPCs".
      Sid: "NamesOfEndpoints",
      Effect: "Allow",
      Action: "route53:AssociateVPCWithHostedZone",
      Resource: "*",
      Condition: {
        "ForAllValues:StringLike": { "route53:VPCs": `VPCId=*,VPCRegion=${region}` },
      },
    },
    {
      // The account's own, as settings say: none of them is switched off here.
      Sid: "SwitchesOfTheAccount",
      Effect: "Allow",
      Action: [
        "ec2:DisableSerialConsoleAccess",
        "ec2:EnableEbsEncryptionByDefault",
        "ec2:EnableImageBlockPublicAccess",
        "ec2:EnableSnapshotBlockPublicAccess",
        "ec2:ModifyInstanceMetadataDefaults",
        "ec2:ModifyVpcBlockPublicAccessOptions",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "NoPublicBuckets",
      Effect: "Allow",
      Action: "s3:PutAccountPublicAccessBlock",
      Resource: "*",
    },
    {
      // Their ids are AWS's; what they are associated with is the VPC.
      Sid: "TheDnsFirewall",
      Effect: "Allow",
      Action: [
        "route53resolver:AssociateFirewallRuleGroup",
        "route53resolver:CreateFirewallDomainList",
        "route53resolver:CreateFirewallRule",
        "route53resolver:CreateFirewallRuleGroup",
        "route53resolver:TagResource",
        "route53resolver:UntagResource",
        "route53resolver:UpdateFirewallConfig",
        "route53resolver:UpdateFirewallDomains",
        "route53resolver:UpdateFirewallRule",
        "route53resolver:UpdateFirewallRuleGroupAssociation",
      ],
      Resource: arnIn(args, "route53resolver", "firewall-*"),
    },
  ];
}

/** Keys, vault, logs, trail, runbooks, alarms. */
function keeping(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const { region } = args;
  return [
    {
      // Whoever makes a key is let in by its policy, which says what more they may.
      Sid: "MakeKeys",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: madeAsOwn(region),
    },
    {
      Sid: "NameThem",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:UpdateAlias"],
      Resource: ["alias/clean-room-*", "alias/keys-*"].map((name) => arnIn(args, "kms", name)),
    },
    {
      // No object of theirs is read, written, released or held, and none of them is deleted.
      Sid: "MakeAndSetUpBuckets",
      Effect: "Allow",
      Action: [
        "s3:CreateBucket",
        "s3:PutBucketLogging",
        "s3:PutBucketNotification",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
      ],
      Resource: BUCKETS.map((name) => bucketArn(region, name)),
    },
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Action: [
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      Resource: [
        "/aws/imagebuilder/clean-room*",
        "/clean-room/*",
        "forensics-flow-logs-*",
        "image-builder-flow-logs-*",
      ].map((group) => arnIn(args, "logs", `log-group:${group}`)),
    },
    {
      // It is neither stopped nor deleted by them.
      Sid: "TheTrail",
      Effect: "Allow",
      Action: [
        "cloudtrail:AddTags",
        "cloudtrail:CreateTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:RemoveTags",
        "cloudtrail:StartLogging",
        "cloudtrail:UpdateTrail",
      ],
      Resource: arnIn(args, "cloudtrail", `trail/${EVIDENCE_TRAIL_NAME}`),
    },
    {
      Sid: "Documents",
      Effect: "Allow",
      Action: [
        "ssm:AddTagsToResource",
        "ssm:CreateDocument",
        "ssm:DeleteDocument",
        "ssm:ModifyDocumentPermission",
        "ssm:RemoveTagsFromResource",
        "ssm:UpdateDocument",
        "ssm:UpdateDocumentDefaultVersion",
      ],
      Resource: arnIn(args, "ssm", "document/clean-room-*"),
    },
    {
      Sid: "Events",
      Effect: "Allow",
      Action: [
        "events:DeleteRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
      ],
      Resource: [
        "containment-findings-*",
        "runbook-alarm-*",
        "snapshot-lock-*",
        "vault-hold-*",
        "vault-signing-*",
      ].map((name) => arnIn(args, "events", `rule/${name}`)),
    },
    {
      Sid: "Alarms",
      Effect: "Allow",
      Action: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
      Resource: arnIn(args, "cloudwatch", "alarm:runbook-alarm-*"),
    },
    {
      Sid: "Topics",
      Effect: "Allow",
      Action: [
        "sns:CreateTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
      ],
      Resource: ["image-builds-*", "runbook-alarm-*"].map((name) => arnIn(args, "sns", name)),
    },
    {
      // Asked of whoever names the topic to Image Builder.
      // Source: service authorization reference, CreateInfrastructureConfiguration.
      Sid: "TellOfBuilds",
      Effect: "Allow",
      Action: "sns:Publish",
      Resource: arnIn(args, "sns", "image-builds-*"),
    },
    {
      // A subscription is taken off where an address leaves the settings; its ARN is below its topic's.
      Sid: "Subscriptions",
      Effect: "Allow",
      Action: ["sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
      Resource: ["image-builds-*", "runbook-alarm-*"].map((name) => arnIn(args, "sns", name)),
    },
    {
      // A rule's id is AWS's.
      Sid: "RecycleBin",
      Effect: "Allow",
      Action: ["rbin:CreateRule", "rbin:TagResource"],
      Resource: arnIn(args, "rbin", "rule/*"),
      Condition: madeAsOwn(region),
    },
    {
      Sid: "KeepTheRecycleBin",
      Effect: "Allow",
      Action: ["rbin:TagResource", "rbin:UntagResource", "rbin:UpdateRule"],
      Resource: arnIn(args, "rbin", "rule/*"),
      Condition: own(region),
    },
  ];
}

/** Which roles are handed to which service: no runbook's, which the events that start it have. */
const PASSED: readonly (readonly [sid: string, roles: readonly string[], service: string])[] = [
  ["TheBuildMachinesRole", ["image-machine-*"], "ec2.amazonaws.com"],
  ["TheImagesLifecycleRole", ["image-lifecycle-*"], "imagebuilder.amazonaws.com"],
  [
    "RolesThatStartRunbooks",
    [
      "containment-findings-starter-*",
      "snapshot-lock-starter-*",
      "vault-hold-starter-*",
      "vault-signing-starter-*",
    ],
    "events.amazonaws.com",
  ],
  [
    "RolesThatWriteFlowLogs",
    ["forensics-flow-log-writer-*", "image-builder-flow-log-writer-*"],
    "vpc-flow-logs.amazonaws.com",
  ],
];

/** Roles, the policies that deployers of rooms are given, and the image's pipeline. */
function roles(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const ownRoles = iamArn(args, `role${ROLE_PATH}*`);
  return [
    {
      // What they may be given, only a boundary of the organisation's limits.
      Sid: "MakeRoles",
      Effect: "Allow",
      ...withinBoundary(args.permissionsBoundary, [...MAKING_ROLES]),
      Resource: ownRoles,
    },
    { Sid: "KeepRoles", Effect: "Allow", Action: [...KEEPING_ROLES], Resource: ownRoles },
    {
      Sid: "ProfilesAndPolicies",
      Effect: "Allow",
      Action: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicyVersion",
        "iam:ListPolicyVersions",
        "iam:TagInstanceProfile",
        "iam:TagPolicy",
        "iam:UntagInstanceProfile",
        "iam:UntagPolicy",
      ],
      Resource: ["instance-profile", "policy", "role"].map((kind) =>
        iamArn(args, `${kind}${ROLE_PATH}*`),
      ),
    },
    {
      // The roles of a case are whoever's who opens rooms.
      Sid: "NoRoleOfACase",
      Effect: "Deny",
      Action: ["iam:*Role", "iam:*RolePolicy", "iam:*RolePermissionsBoundary", "iam:UpdateAssume*"],
      Resource: iamArn(args, `role${CASE_ROLE_PATH}*`),
    },
    ...PASSED.map(([Sid, names, service]) => ({
      Sid,
      Effect: "Allow" as const,
      Action: "iam:PassRole",
      Resource: names.map((name) => iamArn(args, `role${ROLE_PATH}${name}`)),
      Condition: { StringEquals: { "iam:PassedToService": service } },
    })),
    {
      Sid: "RolesOfServices",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: iamArn(args, "role/aws-service-role/*"),
      Condition: {
        StringEquals: {
          "iam:AWSServiceName": ["cloudtrail.amazonaws.com", "imagebuilder.amazonaws.com"],
        },
      },
    },
    {
      Sid: "TheImagesPipeline",
      Effect: "Allow",
      Action: [
        "imagebuilder:CreateComponent",
        "imagebuilder:CreateDistributionConfiguration",
        "imagebuilder:CreateImagePipeline",
        "imagebuilder:CreateImageRecipe",
        "imagebuilder:CreateInfrastructureConfiguration",
        "imagebuilder:CreateLifecyclePolicy",
        "imagebuilder:DeleteComponent",
        "imagebuilder:DeleteImageRecipe",
        "imagebuilder:TagResource",
        "imagebuilder:UntagResource",
        "imagebuilder:UpdateDistributionConfiguration",
        "imagebuilder:UpdateImagePipeline",
        "imagebuilder:UpdateInfrastructureConfiguration",
        "imagebuilder:UpdateLifecyclePolicy",
      ],
      Resource: [
        "component/clean-room-*",
        "distribution-configuration/clean-room",
        "image-pipeline/clean-room",
        "image-recipe/clean-room/*",
        "infrastructure-configuration/clean-room",
        "lifecycle-policy/clean-room",
      ].map((name) => arnIn(args, "imagebuilder", name)),
    },
  ];
}

/** Roles that functions of the Audit account run as when they work in member accounts. */
function administrators(args: DeployerPolicyArgs): aws.iam.PolicyStatement[] {
  const names = Object.values(AUTOMATION_ROLES).map(({ audit }) => iamArn(args, `role/${audit}`));
  return [
    {
      // Whoever has this policy can let itself take them, and is an administrator of every account that knows them.
      Sid: "MakeThem",
      Effect: "Allow",
      ...withinBoundary(args.permissionsBoundary, [...MAKING_ROLES]),
      Resource: names,
    },
    { Sid: "KeepThem", Effect: "Allow", Action: [...KEEPING_ROLES], Resource: names },
  ];
}
