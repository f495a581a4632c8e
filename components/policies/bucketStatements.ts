import type * as aws from "@pulumi/aws";

/** Reading an object, and what is known of it, in each form that S3 has for it. */
export const READING = [
  "s3:GetObject",
  "s3:GetObjectAttributes",
  "s3:GetObjectVersion",
  "s3:GetObjectVersionAttributes",
];

/** Looking at what stands beside an object. */
export const LOOKING = [
  "s3:GetObjectAcl",
  "s3:GetObjectLegalHold",
  "s3:GetObjectRetention",
  "s3:GetObjectTagging",
  "s3:GetObjectVersionAcl",
  "s3:GetObjectVersionTagging",
  "s3:ListMultipartUploadParts",
];

/** Taking an object away. */
export const DELETING = ["s3:DeleteObject", "s3:DeleteObjectVersion"];

/** Writing one, in one request or in parts. */
export const WRITING = ["s3:AbortMultipartUpload", "s3:PutObject"];

/** Beginning of a statement that takes something from everybody. */
export const DENY = { Effect: "Deny", Principal: "*" } as const;

/** Condition for everybody but these roles, by their ARNs, which may end in `*`. */
export function othersThan(roles: readonly string[]) {
  return { ArnNotLike: { "aws:PrincipalArn": [...roles] } };
}

/** Nothing passes in the clear. */
export function onlyTls(bucketArn: string): aws.iam.PolicyStatement {
  return {
    ...DENY,
    Sid: "OnlyTls",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Only foundation deployers do anything with a bucket as a whole but look: who may what with it, where its
 * objects, events, logs and lists of its objects go, and what becomes of them, by acts that S3 does not have
 * yet as well.
 */
export function onlyFoundationDeployersConfigure(
  bucketArn: string,
  foundationDeployers: readonly string[],
): aws.iam.PolicyStatement {
  return {
    ...DENY,
    Sid: "OnlyFoundationDeployersConfigure",
    NotAction: ["s3:Get*", "s3:List*"],
    Resource: bucketArn,
    Condition: othersThan(foundationDeployers),
  };
}

/** Only custodians take an object away. */
export function onlyCustodiansDelete(
  bucketArn: string,
  custodians: readonly string[],
): aws.iam.PolicyStatement {
  return {
    ...DENY,
    Sid: "OnlyCustodiansDelete",
    Action: [...DELETING],
    Resource: `${bucketArn}/*`,
    Condition: othersThan(custodians),
  };
}

/**
 * Nobody does anything with an object but these acts, each of which another statement judges or which only
 * look. What S3 has beside them writes past the statements about writing (replication in all its forms),
 * hides an object or changes it (other encryption, other access lists, annotations, storage classes), and
 * what it will have tomorrow is among them.
 *
 * @param acts Names of S3's actions.
 */
export function noOtherAct(bucketArn: string, acts: readonly string[]): aws.iam.PolicyStatement {
  return { ...DENY, Sid: "NoOtherAct", NotAction: [...acts].sort(), Resource: `${bucketArn}/*` };
}

/** Nobody deletes the bucket. */
export function nobodyDeletes(bucketArn: string): aws.iam.PolicyStatement {
  return { ...DENY, Sid: "NobodyDeletesTheBucket", Action: "s3:DeleteBucket", Resource: bucketArn };
}
