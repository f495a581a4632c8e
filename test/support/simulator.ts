import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { runSimulation } from "@cloud-copilot/iam-simulate";

import { narrowed, type Policy } from "./narrowedPolicy";

const load = createRequire(__filename);

rememberResourceTypes();
compareByOneCollator();

/**
 * Has the simulator's package remember which patterns an ARN fits. It asks that anew with every simulation, by comparing
 * every two characters; no policy changes the answer, and it took a quarter of the access table's time.
 */
function rememberResourceTypes(): void {
  const file = join(dirname(load.resolve("@cloud-copilot/iam-utils")), "resourceTypes.js");
  const types = load(file) as {
    mostSpecificMatchingResourceTypePatterns: (resource: string, patterns: string[]) => string[];
  };
  const ask = types.mostSpecificMatchingResourceTypePatterns;
  const known = new Map<string, string[]>();
  types.mostSpecificMatchingResourceTypePatterns = (resource, patterns) => {
    const question = [resource, ...patterns].join("\n");
    const answer = known.get(question) ?? ask(resource, patterns);
    known.set(question, answer);
    return answer;
  };
}

/**
 * Has the simulator's package compare condition operators by one collator of the options that it names. It makes one
 * with each comparison, which took a fifth of the rest.
 */
function compareByOneCollator(): void {
  const file = join(dirname(load.resolve("@cloud-copilot/iam-policy")), "utils.js");
  const utils = load(file) as {
    caseInsensitiveEquals: (first: string, second: string) => boolean;
    caseInsensitiveEndsWith: (value: string, suffix: string) => boolean;
  };
  const { compare } = new Intl.Collator(undefined, { sensitivity: "accent" });
  utils.caseInsensitiveEquals = (first, second) => compare(first, second) === 0;
  utils.caseInsensitiveEndsWith = (value, suffix) =>
    utils.caseInsensitiveEquals(value.slice(-suffix.length), suffix);
}

/** One request, and the documents that decide about it. */
export interface Request {
  /** ARN of the caller's role. */
  readonly principal: string;
  readonly action: string;

  /** ARN of what is acted on, `*` where the action knows no resource. */
  readonly resource: string;

  /** Owner of the resource; by default the Audit account. */
  readonly owner?: string;
  readonly context?: Readonly<Record<string, string | string[]>>;

  /** The caller's own policies. */
  readonly identity?: readonly object[];

  /** The permissions boundary of the caller's role, if it has one. */
  readonly boundary?: object;

  /** The resource's policy: of the bucket or the key. */
  readonly resourcePolicy?: object;

  /** The policy of the VPC endpoint the request passes, if it passes one. */
  readonly endpointPolicy?: object;
}

/** A policy that allows its holder everything: what is then denied is denied by the resource. */
export const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/**
 * Whether AWS would allow the request. The simulator checks the documents' grammar too: an action
 * or a condition key that does not exist is an error. Grants it does not know.
 */
export async function isAllowed(request: Request): Promise<boolean> {
  return (await decisionOn(request)) === "Allowed";
}

/** The same, with the difference between what is denied and what nothing allows. */
export async function decisionOn(request: Request): Promise<Decision> {
  const { principal, action, resource, owner = "111122223333", context = {} } = request;
  const policies = {
    identity: (request.identity ?? []).map((policy) => readPolicy(policy, action, "Identity")),
    boundary: readPolicies(request.boundary, action, "Identity"),
    endpoint: readPolicies(request.endpointPolicy, action, "Endpoint"),
    resource: readPolicies(request.resourcePolicy, action, "Resource"),
  };
  const asked = withStandIns(
    JSON.stringify({
      principal,
      action,
      resource: { resource, accountId: owner },
      contextVariables: {
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": principal.split(":")[4] ?? "",
        "aws:SecureTransport": "true",
        ...context,
      },
    }),
  );
  const numbers = Object.values(policies).map((each) => each.map(({ number }) => number).join());
  const question = `${asked} ${numbers.join("|")}`;
  let decision = decisions.get(question);
  if (decision === undefined) {
    decision = decide(asked, policies);
    decisions.set(question, decision);
  }
  return decision;
}

/** What AWS decides; what nothing allows is denied implicitly. */
export type Decision = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

/** What was decided, by the request and the numbers of the policies that decide about it. */
const decisions = new Map<string, Promise<Decision>>();

async function decide(
  asked: string,
  { identity, boundary, endpoint, resource: [resource] }: DecidingPolicies,
): Promise<Decision> {
  const named = (policies: readonly ReadPolicy[], name: string) =>
    policies.map(({ policy }, index) => ({ name: `${name}-${index}`, policy }));
  const result = await runSimulation(
    {
      request: JSON.parse(asked) as Simulation["request"],
      identityPolicies: named(identity, "identity"),
      ...(boundary.length === 0 ? {} : { permissionBoundaryPolicies: named(boundary, "boundary") }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(endpoint.length === 0 ? {} : { vpcEndpointPolicies: named(endpoint, "endpoint") }),
      ...(resource === undefined ? {} : { resourcePolicy: resource.policy }),
    },
    {},
  );
  if (result.resultType === "error") {
    throw new Error(JSON.stringify(result.errors, undefined, 1));
  }
  return result.overallResult;
}

type Simulation = Parameters<typeof runSimulation>[0];

/** What decides about a request. */
interface DecidingPolicies {
  readonly identity: readonly ReadPolicy[];
  readonly boundary: readonly ReadPolicy[];
  readonly endpoint: readonly ReadPolicy[];
  readonly resource: readonly ReadPolicy[];
}

/** A policy whose grammar the simulator has checked, once for all requests that it decides about. */
interface ReadPolicy {
  /** The same for the same text of the same kind. */
  readonly number: number;
  readonly policy: object;
}

type Kind = "Identity" | "Resource" | "Endpoint";

const { createValidatedPolicy, ...validations } = load("@cloud-copilot/iam-policy") as {
  createValidatedPolicy: (policy: unknown, validate: unknown) => ReadPolicy["policy"];
} & Record<`validate${Kind}Policy`, unknown>;

const byText = new Map<string, ReadPolicy>();
const byPolicy = { Identity: new WeakMap(), Resource: new WeakMap(), Endpoint: new WeakMap() };

/** The statements of a policy that can decide about an action. */
function readPolicy(policy: object, action: string, kind: Kind): ReadPolicy {
  const concerning = narrowed(policy as Policy, action);
  const known = byPolicy[kind] as WeakMap<object, ReadPolicy>;
  let read = known.get(concerning);
  if (read === undefined) {
    const text = withStandIns(JSON.stringify(concerning));
    const key = `${kind} ${text}`;
    read = byText.get(key) ?? {
      number: byText.size,
      policy: createValidatedPolicy(
        JSON.parse(text) as object,
        validations[`validate${kind}Policy`],
      ),
    };
    byText.set(key, read);
    known.set(concerning, read);
  }
  return read;
}

function readPolicies(policy: object | undefined, action: string, kind: Kind): ReadPolicy[] {
  return policy === undefined ? [] : [readPolicy(policy, action, kind)];
}

/**
 * The simulator drops every encryption context from a request, and what a token says of a workflow. In documents and request alike a
 * principal's tag stands in for it here: both are free names with a text as value. And it takes a `*` of a
 * request for a pattern; AWS's name for what has no id yet is one, which policies and acts write `${*}`.
 */
function withStandIns(simulation: string): string {
  return simulation
    .replace(
      /(?:kms:EncryptionContext|token\.actions\.githubusercontent\.com):([\w:]+)/g,
      (_, name: string) => `aws:PrincipalTag/${name.replaceAll(":", "-")}`,
    )
    .replaceAll("${*}", "new");
}
