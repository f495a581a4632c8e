import { Case, TICKET, VAULT_FOLDERS } from "../../case";
import { SIGNING_RUNBOOK } from "../../names";
import { TICKET_TAG } from "../../tags";

/** What the runbook that signs records is made from. */
export interface SignRunbookArgs {
  readonly region: string;

  /** Name of the vault's bucket: the runbook knows no other. */
  readonly bucket: string;

  /** ARN of the key that signs. */
  readonly signingKeyArn: string;

  /** ARN of the role the runbook works as; whoever starts it cannot choose another. */
  readonly roleArn: string;

  /** Whom to tell, as its tag says. */
  readonly notification: string;
}

/**
 * Event pattern of an object version that arrived in a bucket where records are, under whatever name.
 *
 * Source: S3 user guide, "EventBridge event message structure".
 */
export function recordCreated(bucket: string) {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucket] },
      object: { key: [{ prefix: `${VAULT_FOLDERS.records}/` }] },
    },
  };
}

/**
 * How the event becomes the runbook's parameters; every parameter of Automation is a list. A key that makes no
 * JSON, or is no record's, starts nothing, and is counted as a failed invocation: who may write there writes
 * nothing but records.
 */
export const RECORD_TO_PARAMETERS = {
  inputPaths: { key: "$.detail.object.key", version: "$.detail.object.version-id" },
  inputTemplate: '{"Key":[<key>],"VersionId":[<version>]}',
} as const;

/** The command by which an administrator has a record signed that is not, but for its key, which goes to its end. */
export function signCommand(region: string): string {
  return `aws ssm start-automation-execution --region ${region} --document-name ${SIGNING_RUNBOOK} --parameters Key=`;
}

/** Keys of records: the ticket, and the SHA-256 of the record's bytes. */
const KEY_PATTERN = String.raw`^${VAULT_FOLDERS.records}/${TICKET}/[0-9a-f]{64}\.json$`;

/** What S3 calls versions is opaque, and URL-ready. */
const VERSION_PATTERN = String.raw`^[^\s{}"\\]*$`;

/**
 * Signs a record: takes the SHA-256 of its bytes, compares it with the name, has KMS sign it, and puts the
 * signature (ECDSA over SHA-256, in DER) beside the records, under the same name. A signature that is there stays as it
 * is, so each step can be done again. That none is written over, the vault's policy demands too; the boto3 that
 * Automation has may not know the header, so it is set by hand.
 *
 * Sources: KMS API reference, Sign; S3 user guide, "Prevent object overwrites with conditional writes" (412 where
 * there is one, 409 where two are at it: again); botocore, "before-call" events.
 */
const SIGN_SCRIPT = `import hashlib
import time

import boto3
from botocore.exceptions import ClientError


def sign(event, _):
    key = event["key"]
    try:
        return signed(key, event)
    except Exception as error:
        raise Exception(
            f"{key} was not signed: {error} Once what is in the way is gone, have it signed: {event['command']}{key}"
        ) from error


def signed(key, event):
    s3 = boto3.client("s3")
    s3.meta.events.register("before-call.s3.PutObject", write_once)
    folder, ticket, name = key.split("/")
    version = {"VersionId": event["version"]} if event["version"] else {}
    taken = hashlib.sha256()
    for part in s3.get_object(Bucket=event["bucket"], Key=key, **version)["Body"].iter_chunks(1 << 20):
        taken.update(part)
    digest = taken.hexdigest()
    if name != f"{digest}.json":
        raise Exception(
            f"its bytes have the SHA-256 {digest}, which is not its name: a byte was changed, or it is no record."
        )
    answer = boto3.client("kms").sign(
        KeyId=event["signingKey"],
        Message=taken.digest(),
        MessageType="DIGEST",
        SigningAlgorithm="ECDSA_SHA_256",
    )
    signature = {
        "Bucket": event["bucket"],
        "Key": f"${VAULT_FOLDERS.signatures}/{ticket}/{digest}.sig",
        "Body": answer["Signature"],
        "ContentType": "application/octet-stream",
        "ChecksumAlgorithm": "SHA256",
        "Metadata": {
            **event["metadata"],
            "${TICKET_TAG}": f"${new Case("{ticket}").tag}",
            "record": digest,
            "ticket": ticket,
        },
    }
    for again in range(5):
        try:
            s3.put_object(**signature)
            return {"signature": signature["Key"], "wasThere": "no"}
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "PreconditionFailed":
                return {"signature": signature["Key"], "wasThere": "yes"}
            if code != "ConditionalRequestConflict" or again == 4:
                raise
            time.sleep(again + 1)


def write_once(params, **_):
    params["headers"]["If-None-Match"] = "*"
`;

/**
 * The Automation runbook, for `JSON.stringify`: signs the record it is told of. Where it cannot, it fails with
 * the command that has it signed later.
 *
 * Source: Systems Manager user guide, "aws:executeScript".
 */
export function signRunbook(args: SignRunbookArgs) {
  const { region, bucket, signingKeyArn, notification } = args;
  return {
    schemaVersion: "0.3",
    description: "Clean room: signs a custody record",
    assumeRole: args.roleArn,
    parameters: {
      Key: {
        type: "String",
        description: "Key of the record",
        allowedPattern: KEY_PATTERN,
      },
      VersionId: {
        type: "String",
        description: "Which version of it; none for the newest",
        default: "",
        allowedPattern: VERSION_PATTERN,
      },
    },
    mainSteps: [
      {
        name: "sign",
        action: "aws:executeScript",
        inputs: {
          Runtime: "python3.11",
          Handler: "sign",
          InputPayload: {
            key: "{{ Key }}",
            version: "{{ VersionId }}",
            bucket,
            signingKey: signingKeyArn,
            // Of the signature, for ever: which key it is by.
            metadata: { notification, key: signingKeyArn },
            command: signCommand(region),
          },
          Script: SIGN_SCRIPT,
        },
        isEnd: true,
      },
    ],
  };
}
