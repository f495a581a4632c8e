import type { Statement, Test } from "./policyDocuments";
import { UNKNOWN } from "./unknownValues";

/** Operators that compare with what is named. `…IfExists` is met where the key is missing. */
const POSITIVE =
  /^(ForAnyValue:)?(Arn(Equals|Like)|String(Equals|EqualsIgnoreCase|Like)|Bool|Numeric(Equals|LessThan\w*))$/;

const OWNER = /^aws:resource(account|orgid|orgpaths)$/;

/** What every request of the account has, or whoever makes it chooses: it says nothing of which resource. */
const MET_BY_EVERYBODY = [
  // Who asks, how and when.
  /^aws:(principal|multifactorauth|calledvia|useridentity)/,
  /^aws:(securetransport|currenttime|epochtime|useragent|referer|tokenissuetime|userid|username|viaawsservice|federatedprovider|sourceidentity)$/,
  /^(sts|saml|cognito-identity\.amazonaws\.com):/,
  // From where.
  /^aws:(requestedregion|sourceip|vpcsourceip|sourcearn|sourceaccount)$/,
  /^ec2:region$/,
  // How a request is written.
  /^s3:(signatureversion|signatureage|authtype|tlsversion|max-keys|delimiter|x-amz-content-sha256)$/,
  /^kms:(encryptionalgorithm|signingalgorithm|macalgorithm|bypasspolicylockoutsafetycheck)$/,
];

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
    !MET_BY_EVERYBODY.some((met) => met.test(key)) &&
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
