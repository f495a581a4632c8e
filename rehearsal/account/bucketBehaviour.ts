import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { hex } from "./identifiers";
import { requireUsableKey } from "./keys";
import { valuesAt } from "./references";
import type { Behaviour, Request } from "./resourceType";

const BUCKET = "aws:s3/bucket:Bucket";
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";

/** What S3 does that no line of the table can say. */
export const bucketBehaviour: Readonly<Record<string, Behaviour>> = {
  [BUCKET]: {
    checkDelete: requireEmpty,
    goesWith: (account, entry) =>
      account.state.entries
        .filter(
          ({ type, properties }) => type.startsWith("aws:s3/") && properties["bucket"] === entry.id,
        )
        .forEach((part) => account.remove(part)),
  },
  [LOCK]: {
    check: ({ account, inputs }) => {
      if (account.find(BUCKET, inputs["bucket"])?.properties["objectLockEnabled"] === true) {
        return;
      }
      const versioning = account.find(VERSIONING, inputs["bucket"])?.properties;
      if (!valuesAt(versioning ?? {}, "versioningConfiguration.status").includes("Enabled")) {
        throw new AwsError(
          "InvalidBucketState",
          "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        );
      }
    },
  },
  [OBJECT]: {
    check: checkPut,
    outputs: ({ account, inputs }) => ({
      kmsKeyId: inputs["kmsKeyId"] ?? bucketKey(account, inputs),
    }),
    lockedUntil: ({ account, inputs }) => lockOf(account, inputs),
    // Object Lock keeps versions, not names: whatever is written is one more version.
    succeeds: (account, entry, before) => {
      if (isVersioned(account, entry.properties["bucket"]) && isRewritten(before, entry)) {
        const { earlier = [], lockedUntil, properties } = before;
        const version = { content: properties["content"] ?? null };
        entry.earlier = [
          ...earlier,
          lockedUntil === undefined ? version : { ...version, lockedUntil },
        ];
        entry.properties["versionId"] = hex(32);
        const until = lockOf(account, entry.properties);
        if (until !== undefined) {
          entry.lockedUntil = until;
        }
      }
    },
    // The provider deletes every version, and can delete none that is locked.
    checkDelete: (_, entry) => {
      if ([entry, ...(entry.earlier ?? [])].some(isLocked)) {
        throw lockedObject(entry.id);
      }
    },
  },
};

function requireEmpty(account: Account, entry: Entry): void {
  const objects = account
    .ofType(OBJECT)
    .filter(({ properties }) => properties["bucket"] === entry.id);
  if (entry.properties["forceDestroy"] === true) {
    const locked = objects.find(isLocked);
    if (locked !== undefined) {
      throw lockedObject(locked.id);
    }
    objects.forEach((object) => account.remove(object));
  } else if (objects.length > 0) {
    throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty");
  }
}

function bucketKey(account: Account, inputs: Properties): string | undefined {
  const encryption = account.find(ENCRYPTION, inputs["bucket"])?.properties ?? {};
  return valuesAt(encryption, "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId")[0];
}

function checkPut({ account, inputs }: Request): void {
  const keyId = bucketKey(account, inputs);
  if (keyId !== undefined) {
    requireUsableKey(account, keyId);
  }
}

/** Object Lock brings versions with it. */
function isVersioned(account: Account, bucketName: unknown): boolean {
  const versioning = account.find(VERSIONING, bucketName)?.properties ?? {};
  return (
    account.find(BUCKET, bucketName)?.properties["objectLockEnabled"] === true ||
    valuesAt(versioning, "versioningConfiguration.status").includes("Enabled")
  );
}

/** Whether the provider puts the object again; other settings of it are changed without. */
function isRewritten({ properties: before }: Entry, { properties: after }: Entry): boolean {
  return ["content", "contentBase64", "metadata", "source", "sourceHash", "versionId"].some(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/** Until when S3 locks an object with these properties that is written now, ISO 8601. */
function lockOf(account: Account, inputs: Properties): string | undefined {
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

function isLocked({ lockedUntil }: { readonly lockedUntil?: string }): boolean {
  return lockedUntil !== undefined && lockedUntil > new Date().toISOString();
}

function lockedObject(id: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `Access Denied because object protected by object lock: ${id}`,
  );
}
