import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { parse, stringify } from "yaml";

import type { MemberAccount } from "./accountsFile";

const HEADING = "# Written by npm run members from the accounts file; change it there.\n";

/** Name of the stack of a member account. */
export function stackOf({ accountId }: Pick<MemberAccount, "accountId">): string {
  return `member-${accountId}`;
}

/**
 * The configuration of a member account's stack, by full key.
 *
 * @param project Name of the Pulumi project.
 */
export function configOf(
  { accountId, region, assumeRole, settings }: MemberAccount,
  project: string,
): Record<string, unknown> {
  return {
    "aws:region": region,
    // The provider refuses to work in any other account, should the role be another's.
    "aws:allowedAccountIds": [accountId],
    ...(assumeRole === undefined
      ? {}
      : { "aws:assumeRoles": [{ roleArn: assumeRole, sessionName: "clean-room" }] }),
    [`${project}:kind`]: "member",
    [`${project}:accountId`]: accountId,
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [`${project}:${name}`, value]),
    ),
  };
}

/**
 * Writes the configuration of a stack. What else is in the file is the engine's own, such as the salt
 * of its encryption, and stays.
 *
 * @param file Path of the `Pulumi.<stack>.yaml`.
 */
export function writeStackFile(file: string, config: Readonly<Record<string, unknown>>): void {
  const engines = existsSync(file) ? (parse(readFileSync(file, "utf8")) as object | null) : {};
  writeFileSync(file, HEADING + stringify({ ...engines, config }));
}
