import {
  federationMistakes,
  foreigners,
  foreignersByCondition,
  isForEverybody,
  isOfOrganisation,
  NAMING_KEYS,
  serviceMistakes,
} from "../callers";
import { type PlacedDocument, documentsOf } from "../placedDocuments";
import type { Statement } from "../policyDocuments";
import { listOf, ofResource } from "../policyForms";
import { isWholeService, overreach } from "../reach";
import type { Subject } from "../subject";
import { shown } from "../unknownValues";

const MANAGED_POLICY = "aws:iam/policy:Policy";

/** An endpoint's policy only limits: it has a policy of its own. */
const ENDPOINTS = [
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
];

/** Configuration of this policy. */
interface OpenPoliciesConfig {
  /** Logical names of the managed policies that are permissions boundaries. */
  readonly boundaries: readonly string[];

  /** Ids of accounts beside the stack's own that documents may name. */
  readonly accounts: readonly string[];
}

/** A document that was not thought through lets in everybody, or does everything. */
export const noOpenPolicies = ofResource<OpenPoliciesConfig>(
  {
    name: "no-open-policies",
    displayName: "No policy document is for everybody or about everything",
    description:
      "Checks that no policy document, in whatever field of whatever type, lets in everybody without a condition that names them, lets in another account but of an organisation it names or those in accounts, lets in a service without saying for which account, or allows what leads to more, what changes something or a part of a service by its letters on every resource, but permissions boundaries named in boundaries.",
    severity: "critical",
    tags: ["access", "keys"],
    remediationSteps:
      "Name the principals, or a condition with StringEquals, StringLike, ArnEquals or ArnLike that does; name actions and resources.",
    configSchema: {
      properties: {
        boundaries: listOf(
          "Logical names of the managed policies that are permissions boundaries: a boundary allows widely and gives nothing.",
        ),
        accounts: listOf("Ids of accounts beside the stack's own that documents may name."),
      },
    },
  },
  (subject, config) =>
    ENDPOINTS.includes(subject.type)
      ? []
      : documentsOf(subject).flatMap((document) => mistakesOf(document, subject, config)),
);

function mistakesOf(
  { path, statements }: PlacedDocument,
  subject: Subject,
  { boundaries, accounts }: OpenPoliciesConfig,
): string[] {
  if (statements === undefined) {
    return [`${path} is no policy document; required: JSON with statements.`];
  }
  const isBoundary = subject.type === MANAGED_POLICY && boundaries.includes(subject.name);
  return statements
    .filter((statement) => statement.allows && !(subject.kind === "member" && isForAws(statement)))
    .flatMap((statement) =>
      [
        ...callerMistakes(statement, [...subject.accounts, ...accounts]),
        ...(isForEverybody(statement)
          ? []
          : serviceMistakes(
              statement,
              path.endsWith("assumeRolePolicy"),
              subject.accounts.length === 0 ? [] : [...subject.accounts, ...accounts],
            )),
        ...(statement.namesPrincipals || isBoundary
          ? []
          : overreach(statement).map((reason) => `it ${reason}.`)),
      ].map((mistake) => `${path}, statement ${statement.name}: ${mistake}`),
    );
}

function callerMistakes(statement: Statement, accounts: readonly string[]): string[] {
  if (isForEverybody(statement)) {
    return [`it is for everybody; required: a condition without wildcards on ${NAMING_KEYS}.`];
  }
  const own = accounts.length > 0 ? accounts.join(", ") : "not in aws:allowedAccountIds";
  const whole = statement.actions.find(isWholeService);
  const strangers = foreigners(statement, accounts).filter((stranger) =>
    whole !== undefined
      ? true
      : // Where the provider does not say which accounts are its own, only whole services are told of.
        accounts.length > 0 && !isOfOrganisation(statement) && !/[*?]/.test(stranger),
  );
  const what = whole ?? statement.actions.slice(0, 3).map(shown).join(", ");
  return [
    ...(accounts.length === 0 || strangers.length > 0
      ? []
      : foreignersByCondition(statement, accounts).map(
          (stranger) =>
            `it allows ${shown(what)} to ${stranger} by its condition; required: a principal of this stack's account (${own}), or for another one the actions meant and a condition on aws:PrincipalOrgID.`,
        )),
    ...strangers.map(
      (stranger) =>
        `it allows ${shown(what)} to ${stranger}; required: a principal of this stack's account (${own}), or for another one the actions meant and a condition on aws:PrincipalOrgID.`,
    ),
    ...federationMistakes(statement, accounts),
  ];
}

/** A grant that AWS's own service takes on gives the account that asks for it no use of the key by itself. */
function isForAws({ actions, tests }: Statement): boolean {
  return (
    actions.every((action) => action === "kms:CreateGrant") &&
    tests.some(
      ({ operator, key, values }) =>
        operator === "Bool" && key === "kms:grantisforawsresource" && values.includes("true"),
    )
  );
}
