import { EARLIER_SIGNING_KEY_ALIASES } from "../../../components/names";
import { OTHER_TICKET } from "../documents";
import { TICKET } from "../../support/examples";
import {
  ACCOUNT,
  type Act,
  FOR_EC2,
  key,
  NEW,
  opened,
  openToAll,
  OVER,
  RECORD,
  REGION,
  vault,
} from "./requests";

const SIGNATURE = `signatures/${TICKET}/a.sig`;

/** As the runbook asks KMS. */
const DIGEST = { "kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "ECDSA_SHA_256" };
const signing = (action: string, context: Act["context"] = {}): Act =>
  key("signing", action, context);

/** What may be wanted of signatures of records, and of the key that makes them. */
export const SIGNING: Readonly<Record<string, Act>> = {
  "sign a record": signing("Sign", DIGEST),
  "sign what KMS takes the digest of": signing("Sign", { ...DIGEST, "kms:MessageType": "RAW" }),
  "sign by another algorithm": signing("Sign", {
    ...DIGEST,
    "kms:SigningAlgorithm": "ECDSA_SHA_384",
  }),
  "sign once the key was opened": { ...opened("signing", "Sign"), context: DIGEST },
  "sign by another key of the account": openToAll(
    "kms:Sign",
    "arn:aws:kms:us-east-1:111122223333:key/own",
    DIGEST,
  ),
  "have KMS verify a signature": signing("Verify"),
  "get the public key of signatures": signing("GetPublicKey"),
  // By such a name the report knows an earlier key of the foundation.
  "name a key as an earlier signing key": {
    action: "kms:CreateAlias",
    resource: `arn:aws:kms:${REGION}:${ACCOUNT}:${EARLIER_SIGNING_KEY_ALIASES}2026`,
  },
  "see the signing key": signing("DescribeKey"),
  "see the signing key's policy": signing("GetKeyPolicy"),
  "see the grants of the signing key": signing("ListGrants"),
  "grant oneself the signing key": signing("CreateGrant", {
    "kms:GrantIsForAWSResource": "false",
    "kms:GrantOperations": ["Sign"],
  }),
  "have EC2 grant itself the signing key": signing("CreateGrant", FOR_EC2),
  "change the signing key's policy": signing("PutKeyPolicy"),
  "schedule the signing key's deletion": signing("ScheduleKeyDeletion"),
  "destroy the signing key once it was opened": opened("signing"),
  "disable the signing key once it was opened": opened("signing", "DisableKey"),
  "delete the signing key's material once it was opened": opened(
    "signing",
    "DeleteImportedKeyMaterial",
  ),
  "end the signing key in 7 days": signing("ScheduleKeyDeletion", {
    "kms:ScheduleKeyDeletionPendingWindowInDays": "7",
  }),
  "end the signing key while it is in use": signing("ScheduleKeyDeletion", {
    "kms:ScheduleKeyDeletionPendingWindowInDays": "30",
    "kms:TrailingDaysWithoutKeyUsage": "3",
  }),
  "disable the signing key while it is in use": signing("DisableKey", {
    "kms:TrailingDaysWithoutKeyUsage": "3",
  }),
  "keep the signing key from its end": signing("CancelKeyDeletion"),
  "enable the signing key again": signing("EnableKey"),
  "put a signature": vault("PutObject", SIGNATURE, NEW),
  "put a signature of the other case": vault("PutObject", `signatures/${OTHER_TICKET}/a.sig`, NEW),
  "put over a signature": vault("PutObject", SIGNATURE, OVER),
  "abort the upload of a signature": vault("AbortMultipartUpload", SIGNATURE),
  "delete a signature": vault("DeleteObjectVersion", SIGNATURE),
  "change a signature's tags": vault("PutObjectTagging", SIGNATURE),
  "read a signature": vault("GetObject", SIGNATURE),
  "read a version of a record": vault("GetObjectVersion", RECORD),
  "put a signature into a bucket that is open to all": openToAll(
    "s3:PutObject",
    `arn:aws:s3:::another/${SIGNATURE}`,
    NEW,
  ),
  "read a record in a bucket that is open to all": openToAll(
    "s3:GetObjectVersion",
    `arn:aws:s3:::another/${RECORD}`,
  ),
};
