import type * as aws from "@pulumi/aws";

import { snapshotArn } from "../../aws/arn";
import { policyDocument } from "../../policies/document";
import { EVERY_CASE, VAULT_FOLDERS } from "../../case";
import type { RunbookPlace } from "../../policies/startRunbook";
import { throughTheVault, type VaultPlace } from "../../policies/vaultUpload";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../tags";

/**
 * What the runbook that locks preserved copies may do: lock what carries the tags of a preserved copy,
 * for the vault's days. The key a snapshot is under is no condition of IAM; the runbook looks at it. It
 * unlocks, deletes and tags nothing.
 */
export function lockRolePolicy({ region }: RunbookPlace, days: number): aws.iam.PolicyDocument {
  return policyDocument(
    {
      Sid: "LockPreservedCopies",
      Effect: "Allow",
      Action: "ec2:LockSnapshot",
      Resource: snapshotArn(region, "*"),
      Condition: {
        StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag },
        Null: { [`aws:ResourceTag/${SOURCE_SNAPSHOT_TAG}`]: "false" },
        NumericEquals: { "ec2:SnapshotLockDuration": `${days}` },
      },
    },
    {
      // Describing knows no narrower resource.
      Sid: "FindThem",
      Effect: "Allow",
      Action: ["ec2:DescribeLockedSnapshots", "ec2:DescribeSnapshots"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
  );
}

/**
 * What the runbook that holds objects may do: put a legal hold on, and never take one off. The vault's
 * bucket policy says the same, should somebody give the role more.
 *
 * Source: Service Authorization Reference, PutObjectLegalHold, `s3:object-lock-legal-hold`.
 */
export function holdRolePolicy(vaultArn: string): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "HoldObjects",
    Effect: "Allow",
    Action: "s3:PutObjectLegalHold",
    Resource: `${vaultArn}/*`,
    Condition: { StringEquals: { "s3:object-lock-legal-hold": "ON" } },
  });
}

/** What the policy of the runbook that signs is made from. */
export interface SigningAccess extends VaultPlace {
  /** ARN of the key that signs. */
  readonly signingKeyArn: string;
}

/**
 * What the runbook that signs records may do: read a record, sign 32 bytes, and put the signature where none
 * is. It writes no record, and lists and deletes nothing.
 */
export function signingRolePolicy(access: SigningAccess): aws.iam.PolicyDocument {
  const { vaultArn, evidenceKeyArn, signingKeyArn } = access;
  return policyDocument(
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${vaultArn}/${VAULT_FOLDERS.records}/*`,
    },
    {
      Sid: "PutSignatures",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${vaultArn}/${VAULT_FOLDERS.signatures}/*`,
    },
    {
      Sid: "UseTheKeyThroughTheVault",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: evidenceKeyArn,
      Condition: throughTheVault(access),
    },
    {
      // Digests alone, and by which algorithm, the key's policy says.
      Sid: "Sign",
      Effect: "Allow",
      Action: "kms:Sign",
      Resource: signingKeyArn,
    },
  );
}
