import type { AwsRequest } from "../awsRequest";
import { type Context, type Demand, Unmapped } from "./demand";
import type { Facts, Where } from "./facts";

/** What IAM calls requests for a bucket, by method and by what of the bucket is asked for. */
const OF_BUCKETS: Readonly<Record<string, readonly string[]>> = {
  "DELETE ": ["DeleteBucket"],
  "DELETE policy": ["DeleteBucketPolicy"],
  "GET ": ["ListBucket"],
  "GET accelerate": ["GetAccelerateConfiguration"],
  "GET acl": ["GetBucketAcl"],
  "GET cors": ["GetBucketCORS"],
  "GET encryption": ["GetEncryptionConfiguration"],
  "GET lifecycle": ["GetLifecycleConfiguration"],
  "GET location": ["GetBucketLocation"],
  "GET logging": ["GetBucketLogging"],
  "GET notification": ["GetBucketNotification"],
  "GET object-lock": ["GetBucketObjectLockConfiguration"],
  "GET ownershipControls": ["GetBucketOwnershipControls"],
  "GET policy": ["GetBucketPolicy"],
  "GET publicAccessBlock": ["GetBucketPublicAccessBlock"],
  "GET replication": ["GetReplicationConfiguration"],
  "GET requestPayment": ["GetBucketRequestPayment"],
  "GET tagging": ["GetBucketTagging"],
  "GET uploads": ["ListBucketMultipartUploads"],
  "GET versioning": ["GetBucketVersioning"],
  "GET versions": ["ListBucketVersions"],
  "GET website": ["GetBucketWebsite"],
  "HEAD ": ["ListBucket"],
  "PUT ": ["CreateBucket"],
  "PUT encryption": ["PutEncryptionConfiguration"],
  "PUT lifecycle": ["PutLifecycleConfiguration"],
  "PUT logging": ["PutBucketLogging"],
  "PUT notification": ["PutBucketNotification"],
  "PUT object-lock": ["PutBucketObjectLockConfiguration"],
  "PUT ownershipControls": ["PutBucketOwnershipControls"],
  "PUT policy": ["PutBucketPolicy"],
  "PUT publicAccessBlock": ["PutBucketPublicAccessBlock"],
  "PUT tagging": ["PutBucketTagging"],
  "PUT versioning": ["PutBucketVersioning"],
};

/** The same for an object. */
const OF_OBJECTS: Readonly<Record<string, readonly string[]>> = {
  "DELETE ": ["DeleteObject"],
  "DELETE tagging": ["DeleteObjectTagging"],
  "DELETE uploadId": ["AbortMultipartUpload"],
  "DELETE versionId": ["DeleteObjectVersion"],
  "GET ": ["GetObject"],
  "GET acl": ["GetObjectAcl"],
  "GET attributes": ["GetObject", "GetObjectAttributes"],
  "GET legal-hold": ["GetObjectLegalHold"],
  "GET retention": ["GetObjectRetention"],
  "GET tagging": ["GetObjectTagging"],
  "GET uploadId": ["ListMultipartUploadParts"],
  "GET versionId": ["GetObjectVersion"],
  "HEAD ": ["GetObject"],
  "HEAD versionId": ["GetObjectVersion"],
  "POST uploadId": ["PutObject"],
  "POST uploads": ["PutObject"],
  "PUT ": ["PutObject"],
  "PUT legal-hold": ["PutObjectLegalHold"],
  "PUT retention": ["PutObjectRetention"],
  "PUT tagging": ["PutObjectTagging"],
  "PUT uploadId": ["PutObject"],
};

/** What else a header asks for. */
const BY_HEADER: Readonly<Record<string, string>> = {
  "x-amz-bucket-object-lock-enabled": "PutBucketObjectLockConfiguration",
  "x-amz-object-lock-legal-hold": "PutObjectLegalHold",
  "x-amz-object-lock-mode": "PutObjectRetention",
  "x-amz-object-ownership": "PutBucketOwnershipControls",
  "x-amz-tagging": "PutObjectTagging",
};

/** Which of S3's actions use the key of what they are about, and how. */
const KEY_USE: Readonly<Record<string, readonly string[]>> = {
  GetObject: ["Decrypt"],
  GetObjectVersion: ["Decrypt"],
  PutObject: ["GenerateDataKey"],
};

/**
 * What a request of S3's asks IAM for: the actions on bucket or object, those that a header asks for
 * beside, and the key that the bucket encrypts with.
 *
 * Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; S3 API
 * reference, "Permissions" of each operation; S3 user guide, "Bucket policy examples using condition keys" and
 * "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys", for the encryption context.
 */
export async function s3Demands(
  { method, url, headers, body }: AwsRequest,
  where: Where,
  facts: Facts,
): Promise<Demand[]> {
  const [path = "", search = ""] = url.split("?");
  const query = new URLSearchParams(search);
  const [, bucket = "", ...rest] = path.split("/");
  const key = rest.map(decodeURIComponent).join("/");
  const named = key === "" ? OF_BUCKETS : OF_OBJECTS;
  const part = [...query.keys()].find((each) => `${method} ${each}` in named) ?? "";
  const actions = named[`${method} ${part}`];
  if (bucket === "" || actions === undefined || unknownPart(query, part)) {
    throw new Unmapped(`s3: ${method} ${url}`);
  }
  const arn = `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`;
  const context: Context = {
    ...Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith("x-amz-"))
        .map(([name, value]) => [`s3:${name}`, String(value)]),
    ),
    ...(key === "" ? {} : creationOf(method, part)),
    ...lockOf(headers, part === "legal-hold" ? body : undefined),
    ...(headers["if-none-match"] === undefined
      ? {}
      : { "s3:if-none-match": headers["if-none-match"] }),
    ...(query.has("prefix") && key === "" ? { "s3:prefix": query.get("prefix") ?? "" } : {}),
    ...(query.has("delimiter") ? { "s3:delimiter": query.get("delimiter") ?? "" } : {}),
    ...(query.has("versionId") ? { "s3:VersionId": query.get("versionId") ?? "" } : {}),
  };
  const beside = Object.entries(BY_HEADER)
    .filter(([header]) => headers[header] !== undefined)
    .map(([, action]) => action);
  const all = [...actions, ...(method === "PUT" || method === "POST" ? beside : [])];
  const uses = all.flatMap((action) => KEY_USE[action] ?? []);
  const encrypting = uses.length === 0 ? undefined : await facts.keyOfBucket(where, bucket);
  return [
    ...all.map((action) => ({ action: `s3:${action}`, resource: arn, context })),
    ...(encrypting === undefined
      ? []
      : uses.map((use) => ({
          action: `kms:${use}`,
          resource: encrypting,
          context: {
            "kms:ViaService": `s3.${where.region}.amazonaws.com`,
            "aws:ViaAWSService": "true",
            "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}`,
          },
        }))),
  ];
}

/** What is asked for of a bucket or an object is a name without a value; one that is not known is not passed over. */
function unknownPart(query: URLSearchParams, part: string): boolean {
  return [...query].some(
    ([name, value]) => value === "" && name !== part && !["prefix", "delimiter"].includes(name),
  );
}

/**
 * Whether an upload makes an object, or is a part of one that is yet to be made.
 *
 * Source: S3 user guide, "Enforce conditional writes on Amazon S3 buckets".
 */
function creationOf(method: string, part: string): Context {
  const makes: Readonly<Record<string, string>> = {
    "POST uploadId": "true",
    "POST uploads": "false",
    "PUT ": "true",
    "PUT uploadId": "false",
  };
  const made = makes[`${method} ${part}`];
  return made === undefined ? {} : { "s3:ObjectCreationOperation": made };
}

function lockOf(headers: AwsRequest["headers"], body?: Buffer): Context {
  const mode = headers["x-amz-object-lock-mode"];
  const hold =
    headers["x-amz-object-lock-legal-hold"] ??
    /<Status>(\w+)<\/Status>/.exec(body?.toString("utf8") ?? "")?.[1];
  return {
    ...(mode === undefined ? {} : { "s3:object-lock-mode": String(mode) }),
    ...(hold === undefined ? {} : { "s3:object-lock-legal-hold": String(hold) }),
  };
}
