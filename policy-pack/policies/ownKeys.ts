import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown } from "../unknownValues";

/** Names of fields that say which key encrypts something. */
const KEY_FIELD = /(^|\.)(kms\w*|keyId|masterKey\w*|encryptionKey\w*)$/i;

/** AWS's own keys of an account: no policy of ours says who may use them. */
const DEFAULT_KEY = /^(arn:[^:]*:kms:[^:]*:\d*:)?(alias\/)?aws\//;

const KEY_ARN = /^arn:[\w-]+:kms:[\w-]*:(\d{12}):/;

/** A key that somebody else holds, or AWS for everybody in the account, protects nothing. */
export const ownKeys = ofResource(
  {
    name: "own-keys",
    displayName: "Nothing is under a default key or under another account's",
    description:
      "Checks that no field that names a key, of whatever type, names an AWS managed key, alias/aws/…, or a key of an account that the provider does not allow.",
    severity: "critical",
    tags: ["keys", "evidence"],
    remediationSteps: "Name a customer managed key of the stack's own account.",
  },
  mistakesOf,
);

function mistakesOf(subject: Subject): string[] {
  const { accounts } = subject;
  return subject.leaves().flatMap(([path, value]) => {
    if (typeof value !== "string" || !KEY_FIELD.test(path)) {
      return [];
    }
    const account = KEY_ARN.exec(value)?.[1];
    if (DEFAULT_KEY.test(value)) {
      return [
        `${path} is ${shown(value)}; required: a customer managed key.\nAWS's default key can neither be shared nor destroyed: name a key of your own.`,
      ];
    }
    return account === undefined || accounts.length === 0 || accounts.includes(account)
      ? []
      : [
          `${path} is ${shown(value)}; required: a key of account ${accounts.join(", ")}.\nWho owns the key decides who reads: name a key of the stack's own account.`,
        ];
  });
}
