import { VAULT } from "../documents";
import { ACCOUNT, type Act, BY_THE_TRAIL, REGION, STRANGER, trail, vault } from "./requests";

const BY_ANOTHER_TRAIL = {
  "aws:SourceArn": `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/another`,
};
const LOGS = "arn:aws:s3:::vault-logs";
const accessLogs = (action: string, context: Act["context"] = {}): Act => ({
  action: `s3:${action}`,
  resource: LOGS,
  policy: "access logs",
  context: { "s3:TlsVersion": "1.3", ...context },
});
const accessLog = (action: string, context: Act["context"] = {}): Act => ({
  ...accessLogs(action, context),
  resource: `${LOGS}/vault/a`,
});

/** What may be wanted of the vault as a whole, and of the buckets with its logs. */
export const VAULT_ITSELF: Readonly<Record<string, Act>> = {
  "change the vault's policy": vault("PutBucketPolicy"),
  "delete the vault's policy": vault("DeleteBucketPolicy"),
  "change the vault's lock": vault("PutBucketObjectLockConfiguration"),
  "suspend versioning": vault("PutBucketVersioning"),
  "change the encryption": vault("PutEncryptionConfiguration"),
  "replicate the vault": vault("PutReplicationConfiguration"),
  "set a lifecycle": vault("PutLifecycleConfiguration"),
  "end the logging": vault("PutBucketLogging"),
  "end the vault's events": vault("PutBucketNotification"),
  "open to the public": vault("PutBucketPublicAccessBlock"),
  "change the ownership": vault("PutBucketOwnershipControls"),
  "delete the vault": vault("DeleteBucket"),
  "deliver access logs": {
    action: "s3:PutObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
    context: {
      "s3:TlsVersion": "1.3",
      "aws:SourceArn": VAULT,
      "aws:SourceAccount": ACCOUNT,
    },
  },
  "deliver the access logs of the trail's bucket": accessLog("PutObject", {
    "aws:SourceArn": "arn:aws:s3:::vault-events-logs-0a1b2c3",
    "aws:SourceAccount": ACCOUNT,
  }),
  "delete an access log": {
    action: "s3:DeleteObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
  },
  "deliver the trail": trail("PutObject", `AWSLogs/${ACCOUNT}/a`, {
    ...BY_THE_TRAIL,
    "s3:x-amz-acl": "bucket-owner-full-control",
  }),
  "look at the trail's bucket": trail("GetBucketAcl", "", BY_THE_TRAIL),
  "read the trail's log files without TLS": trail("GetObject", "a", {
    "aws:SecureTransport": "false",
  }),
  "delete the trail's log files": trail("DeleteObjectVersion", "a"),
  "change the trail's bucket": trail("PutBucketPolicy"),
  "delete the trail's bucket": trail("DeleteBucket"),
  "read access logs without TLS": {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
    context: { "aws:SecureTransport": "false" },
  },

  "send a list of the vault elsewhere": vault("PutInventoryConfiguration"),
  "make a table of the vault's metadata": vault("CreateBucketMetadataTableConfiguration"),
  "have requesters pay": vault("PutBucketRequestPayment"),
  "change the vault's list of access": vault("PutBucketAcl"),
  "deliver another bucket's access logs": accessLog("PutObject", {
    "aws:SourceArn": "arn:aws:s3:::another",
    "aws:SourceAccount": ACCOUNT,
  }),
  "deliver another account's access logs": accessLog("PutObject", {
    "aws:SourceArn": VAULT,
    "aws:SourceAccount": STRANGER,
  }),
  "write an access log": accessLog("PutObject"),
  "delete a version of an access log": accessLog("DeleteObjectVersion"),
  "replicate over an access log": accessLog("ReplicateObject"),
  "change the bucket of access logs": accessLogs("PutLifecycleConfiguration"),
  "delete the bucket of access logs": accessLogs("DeleteBucket"),
  "list access logs without TLS": accessLogs("ListBucket", { "aws:SecureTransport": "false" }),
  "deliver another trail": trail("PutObject", `AWSLogs/${ACCOUNT}/a`, {
    ...BY_ANOTHER_TRAIL,
    "s3:x-amz-acl": "bucket-owner-full-control",
  }),
  "deliver the trail as somebody else's objects": trail("PutObject", `AWSLogs/${ACCOUNT}/a`, {
    ...BY_THE_TRAIL,
    "s3:x-amz-acl": "private",
  }),
  "deliver the trail elsewhere": trail("PutObject", "a", {
    ...BY_THE_TRAIL,
    "s3:x-amz-acl": "bucket-owner-full-control",
  }),
  "look at the trail's bucket for another trail": trail("GetBucketAcl", "", BY_ANOTHER_TRAIL),
  "list the trail's log files without TLS": trail("ListBucket", "", {
    "aws:SecureTransport": "false",
  }),
  "hide the trail's log files": trail("DeleteObject", "a"),
  "replicate over the trail's log files": trail("ReplicateObject", "a"),
  "set a lifecycle for the trail's log files": trail("PutLifecycleConfiguration"),
};
