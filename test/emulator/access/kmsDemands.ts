import type { Asked } from "./askedOf";
import { type Context, type Demand, Unmapped } from "./demand";
import type { Facts, Where } from "./facts";
import { requestTags, tagsGiven } from "./requestTags";

/** Operations that name no key. */
const OF_NO_KEY = ["CreateKey", "ListAliases", "ListKeys"];

/** Operations that name a key by an alias of it, and need both. */
const OF_ALIASES = ["CreateAlias", "DeleteAlias", "UpdateAlias"];

/**
 * What a request of KMS's asks IAM for. No key's tags count here: KMS takes up to five minutes to see
 * them, and no key of a run lives long.
 *
 * Sources: KMS developer guide, "Permissions reference" and "ABAC for AWS KMS"; KMS API reference, CreateKey.
 */
export async function kmsDemands(asked: Asked, where: Where, facts: Facts): Promise<Demand[]> {
  const { operation, said } = asked;
  const { account, region } = where;
  const action = `kms:${operation}`;
  const given = requestTags(tagsGiven(asked));
  if (OF_NO_KEY.includes(operation)) {
    const key = { resource: `arn:aws:kms:${region}:${account}:key/new`, policy: leftTo(account) };
    return [
      { action, resource: "*", context: given },
      ...(operation === "CreateKey" && Object.keys(given).length > 0
        ? [{ action: "kms:TagResource", ...key, context: given }]
        : []),
    ];
  }
  const alias = said.get("AliasName");
  const named = said.get("TargetKeyId") ?? said.get("KeyId") ?? alias;
  if (named === undefined) {
    throw new Unmapped(`kms: ${operation} names no key`);
  }
  const key = await facts.key(where, named);
  return [
    // Of what is not there KMS tells nothing but that.
    ...(key === undefined
      ? []
      : [{ action, resource: key.arn, context: { ...given, ...contextOf(asked) } }]),
    ...(OF_ALIASES.includes(operation) && alias !== undefined
      ? [{ action, resource: `arn:aws:kms:${region}:${account}:${alias}`, context: {} }]
      : []),
  ];
}

/**
 * What KMS asks before it makes a key, or puts a policy: whether who asks could put another one. Tags do not
 * count yet.
 */
export function lockOutDemand(asked: Asked, { account, region }: Where): Demand | undefined {
  const policy = asked.said.get("Policy");
  return ["CreateKey", "PutKeyPolicy"].includes(asked.operation) && policy !== undefined
    ? {
        action: "kms:PutKeyPolicy",
        resource: `arn:aws:kms:${region}:${account}:key/new`,
        context: {},
        policy: JSON.parse(policy) as object,
      }
    : undefined;
}

function contextOf({ operation, said }: Asked): Context {
  if (operation === "Sign") {
    return {
      "kms:MessageType": said.get("MessageType") ?? "RAW",
      "kms:SigningAlgorithm": said.get("SigningAlgorithm") ?? "",
    };
  }
  if (operation !== "CreateGrant") {
    return {};
  }
  return {
    "kms:GrantIsForAWSResource": "false",
    "kms:GranteePrincipal": said.get("GranteePrincipal") ?? "",
    "kms:GrantOperations": [...said].flatMap(([name, value]) =>
      name.startsWith("Operations.") ? value : [],
    ),
  };
}

/** A key's policy that leaves everything to the account's own policies: of a key that has none yet. */
function leftTo(account: string): object {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }],
  };
}
