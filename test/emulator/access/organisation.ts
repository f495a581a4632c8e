import { EVERYTHING } from "../../support/simulator";

/** The AWS organisation of all the accounts of a run; that of `Pulumi.audit.yaml`. */
export const ORGANIZATION = "o-exampleorgid";

/** What the names of its roles' own policies begin with. */
export const OWN_POLICY = "own policy of ";

/** What the organisation gives a role of its own, which no stack places. */
export interface OwnRole {
  readonly policies: readonly object[];

  /** Names of the roles of the Audit account that may take it. */
  readonly takenBy?: readonly string[];
}

/** The role that people who deploy come from: it may take those that deploy audit and member stacks, and nothing else. */
export const ENGINEER = "platform-engineer";

/**
 * Roles that the organisation brings, by name. Whoever deploys an audit or a member stack has what the organisation
 * says, as docs/foundation.md leaves it to: of their own policies a run proves nothing, of keys, buckets, trusts and
 * topics it does.
 */
export const OWN_ROLES: Readonly<Record<string, OwnRole>> = {
  [ENGINEER]: { policies: [mayTake("foundation-deployer", "member-deployer")] },
  "foundation-deployer": { policies: [EVERYTHING], takenBy: [ENGINEER] },
  "member-deployer": { policies: [EVERYTHING], takenBy: [ENGINEER, "foundation-deployer"] },
  investigator: { policies: [mayTake("clean-room/case/investigator-*")] },
  responder: { policies: [mayTake("clean-room/forensics-responder", "clean-room/case/intake-*")] },
};

/** The trust of such a role. */
export function trustOf({ takenBy = [] }: OwnRole, auditAccount: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: takenBy.map((role) => `arn:aws:iam::${auditAccount}:role/${role}`) },
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      },
    ],
  };
}

function mayTake(...roles: readonly string[]): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
        Resource: roles.map((role) => `arn:aws:iam::*:role/${role}`),
      },
    ],
  };
}
