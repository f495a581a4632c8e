import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";
import {
  DELETING,
  DENY,
  LOOKING,
  noOtherAct,
  onlyCustodiansDelete,
  onlyFoundationDeployersConfigure,
  nobodyDeletes,
  onlyTls,
  othersThan,
  READING,
  WRITING,
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

  /** ARN of the role that verifies cases, where there is one: it reads them all. */
  readonly auditorRoleArn?: string | undefined;

  /** ARN of the role of the runbook that signs records. */
  readonly signerRoleArn: string;

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
  const auditors = args.auditorRoleArn === undefined ? [] : [args.auditorRoleArn];
  const signatures = `${bucketArn}/${VAULT_FOLDERS.signatures}/*`;
  const reports = `${bucketArn}/${VAULT_FOLDERS.reports}/*`;
  const evidence = [VAULT_FOLDERS.results, VAULT_FOLDERS.uploads].map(
    (folder) => `${bucketArn}/${folder}/*`,
  );
  return policyDocument(
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
      // Under a key that its writer alone has it would be locked for years and readable by nobody.
      ...DENY,
      Sid: "NoKeyOfTheWritersOwn",
      Action: "s3:PutObject",
      Resource: objects,
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
    },
    {
      // The others are read after hours, or not at all where an Availability Zone is lost.
      ...DENY,
      Sid: "OnlyTheStandardClass",
      Action: "s3:PutObject",
      Resource: objects,
      Condition: {
        Null: { "s3:x-amz-storage-class": "false" },
        StringNotEquals: { "s3:x-amz-storage-class": "STANDARD" },
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
      Resource: [records, reports],
      Condition: othersThan(args.incidentDeployers),
    },
    {
      // Who writes a record does not sign it. What signs writes one object at once, and no parts.
      ...DENY,
      Sid: "SignaturesByTheSigner",
      Action: [...WRITING],
      Resource: signatures,
      Condition: othersThan([args.signerRoleArn]),
    },
    {
      ...DENY,
      Sid: "NothingElse",
      Action: "s3:PutObject",
      NotResource: [...evidence, records, reports, signatures],
    },
    {
      // Which of them into which case, their own policies say. An administrator has none of it.
      ...DENY,
      Sid: "EvidenceByCaseRoles",
      Action: [...WRITING],
      Resource: evidence,
      Condition: othersThan([args.caseRoles]),
    },
    {
      ...DENY,
      Sid: "ReadByCaseRolesAndCustodians",
      Action: [...READING],
      Resource: [...evidence, reports],
      Condition: othersThan([args.caseRoles, ...args.custodians, ...auditors]),
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
      // Of one that is there S3 itself shortens no retention; a longer one may be shorter than this.
      ...DENY,
      Sid: "RetentionFloor",
      Action: "s3:PutObject",
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
      Sid: "OnlyCustodiansRetain",
      Action: ["s3:BypassGovernanceRetention", "s3:PutObjectRetention"],
      Resource: objects,
      Condition: othersThan(args.custodians),
    },
    {
      // A hold that ends with an event knows no ceiling, and is taken off by whoever may set a retention.
      ...DENY,
      Sid: "NoEventHolds",
      Action: "s3:PutObjectRetention",
      Resource: objects,
      Condition: { Null: { "s3:object-lock-event-hold": "false" } },
    },
    onlyCustodiansDelete(bucketArn, args.custodians),
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
    noOtherAct(bucketArn, [
      ...READING,
      ...LOOKING,
      ...WRITING,
      ...DELETING,
      ...OBJECT_TAGS,
      "s3:BypassGovernanceRetention",
      "s3:PutObjectLegalHold",
      "s3:PutObjectRetention",
    ]),
    onlyFoundationDeployersConfigure(bucketArn, args.foundationDeployers),
    nobodyDeletes(bucketArn),
  );
}
