import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { given, reading, shown, UNKNOWN } from "../unknownValues";

const BUCKET = "aws:s3/bucket:Bucket";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

/** Types this policy knows. */
export const BUCKET_TYPES = [BUCKET, LOCK, VERSIONING, PUBLIC_ACCESS, ENCRYPTION, POLICY];

const BLOCKS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

interface Retention {
  readonly mode?: string;
  readonly days?: number;
  readonly years?: number;
}

interface Encryption {
  readonly sseAlgorithm?: string;
  readonly kmsMasterKeyId?: string;
}

interface EncryptionProps {
  readonly rules?: readonly { readonly applyServerSideEncryptionByDefault?: Encryption }[];
}

/**
 * The parts of a bucket are resources of their own, linked by the dependency graph: the name of a
 * bucket still to be made is not known in a preview.
 */
export const vaultLocked: StackValidationPolicy = {
  name: "vault-locked",
  displayName: "Buckets are closed, and vaults are locked",
  description:
    "Checks that every bucket blocks public access, and that one with Object Lock has versions, a default retention, a bucket policy and a key of its own.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["evidence", "s3"],
  remediationSteps: "Give the bucket the missing part.",
  validateStack: ({ resources }, reportViolation) => {
    for (const bucket of resources.filter(({ type }) => type === BUCKET)) {
      const part = (type: string) =>
        resources.find(
          (resource) =>
            resource.type === type &&
            resource.propertyDependencies["bucket"]?.some(({ urn }) => urn === bucket.urn),
        );
      const mistakes = [
        ...publicAccessMistakes(part(PUBLIC_ACCESS)),
        ...vaultMistakes(given(bucket, "objectLockEnabled"), part),
      ];
      mistakes.forEach((mistake) => reportViolation(`${bucket.name}: ${mistake}`, bucket.urn));
    }
  },
};

function vaultMistakes(
  locked: unknown,
  part: (type: string) => PolicyResource | undefined,
): string[] {
  if (locked === UNKNOWN) {
    return [`objectLockEnabled is ${shown(locked)}; required: true or false.`];
  }
  return locked === true
    ? [
        ...versioningMistakes(part(VERSIONING)),
        ...lockMistakes(part(LOCK)),
        ...encryptionMistakes(part(ENCRYPTION)),
        ...(part(POLICY) === undefined
          ? [
              "BucketPolicy is missing; required: one for a vault, as a lock alone stops no overwriting.",
            ]
          : []),
      ]
    : [];
}

function publicAccessMistakes(block: PolicyResource | undefined): string[] {
  if (block === undefined) {
    return ["BucketPublicAccessBlock is missing; required: one for every bucket."];
  }
  return BLOCKS.filter((field) => reading(() => block.props[field] as unknown) !== true).map(
    (field) => `${field} of ${block.name} is not true; required: true.`,
  );
}

function versioningMistakes(versioning: PolicyResource | undefined): string[] {
  const status = reading(
    () => (versioning?.props["versioningConfiguration"] as { status?: string } | undefined)?.status,
  );
  return status === "Enabled"
    ? []
    : [`versioningConfiguration.status is ${shown(status)}; required: Enabled, for a vault.`];
}

function lockMistakes(lock: PolicyResource | undefined): string[] {
  if (lock === undefined) {
    return ["BucketObjectLockConfiguration is missing; required: one for a vault."];
  }
  const retention = reading(
    () => (lock.props["rule"] as { defaultRetention?: Retention } | undefined)?.defaultRetention,
  );
  const known = typeof retention === "object" ? retention : undefined;
  const mode = reading(() => known?.mode);
  // The one that was left out may come back from AWS as 0.
  const days = reading(() => known?.days || known?.years);
  return [
    ...(mode === "GOVERNANCE" || mode === "COMPLIANCE"
      ? []
      : [
          `rule.defaultRetention.mode of ${lock.name} is ${shown(mode)}; required: GOVERNANCE or COMPLIANCE.`,
        ]),
    ...(typeof days === "number" && days > 0
      ? []
      : [`rule.defaultRetention.days of ${lock.name} is ${shown(days)}; required: days or years.`]),
  ];
}

/** S3's own keys ask nobody: who may write or read is not said by any key's policy. */
function encryptionMistakes(encryption: PolicyResource | undefined): string[] {
  if (encryption === undefined) {
    return ["BucketServerSideEncryptionConfiguration is missing; required: one for a vault."];
  }
  const { props }: { readonly props: EncryptionProps } = encryption;
  const read = () => props.rules?.[0]?.applyServerSideEncryptionByDefault;
  const algorithm = reading(() => read()?.sseAlgorithm);
  // A key that is made along with the vault is not known yet, but it is there.
  const key = reading(() => read()?.kmsMasterKeyId);
  const field = `rules.0.applyServerSideEncryptionByDefault`;
  return [
    ...(algorithm === "aws:kms" || algorithm === "aws:kms:dsse"
      ? []
      : [`${field}.sseAlgorithm of ${encryption.name} is ${shown(algorithm)}; required: aws:kms.`]),
    ...(key
      ? []
      : [
          `${field}.kmsMasterKeyId of ${encryption.name} is not set; required: the ARN of a customer managed key.`,
        ]),
  ];
}
