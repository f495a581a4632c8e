import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

import { foreigners, isForEverybody, NAMING_KEYS, ownAccounts } from "../callers";
import { type Statement, statementsOf, type Text } from "../policyDocuments";
import { reading, shown, UNKNOWN } from "../unknownValues";

/**
 * Field in which a type has the document that says who may use it. Those of VPC endpoints are left
 * out: they only limit.
 */
const RESOURCE_DOCUMENT: Readonly<Record<string, string>> = {
  "aws:backup/vaultPolicy:VaultPolicy": "policy",
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:kms/externalKey:ExternalKey": "policy",
  "aws:kms/key:Key": "policy",
  "aws:kms/keyPolicy:KeyPolicy": "policy",
  "aws:kms/replicaExternalKey:ReplicaExternalKey": "policy",
  "aws:kms/replicaKey:ReplicaKey": "policy",
  "aws:s3/accessPoint:AccessPoint": "policy",
  "aws:s3/bucket:Bucket": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:s3control/accessPointPolicy:AccessPointPolicy": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
};

const MANAGED_POLICY = "aws:iam/policy:Policy";
const ROLE = "aws:iam/role:Role";

/** Types whose field `policy` says what its holder may do. */
const IDENTITY_DOCUMENTS = [
  "aws:iam/groupPolicy:GroupPolicy",
  MANAGED_POLICY,
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
];

/** Types this policy knows. */
export const DOCUMENT_TYPES = [...Object.keys(RESOURCE_DOCUMENT), ...IDENTITY_DOCUMENTS];

/** `*`, `kms:*`, and what is the same. */
const WHOLE_SERVICE = /^([^:]*:)?[*?]+$/;

/** `*`, and ARNs that name nothing behind the service. */
const EVERY_RESOURCE = /^(arn(:[^:]*){0,2}:)?[*?:]+$/;

/** Configuration of this policy. */
interface OpenPoliciesConfig {
  /** Logical names of the managed policies that are permissions boundaries. */
  readonly boundaries: readonly string[];
}

/** A document that was not thought through lets in everybody, or does everything. */
export const noOpenPolicies: ResourceValidationPolicy = {
  name: "no-open-policies",
  displayName: "No policy document is for everybody or about everything",
  description:
    "Checks that no policy document lets in everybody without a condition that names them, gives another account a whole service, or allows a whole service on every resource, but permissions boundaries named in boundaries.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["access", "keys"],
  remediationSteps:
    "Name the principals, or a condition with StringEquals, StringLike, ArnEquals or ArnLike that does; name actions and resources.",
  configSchema: {
    properties: {
      boundaries: {
        type: "array",
        items: { type: "string" },
        description:
          "Logical names of the managed policies that are permissions boundaries: a boundary allows widely and gives nothing.",
        default: [],
      },
    },
  },
  validateResource: (args, reportViolation) => {
    if (!DOCUMENT_TYPES.includes(args.type)) {
      args.notApplicable("the type has no policy document");
    }
    const { boundaries } = args.getConfig<OpenPoliciesConfig>();
    const accounts = ownAccounts(args);
    const resourceField = RESOURCE_DOCUMENT[args.type];
    const isBoundary = args.type === MANAGED_POLICY && boundaries.includes(args.name);
    const mistakes = [
      ...(resourceField === undefined
        ? []
        : documentMistakes(
            resourceField,
            () => args.props[resourceField] as unknown,
            (statement) => resourceMistakes(statement, accounts),
          )),
      ...identityDocuments(args).flatMap(([field, read]) =>
        documentMistakes(field, read, isBoundary ? () => [] : identityMistakes),
      ),
    ];
    mistakes.forEach((mistake) => reportViolation(mistake));
  },
};

/** The documents that say what a resource's holder may do: their fields, and how to read them. */
function identityDocuments({ type, props }: ResourceValidationArgs): [string, () => unknown][] {
  if (type !== ROLE) {
    return IDENTITY_DOCUMENTS.includes(type) ? [["policy", () => props["policy"] as unknown]] : [];
  }
  const inline = reading(
    () => props["inlinePolicies"] as readonly Record<string, unknown>[] | undefined,
  );
  return Array.from({ length: inline === UNKNOWN ? 0 : (inline?.length ?? 0) }, (_, index) => [
    `inlinePolicies.${index}.policy`,
    () => (props["inlinePolicies"] as readonly Record<string, unknown>[])[index]?.["policy"],
  ]);
}

function documentMistakes(
  field: string,
  read: () => unknown,
  mistakes: (statement: Statement) => string[],
): string[] {
  if (reading(read) === undefined) {
    return [];
  }
  const statements = statementsOf(read);
  return statements === undefined
    ? [`${field} is no policy document; required: JSON with statements.`]
    : statements
        .filter(({ allows }) => allows)
        .flatMap((statement) =>
          mistakes(statement).map((mistake) => `${field}, statement ${statement.name}: ${mistake}`),
        );
}

function resourceMistakes(statement: Statement, accounts: readonly string[]): string[] {
  const whole = wholeService(statement);
  const own = accounts.length > 0 ? accounts.join(", ") : "not in aws:allowedAccountIds";
  return [
    ...(isForEverybody(statement)
      ? [`it is for everybody; required: a condition without wildcards on ${NAMING_KEYS}.`]
      : []),
    ...(whole === undefined ? [] : foreigners(statement, accounts)).map(
      (foreigner) =>
        `it allows ${whole} to ${foreigner}; required: the actions meant, or a principal of this stack's account (${own}).`,
    ),
  ];
}

function identityMistakes(statement: Statement): string[] {
  const whole = wholeService(statement);
  const everywhere = statement.resources.some((resource) => matches(EVERY_RESOURCE, resource));
  return whole !== undefined && everywhere && statement.tests.length === 0
    ? [`it allows ${whole} on every resource; required: the actions or the resources meant.`]
    : [];
}

/** An action that stands for every one of a service, as the statement writes it. */
function wholeService({ actions }: Statement): string | undefined {
  const whole = actions.find((action) => matches(WHOLE_SERVICE, action));
  return whole === undefined ? undefined : shown(whole);
}

function matches(pattern: RegExp, text: Text): boolean {
  return text !== UNKNOWN && pattern.test(text);
}
