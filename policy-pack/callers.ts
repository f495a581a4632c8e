import type { ResourceValidationArgs } from "@pulumi/policy";

import type { Statement, Test, Text } from "./policyDocuments";
import { reading, UNKNOWN } from "./unknownValues";

/** A principal that can be anybody. */
const ANYBODY = /[*?]/;
const ACCOUNT = /^\d{12}$/;

/** Operators that a request without the key does not meet. */
const POSITIVE =
  /^(ForAnyValue:)?(ArnEquals|ArnLike|StringEquals|StringEqualsIgnoreCase|StringLike)$/;

const named = (value: string) => value !== "" && !ANYBODY.test(value);
const arnOfAccount = (value: string) => ACCOUNT.test(accountOf(value) ?? "");

/**
 * Condition keys that name a caller, an organisation or a source, and whether a value names one. A
 * role's name can be had in any account, so an ARN says which; a bucket's says none.
 */
const NAMING: Readonly<Record<string, (value: string) => boolean>> = {
  "aws:principalorgid": named,
  "aws:principalorgpaths": (value) => /^o-[a-z0-9]+\//.test(value),
  "aws:principalarn": arnOfAccount,
  "aws:principalaccount": named,
  "kms:calleraccount": named,
  "aws:sourcearn": (value) => arnOfAccount(value) || /^arn:[\w-]+:[\w-]+:[^:]*::[^*?:]/.test(value),
  "aws:sourceaccount": named,
  "aws:sourceorgid": named,
  "aws:sourceowner": named,
  "aws:sourcevpc": named,
  "aws:sourcevpce": named,
  "kms:vpce": named,
  "s3:dataaccesspointaccount": named,
};

/** Keys, and how the account of the caller follows from their values. */
const CALLER_ACCOUNT: Readonly<Record<string, (value: string) => string | undefined>> = {
  "aws:principalarn": accountOf,
  "aws:principalaccount": (value) => value,
  "kms:calleraccount": (value) => value,
};

/** Condition keys that say for whom a service acts. */
const SOURCE =
  /^(aws:source(account|arn|orgid|orgpaths|owner|vpc|vpce)|kms:encryptioncontext:.+|kms:calleraccount)$/;

/** Services that say for whom they assume a role, by AWS's documentation of each. EC2's machines do not. */
const SAYING =
  /^(cloudtrail|config|delivery\.logs|events|pipes|scheduler|ssm)\.amazonaws\.com(\.cn)?$/;

/** The keys that {@link isForEverybody} knows, as IAM's documentation writes them. */
export const NAMING_KEYS =
  "aws:PrincipalOrgID, aws:PrincipalArn, aws:PrincipalAccount, kms:CallerAccount, aws:SourceArn or aws:SourceAccount";

/** Whether a condition says of which organisation the caller is. */
export function isOfOrganisation({ tests }: Statement): boolean {
  return tests.some(
    (test) =>
      /^aws:principalorg(id|paths)$/.test(test.key) &&
      isMet(test, (value) => NAMING[test.key]?.(value) ?? false),
  );
}

/**
 * What is wrong with how somebody signs in who is no principal of AWS: a provider vouches for everybody
 * whom it knows, a condition says who of them.
 */
export function federationMistakes(
  { principals, tests }: Statement,
  accounts: readonly string[],
): string[] {
  const federated = principals.filter(({ kind }) => kind === "Federated");
  const isNamed = (key: RegExp) =>
    // `repo:*` is every repository of a code host.
    tests.some(
      (test) =>
        key.test(test.key) &&
        isMet(test, (value) => !/^([\w-]+:)?[*?]/.test(value) && value !== ""),
    );
  return federated.flatMap(({ value }) => {
    if (value === UNKNOWN) {
      return [];
    }
    const isSaml = value.includes(":saml-provider/");
    const isCognito = value === "cognito-identity.amazonaws.com";
    const account = accountOf(value);
    if (ACCOUNT.test(account ?? "") && accounts.length > 0 && !accounts.includes(account ?? "")) {
      return [
        `it is for everybody whom ${value} knows; required: a provider of ${accounts.join(", ")}.`,
      ];
    }
    const required = isSaml ? /^saml:/ : isCognito ? /:aud$/ : /:sub$/;
    return isNamed(required)
      ? []
      : [
          `it is for everybody whom ${value} knows; required: a condition on ${isSaml ? "SAML:aud" : isCognito ? "cognito-identity.amazonaws.com:aud" : "the provider's :sub"}.`,
        ];
  });
}

/** Whether a statement is for everybody, and no condition says who that is. */
export function isForEverybody({ principals, tests }: Statement): boolean {
  return (
    principals.some(({ value }) => value !== UNKNOWN && ANYBODY.test(value)) &&
    !tests.some((test) => isMet(test, (value) => NAMING[test.key]?.(value) ?? false))
  );
}

/**
 * Accounts other than these that a statement is for, as it names them; `*` is everybody of whom no
 * condition says that they belong to one of these.
 *
 * @param accounts The stack's own accounts.
 */
export function foreigners(
  { principals, tests }: Statement,
  accounts: readonly string[],
): string[] {
  const isOwn = (account: string | undefined) => accounts.includes(account ?? "");
  const onlyOwn = tests.some((test) =>
    isMet(test, (value) => isOwn(CALLER_ACCOUNT[test.key]?.(value))),
  );
  return principals
    .filter(({ kind }) => kind === "AWS" || kind === "CanonicalUser")
    .flatMap(({ value }) => (value === UNKNOWN ? [] : [value]))
    .filter((value) => (ANYBODY.test(value) ? !onlyOwn : !isOwn(accountOf(value))));
}

/**
 * Accounts other than these that a statement for everybody lets in by name: its condition says that they call. Where it says
 * besides that they are of these accounts or of an organisation, they are not.
 */
export function foreignersByCondition(statement: Statement, accounts: readonly string[]): string[] {
  const { principals, tests } = statement;
  const isForAll = principals.some(({ value }) => value !== UNKNOWN && ANYBODY.test(value));
  if (!isForAll || isOfOrganisation(statement) || foreigners(statement, accounts).length === 0) {
    return [];
  }
  return tests
    .filter(({ operator, key }) => POSITIVE.test(operator) && key in CALLER_ACCOUNT)
    .flatMap(({ key, values }) =>
      values.flatMap((value) => {
        const account = value === UNKNOWN ? undefined : CALLER_ACCOUNT[key]?.(value);
        return ACCOUNT.test(account ?? "") && !accounts.includes(account ?? "")
          ? [`${String(value)}`]
          : [];
      }),
    );
}

/**
 * What is wrong with how a service is let in: it acts for every account that asks it, and a condition says for which.
 *
 * @param isTrust Whether it is let in to assume a role, where not every service says for whom.
 * @param accounts The stack's own accounts.
 */
export function serviceMistakes(
  { principals, tests, actions }: Statement,
  isTrust: boolean,
  accounts: readonly string[],
): string[] {
  const services = principals.flatMap(({ kind, value }) =>
    kind === "Service" && value !== UNKNOWN && (!isTrust || SAYING.test(value)) ? [value] : [],
  );
  const saying = tests.filter(({ key, operator }) => SOURCE.test(key) && POSITIVE.test(operator));
  const isSaid = saying.some(({ key, values }) =>
    values.every(
      (value) =>
        value === UNKNOWN || (NAMING[key] ?? ((text: string) => /[^*?:/]/.test(text)))(value),
    ),
  );
  const whole = actions.find((action) => action !== UNKNOWN && /^([^:]*:)?[*?]+$/.test(action));
  const tooMuch =
    whole !== undefined && principals.some(({ kind }) => isTrust || kind === "Service")
      ? [`it allows ${String(whole)}; required: the actions meant.`]
      : [];
  if (services.length === 0) {
    return tooMuch;
  }
  const strangers = saying
    .filter(({ key }) => key === "aws:sourceaccount" || key === "aws:sourcearn")
    .flatMap(({ values }) => values)
    .flatMap((value) => (value === UNKNOWN ? [] : [accountOf(value) ?? ""]))
    .filter((account) => ACCOUNT.test(account) && !accounts.includes(account));
  return [
    ...tooMuch,
    ...(isSaid
      ? []
      : services.map(
          (service) =>
            `it lets ${service} in for whichever account asks it; required: a condition on aws:SourceAccount or aws:SourceArn.`,
        )),
    ...(accounts.length === 0
      ? []
      : strangers.map(
          (account) =>
            `it lets ${services.join(", ")} in for account ${account}; required: a condition on aws:SourceAccount with this stack's account (${accounts.join(", ")}).`,
        )),
  ];
}

/** A test that only a caller meets for whom this holds, whichever of its values is met. */
function isMet({ operator, values }: Test, holds: (value: string) => boolean): boolean {
  const limits = (value: Text) => value === UNKNOWN || holds(value);
  return POSITIVE.test(operator) && values.length > 0 && values.every(limits);
}

/** The account of an ARN or of a principal that is an account. */
function accountOf(principal: string): string | undefined {
  return ACCOUNT.test(principal) ? principal : principal.split(":")[4];
}

/**
 * The accounts that a resource can be in: its provider is allowed no other. The resource's own ARN
 * is not known before it is made.
 *
 * @returns none where the provider does not say.
 */
export function ownAccounts({ provider }: Pick<ResourceValidationArgs, "provider">): string[] {
  const allowed = reading(() => provider?.props["allowedAccountIds"] as unknown);
  // The engine writes a provider's lists as JSON.
  const accounts: unknown = typeof allowed === "string" ? JSON.parse(allowed) : allowed;
  return Array.isArray(accounts) ? accounts.map(String) : [];
}
