import type { Account, Properties } from "./account";
import { AwsError } from "./awsError";
import { DOCUMENT_QUOTAS, type DocumentQuota } from "./documentQuotas";

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** A document that a resource has, and what AWS says of one that is too long. */
interface Limit {
  readonly property: string;
  readonly quota: DocumentQuota;
  readonly code: string;
  readonly words: string;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  "aws:iam/role:Role": {
    property: "assumeRolePolicy",
    quota: DOCUMENT_QUOTAS.roleTrust,
    code: "LimitExceeded",
    words: "Cannot exceed quota for ACLSizePerRole: 2048",
  },
  "aws:iam/policy:Policy": {
    property: "policy",
    quota: DOCUMENT_QUOTAS.managedPolicy,
    code: "LimitExceeded",
    words: "Cannot exceed quota for PolicySize: 6144",
  },
  [ROLE_POLICY]: {
    property: "policy",
    quota: DOCUMENT_QUOTAS.inlinePolicies,
    code: "LimitExceeded",
    words: "Maximum policy size of 10240 bytes exceeded for role",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    property: "policy",
    quota: DOCUMENT_QUOTAS.endpointPolicy,
    code: "InvalidParameter",
    words: "The policy is longer than 20480 characters",
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    property: "policy",
    quota: DOCUMENT_QUOTAS.bucketPolicy,
    code: "MalformedPolicy",
    words: "Policy exceeds the maximum allowed document size.",
  },
  "aws:kms/key:Key": {
    property: "policy",
    quota: DOCUMENT_QUOTAS.keyPolicy,
    code: "LimitExceededException",
    words: "The key policy exceeds 32768 bytes",
  },
};

/**
 * Refuses a document that AWS takes no longer for its length.
 *
 * @throws AwsError
 */
export function requireFittingDocument(account: Account, type: string, inputs: Properties): void {
  const limit = LIMITS[type];
  if (limit === undefined) {
    return;
  }
  const own = sizeOf(limit, inputs[limit.property]);
  // The inline policies of a role count together.
  const beside = type === ROLE_POLICY ? besideIt(account, limit, inputs) : 0;
  if (own + beside > limit.quota.most) {
    throw new AwsError(limit.code, limit.words);
  }
}

function besideIt(account: Account, limit: Limit, { role, name }: Properties): number {
  return account
    .ofType(ROLE_POLICY)
    .filter(({ properties }) => properties["role"] === role && properties["name"] !== name)
    .reduce((sum, { properties }) => sum + sizeOf(limit, properties["policy"]), 0);
}

function sizeOf({ quota }: Limit, document: unknown): number {
  return quota.sizeOf(typeof document === "string" ? document : JSON.stringify(document ?? ""));
}
