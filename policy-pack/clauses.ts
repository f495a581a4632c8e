/** A clause of a framework that says what a policy's sentence does. */
interface Clause {
  readonly policy: string;

  /** The sentences of the policy that it is about. */
  readonly about: RegExp;
  readonly clause: string;
}

/**
 * Clauses that ask for the very thing; where none does, none is cited.
 *
 * Source: CIS AWS Foundations Benchmark 3.0.0, by the controls that AWS Security Hub relates to it (CloudTrail.2 and .4, EC2.2, .6, .7 and .8, IAM.1,
 * KMS.4, S3.5 and S3.8).
 */
export const CLAUSES: readonly Clause[] = [
  { policy: "no-open-policies", about: /it allows \* on every resource/, clause: "1.16" },
  { policy: "account-switches", about: /^enabled is false/, clause: "2.2.1" },
  { policy: "trail-on", about: /^kmsKeyId/, clause: "3.5" },
  { policy: "closed-buckets", about: /requests without TLS/, clause: "2.1.1" },
  {
    policy: "closed-buckets",
    about: /BucketPublicAccessBlock is missing|^[\w-]+: (block|ignore)Public|restrictPublicBuckets/,
    clause: "2.1.4",
  },
  { policy: "trail-on", about: /^enableLogFileValidation/, clause: "3.2" },
  { policy: "sound-keys", about: /^enableKeyRotation/, clause: "3.6" },
  {
    policy: "closed-default-groups",
    about: /DefaultSecurityGroup is missing/,
    clause: "5.4",
  },
  { policy: "watched-vpcs", about: /FlowLog is missing/, clause: "3.7" },
  { policy: "imds-v2", about: /httpTokens/, clause: "5.6" },
].map(({ clause, ...each }) => ({ ...each, clause: `CIS AWS Foundations 3.0.0, ${clause}` }));

/** What a sentence of a policy cites, in parentheses; nothing where no clause says it. */
export function citation(policy: string, sentence: string): string {
  const found = CLAUSES.find((each) => each.policy === policy && each.about.test(sentence));
  return found === undefined ? "" : ` (${found.clause})`;
}
