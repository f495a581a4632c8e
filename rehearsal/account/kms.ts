import { createPublicKey } from "node:crypto";

import type { Account, Entry } from "./account";
import type { AccountStore } from "./accountStore";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";
import { findKey, isPrincipal } from "./keys";
import type { MemberAccounts } from "./memberAccounts";
import { privateKeyOf } from "./recordSigning";

const ALIAS = "aws:kms/alias:Alias";
const KEY = "aws:kms/key:Key";
const GRANT = "aws:kms/grant:Grant";

interface Asked {
  readonly KeyId: string;
}

/** A grant that is asked for, or would be. */
export interface AskedGrant extends Asked {
  readonly GranteePrincipal: string;
  readonly DryRun?: boolean;
}

/**
 * What KMS answers to who asks it without Pulumi: which keys and aliases there are, how a key is, which grants are on it,
 * whether another could be made; and it revokes one.
 *
 * Source: KMS API reference, the operations by these names. Times are seconds, bytes are base 64.
 *
 * @param own The account that asks.
 * @param others The accounts whose keys' grants are looked at by who assumed a role there.
 */
export function kmsAnswersOf(own: AccountStore, others: MemberAccounts): JsonAnswers {
  const ownerOf = (keyId: string) => others.find(keyId.split(":")[4] ?? "") ?? own;
  return {
    ListKeys: () => ({
      Keys: own
        .read()
        .ofType(KEY)
        .map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })),
    }),
    DescribeKey: ({ KeyId }: Asked) => {
      const { id, state, properties } = keyOf(own.read(), KeyId);
      const { description, deletionDate } = properties;
      const ends =
        deletionDate === undefined
          ? {}
          : { DeletionDate: Date.parse(deletionDate as string) / 1000 };
      return { KeyMetadata: { KeyId: id, KeyState: state, Description: description, ...ends } };
    },
    GetPublicKey: ({ KeyId }: Asked) => {
      const { id, arn, properties } = keyOf(own.read(), KeyId);
      if (properties["keyUsage"] !== "SIGN_VERIFY") {
        throw new AwsError("UnsupportedOperationException", "");
      }
      const half = createPublicKey(privateKeyOf(id)).export({ type: "spki", format: "der" });
      return { KeyId: arn, PublicKey: half.toString("base64") };
    },
    ListAliases: ({ KeyId }: Partial<Asked>) => {
      const account = own.read();
      const key = KeyId === undefined ? undefined : keyOf(account, KeyId).id;
      const aliases = account
        .ofType(ALIAS)
        .map(({ id, properties }) => ({ AliasName: id, TargetKeyId: properties["targetKeyId"] }));
      return {
        Aliases: aliases.filter(({ TargetKeyId }) => key === undefined || TargetKeyId === key),
      };
    },
    ListGrants: ({ KeyId }: Asked) => {
      const account = ownerOf(KeyId).read();
      return { Grants: grantsOn(account, KeyId).map((entry) => listed(account, entry)) };
    },
    // It makes none: it says whether it would.
    CreateGrant: ({ KeyId, GranteePrincipal, DryRun }: AskedGrant) => {
      if (DryRun !== true) {
        throw new AwsError("AccessDeniedException", "Without DryRun nobody asks for a grant here.");
      }
      keyOf(ownerOf(KeyId).read(), KeyId);
      throw isPrincipal(GranteePrincipal, own.read(), others)
        ? new AwsError("DryRunOperationException", "The request would have succeeded.")
        : new AwsError(
            "InvalidArnException",
            `ARN does not refer to a valid principal: ${GranteePrincipal}`,
          );
    },
    RevokeGrant: ({ KeyId, GrantId }: Asked & { GrantId: string }) =>
      own.change((account) => {
        const grant = grantsOn(account, KeyId).find((entry) => idOf(entry) === GrantId);
        if (grant === undefined) {
          throw new AwsError("NotFoundException", `Grant ${GrantId} not found`);
        }
        account.remove(grant);
        return {};
      }),
  };
}

function keyOf(account: Account, keyId: string): Entry {
  const key = findKey(account, keyId);
  if (key === undefined) {
    throw new AwsError("NotFoundException", `Key '${keyId}' does not exist`);
  }
  return key;
}

function grantsOn(account: Account, keyId: string): Entry[] {
  return account.ofType(GRANT).filter(({ properties }) => properties["keyId"] === keyId);
}

function idOf({ id }: Entry): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

function listed(account: Account, entry: Entry): object {
  const { name, granteePrincipal, issuingAccount = account.id, operations } = entry.properties;
  return {
    GrantId: idOf(entry),
    Name: name,
    GranteePrincipal: granteePrincipal,
    IssuingAccount: `arn:aws:iam::${String(issuingAccount)}:root`,
    Operations: operations,
  };
}
