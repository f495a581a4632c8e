import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { LOOKING_AT_A_BUCKET } from "../policies/bucketInspection";
import { LOOKING, READING } from "../policies/bucketStatements";
import { policyDocument } from "../policies/document";
import { LOOKING_AT_A_KEY } from "../policies/keyInspection";
import { throughTheVault, type VaultPlace } from "../policies/vaultUpload";
import { viaService } from "../policies/viaService";

/** What the auditor's policy is made from. */
export interface AuditorPolicyArgs extends VaultPlace {
  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** ARNs of the buckets of the vault's access logs and of the trail's log files. */
  readonly logBucketArns: readonly string[];

  /** ARN of the key that the trail's log files are under. */
  readonly foundationKeyArn: string;
}

/** What is in a bucket, whatever became of it. */
const LISTING = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"];

/** What AWS tells of rooms, copies, locks, sessions and alarms; most of it knows no narrower resource. */
const REGIONAL = [
  "cloudtrail:DescribeTrails",
  "cloudtrail:GetEventSelectors",
  "cloudtrail:GetTrail",
  "cloudtrail:GetTrailStatus",
  "cloudtrail:ListPublicKeys",
  "cloudtrail:ListTags",
  "cloudtrail:LookupEvents",
  "cloudwatch:DescribeAlarmHistory",
  "cloudwatch:DescribeAlarms",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeImages",
  "ec2:DescribeInstanceAttribute",
  "ec2:DescribeInstances",
  "ec2:DescribeLockedSnapshots",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSnapshotAttribute",
  "ec2:DescribeSnapshots",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVolumes",
  "ec2:DescribeVpcAttribute",
  "ec2:DescribeVpcBlockPublicAccessExclusions",
  "ec2:DescribeVpcBlockPublicAccessOptions",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "ec2:GetEbsDefaultKmsKeyId",
  "ec2:GetEbsEncryptionByDefault",
  "ec2:GetImageBlockPublicAccessState",
  "ec2:GetInstanceMetadataDefaults",
  "ec2:GetSerialConsoleAccessStatus",
  "ec2:GetSnapshotBlockPublicAccessState",
  "ec2:ListSnapshotsInRecycleBin",
  "events:DescribeRule",
  "events:ListRules",
  "events:ListTargetsByRule",
  "imagebuilder:GetImage",
  "imagebuilder:ListImageBuildVersions",
  "imagebuilder:ListImagePipelines",
  "imagebuilder:ListImages",
  "kms:ListAliases",
  "kms:ListKeys",
  "logs:DescribeLogGroups",
  "rbin:GetRule",
  "rbin:ListRules",
  "route53resolver:ListFirewallDomains",
  "route53resolver:ListFirewallDomainLists",
  "route53resolver:ListFirewallRuleGroupAssociations",
  "route53resolver:ListFirewallRules",
  "sns:GetSubscriptionAttributes",
  "sns:GetTopicAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:ListTopics",
  "ssm:DescribeAutomationExecutions",
  "ssm:DescribeDocument",
  "ssm:DescribeDocumentPermission",
  "ssm:DescribeInstanceInformation",
  "ssm:DescribeParameters",
  "ssm:DescribeSessions",
  "ssm:GetAutomationExecution",
  "ssm:GetDocument",
  "tag:GetResources",
];

/** Who may do what. IAM is global, and so are its requests. */
const GLOBAL = [
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListEntitiesForPolicy",
  "iam:ListPolicies",
  "iam:ListPolicyVersions",
  "iam:ListRolePolicies",
  "iam:ListRoleTags",
  "iam:ListRoles",
  "s3:GetAccountPublicAccessBlock",
];

/**
 * What an auditor may do: read the vault, every case of it, and its logs; what sessions were recorded as;
 * and look at what keeps them: locks, keys with their policies and grants, roles, networks, alarms. It
 * changes and releases nothing, and starts nothing. Of a disk it sees what AWS and the records tell: the
 * evidence key lets it read objects alone.
 */
export function auditorPolicy(args: AuditorPolicyArgs): aws.iam.PolicyDocument {
  const { region, vaultArn } = args;
  return policyDocument(
    {
      // The transfer key lets EC2 grant itself its use for whoever is of the organisation.
      Sid: "NoGrants",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
    },
    {
      Sid: "ReadTheVaultAndItsLogs",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_BUCKET, ...LISTING, ...READING, ...LOOKING],
      Resource: [vaultArn, ...args.logBucketArns].flatMap((arn) => [arn, `${arn}/*`]),
    },
    {
      Sid: "DecryptThroughTheVault",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: args.evidenceKeyArn,
      Condition: throughTheVault(args),
    },
    {
      Sid: "DecryptTheTrail",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: args.foundationKeyArn,
      Condition: { StringEquals: { "kms:ViaService": viaService(args, "s3") } },
    },
    {
      // The keys of rooms come and go.
      Sid: "LookAtKeys",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_KEY],
      Resource: arnIn(args, "kms", "key/*"),
    },
    {
      // What sessions were recorded as, and who spoke to whom in the room's VPC.
      Sid: "ReadRecordings",
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
      Resource: ["/clean-room/*", "forensics-flow-logs-*"].map((group) =>
        arnIn(args, "logs", `log-group:${group}`),
      ),
    },
    {
      // Which rooms took which slot from which image.
      Sid: "ReadClaims",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParametersByPath"],
      Resource: ["clean-room/*", "imagebuilder/clean-room/*"].map((name) =>
        arnIn(args, "ssm", `parameter/${name}`),
      ),
    },
    {
      Sid: "DescribeResources",
      Effect: "Allow",
      Action: REGIONAL,
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      // A policy that names the roles it shows would not show the one that should not be there.
      Sid: "ReadRolesAndPolicies",
      Effect: "Allow",
      Action: GLOBAL,
      Resource: "*",
    },
  );
}
