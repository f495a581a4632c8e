/** For whom a grant was made by a room, as its name says. */
export interface NamedFor {
  /** The ticket, with characters that a grant's name cannot have replaced. */
  readonly ticket: string;

  /** The role's account, 12 digits; on the transfer key a member account. */
  readonly account: string;
}

/**
 * Name of the grant by which a room lets a role use a key:
 * `clean-room/<ticket>/<account>/role/<path and name>`. With a name a repeated request is the same grant.
 *
 * @param role ARN of the role.
 */
export function grantName(ticket: string, role: string): string {
  const [, , , , account, name] = role.split(":");
  return cleaned(`clean-room/${ticket}/${account}/${name}`);
}

/** Which grant of a room is meant, as a key of maps: on this key, for this role. */
export function grantOf(keyArn: string, role: string): string {
  return `${keyArn} ${role}`;
}

/** Reads a grant's name; undefined where no room gave it. */
export function namedFor(name: string | undefined): NamedFor | undefined {
  const [, ticket, account] = /^clean-room\/([^/]+)\/(\d{12})\/./.exec(name ?? "") ?? [];
  return ticket === undefined || account === undefined ? undefined : { ticket, account };
}

/** Whether a grant's name is of a room of this ticket. */
export function isNamedForTicket(name: string | undefined, ticket: string): boolean {
  return namedFor(name)?.ticket === cleaned(ticket);
}

/**
 * The member accounts of a room: those of its responder roles and of its evidence. The Audit account is
 * none, also where it investigates itself: the grants that it issued are every room's.
 *
 * @returns 12 digits each, sorted.
 */
export function memberAccounts(room: {
  readonly accountId: string;
  readonly responderRoles: readonly string[];
  readonly evidence: readonly { readonly account: string }[];
}): readonly string[] {
  const accounts = [
    ...room.responderRoles.map((role) => role.split(":")[4] as string),
    ...room.evidence.map(({ account }) => account),
  ];
  return [...new Set(accounts)].filter((account) => account !== room.accountId).sort();
}

/** KMS takes these characters only. */
function cleaned(name: string): string {
  return name.replace(/[^a-zA-Z0-9:/_-]/g, "_");
}
