import type { Account } from "./account";
import type { MemberAccounts } from "./memberAccounts";

/**
 * Whether KMS makes a grant for this principal: a role has to be there. Of an account that is not played here every role
 * is there.
 *
 * @param account The account of the key.
 */
export function isPrincipal(
  principal: string,
  account: Account,
  others: MemberAccounts | undefined,
): boolean {
  const [, , service, , owner = ""] = principal.split(":");
  const holder = owner === account.id ? account : others?.find(owner)?.read();
  return (
    service !== "iam" ||
    holder === undefined ||
    holder.ofType("aws:iam/role:Role").some(({ arn }) => arn === principal)
  );
}
