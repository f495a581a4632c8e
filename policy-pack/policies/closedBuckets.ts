import {
  ACL,
  BUCKETS,
  LIFECYCLES,
  LOGGING,
  OWNERSHIP,
  partsByType,
  POLICY,
  PUBLIC_ACCESS,
  twice,
  VERSIONING,
} from "../buckets";
import { isUnset } from "../fieldRequirements";
import { type Mistake, ofStack } from "../policyForms";
import { type Statement, statementsOf } from "../policyDocuments";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

const BLOCKS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

const OBJECTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"];

/** ACLs of an object that give nobody else anything. */
const OWNERS_ONLY: readonly unknown[] = [
  undefined,
  UNKNOWN,
  "private",
  "bucket-owner-full-control",
];

/**
 * The parts of a bucket are resources of their own, linked by the dependency graph: the name of a
 * bucket still to be made is not known in a preview.
 */
export const closedBuckets = ofStack(
  {
    name: "closed-buckets",
    displayName: "Buckets are closed, whoever asks",
    description:
      "Checks that every bucket blocks public access, belongs to its owner with all that is in it, has no part twice, no ACL, no website, no rules for pages elsewhere, no acceleration and no suspended versions, that access logs are kept for 90 days, and that the policy of one that keeps evidence or logs refuses requests without TLS.",
    severity: "critical",
    tags: ["s3", "access"],
    remediationSteps: "Give the bucket the missing part, and each part once.",
  },
  (graph) => [
    ...graph
      .ofType(...BUCKETS)
      .flatMap((bucket) =>
        mistakesOf(bucket, graph).map((sentence): Mistake => ({ subject: bucket, sentence })),
      ),
    ...graph
      .ofType(...OBJECTS)
      .filter((object) => !OWNERS_ONLY.includes(object.at("acl")))
      .map((subject) => ({
        subject,
        sentence: `acl is ${shown(subject.at("acl"))}; required: not set: the bucket's policy says who may.\nRemove it.`,
      })),
  ],
);

function mistakesOf(bucket: Subject, graph: StackGraph): string[] {
  const parts = partsByType(bucket, graph);
  const ofType = (type: string) => parts.get(type) ?? [];
  const blocks = ofType(PUBLIC_ACCESS);
  const ownerships = ofType(OWNERSHIP).map((part) => part.at("rule.objectOwnership"));
  const policies = ofType(POLICY);
  return [
    ...(blocks.length === 0
      ? [
          "BucketPublicAccessBlock is missing; required: one for every bucket.\nAdd it, all four blocks true.",
        ]
      : []),
    ...blocks.flatMap((block) =>
      BLOCKS.filter((field) => block.at(field) !== true).map(
        (field) =>
          `${field} of ${block.name} is ${shown(block.at(field))}; required: true.\nSet it.`,
      ),
    ),
    ...twice(parts).map(
      (type) =>
        `${type.split(":").at(-1)} is there twice (${ofType(type)
          .map(({ name }) => name)
          .sort()
          .join(", ")}); required: one.\nS3 has one: the later undoes the earlier.`,
    ),
    // A vault has a policy of its own.
    ...(bucket.at("objectLockEnabled") === true ? [] : ofType(VERSIONING))
      .map((part) => part.at("versioningConfiguration.status"))
      .filter((status) => status !== "Enabled" && status !== UNKNOWN)
      .map(
        (status) =>
          `versioningConfiguration.status is ${shown(status)}; required: Enabled.\nWhoever may write overwrites what was written otherwise: set it.`,
      ),
    ...ownerships
      .filter((ownership) => ownership !== "BucketOwnerEnforced")
      .map(
        (ownership) =>
          `objectOwnership is ${shown(ownership)}; required: BucketOwnerEnforced.\nObjects belong to whoever wrote them otherwise.`,
      ),
    ...(bucket.at("website") === undefined
      ? []
      : ["website is set; required: not set: a bucket answers its own account only.\nRemove it."]),
    ...(bucket.at("accelerationStatus") === "Enabled"
      ? [
          "accelerationStatus is Enabled; required: not set: evidence and logs take no way over the edges of the internet.\nRemove it.",
        ]
      : []),
    ...(graph.partsOf(bucket, LOGGING, "targetBucket").length > 0
      ? LIFECYCLES.flatMap(ofType).flatMap(forgettingLogs)
      : []),
    ...(isUnset(bucket.at("corsRules"))
      ? []
      : [
          "corsRules is set; required: not set: no page in a browser asks a bucket of evidence or logs.\nRemove it.",
        ]),
    ...(ofType(ACL).length > 0 ||
    bucket.at("acl") !== undefined ||
    bucket.at("grants") !== undefined
      ? isPrivate(bucket, ofType(ACL))
        ? []
        : [
            `an ACL (${shown(bucket.at("acl"))}); required: none: the bucket's policy says who may.\nRemove it.`,
          ]
      : []),
    ...(isOfEvidenceOrLogs(bucket, ofType(LOGGING), graph) && !policies.some(refusesPlain)
      ? policies.length === 0
        ? []
        : [
            "its policy lets requests without TLS in; required: a Deny for everybody with aws:SecureTransport false.\nAdd it to the bucket's policy.",
          ]
      : []),
  ];
}

/** Days that access logs are kept at least, where anything ends them. */
const LOG_DAYS = 90;

/** Rules that end access logs before anybody asks for them. */
function forgettingLogs(lifecycle: Subject): string[] {
  const rules = lifecycle.at("rules");
  return (Array.isArray(rules) ? (rules as unknown[]) : []).flatMap((rule, index) => {
    const ends = isFields(rule) && rule["status"] !== "Disabled" ? rule["expiration"] : undefined;
    const days = isFields(ends) ? ends["days"] : undefined;
    return typeof days === "number" && days < LOG_DAYS
      ? [
          `rules.${index}.expiration.days of ${lifecycle.name} is ${days}; required: ${LOG_DAYS} or more, for access logs.\nAn intrusion is found after weeks: set days: ${LOG_DAYS} or more.`,
        ]
      : [];
  });
}

function isPrivate(bucket: Subject, acls: readonly Subject[]): boolean {
  const given = [bucket.at("acl"), ...acls.map((acl) => acl.at("acl"))].filter(
    (acl) => acl !== undefined,
  );
  return (
    bucket.at("grants") === undefined && given.length > 0 && given.every((acl) => acl === "private")
  );
}

function isOfEvidenceOrLogs(
  bucket: Subject,
  logging: readonly Subject[],
  graph: StackGraph,
): boolean {
  return (
    bucket.at("objectLockEnabled") === true ||
    logging.length > 0 ||
    graph.partsOf(bucket, LOGGING, "targetBucket").length > 0
  );
}

function refusesPlain(policy: Subject): boolean {
  const document = policy.at("policy");
  return document === UNKNOWN || (statementsOf(() => document) ?? []).some(isTlsOnly);
}

function isTlsOnly({ allows, principals, actions, resources, tests }: Statement): boolean {
  return (
    !allows &&
    principals.some(({ value }) => value === "*") &&
    actions.some((action) => action === "s3:*" || action === "*") &&
    // One object's or one folder's requests are not the bucket's.
    resources.some(
      (resource) => resource === UNKNOWN || /^(\*|arn:[^:]*:s3:::[^/]+\/\*)$/.test(resource),
    ) &&
    tests.length === 1 &&
    tests.every(
      ({ operator, key, values }) =>
        /^Bool(IfExists)?$/.test(operator) &&
        key === "aws:securetransport" &&
        values.includes("false"),
    )
  );
}
