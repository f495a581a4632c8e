import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { uuidOf } from "./identifiers";
import { findKey } from "./keys";
import { valuesAt } from "./references";
import type { Behaviour, Request } from "./resourceType";

const CLOUDTRAIL = "cloudtrail.amazonaws.com";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** What IAM, KMS, SNS, Systems Manager and CloudTrail do that no line of the table can say. */
export const managementBehaviour: Readonly<Record<string, Behaviour>> = {
  "aws:iam/role:Role": {
    // The provider takes the role out of its profiles before; it leaves policies that it does not know.
    goesWith: (account, entry) =>
      account
        .ofType(PROFILE)
        .filter(({ properties }) => properties["role"] === entry.id)
        .forEach(({ properties }) => delete properties["role"]),
  },
  "aws:kms/key:Key": { check: checkKey, remove: scheduleDeletion },
  "aws:kms/alias:Alias": {
    check: ({ inputs }: Request) => {
      if (!String(inputs["name"]).startsWith("alias/")) {
        throw new AwsError("ValidationException", `the alias name must begin with "alias/"`);
      }
    },
    outputs: ({ account, inputs }) => ({
      targetKeyArn: findKey(account, String(inputs["targetKeyId"]))?.arn,
    }),
  },
  "aws:kms/grant:Grant": {
    // Asked for again, a grant with a name is the one that is there. Source: KMS API reference, CreateGrant, Name.
    id: (request) => sameGrant(request)?.id,
    outputs: ({ id }) => ({ grantId: id.slice(id.lastIndexOf(":") + 1) }),
  },
  "aws:ssm/document:Document": {
    // A name is taken in its Region alone.
    id: ({ account, inputs: { name, region = account.region } }) =>
      region === account.region ? undefined : `${String(name)}@${String(region)}`,
  },
  "aws:sns/topic:Topic": {
    // Its policy goes with it, and whoever subscribed.
    goesWith: (account, { id }) =>
      account
        .ofType(TOPIC_POLICY, TOPIC_SUBSCRIPTION)
        .filter(({ properties }) => properties["arn"] === id || properties["topic"] === id)
        .forEach((part) => account.remove(part)),
  },
  [TOPIC_SUBSCRIPTION]: {
    // An address that is subscribed already keeps its subscription: SNS API reference, Subscribe.
    id: ({ inputs: { topic, protocol, endpoint } }) =>
      `${String(topic)}:${uuidOf(`${String(protocol)} ${String(endpoint)}`)}`,
    // A person has to confirm a subscription first; another service of AWS does not.
    outputs: ({ inputs: { protocol } }) => {
      const asksFirst = ["email", "email-json", "http", "https"].includes(String(protocol));
      return { confirmationWasAuthenticated: !asksFirst, pendingConfirmation: asksFirst };
    },
  },
  "aws:cloudtrail/trail:Trail": {
    check: (request) => {
      requireQuota(request);
      requireDelivery(request);
    },
  },
};

/**
 * What KMS makes no key of: signing with a symmetric one, and a rotation of one that is asymmetric.
 *
 * Source: KMS API reference, CreateKey (KeyUsage) and EnableKeyRotation (UnsupportedOperationException).
 */
function checkKey({ inputs }: Request): void {
  const { customerMasterKeySpec: spec = "SYMMETRIC_DEFAULT", keyUsage: usage = "ENCRYPT_DECRYPT" } =
    inputs as { readonly customerMasterKeySpec?: string; readonly keyUsage?: string };
  const uses: Readonly<Record<string, readonly string[]>> = {
    SYMMETRIC_DEFAULT: ["ENCRYPT_DECRYPT"],
    ECC_NIST_P256: ["SIGN_VERIFY", "KEY_AGREEMENT"],
  };
  if (!(uses[spec]?.includes(usage) ?? true)) {
    throw new AwsError(
      "ValidationException",
      `KeyUsage ${usage} is not compatible with KeySpec ${spec}`,
    );
  }
  if (inputs["enableKeyRotation"] === true && spec !== "SYMMETRIC_DEFAULT") {
    throw new AwsError("UnsupportedOperationException", "");
  }
}

/** A grant of the same name that says the same. */
function sameGrant({ account, type, inputs }: Request): Entry | undefined {
  const says = (grant: Properties) =>
    JSON.stringify(GRANTED.map((property) => grant[property] ?? null));
  return account.ofType(type).find(({ properties }) => says(properties) === says(inputs));
}

/** What makes two grants the same. */
const GRANTED = [
  "keyId",
  "name",
  "granteePrincipal",
  "operations",
  "constraints",
  "retiringPrincipal",
];

/** A key is never gone at once: it waits for its deletion, unusable, and stays in the account. */
function scheduleDeletion(_: Account, entry: Entry): void {
  const days = Number(entry.properties["deletionWindowInDays"] ?? 30);
  entry.state = "PendingDeletion";
  entry.properties = {
    ...entry.properties,
    isEnabled: false,
    deletionDate: new Date(Date.now() + days * 86_400_000).toISOString(),
  };
}

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
