import type * as aws from "@pulumi/aws";

import { arnAnywhere, iamArn, parseArn, snapshotArn } from "../aws/arn";
import { policyDocument } from "../policies/document";
import { viaService } from "../policies/viaService";
import { EVERY_CASE } from "../case";
import { CASE_ROLE_PATH } from "../names";
import { HANDOVER_TAG, type Tags, TICKET_TAG } from "../tags";

/** What a responder's policy is made from. */
export interface ResponderPolicyArgs {
  readonly region: string;

  /** The account whose evidence is handed over, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** ARNs of the transfer keys, one per Region that rooms are opened in. */
  readonly transferKeyArns: readonly string[];

  /** Tags that the organisation demands; a handover may give its snapshots tags of these keys too. */
  readonly tags: Tags;

  /** ARNs of the account's own transfer keys, in the same Regions; none where it has none. */
  readonly ownTransferKeyArns?: readonly string[];

  /** ARNs of other accounts' keys that disks of this one are under. */
  readonly foreignKeyArns: readonly string[];
}

/** The tags a handover puts on its snapshots, beside those that the organisation demands, and no other. */
const HANDOVER_TAGS = [
  HANDOVER_TAG,
  TICKET_TAG,
  "notification",
  "source-device",
  "source-instance",
  "source-volume",
];

const FOR_AN_INCIDENT = EVERY_CASE.tag;

/** One snapshot, and those of all disks of an instance at one moment. */
const SNAPSHOTTING = ["ec2:CreateSnapshot", "ec2:CreateSnapshots"];

/**
 * What a responder of a member account may do: snapshot volumes, copy snapshots under the transfer
 * key, share what carries a ticket with the Audit account. It deletes and untags nothing, and tags a
 * snapshot when it is made and never again, so that what carries a ticket was made for it.
 *
 * With this policy on a role that a room names in `responderRoles`, an account that has no stack of
 * its own can hand evidence over as well.
 */
export function responderPolicy(args: ResponderPolicyArgs): aws.iam.PolicyDocument {
  const { accountId, auditAccountId, transferKeyArns, ownTransferKeyArns = [] } = args;
  const own = { region: args.region, accountId };
  const snapshots = arnAnywhere({ ...own, accountId: "" }, "ec2", "snapshot/*");
  const volumes = arnAnywhere(own, "ec2", "volume/*");
  const sourceKeys = [arnAnywhere(own, "kms", "key/*"), ...args.foreignKeyArns];
  const keys = [...transferKeyArns, ...ownTransferKeyArns];
  const regions = transferKeyArns.map((arn) => parseArn(arn).region);
  const throughEc2 = { "kms:ViaService": regions.map((region) => viaService({ region }, "ec2")) };
  const throughEc2Anywhere = { "kms:ViaService": "ec2.*.amazonaws.com" };
  const tagKeys = [...new Set([...HANDOVER_TAGS, ...Object.keys(args.tags)])].sort();
  const forEbs = { "kms:GrantIsForAWSResource": "true" };
  return policyDocument(
    {
      // Looking for them knows no narrower resource.
      Sid: "FindEvidence",
      Effect: "Allow",
      Action: [
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
      ],
      Resource: "*",
    },
    {
      Sid: "DescribeSnapshotSharing",
      Effect: "Allow",
      Action: "ec2:DescribeSnapshotAttribute",
      Resource: snapshots,
    },
    {
      // Product codes of AWS Marketplace, which keep a disk from being attached.
      Sid: "DescribeVolumeProductCodes",
      Effect: "Allow",
      Action: "ec2:DescribeVolumeAttribute",
      Resource: volumes,
    },
    {
      Sid: "SnapshotAnyVolume",
      Effect: "Allow",
      Action: SNAPSHOTTING,
      Resource: volumes,
    },
    {
      Sid: "SnapshotAllOfAnInstance",
      Effect: "Allow",
      Action: "ec2:CreateSnapshots",
      Resource: arnAnywhere(own, "ec2", "instance/*"),
    },
    {
      Sid: "CreateTicketedSnapshots",
      Effect: "Allow",
      Action: SNAPSHOTTING,
      Resource: snapshots,
      Condition: { StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: FOR_AN_INCIDENT } },
    },
    {
      Sid: "TagWhatIsBeingMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: snapshots,
      Condition: {
        StringEquals: {
          "ec2:CreateAction": ["CopySnapshot", "CreateSnapshot", "CreateSnapshots"],
        },
        StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: FOR_AN_INCIDENT },
        "ForAllValues:StringEquals": { "aws:TagKeys": tagKeys },
      },
    },
    {
      // EC2 does not say under which key: that is for the statements about keys to decide. The
      // source may be in any Region, and a copy without a ticket cannot be shared.
      Sid: "CopyToWhereRoomsAre",
      Effect: "Allow",
      Action: "ec2:CopySnapshot",
      Resource: snapshots,
      Condition: { StringEquals: { "aws:RequestedRegion": regions } },
    },
    {
      Sid: "ShareWithTheAuditAccount",
      Effect: "Allow",
      Action: "ec2:ModifySnapshotAttribute",
      Resource: regions.map((region) => snapshotArn(region, "*")),
      Condition: {
        // Every account of the request, and at least one: for all values is true of none.
        "ForAllValues:StringEquals": { "ec2:Add/userId": [auditAccountId] },
        StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: FOR_AN_INCIDENT },
        Null: {
          "ec2:Add/userId": "false",
          "ec2:Add/group": "true",
          "ec2:Remove/userId": "true",
          "ec2:Remove/group": "true",
        },
      },
    },
    {
      // What is no disk goes into the vault by the role that a room makes for this account.
      Sid: "UploadIntoTheVault",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: iamArn(
        { ...own, accountId: auditAccountId },
        `role${CASE_ROLE_PATH}intake-*-${accountId}`,
      ),
    },
    {
      // Asked for directly: whether a key can be used is worth knowing before hours of copying.
      Sid: "SeeKeys",
      Effect: "Allow",
      Action: "kms:DescribeKey",
      Resource: [...keys, ...sourceKeys],
    },
    {
      Sid: "UseTheTransferKey",
      Effect: "Allow",
      Action: [
        "kms:Decrypt",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: keys,
      Condition: { StringEquals: throughEc2 },
    },
    {
      Sid: "LetEbsUseTheTransferKey",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: keys,
      Condition: { StringEquals: throughEc2, Bool: forEbs },
    },
    {
      // What is copied may be encrypted under any key of the account, and under others' that are named.
      Sid: "ReadWhatIsCopied",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:ReEncryptFrom"],
      Resource: sourceKeys,
      Condition: { StringLike: throughEc2Anywhere },
    },
    {
      Sid: "LetEbsReadWhatIsCopied",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: sourceKeys,
      Condition: { StringLike: throughEc2Anywhere, Bool: forEbs },
    },
    {
      // The account's default key lets everybody of the account encrypt through EBS.
      Sid: "EncryptUnderNoOtherKey",
      Effect: "Deny",
      Action: ["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncryptTo"],
      NotResource: keys,
    },
  );
}
