import type { StackGraph } from "./stackGraph";
import type { Subject } from "./subject";

/** Types of buckets, former ones too. */
export const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

export const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
export const LOGGING = "aws:s3/bucketLogging:BucketLogging";
export const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
export const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
export const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
export const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
export const ACL = "aws:s3/bucketAcl:BucketAcl";
export const LIFECYCLES = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
];

/** What S3 has once for a bucket: a second one and the first undo each other, whichever comes later. */
const ONCE = [PUBLIC_ACCESS, POLICY, LOGGING, LOCK, VERSIONING, ENCRYPTION, OWNERSHIP];

const FORMER: Readonly<Record<string, string>> = Object.fromEntries(
  [LOGGING, LOCK, VERSIONING, ENCRYPTION].map((type) => {
    const [module = "", name = ""] = type.split(":").slice(1);
    return [type, `aws:${module}V2:${name}V2`];
  }),
);

/** Every type of a bucket's parts. */
const PART_TYPES = [...ONCE, REPLICATION, ACL, ...LIFECYCLES];

/** A bucket's parts by type, all of them: the order in which they come says nothing. */
export function partsByType(
  bucket: Subject,
  graph: StackGraph,
): ReadonlyMap<string, readonly Subject[]> {
  return new Map(
    PART_TYPES.map((type) => [
      type,
      [type, FORMER[type] ?? type]
        .filter((each, index, all) => all.indexOf(each) === index)
        .flatMap((each) => graph.partsOf(bucket, each, "bucket")),
    ]),
  );
}

/** The types of which a bucket has more than one. */
export function twice(parts: ReadonlyMap<string, readonly Subject[]>): readonly string[] {
  return ONCE.filter((type) => (parts.get(type) ?? []).length > 1);
}

/** Classes of storage that are in one place only, or that AWS advises against. */
export const IN_ONE_PLACE = ["EXPRESS_ONEZONE", "ONEZONE_IA", "REDUCED_REDUNDANCY"];
