import { parseArn } from "./arn";
import { Refusal } from "../refusal";

/** Who calls AWS. */
export interface Caller {
  /** As STS names the caller; a role as `arn:aws:sts::<account>:assumed-role/<name>/<session>`. */
  readonly arn: string;

  /** ARN of the role, with its path; undefined where the role could not be looked up. */
  readonly roleArn?: string | undefined;
}

/** @param accountId The account of what is worked on, 12 digits. @throws Refusal where the caller is of another. */
export function requireAccount(arn: string, accountId: string): void {
  const { account } = parseArn(arn);
  if (account !== accountId) {
    throw new Refusal("You are logged in to another account; nothing was changed", [
      `${arn} is of account ${account}, this stack is for ${accountId}. Log in there first, or name another profile: pulumi config set aws:profile <profile>.`,
    ]);
  }
}

/** The name of the role that a caller works as; undefined for users and the root user. */
export function roleNameOf({ arn }: Caller): string | undefined {
  return /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn)?.[1];
}

/**
 * Whether somebody works as one of these roles. What STS says of a caller has no path, and IAM's, KMS's and
 * S3's conditions compare it: so the role's own ARN counts where it is known, else account and name.
 *
 * @param roles ARNs of roles; a last `*` stands for any end.
 */
export function worksAs(caller: Caller, roles: readonly string[]): boolean {
  const { roleArn } = caller;
  return roleArn === undefined
    ? sameName(caller, roles).length > 0
    : roles.some((pattern) => matches(roleArn, pattern));
}

/**
 * The ARN to write in place of one that has the caller's role by its name, and not by its path: AWS compares
 * both. Undefined where there is none.
 */
export function rightPath(
  caller: Caller,
  roles: readonly string[],
): { readonly written: string; readonly right: string } | undefined {
  const { roleArn } = caller;
  const [written] = sameName(caller, roles);
  return roleArn === undefined || written === undefined || worksAs(caller, roles)
    ? undefined
    : { written, right: `${upToName(roleArn)}${written.slice(upToName(written).length)}` };
}

function sameName(caller: Caller, roles: readonly string[]): string[] {
  const name = roleNameOf(caller);
  const { account } = parseArn(caller.arn);
  return roles.filter(
    (pattern) =>
      name !== undefined &&
      parseArn(pattern).account === account &&
      matches(name, pattern.slice(upToName(pattern).length)),
  );
}

function matches(value: string, pattern: string): boolean {
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function upToName(arn: string): string {
  return arn.slice(0, arn.lastIndexOf("/") + 1);
}
