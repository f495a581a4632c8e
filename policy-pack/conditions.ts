import type { Statement, Test } from "./policyDocuments";
import { UNKNOWN } from "./unknownValues";

/** Operators that compare with what is named. `…IfExists` is met where the key is missing. */
const POSITIVE =
  /^(ForAnyValue:)?(Arn(Equals|Like)|String(Equals|EqualsIgnoreCase|Like)|Bool|Numeric(Equals|LessThan\w*))$/;

const OWNER = /^aws:resource(account|orgid|orgpaths)$/;

/** What every request of the account has: it says nothing of which. */
const MET_BY_EVERYBODY =
  /^aws:(securetransport|currenttime|epochtime|useragent|referer|requestedregion|principal\w*|multifactorauth\w*|tokenissuetime|userid|username|viaawsservice|calledvia\w*|sourceip|source(arn|account))$/;

const OPEN = /^(arn:)?[*?:/]*$/;

/** Whether a condition says whose the resources are. One that is met without an owner is AWS's own form for logins. */
export function bindsOwner({ tests }: Statement): boolean {
  return tests.some(
    ({ operator, key, values }) =>
      OWNER.test(key) &&
      POSITIVE.test(operator.replace(/IfExists$/, "")) &&
      values.every((value) => value === UNKNOWN || !/[*?]/.test(value.replace(/\/\*$/, ""))),
  );
}

/** Whether a condition narrows what its holder may do: one that every request meets does not. */
export function narrows({ operator, key, values }: Test): boolean {
  return (
    POSITIVE.test(operator) &&
    !MET_BY_EVERYBODY.test(key) &&
    values.length > 0 &&
    values.every((value) => value === UNKNOWN || (value !== "false" && !OPEN.test(value)))
  );
}

/** Accounts other than these whose resources a condition names. @param accounts The stack's own accounts. */
export function foreignOwners({ tests }: Statement, accounts: readonly string[]): string[] {
  return tests
    .filter(({ key, operator }) => key === "aws:resourceaccount" && POSITIVE.test(operator))
    .flatMap(({ values }) => values)
    .filter((value): value is string => value !== UNKNOWN && !accounts.includes(value));
}
