import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { parse, stringify } from "yaml";

import type { MemberAccount } from "./accountsFile";

const HEADING = "# Written by npx clean-room members from the accounts file; change it there.\n";

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
    ...Object.fromEntries(Object.entries(settings).filter(([name]) => isProviders(name))),
    "aws:region": region,
    // The provider refuses to work in any other account, should the role be another's.
    "aws:allowedAccountIds": [accountId],
    ...(assumeRole === undefined
      ? {}
      : { "aws:assumeRoles": [{ roleArn: assumeRole, sessionName: "clean-room" }] }),
    [`${project}:kind`]: "member",
    [`${project}:accountId`]: accountId,
    ...Object.fromEntries(
      Object.entries(settings)
        .filter(([name]) => !isProviders(name))
        .map(([name, value]) => [`${project}:${name}`, value]),
    ),
  };
}

/** Settings of the provider that follow from the account, by full key. */
export const FROM_THE_ACCOUNT = ["aws:region", "aws:allowedAccountIds", "aws:assumeRoles"];

/** Whether a setting in the accounts file is the AWS provider's, such as `aws:defaultTags`. */
function isProviders(name: string): boolean {
  return name.startsWith("aws:");
}

/** Whether the accounts file decides about a setting of a stack, whether it names it or not. */
function isDecided(key: string, project: string): boolean {
  return key.startsWith(`${project}:`) || FROM_THE_ACCOUNT.includes(key);
}

/** What a stack's file has that the accounts file does not decide about, by full key. @param file Its path. */
export function keptConfig(file: string, project: string): Readonly<Record<string, unknown>> {
  const { config = {} } = contentOf(file) ?? {};
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isDecided(key, project)));
}

function contentOf(file: string): { config?: Record<string, unknown> } | null {
  return existsSync(file)
    ? (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)
    : null;
}

/**
 * Writes the configuration of a stack. What else is in the file is the engine's own, such as the salt
 * of its encryption, or the provider's, such as `aws:defaultTags`, and stays.
 *
 * @param file Path of the `Pulumi.<stack>.yaml`.
 * @param project Name of the Pulumi project.
 */
export function writeStackFile(
  file: string,
  config: Readonly<Record<string, unknown>>,
  project: string,
): void {
  const kept = keptConfig(file, project);
  writeFileSync(file, HEADING + stringify({ ...contentOf(file), config: { ...kept, ...config } }));
}
