import type * as aws from "@pulumi/aws";

import {
  DENY,
  onlyFoundationDeployersConfigure,
  onlyTls,
  othersThan,
} from "../policies/bucketStatements";
import { VAULT_FOLDERS } from "../case";

/** What the vault's bucket policy is made from. */
export interface VaultPolicyArgs {
  readonly bucketArn: string;

  /** ARN of the evidence key; an id or an alias would not match. */
  readonly keyArn: string;

  /** Matches the ARNs of the roles that write evidence and read it: those of a case. */
  readonly caseRoles: string;

  /** Shortest retention anyone may set on an object, in days. */
  readonly fewestDays: number;

  /** Longest retention anyone may set on an object, in days. */
  readonly mostDays: number;

  /** ARNs of the roles that administer the bucket; may end in `*`. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that write custody records; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARNs of the roles that may release evidence; may end in `*`. */
  readonly custodians: readonly string[];

  /** ARNs of the roles that may put a legal hold on an object, and not take it off. */
  readonly holders: readonly string[];
}

const OBJECT_TAGS = [
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersionTagging",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionTagging",
];

/**
 * Bucket policy of the evidence vault. It grants nothing; it takes from everybody what would let
 * evidence be lost, replaced or read by nobody.
 *
 * Sources: S3 user guide, "Object Lock considerations", "Enforce conditional writes",
 * "Protecting data with SSE-KMS".
 */
export function vaultPolicy(args: VaultPolicyArgs): aws.iam.PolicyDocument {
  const { bucketArn, keyArn } = args;
  const objects = `${bucketArn}/*`;
  const records = `${bucketArn}/${VAULT_FOLDERS.records}/*`;
  const evidence = [VAULT_FOLDERS.results, VAULT_FOLDERS.uploads].map(
    (folder) => `${bucketArn}/${folder}/*`,
  );
  return {
    Version: "2012-10-17",
    Statement: [
      onlyTls(bucketArn),
      {
        ...DENY,
        Sid: "OnlyTls12",
        Action: "s3:*",
        Resource: [bucketArn, objects],
        Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
      },
      {
        // Without the header the bucket's own default applies, which is the right key; a negated
        // condition alone would match a header that is not there.
        ...DENY,
        Sid: "OnlyKms",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          Null: { "s3:x-amz-server-side-encryption": "false" },
          StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
        },
      },
      {
        ...DENY,
        Sid: "OnlyTheEvidenceKey",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
          StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
        },
      },
      {
        // KMS without a key is the account's default key, which no custodian looks after.
        ...DENY,
        Sid: "NoKeyInParticular",
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          Null: {
            "s3:x-amz-server-side-encryption": "false",
            "s3:x-amz-server-side-encryption-aws-kms-key-id": "true",
          },
        },
      },
      {
        // A writer sends If-None-Match, so a name that is taken answers 412. The parts of a
        // multipart upload carry no such header; completing it does.
        ...DENY,
        Sid: "WriteOnce",
        Action: "s3:PutObject",
        NotResource: records,
        Condition: {
          Null: { "s3:if-none-match": "true" },
          Bool: { "s3:ObjectCreationOperation": "true" },
        },
      },
      {
        // Pulumi's object resource cannot send If-None-Match. A record's name is the hash of its
        // content, so a changed record is another object.
        ...DENY,
        Sid: "RecordsByIncidentDeployers",
        Action: "s3:PutObject",
        Resource: records,
        Condition: othersThan(args.incidentDeployers),
      },
      {
        ...DENY,
        Sid: "NothingElse",
        Action: "s3:PutObject",
        NotResource: [...evidence, records],
      },
      {
        // Which of them into which case, their own policies say. An administrator has none of it.
        ...DENY,
        Sid: "EvidenceByCaseRoles",
        Action: "s3:PutObject",
        Resource: evidence,
        Condition: othersThan([args.caseRoles]),
      },
      {
        ...DENY,
        Sid: "ReadByCaseRolesAndCustodians",
        Action: ["s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectVersion"],
        Resource: evidence,
        Condition: othersThan([args.caseRoles, ...args.custodians]),
      },
      {
        ...DENY,
        Sid: "ObjectTags",
        Action: OBJECT_TAGS,
        NotResource: records,
        Condition: othersThan(args.foundationDeployers),
      },
      {
        // They write records with their tags.
        ...DENY,
        Sid: "TagsOfRecords",
        Action: OBJECT_TAGS,
        Resource: records,
        Condition: othersThan([...args.foundationDeployers, ...args.incidentDeployers]),
      },
      {
        ...DENY,
        Sid: "RetentionFloor",
        Action: ["s3:PutObject", "s3:PutObjectRetention"],
        Resource: objects,
        Condition: {
          NumericLessThan: { "s3:object-lock-remaining-retention-days": `${args.fewestDays}` },
        },
      },
      {
        ...DENY,
        Sid: "RetentionCeiling",
        Action: ["s3:PutObject", "s3:PutObjectRetention"],
        Resource: objects,
        Condition: {
          NumericGreaterThan: { "s3:object-lock-remaining-retention-days": `${args.mostDays}` },
        },
      },
      {
        ...DENY,
        Sid: "OnlyCustodiansRelease",
        Action: ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        Resource: objects,
        Condition: othersThan(args.custodians),
      },
      {
        ...DENY,
        Sid: "OnlyCustodiansAndHoldersHold",
        Action: "s3:PutObjectLegalHold",
        Resource: objects,
        Condition: othersThan([...args.custodians, ...args.holders]),
      },
      {
        ...DENY,
        Sid: "OnlyCustodiansTakeAHoldOff",
        Action: "s3:PutObjectLegalHold",
        Resource: objects,
        Condition: {
          ...othersThan(args.custodians),
          StringNotEquals: { "s3:object-lock-legal-hold": "ON" },
        },
      },
      // Without its events nothing is held.
      onlyFoundationDeployersConfigure(bucketArn, args.foundationDeployers, [
        "s3:PutBucketNotification",
      ]),
      { ...DENY, Sid: "NobodyDeletesTheVault", Action: "s3:DeleteBucket", Resource: bucketArn },
    ],
  };
}

/** Bucket policy of the access-log bucket: the S3 log service writes the vault's logs, over TLS. */
export function accessLogPolicy(
  logBucketArn: string,
  vaultArn: string,
  accountId: string,
): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LogDelivery",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${logBucketArn}/*`,
        Condition: {
          ArnEquals: { "aws:SourceArn": vaultArn },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
      onlyTls(logBucketArn),
    ],
  };
}
