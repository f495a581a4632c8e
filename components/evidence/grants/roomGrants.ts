import { parseArn } from "../../aws/arn";

/** Which grant of a room is meant, as a key of maps: on this key, for this role. */
export function grantOf(keyArn: string, role: string): string {
  return `${keyArn} ${role}`;
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
    ...room.responderRoles.map((role) => parseArn(role).account),
    ...room.evidence.map(({ account }) => account),
  ];
  return [...new Set(accounts)].filter((account) => account !== room.accountId).sort();
}
