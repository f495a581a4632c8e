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
  READING,
  WRITING,
} from "../policies/bucketStatements";

/** What the bucket policy of access logs, the vault's and its trail's, is made from. */
export interface AccessLogPolicyArgs {
  /** ARN of the bucket that the logs are delivered into. */
  readonly bucketArn: string;

  /** ARNs of the buckets whose logs they are; may end in `*`. */
  readonly loggedArns: readonly string[];

  /** The account that owns both, 12 digits. */
  readonly accountId: string;

  /** ARNs of the roles that administer the bucket; may end in `*`. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that may delete logs; may end in `*`. */
  readonly custodians: readonly string[];
}

/**
 * Bucket policy of the vault's access logs, a second source of who asked for what: S3's log service alone
 * writes them, and only custodians delete.
 *
 * Sources: S3 user guide, "Enabling Amazon S3 server access logging"; IAM user guide, "AWS global condition
 * context keys", aws:PrincipalIsAWSService.
 */
export function accessLogPolicy(args: AccessLogPolicyArgs): aws.iam.PolicyDocument {
  const { bucketArn, loggedArns, accountId } = args;
  return policyDocument(
    {
      Sid: "LogDelivery",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*`,
      Condition: {
        ArnLike: { "aws:SourceArn": [...loggedArns] },
        StringEquals: { "aws:SourceAccount": accountId },
      },
    },
    {
      // Of AWS's services the statement above lets one write.
      ...DENY,
      Sid: "OnlyServicesWrite",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*`,
      Condition: { Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
    onlyTls(bucketArn),
    onlyCustodiansDelete(bucketArn, args.custodians),
    noOtherAct(bucketArn, [...READING, ...LOOKING, ...WRITING, ...DELETING]),
    onlyFoundationDeployersConfigure(bucketArn, args.foundationDeployers),
    nobodyDeletes(bucketArn),
  );
}
