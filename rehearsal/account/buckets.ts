import type { Account, Entry, Properties } from "./account";
import { valuesAt } from "./references";

const BUCKET = "aws:s3/bucket:Bucket";
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";

/** The objects of a bucket, by the bucket's name. */
export function objectsIn(account: Account, bucket: unknown): Entry[] {
  return account.ofType(OBJECT).filter(({ properties }) => properties["bucket"] === bucket);
}

/** The key that a bucket encrypts with. */
export function keyOfBucket(account: Account, bucket: unknown): string | undefined {
  const encryption = account.find(ENCRYPTION, bucket)?.properties ?? {};
  return valuesAt(encryption, "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId")[0];
}

/** Whether a bucket keeps what is overwritten; Object Lock brings versions with it. */
export function hasVersions(account: Account, bucket: unknown): boolean {
  const versioning = account.find(VERSIONING, bucket)?.properties ?? {};
  return (
    account.find(BUCKET, bucket)?.properties["objectLockEnabled"] === true ||
    valuesAt(versioning, "versioningConfiguration.status").includes("Enabled")
  );
}

/** Until when S3 locks an object with these properties that is written now, ISO 8601. */
export function lockOf(account: Account, inputs: Properties): string | undefined {
  const own = inputs["objectLockRetainUntilDate"];
  if (typeof own === "string") {
    return own;
  }
  const rule = account.find(LOCK, inputs["bucket"])?.properties["rule"] as Properties | undefined;
  const retention = rule?.["defaultRetention"] as { days?: number; years?: number } | undefined;
  const days = retention?.days ?? (retention?.years ?? 0) * 365;
  return days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString() : undefined;
}

/** Puts an object into a bucket without Pulumi; it is locked where the bucket locks. */
export function addObject(
  account: Account,
  bucketName: string,
  name: string,
  { properties, tags }: Partial<Pick<Entry, "properties" | "tags">> = {},
): void {
  const id = `${bucketName}/${name}`;
  const lockedUntil = lockOf(account, { bucket: bucketName });
  account.add({
    type: OBJECT,
    id,
    arn: `arn:aws:s3:::${id}`,
    tags: tags ?? {},
    state: "available",
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
    properties: { ...properties, bucket: bucketName, key: name },
  });
}
