import type { Account, Properties } from "./account";
import { AwsError } from "./awsError";

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** A document that a resource has, and what AWS says of one that is too long. */
interface Limit {
  readonly property: string;
  readonly most: number;
  readonly code: string;
  readonly words: string;
}

/** Of IAM white space does not count, of S3 and KMS bytes do. */
const LIMITS: Readonly<Record<string, Limit>> = {
  "aws:iam/role:Role": {
    property: "assumeRolePolicy",
    most: 2_048,
    code: "LimitExceeded",
    words: "Cannot exceed quota for ACLSizePerRole: 2048",
  },
  "aws:iam/policy:Policy": {
    property: "policy",
    most: 6_144,
    code: "LimitExceeded",
    words: "Cannot exceed quota for PolicySize: 6144",
  },
  [ROLE_POLICY]: {
    property: "policy",
    most: 10_240,
    code: "LimitExceeded",
    words: "Maximum policy size of 10240 bytes exceeded for role",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    property: "policy",
    most: 20_480,
    code: "InvalidParameter",
    words: "The policy is longer than 20480 characters",
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    property: "policy",
    most: 20_480,
    code: "MalformedPolicy",
    words: "Policy exceeds the maximum allowed document size.",
  },
  "aws:kms/key:Key": {
    property: "policy",
    most: 32_768,
    code: "LimitExceededException",
    words: "The key policy exceeds 32768 bytes",
  },
};

/**
 * Refuses a document that AWS takes no longer for its length.
 *
 * Sources: "IAM and AWS STS quotas", "AWS PrivateLink quotas", S3 user guide "Bucket policies", "KMS resource
 * quotas".
 *
 * @throws AwsError
 */
export function requireFittingDocument(account: Account, type: string, inputs: Properties): void {
  const limit = LIMITS[type];
  if (limit === undefined) {
    return;
  }
  const own = sizeOf(type, inputs[limit.property]);
  // The inline policies of a role count together.
  const beside = type === ROLE_POLICY ? besideIt(account, inputs) : 0;
  if (own + beside > limit.most) {
    throw new AwsError(limit.code, limit.words);
  }
}

function besideIt(account: Account, { role, name }: Properties): number {
  return account
    .ofType(ROLE_POLICY)
    .filter(({ properties }) => properties["role"] === role && properties["name"] !== name)
    .reduce((sum, { properties }) => sum + sizeOf(ROLE_POLICY, properties["policy"]), 0);
}

function sizeOf(type: string, document: unknown): number {
  const text = typeof document === "string" ? document : JSON.stringify(document ?? "");
  return type.startsWith("aws:iam/") ? text.replace(/\s/g, "").length : Buffer.byteLength(text);
}
