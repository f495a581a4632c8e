import { type GrantListEntry, type KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";

import { Case } from "../../case";
import { COPYING_OPERATIONS } from "../keys/copyingGrants";

/** A grant as KMS lists it. */
export type ListedGrant = Pick<
  GrantListEntry,
  "Name" | "GranteePrincipal" | "GrantId" | "Operations" | "Constraints"
>;

/**
 * Whether the role that a grant is for is gone: KMS then shows the role's unique id (`AROA…`) in place of its
 * ARN. A role of the same name that was made since has another one, and the grant does nothing for it.
 */
export function isOfARoleThatIsGone({ GranteePrincipal = "" }: ListedGrant): boolean {
  return /^AROA[A-Z0-9]+$/.test(GranteePrincipal);
}

/**
 * The roles that have to be granted a key again, as the role of that name which a room granted it to is gone.
 *
 * @param roles ARNs of the roles that the room grants the key to.
 * @param grants All there are on the key.
 * @returns by role, the name of its next grant: another name makes another grant, and only of this role.
 */
export function renewedGrants(
  ticket: string,
  roles: readonly string[],
  grants: readonly ListedGrant[],
): ReadonlyMap<string, string> {
  return new Map(
    roles.flatMap((role) => {
      const first = new Case(ticket).grantName(role);
      const own = grants.flatMap((grant) => {
        const [, time] = grant.Name === first ? ["", "1"] : (timesOf(grant.Name, first) ?? []);
        return time === undefined ? [] : [{ grant, time: Number(time) }];
      });
      return own.length === 0 || own.some(({ grant }) => !isOfARoleThatIsGone(grant))
        ? []
        : [[role, `${first}:${Math.max(...own.map(({ time }) => time)) + 1}`] as const];
    }),
  );
}

/**
 * The grants that a room would make and that are there, found by what they say: for this role, to copy, and no more
 * narrowly. Their names say of which room they are; a role that was made anew has one of another name than its first.
 *
 * @param roles ARNs of the roles that the room grants the key to.
 * @param grants All there are on the key.
 * @param known Ids of grants that the engine has: of two that say the same, its own is meant.
 * @returns by role, the name of its grant: asked for by that name, KMS answers with this one and makes none.
 */
export function grantsThere(
  ticket: string,
  roles: readonly string[],
  grants: readonly ListedGrant[],
  known: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  return new Map(
    roles.flatMap((role) => {
      const own = grants.filter(
        (grant) =>
          new Case(ticket).named(grant.Name) && grant.GranteePrincipal === role && isToCopy(grant),
      );
      const meant = own.find(({ GrantId = "" }) => known.has(GrantId)) ?? own.at(-1);
      return meant?.Name === undefined ? [] : [[role, meant.Name] as const];
    }),
  );
}

function isToCopy({ Operations = [], Constraints = {} }: ListedGrant): boolean {
  return (
    [...Operations].sort().join() === [...COPYING_OPERATIONS].sort().join() &&
    [Constraints.EncryptionContextEquals, Constraints.EncryptionContextSubset].every(
      (constraint = {}) => Object.keys(constraint).length === 0,
    )
  );
}

/** A role's name has no colon, so what follows one is how many times it was granted. */
function timesOf(name: string | undefined, first: string): string[] | undefined {
  return name?.startsWith(`${first}:`) === true ? (/:(\d+)$/.exec(name) ?? undefined) : undefined;
}

/** All grants on a key. */
export async function findGrants(
  client: Pick<KMSClient, "send">,
  KeyId: string,
): Promise<GrantListEntry[]> {
  const grants: GrantListEntry[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListGrantsCommand({ KeyId, Marker }));
    grants.push(...(page.Grants ?? []));
    Marker = page.Truncated === true ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  return grants;
}
