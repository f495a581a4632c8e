import type * as aws from "@pulumi/aws";

/** What changes a bucket as a whole: who may what with it, and what becomes of its objects. */
const CONFIGURATION = [
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

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
 * Only foundation deployers change a bucket as a whole.
 *
 * @param also Actions that do so for this bucket, beside those that do for any.
 */
export function onlyFoundationDeployersConfigure(
  bucketArn: string,
  foundationDeployers: readonly string[],
  also: readonly string[] = [],
): aws.iam.PolicyStatement {
  return {
    ...DENY,
    Sid: "OnlyFoundationDeployersConfigure",
    Action: [...CONFIGURATION, ...also],
    Resource: bucketArn,
    Condition: othersThan(foundationDeployers),
  };
}
