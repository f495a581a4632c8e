import {
  DescribeKeyCommand,
  type DescribeKeyCommandOutput,
  type GrantListEntry,
  type GrantOperation,
  type KeyState,
  type KMSClient,
  ListGrantsCommand,
  type ListGrantsCommandOutput,
  NotFoundException,
  RevokeGrantCommand,
} from "@aws-sdk/client-kms";

import type { Account, Entry } from "./account";
import type { AccountStore } from "./accountStore";
import { findKey } from "./keys";

const GRANT = "aws:kms/grant:Grant";

/** KMS of the simulated account, for who asks it without Pulumi. */
export function kmsOf(store: AccountStore): Pick<KMSClient, "send"> {
  const send = async (
    command: unknown,
  ): Promise<Partial<ListGrantsCommandOutput & DescribeKeyCommandOutput>> => {
    if (command instanceof DescribeKeyCommand) {
      const KeyId = command.input.KeyId ?? "";
      const key = findKey(store.read(), KeyId);
      if (key === undefined) {
        throw new NotFoundException({ message: `Key '${KeyId}' does not exist`, $metadata: {} });
      }
      const date = key.properties["deletionDate"] as string | undefined;
      return {
        KeyMetadata: {
          KeyId: key.id,
          KeyState: key.state as KeyState,
          ...(date === undefined ? {} : { DeletionDate: new Date(date) }),
        },
      };
    }
    if (command instanceof ListGrantsCommand) {
      const account = store.read();
      return {
        Grants: grantsOn(account, command.input.KeyId).map((entry) => listed(account, entry)),
      };
    }
    if (command instanceof RevokeGrantCommand) {
      const { KeyId, GrantId } = command.input;
      return store.change((account) => {
        const grant = grantsOn(account, KeyId).find((entry) => idOf(entry) === GrantId);
        if (grant === undefined) {
          throw new NotFoundException({ message: `Grant ${GrantId} not found`, $metadata: {} });
        }
        account.remove(grant);
        return {};
      });
    }
    throw new Error("the simulated KMS tells of keys, lists and revokes grants, and nothing else");
  };
  return { send: send as KMSClient["send"] };
}

function grantsOn(account: Account, keyId: string | undefined): Entry[] {
  return account.ofType(GRANT).filter(({ properties }) => properties["keyId"] === keyId);
}

function idOf({ id }: Entry): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

function listed(account: Account, entry: Entry): GrantListEntry {
  const { name, granteePrincipal, issuingAccount, operations } = entry.properties as {
    name?: string;
    granteePrincipal: string;
    issuingAccount?: string;
    operations: GrantOperation[];
  };
  return {
    GrantId: idOf(entry),
    Name: name,
    GranteePrincipal: granteePrincipal,
    IssuingAccount: `arn:aws:iam::${issuingAccount ?? account.id}:root`,
    Operations: operations,
  };
}
