import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";
import {
  DELETING,
  DENY,
  LOOKING,
  noOtherAct,
  nobodyDeletes,
  onlyCustodiansDelete,
  onlyFoundationDeployersConfigure,
  onlyTls,
  READING,
  WRITING,
} from "../policies/bucketStatements";

/** What the bucket policy of a trail's log files is made from. */
export interface TrailBucketPolicyArgs {
  /** ARN of the bucket that the log files are delivered into. */
  readonly bucketArn: string;

  /** ARN of the one trail that delivers into it. */
  readonly trailArn: string;

  /** The account that owns both, 12 digits. */
  readonly accountId: string;

  /** ARNs of the roles that administer the bucket; may end in `*`. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that may delete log files; may end in `*`. */
  readonly custodians: readonly string[];
}

const CLOUDTRAIL = "cloudtrail.amazonaws.com";

/**
 * Bucket policy of a trail's log files: CloudTrail delivers them for this trail, nobody else writes,
 * and only custodians delete.
 *
 * Sources: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"; IAM user guide, "AWS
 * global condition context keys", aws:PrincipalServiceName.
 */
export function trailBucketPolicy(args: TrailBucketPolicyArgs): aws.iam.PolicyDocument {
  const { bucketArn, trailArn, accountId } = args;
  const objects = `${bucketArn}/*`;
  const allow = { Effect: "Allow", Principal: { Service: CLOUDTRAIL } } as const;
  return policyDocument(
    {
      ...allow,
      Sid: "TrailLooksAtTheBucket",
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      ...allow,
      Sid: "TrailDelivers",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
      Condition: {
        StringEquals: {
          "aws:SourceArn": trailArn,
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
      },
    },
    {
      // The key is there for services only: for everybody else the condition holds.
      ...DENY,
      Sid: "OnlyCloudTrailWrites",
      Action: "s3:PutObject",
      Resource: objects,
      Condition: { StringNotEquals: { "aws:PrincipalServiceName": CLOUDTRAIL } },
    },
    onlyTls(bucketArn),
    onlyCustodiansDelete(bucketArn, args.custodians),
    noOtherAct(bucketArn, [...READING, ...LOOKING, ...WRITING, ...DELETING]),
    onlyFoundationDeployersConfigure(bucketArn, args.foundationDeployers),
    nobodyDeletes(bucketArn),
  );
}
