import {
  BUCKETS,
  IN_ONE_PLACE,
  LOCK,
  partsByType,
  POLICY,
  REPLICATION,
  VERSIONING,
  ENCRYPTION,
  LIFECYCLES,
  LOGGING,
} from "../buckets";
import { type Mistake, ofStack } from "../policyForms";
import { type Statement, statementsOf } from "../policyDocuments";
import { isWholeService, liftingLocks } from "../reach";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

/** Configuration of this policy. */
interface VaultConfig {
  /** Days that a vault's default retention has at least. */
  readonly minimumDays: number;
}

type Parts = ReadonlyMap<string, readonly Subject[]>;

/** Evidence is what nobody can have changed: not the program, and not by a second part of the bucket. */
export const vaultLocked = ofStack<VaultConfig>(
  {
    name: "vault-locked",
    displayName: "Evidence is locked, kept and stays",
    description:
      "Checks that what looks like a vault has Object Lock, and that a vault has versions, a default retention of minimumDays or more, a policy, a customer managed key and access logs, loses nothing by lifecycle rules, is not replicated, and lets nobody do everything nor an account lift its locks.",
    severity: "critical",
    tags: ["evidence", "s3"],
    remediationSteps: "Give the bucket the missing part, or remove the one that undoes another.",
    configSchema: {
      properties: {
        minimumDays: {
          type: "integer",
          minimum: 1,
          description: "Days that a vault's default retention has at least.",
          default: 1,
        },
      },
    },
  },
  (graph, config) =>
    graph.ofType(...BUCKETS).flatMap((bucket) =>
      mistakesOf(bucket, graph, config).map((sentence): Mistake => ({
        subject: bucket,
        sentence,
      })),
    ),
);

function mistakesOf(bucket: Subject, graph: StackGraph, { minimumDays }: VaultConfig): string[] {
  const parts = partsByType(bucket, graph);
  const locked = bucket.at("objectLockEnabled");
  if (locked === UNKNOWN) {
    return [`objectLockEnabled is ${shown(locked)}; required: true or false.\nWrite it out.`];
  }
  const isLocked = locked === true || bucket.at("objectLockConfiguration") !== undefined;
  if (!isLocked) {
    return looksLikeVault(bucket, parts, graph)
      ? [
          "objectLockEnabled is not set; required: true, for what holds evidence.\nIt can only be set when the bucket is made.",
        ]
      : [];
  }
  return [
    ...versioningMistakes(bucket, parts.get(VERSIONING) ?? []),
    ...lockMistakes(bucket, parts.get(LOCK) ?? [], minimumDays),
    ...encryptionMistakes(bucket, parts.get(ENCRYPTION) ?? []),
    ...lifecycleMistakes(
      bucket,
      LIFECYCLES.flatMap((type) => parts.get(type) ?? []),
    ),
    ...(parts.get(REPLICATION) ?? []).map(
      (part) =>
        `BucketReplicationConfig ${part.name}; required: none: a replica is evidence in another place.\nRemove it.`,
    ),
    ...(bucket.at("replicationConfiguration") === undefined
      ? []
      : [
          "replicationConfiguration is set; required: not set: a replica is evidence in another place.\nRemove it.",
        ]),
    ...((parts.get(POLICY) ?? []).length === 0 && bucket.at("policy") === undefined
      ? [
          "BucketPolicy is missing; required: one for a vault, as a lock alone stops no overwriting.\nDeny what is neither TLS nor under the evidence key.",
        ]
      : []),
    ...[...(parts.get(POLICY) ?? []), bucket].flatMap((part) =>
      (statementsOf(() => part.at("policy")) ?? []).flatMap(statementMistakes),
    ),
    ...(parts.get(LOGGING) ?? [])
      .filter((part) => graph.names(part, "targetBucket", bucket))
      .map(
        (part) =>
          `targetBucket of ${part.name} is the vault itself; required: a bucket for logs.\nS3 delivers no logs to a bucket with Object Lock: name another.`,
      ),
    ...((parts.get(LOGGING) ?? []).length === 0 && bucket.at("loggings") === undefined
      ? [
          "BucketLogging is missing; required: one for a vault.\nWho asked for evidence, and was refused, is in the access logs.",
        ]
      : []),
  ];
}

/** Who may do everything with evidence, or lift its locks, is one person and not an account. */
function statementMistakes(statement: Statement): string[] {
  const whole = statement.actions.filter(isWholeService);
  const lifted = statement.principals.some(({ value }) => value !== UNKNOWN && isAccount(value))
    ? liftingLocks(statement)
    : [];
  return statement.allows
    ? [...whole, ...lifted].map(
        (action) =>
          `its policy, statement ${statement.name}, allows ${shown(action)} to ${statement.principals.map(({ value }) => shown(value)).join(", ")}; required: ${isWholeService(action) ? "the actions meant" : "the custodian's role"}.\nWrite the ${isWholeService(action) ? "actions" : "role's ARN as Principal"}: whoever administers the account is not who keeps evidence.`,
      )
    : [];
}

function isAccount(principal: string): boolean {
  return /^(\*|\d{12}|arn:[\w-]+:iam::\d{12}:root)$/.test(principal);
}

/** A bucket that takes logs is none; what a lock, versions and a key were meant for is. */
function looksLikeVault(bucket: Subject, parts: Parts, graph: StackGraph): boolean {
  const takesLogs =
    graph.partsOf(bucket, LOGGING, "targetBucket").length > 0 ||
    graph.partsOf(bucket, "aws:cloudtrail/trail:Trail", "s3BucketName").length > 0;
  const names = [bucket.name, bucket.at("bucket")].map(String).join(" ");
  return (
    (parts.get(LOCK) ?? []).length > 0 ||
    (!takesLogs &&
      (/vault|evidence/i.test(names) ||
        ((parts.get(VERSIONING) ?? []).length > 0 && (parts.get(LOGGING) ?? []).length > 0)))
  );
}

function versioningMistakes(bucket: Subject, versioning: readonly Subject[]): string[] {
  const inline = isFields(bucket.at("versioning"))
    ? [bucket.at("versioning.enabled") === true ? "Enabled" : "Suspended"]
    : [];
  const states = [
    ...versioning.map((part) => part.at("versioningConfiguration.status")),
    ...inline,
  ];
  const wrong = states.filter((status) => status !== "Enabled");
  return states.length > 0 && wrong.length === 0
    ? []
    : [
        `versioningConfiguration.status is ${shown(wrong[0])}; required: Enabled, for a vault.\nA lock is of a version.`,
      ];
}

function lockMistakes(bucket: Subject, locks: readonly Subject[], minimumDays: number): string[] {
  const found = [
    ...locks.map((lock) => ({ where: ` of ${lock.name}`, rule: lock.at("rule.defaultRetention") })),
    ...(bucket.at("objectLockConfiguration") === undefined
      ? []
      : [{ where: "", rule: bucket.at("objectLockConfiguration.rule.defaultRetention") }]),
  ];
  if (found.length === 0) {
    return [
      "BucketObjectLockConfiguration is missing; required: one for a vault.\nWithout a default retention objects are locked by nobody.",
    ];
  }
  const off = locks
    .filter(
      (lock) => ![undefined, UNKNOWN, "Enabled"].includes(lock.at("objectLockEnabled") as string),
    )
    .map(
      (lock) =>
        `objectLockEnabled of ${lock.name} is ${shown(lock.at("objectLockEnabled"))}; required: not set, or Enabled.\nRemove it.`,
    );
  return [...off, ...found.flatMap(retentionMistakes(minimumDays))];
}

interface FoundLock {
  readonly where: string;
  readonly rule: unknown;
}

function retentionMistakes(minimumDays: number) {
  return ({ where, rule }: FoundLock): string[] => {
    const retention = isFields(rule) ? rule : {};
    const { mode, days, years } = retention;
    const most = Math.max(Number(days ?? 0), 365 * Number(years ?? 0));
    return [
      ...(mode === "GOVERNANCE" || mode === "COMPLIANCE"
        ? []
        : [
            `rule.defaultRetention.mode${where} is ${shown(rule === UNKNOWN ? rule : mode)}; required: GOVERNANCE or COMPLIANCE.\nSet it.`,
          ]),
      ...(most >= minimumDays
        ? []
        : [
            `rule.defaultRetention.days${where} is ${shown(rule === UNKNOWN ? rule : (days ?? years))}; required: days or years, ${minimumDays} days or more.\nSet it.`,
          ]),
    ];
  };
}

/** S3's own keys ask nobody: who may write or read is not said by any key's policy. */
function encryptionMistakes(bucket: Subject, encryptions: readonly Subject[]): string[] {
  const found = [
    ...encryptions.map((part) => ({ where: ` of ${part.name}`, rules: part.at("rules") })),
    ...(bucket.at("serverSideEncryptionConfiguration") === undefined
      ? []
      : [{ where: "", rules: [bucket.at("serverSideEncryptionConfiguration.rule")] }]),
  ];
  if (found.length === 0) {
    return [
      "BucketServerSideEncryptionConfiguration is missing; required: one for a vault.\nName the evidence key.",
    ];
  }
  return found.flatMap(({ where, rules }) => {
    const list: readonly unknown[] =
      Array.isArray(rules) && rules.length > 0 ? rules : Array.isArray(rules) ? [{}] : [rules];
    return list.flatMap((rule, index) => {
      const by = isFields(rule) ? rule["applyServerSideEncryptionByDefault"] : rule;
      const field = `rules.${index}.applyServerSideEncryptionByDefault`;
      const algorithm = isFields(by) ? by["sseAlgorithm"] : by;
      const key = isFields(by) ? by["kmsMasterKeyId"] : by;
      return [
        ...(algorithm === "aws:kms" || algorithm === "aws:kms:dsse"
          ? []
          : [`${field}.sseAlgorithm${where} is ${shown(algorithm)}; required: aws:kms.\nSet it.`]),
        // A key that is made along with the vault is not known yet, but it is there.
        ...(key
          ? []
          : [
              `${field}.kmsMasterKeyId${where} is not set; required: the ARN of a customer managed key.\nName the evidence key.`,
            ]),
      ];
    });
  });
}

function lifecycleMistakes(bucket: Subject, lifecycles: readonly Subject[]): string[] {
  const rules = [
    ...lifecycles.map((part) => part.at("rules")),
    bucket.at("lifecycleRules"),
  ].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : list === undefined ? [] : [list],
  );
  return rules.flatMap((rule, index) => {
    const expires =
      rule === UNKNOWN ||
      (isFields(rule) &&
        rule["status"] !== "Disabled" &&
        rule["enabled"] !== false &&
        [
          "expiration",
          "expirations",
          "noncurrentVersionExpiration",
          "noncurrentVersionExpirations",
        ].some(
          (field) =>
            rule[field] !== undefined && !(Array.isArray(rule[field]) && rule[field].length === 0),
        ));
    const moved = isFields(rule) ? transitionsOf(rule) : [];
    return expires
      ? [
          `a lifecycle rule (${index}) ends objects; required: none that does, in a vault.\nEvidence ends by its custodian's act: remove expiration and noncurrentVersionExpiration.`,
        ]
      : moved
          .filter((storageClass) => IN_ONE_PLACE.includes(String(storageClass)))
          .map(
            (storageClass) =>
              `a lifecycle rule (${index}) moves objects to ${shown(storageClass)}; required: a class of several places.\nName STANDARD_IA, GLACIER_IR or DEEP_ARCHIVE: what is in one place is lost with it.`,
          );
  });
}

/** The classes that a rule moves objects to. */
function transitionsOf(rule: Readonly<Record<string, unknown>>): unknown[] {
  return [
    "transitions",
    "noncurrentVersionTransitions",
    "transition",
    "noncurrentVersionTransition",
  ]
    .flatMap((field) => [rule[field]].flat())
    .flatMap((transition) => (isFields(transition) ? [transition["storageClass"]] : []));
}
