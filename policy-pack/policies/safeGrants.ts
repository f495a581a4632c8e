import type { ResourceValidationPolicy } from "@pulumi/policy";

import {
  type FoundationConfig,
  foundationSchema,
  inFoundation,
  stackOf,
} from "../foundationStacks";
import { reading, shown, UNKNOWN } from "../unknownValues";

/** The type of a key's grants. */
const GRANT_TYPE = "aws:kms/grant:Grant";

const ROLE = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;

interface GrantProps {
  readonly name?: string;
  readonly granteePrincipal?: string;
  readonly operations?: readonly string[];
}

/**
 * A grant is seen in no policy document and does not expire. One that contains CreateGrant lets its
 * holder pass access on to whomever they like, and what was passed on outlives it.
 */
export const safeGrants: ResourceValidationPolicy = {
  name: "safe-grants",
  displayName: "Grants end with their incident, and are not passed on",
  description:
    "Checks that grants on keys belong to the stack of an open incident, are named after its ticket, are held by roles and do not contain CreateGrant.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["keys", "access"],
  remediationSteps:
    "Name the grant clean-room/<ticket>/<whose>, in the incident's own stack; leave CreateGrant to the key's policy, with kms:GrantIsForAWSResource.",
  configSchema: { properties: foundationSchema },
  validateResource: (args, reportViolation) => {
    if (args.type !== GRANT_TYPE) {
      args.notApplicable("the type grants nothing");
    }
    const props: GrantProps = args.props;
    [
      ...(inFoundation(args.urn, args.getConfig<FoundationConfig>())
        ? [
            `the stack is ${stackOf(args.urn)}, which outlives incidents; required: a grant in the stack of an open incident, or the key's policy.`,
          ]
        : nameMistakes(
            reading(() => props.name),
            stackOf(args.urn),
          )),
      ...operationMistakes(props),
      ...granteeMistakes(reading(() => props.granteePrincipal)),
    ].forEach((mistake) => reportViolation(mistake));
  },
};

/** An incident's stack is named after its ticket, in lower case. */
function nameMistakes(name: string | undefined | typeof UNKNOWN, stack: string): string[] {
  const ticket = typeof name === "string" ? /^clean-room\/([^/]+)\/./.exec(name)?.[1] : undefined;
  if (ticket === undefined) {
    return [`name is ${shown(name)}; required: clean-room/<ticket>/<whose>.`];
  }
  return ticket.toLowerCase() === stack
    ? []
    : [`name is ${shown(name)}; required: the ticket of this stack, ${stack}.`];
}

function operationMistakes(props: GrantProps): string[] {
  const count = reading(() => props.operations?.length ?? 0);
  const operations =
    count === UNKNOWN
      ? [UNKNOWN]
      : Array.from({ length: count }, (_, index) => reading(() => props.operations?.[index]));
  return operations
    .filter((operation) => operation === UNKNOWN || operation === "CreateGrant")
    .map(
      (operation) =>
        `operations: ${shown(operation)}; required: operations without CreateGrant, as its holder could pass access on.`,
    );
}

function granteeMistakes(grantee: string | undefined | typeof UNKNOWN): string[] {
  // The ARN of a role that is made along with the grant is not known before `up`.
  return grantee === UNKNOWN || (typeof grantee === "string" && ROLE.test(grantee))
    ? []
    : [
        `granteePrincipal is ${shown(grantee)}; required: the ARN of one role, not of an account or user.`,
      ];
}
