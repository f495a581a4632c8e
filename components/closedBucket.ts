import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Ends access lists and public access; in an order, as S3 refuses two such changes at once. */
export function closedBucket(
  name: string,
  bucket: aws.s3.Bucket,
  kept: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const ownership = new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    kept,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { ...kept, dependsOn: [ownership] },
  );
  return [ownership, publicAccess];
}
