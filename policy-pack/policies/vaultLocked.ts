import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { given, reading, shown, UNKNOWN } from "../unknownValues";

const BUCKET = "aws:s3/bucket:Bucket";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

/** Types this policy knows. */
export const BUCKET_TYPES = [BUCKET, LOCK, VERSIONING, PUBLIC_ACCESS];

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

/**
 * The parts of a bucket are resources of their own, linked by the dependency graph: the name of a
 * bucket still to be made is not known in a preview.
 */
export const vaultLocked: StackValidationPolicy = {
  name: "vault-locked",
  displayName: "Buckets are closed, and vaults are locked",
  description:
    "Checks that every bucket blocks public access, and that one with Object Lock has versions and a default retention.",
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
    ? [...versioningMistakes(part(VERSIONING)), ...lockMistakes(part(LOCK))]
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
