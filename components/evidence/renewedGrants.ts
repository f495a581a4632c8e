import { type GrantListEntry, type KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";

import { grantName } from "./grantName";

/** A grant as KMS lists it. */
export type ListedGrant = Pick<GrantListEntry, "Name" | "GranteePrincipal">;

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
      const first = grantName(ticket, role);
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
