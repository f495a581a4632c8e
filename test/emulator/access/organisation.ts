import type { DeployerPolicyArgs } from "../../../components/access/deployerPolicyArgs";
import { foundationDeployerPolicies } from "../../../components/access/foundationDeployerPolicies";
import { memberDeployerPolicies } from "../../../components/access/memberDeployerPolicies";
import type { NamedDocument } from "./placedDocuments";

/** The AWS organisation of all the accounts of a run; that of `Pulumi.audit.yaml`. */
export const ORGANIZATION = "o-exampleorgid";

/** What the names of its roles' own policies begin with. */
export const OWN_POLICY = "own policy of ";

/** What the organisation gives a role of its own, which no stack places. */
export interface OwnRole {
  /** @param args The role's account, the Region of the stacks, and the boundary that is demanded of their roles. */
  readonly policies: (args: DeployerPolicyArgs) => readonly NamedDocument[];

  /** Names of the roles of the Audit account that may take it. */
  readonly takenBy?: readonly string[];
}

/** The role that people who deploy come from: it may take those that deploy audit and member stacks, and nothing else. */
export const ENGINEER = "platform-engineer";

/** Who keeps records in a bucket of its own, where no stack of the program is: it may do all with that bucket. */
export const RECORD_KEEPER = "record-keeper";

/** Name of that bucket. */
export const VAULT_OF_RECORDS = "vault-of-records";

/**
 * Roles that the organisation brings, by name. Whoever deploys an audit or a member stack has the policies that
 * docs/deployers.md publishes for that, and the organisation's own let them come to it: no role is an administrator.
 */
export const OWN_ROLES: Readonly<Record<string, OwnRole>> = {
  [ENGINEER]: {
    policies: () => [ownPolicy(ENGINEER, mayTake("foundation-deployer", "member-deployer"))],
  },
  "foundation-deployer": {
    policies: (args) => [
      ownPolicy("foundation-deployer", mayTake("member-deployer")),
      ...named("foundation", foundationDeployerPolicies(args)),
    ],
    takenBy: [ENGINEER],
  },
  "member-deployer": {
    // Its policies as an account has them whose organisation demands no boundary.
    policies: ({ accountId, region }) =>
      named("member", memberDeployerPolicies({ accountId, region })),
    takenBy: [ENGINEER, "foundation-deployer"],
  },
  "internal-audit": {
    policies: () => [ownPolicy("internal-audit", mayTake("clean-room/clean-room-auditor-*"))],
  },
  [RECORD_KEEPER]: {
    policies: () => [
      ownPolicy(RECORD_KEEPER, {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${VAULT_OF_RECORDS}`, `arn:aws:s3:::${VAULT_OF_RECORDS}/*`],
          },
        ],
      }),
    ],
  },
  investigator: {
    policies: () => [ownPolicy("investigator", mayTake("clean-room/case/investigator-*"))],
  },
  responder: {
    policies: () => [
      ownPolicy("responder", mayTake("clean-room/forensics-responder", "clean-room/case/intake-*")),
    ],
  },
};

/** A policy of the organisation's, which no page of this program asks for. */
function ownPolicy(role: string, document: object): NamedDocument {
  return { name: `${OWN_POLICY}${role}`, document };
}

/** The policies of docs/deployers, by the names of their files; those of administrators no stack of a run needs. */
function named(stack: string, parts: Readonly<Record<string, object>>): readonly NamedDocument[] {
  return Object.entries(parts)
    .filter(([part]) => part !== "administrators")
    .map(([part, document]) => ({ name: `${stack}-${part}`, document }));
}

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
