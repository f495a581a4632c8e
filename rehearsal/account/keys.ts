import type { Account, Entry } from "./account";
import { AwsError } from "./awsError";
import type { MemberAccounts } from "./memberAccounts";

/** The key of this account that a key id, key ARN, alias name or alias ARN names. */
export function findKey(account: Account, value: string): Entry | undefined {
  const aliasName = /(^|:)(alias\/.+)$/.exec(value)?.[2];
  const target =
    aliasName === undefined
      ? value
      : account.find("aws:kms/alias:Alias", aliasName)?.properties["targetKeyId"];
  return account
    .ofType("aws:kms/key:Key")
    .find((entry) => entry.id === target || entry.arn === target);
}

/**
 * Refuses a key that does not exist, is waiting for deletion, or is for something else. Keys of other accounts pass.
 *
 * @param use KMS's word for what it is to be used for; `any` for what asks no key for its use, such as a name.
 */
export function requireUsableKey(
  account: Account,
  value: string,
  use: "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "any" = "ENCRYPT_DECRYPT",
): void {
  const owner = /^arn:[^:]*:kms:[^:]*:(\d{12}):/.exec(value)?.[1];
  const madeByAws = /(^|:)alias\/aws\//.test(value);
  if (madeByAws || (owner !== undefined && owner !== account.id)) {
    return;
  }
  const found = findKey(account, value);
  if (found === undefined) {
    throw new AwsError("NotFoundException", `Key '${value}' does not exist`);
  }
  if (found.state === "PendingDeletion") {
    throw new AwsError("KMSInvalidStateException", `${found.arn ?? found.id} is pending deletion.`);
  }
  const made = found.properties["keyUsage"] ?? "ENCRYPT_DECRYPT";
  if (use !== "any" && made !== use) {
    throw new AwsError(
      "InvalidKeyUsageException",
      `${found.arn ?? found.id} key usage is ${JSON.stringify(made)} which is not valid for this operation.`,
    );
  }
  if (found.state !== "Enabled") {
    throw new AwsError("DisabledException", `${found.arn ?? found.id} is ${found.state}.`);
  }
}

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
