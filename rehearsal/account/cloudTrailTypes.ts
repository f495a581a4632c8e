import { AwsError } from "./awsError";
import { findKey } from "./keys";
import { bucket, key, valuesAt } from "./references";
import type { Request, ResourceType } from "./resourceType";

const CLOUDTRAIL = "cloudtrail.amazonaws.com";

/** CloudTrail. */
export const cloudTrailTypes: Readonly<Record<string, ResourceType>> = {
  "aws:cloudtrail/trail:Trail": {
    id: ({ account, inputs }) =>
      `arn:aws:cloudtrail:${account.region}:${account.id}:trail/${String(inputs["name"])}`,
    arn: "{id}",
    taggable: true,
    autoname: "name",
    references: [bucket("s3BucketName"), key("kmsKeyId")],
    taken: ({ account, inputs }) =>
      new AwsError(
        "TrailAlreadyExistsException",
        `Trail ${String(inputs["name"])} already exists for customer: ${account.id}`,
      ),
    check: (request) => {
      requireQuota(request);
      requireDelivery(request);
    },
    outputs: ({ account }) => ({
      enableLogging: true,
      homeRegion: account.region,
      includeGlobalServiceEvents: true,
    }),
  },
};

/** Source: CloudTrail user guide, "Quotas in AWS CloudTrail". */
const TRAILS_PER_REGION = 5;

function requireQuota({ account, type, before }: Request): void {
  if (before === undefined && account.ofType(type).length >= TRAILS_PER_REGION) {
    throw new AwsError(
      "MaximumNumberOfTrailsExceededException",
      `User: ${account.id} already has ${TRAILS_PER_REGION} trails in ${account.region}.`,
    );
  }
}

/** AWS tries bucket and key; here their policies have to name CloudTrail. */
function requireDelivery({ account, inputs }: Request): void {
  const name = String(inputs["s3BucketName"]);
  if (!names(account.find("aws:s3/bucketPolicy:BucketPolicy", name)?.properties["policy"])) {
    throw new AwsError(
      "InsufficientS3BucketPolicyException",
      `Incorrect S3 bucket policy is detected for bucket: ${name}`,
    );
  }
  for (const value of valuesAt(inputs, "kmsKeyId")) {
    if (!names(findKey(account, value)?.properties["policy"])) {
      throw new AwsError(
        "InsufficientEncryptionPolicyException",
        `Insufficient permissions to access S3 bucket ${name} or KMS key ${value}.`,
      );
    }
  }
}

function names(policy: unknown): boolean {
  return typeof policy === "string" && policy.includes(CLOUDTRAIL);
}
