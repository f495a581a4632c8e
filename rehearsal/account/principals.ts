import type { Account } from "./account";
import type { MemberAccounts } from "./memberAccounts";

const ROLE = "aws:iam/role:Role";

/**
 * What KMS says of a grant for a role that is not there; undefined where it is. Of an account that is not
 * played here every role is there.
 *
 * @param account The account of the key.
 */
export function withoutPrincipal(
  principal: string,
  account: Account,
  others: MemberAccounts | undefined,
): string | undefined {
  const [, , service, , owner = ""] = principal.split(":");
  const holder = owner === account.id ? account : others?.find(owner)?.read();
  return service !== "iam" ||
    holder === undefined ||
    holder.ofType(ROLE).some(({ arn }) => arn === principal)
    ? undefined
    : `ARN does not refer to a valid principal: ${principal}`;
}
