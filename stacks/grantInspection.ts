import { KMSClient } from "@aws-sdk/client-kms";
import * as pulumi from "@pulumi/pulumi";

import { answerOf, failureOf, lookUpFailure } from "../components/aws/failure";
import { Case } from "../components/case";
import { grantOf } from "../components/evidence/grants/roomGrants";
import { tryGrant } from "../components/evidence/grants/grantTrial";
import {
  findGrants,
  grantsThere,
  type ListedGrant,
  renewedGrants,
} from "../components/evidence/grants/renewedGrants";
import { suspectKeyGrantees } from "../components/evidence/grants/suspectKeyGrantees";
import { fewAtATime } from "../components/aws/fewAtATime";
import { Refusal } from "../components/refusal";
import type { IncidentSettings } from "../settings/parseSettings";
import { credentialsOf } from "./assumedCredentials";
import type { Foundation } from "./foundation";
import type { StateResource } from "./stateResources";

/** What is known of a room's grants before they are made; each is named by `grantOf`. */
export interface Grants {
  /** By grant that has another name than its first, as its role was made anew: of one that is there, or of the next. */
  readonly names: ReadonlyMap<string, string>;

  /** Grants on suspects' keys that no role is there for: they are left out. */
  readonly forNobody: ReadonlySet<string>;
}

/** Requests of a kind that are under way at the same time. */
const FEW = 5;

/** A key that a room grants. */
interface GrantedKey {
  /** It as the subject of a sentence. */
  readonly what: string;
  readonly keyArn: string;

  /** ARN of the role of another account that grants it; the deployer where there is none. */
  readonly assumeRole?: string;

  /** ARNs of the roles it is granted to, and where they are listed. */
  readonly roles: readonly string[];
  readonly list: string;
}

/**
 * Looks at the grants that a room makes, on the transfer key and on suspects' own: which are there, also
 * where the engine has lost them, which are for a role that was made anew since, and which KMS would refuse as there is
 * no such role.
 *
 * @param open Whether the room is open already.
 * @param state What the engine has of the room.
 * @throws Refusal where a role of `responderRoles` or a key of `suspectKeys` is not there.
 */
export async function inspectGrants(
  { ticket, region, responderRoles, suspectKeys, closing }: IncidentSettings,
  { transferKeyArn, incidentDeployers }: Foundation,
  open: Promise<boolean>,
  state: Promise<readonly StateResource[]>,
): Promise<Grants> {
  const isOpen = await open.catch(() => undefined);
  // Closing makes no grant. Where it is not known whether the room is open, that is said elsewhere.
  if (closing || isOpen === undefined) {
    return { names: new Map(), forNobody: new Set() };
  }
  const keys: readonly GrantedKey[] = [
    {
      what: "The transfer key",
      keyArn: transferKeyArn,
      roles: responderRoles,
      list: "responderRoles",
    },
    ...suspectKeys.map(({ keyArn, assumeRole }) => ({
      what: `The key ${keyArn}`,
      keyArn,
      assumeRole,
      roles: suspectKeyGrantees(incidentDeployers),
      list: "the audit stack's incidentDeployers",
    })),
  ];
  const known = new Set((await state).map(({ outputs }) => String(outputs["grantId"])));
  const inspected = await fewAtATime(
    keys.filter(({ roles }) => roles.length > 0),
    FEW,
    (key) => inspectGrantsOn(key, ticket, region, isOpen, known),
  );
  const reasons = inspected.flatMap((each) => each.reasons);
  if (reasons.length > 0) {
    throw new Refusal("The room's grants cannot be made", reasons);
  }
  inspected.flatMap(({ warnings }) => warnings).forEach((warning) => void pulumi.log.warn(warning));
  return {
    names: new Map(inspected.flatMap(({ names }) => names)),
    forNobody: new Set(inspected.flatMap(({ forNobody }) => forNobody)),
  };
}

/** The same of one key. */
async function inspectGrantsOn(
  key: GrantedKey,
  ticket: string,
  region: string,
  open: boolean,
  known: ReadonlySet<string>,
) {
  const { what, keyArn, roles, list, assumeRole } = key;
  const kms = new KMSClient({ region, credentials: credentialsOf(assumeRole) });
  const warnings: string[] = [];
  const reasons: string[] = [];

  const grants = open ? await findGrants(kms, keyArn).catch((error: unknown) => ({ error })) : [];
  if ("error" in grants && failureOf(grants.error) !== "absent") {
    warnings.push(
      `Where a role was made anew since it was granted ${keyArn}, it stays without; a grant that the state has lost is made a second time where it was one of those. ${lookUpFailure("What is granted on the key", grants.error)}`,
    );
    return { warnings, reasons, names: [], forNobody: [] };
  }
  const there = "error" in grants ? [] : grants;
  const next = renewedGrants(ticket, roles, there);
  const found = [...grantsThere(ticket, roles, there, known)].filter(
    ([role, name]) => name !== new Case(ticket).grantName(role),
  );
  const toBeMade = roles.filter((role) => next.has(role) || !isGranted(ticket, role, there));
  const tried = await fewAtATime(toBeMade, FEW, async (role) => ({
    role,
    ...(await tryGrant(kms, keyArn, next.get(role) ?? new Case(ticket).grantName(role), role)),
  }));

  const [unknown, ...others] = tried.filter(({ is }) => is === "unknown");
  if (unknown !== undefined && assumeRole !== undefined && failureOf(unknown.error) === "absent") {
    reasons.push(
      `${what} is not there. Correct suspectKeys, or take it out. ${answerOf(unknown.error)}`,
    );
  } else if (unknown !== undefined) {
    const those = [unknown, ...others].map(({ role }) => role).join(", ");
    warnings.push(
      `Where one of ${those} is no role, this up fails with InvalidArnException: correct ${list} then. ${lookUpFailure(`Whether KMS grants them ${keyArn}`, unknown.error)}`,
    );
  }
  const forNobody = tried.filter(({ is }) => is === "for nobody");
  for (const { role, error } of forNobody) {
    if (assumeRole === undefined) {
      reasons.push(
        `${list}: there is no role ${role} that the transfer key could be granted to. Write its ARN as IAM has it, path and all, have it made, or take it out. ${answerOf(error)}`,
      );
    } else {
      warnings.push(
        `${what} is not granted to ${role}: there is no such role. Take it out of ${list}. ${answerOf(error)}`,
      );
    }
  }
  const renewed = [...next].filter(([role]) => !forNobody.some((each) => each.role === role));
  for (const [role] of renewed) {
    warnings.push(
      `${what} was granted to a role ${role} that is gone. This up grants it to the one that has its name now.`,
    );
  }
  return {
    warnings,
    reasons,
    names: [...found, ...renewed].map(([role, name]) => [grantOf(keyArn, role), name] as const),
    forNobody: forNobody.map(({ role }) => grantOf(keyArn, role)),
  };
}

function isGranted(ticket: string, role: string, grants: readonly ListedGrant[]): boolean {
  const first = new Case(ticket).grantName(role);
  return grants.some(({ Name }) => Name === first || Name?.startsWith(`${first}:`) === true);
}
