import { decisionOn } from "../../support/simulator";
import type { Demand } from "./demand";
import type { GrantFacts } from "./facts";
import type { NamedDocument } from "./placedDocuments";

/** One thing that is decided, with every document that decides about it. */
export interface Question extends Demand {
  /** ARN of the role that asks, or a service's name. */
  readonly principal: string;

  /** Owner of the resource, 12 digits. */
  readonly owner: string;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument | undefined;

  /** The resource's own policy, if it has one. */
  readonly ofResource?: NamedDocument | undefined;

  /** The policy of the endpoint that the request passes, if it passes one. */
  readonly endpoint?: NamedDocument | undefined;

  /** Grants on the key, where it is one. */
  readonly grants: readonly GrantFacts[];
}

/**
 * Whether AWS lets it be done. A grant allows what the key's policy does not deny; a role of another account needs
 * its own policy beside it: that AWS does without is documented nowhere.
 */
export async function isLet(question: Question): Promise<boolean> {
  const { principal, owner, action, grants } = question;
  const decision = await decisionOn(requestOf(question));
  const isGranted = grants.some(
    ({ grantee, operations }) =>
      grantee === principal && operations.includes(action.replace(/^kms:/, "")),
  );
  if (decision !== "ImplicitlyDenied" || !isGranted) {
    return decision === "Allowed";
  }
  return (
    principal.split(":")[4] === owner ||
    (await decisionOn({ ...requestOf(question), resourcePolicy: OPEN })) === "Allowed"
  );
}

/** What a key's policy is where a grant stands for it. */
const OPEN = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
};

function requestOf(question: Question) {
  const { principal, action, resource, owner, context, identity, boundary } = question;
  const ofResource = question.policy ?? question.ofResource?.document;
  return {
    principal,
    action,
    resource,
    owner,
    context,
    identity: identity.map(({ document }) => document),
    ...(boundary === undefined ? {} : { boundary: boundary.document }),
    ...(ofResource === undefined ? {} : { resourcePolicy: ofResource }),
    ...(question.endpoint === undefined ? {} : { endpointPolicy: question.endpoint.document }),
  };
}
