import { createPublicKey } from "node:crypto";

import {
  CreateGrantCommand,
  DescribeKeyCommand,
  type DescribeKeyCommandOutput,
  DryRunOperationException,
  GetPublicKeyCommand,
  type GetPublicKeyCommandOutput,
  type GrantListEntry,
  type GrantOperation,
  InvalidArnException,
  type KeyState,
  type KMSClient,
  ListAliasesCommand,
  type ListAliasesCommandOutput,
  ListGrantsCommand,
  type ListGrantsCommandOutput,
  ListKeysCommand,
  type ListKeysCommandOutput,
  NotFoundException,
  RevokeGrantCommand,
  UnsupportedOperationException,
} from "@aws-sdk/client-kms";

import type { Account, Entry } from "./account";
import type { AccountStore } from "./accountStore";
import { findKey } from "./keys";
import type { MemberAccounts } from "./memberAccounts";
import { withoutPrincipal } from "./principals";
import { privateKeyOf } from "./recordSigning";

const ALIAS = "aws:kms/alias:Alias";
const KEY = "aws:kms/key:Key";
const GRANT = "aws:kms/grant:Grant";

/**
 * KMS of the simulated account, for who asks it without Pulumi.
 *
 * @param others The accounts beside it, whose keys are looked at by who assumed a role there. @default none
 */
export function kmsOf(own: AccountStore, others?: MemberAccounts): Pick<KMSClient, "send"> {
  const ownerOf = (KeyId = "") => others?.find(KeyId.split(":")[4] ?? "") ?? own;
  const send = async (
    command: unknown,
  ): Promise<
    Partial<
      ListGrantsCommandOutput &
        DescribeKeyCommandOutput &
        GetPublicKeyCommandOutput &
        ListAliasesCommandOutput &
        ListKeysCommandOutput
    >
  > => {
    if (command instanceof DescribeKeyCommand) {
      const key = keyOf(own, command.input.KeyId);
      const date = key.properties["deletionDate"] as string | undefined;
      return {
        KeyMetadata: {
          KeyId: key.id,
          KeyState: key.state as KeyState,
          Description: key.properties["description"] as string | undefined,
          ...(date === undefined ? {} : { DeletionDate: new Date(date) }),
        },
      };
    }
    if (command instanceof GetPublicKeyCommand) {
      const { id, arn, properties } = keyOf(own, command.input.KeyId);
      if (properties["keyUsage"] !== "SIGN_VERIFY") {
        throw new UnsupportedOperationException({ message: "", $metadata: {} });
      }
      const half = createPublicKey(privateKeyOf(id));
      return { KeyId: arn, PublicKey: half.export({ type: "spki", format: "der" }) };
    }
    if (command instanceof ListKeysCommand) {
      const Keys = own
        .read()
        .ofType(KEY)
        .map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
      return { Keys, Truncated: false };
    }
    if (command instanceof ListAliasesCommand) {
      const { KeyId } = command.input;
      const key = KeyId === undefined ? undefined : keyOf(own, KeyId);
      const Aliases = own
        .read()
        .ofType(ALIAS)
        .map(({ id, properties }) => ({
          AliasName: id,
          TargetKeyId: properties["targetKeyId"] as string,
        }))
        .filter(({ TargetKeyId }) => key === undefined || TargetKeyId === key.id);
      return { Aliases, Truncated: false };
    }
    if (command instanceof ListGrantsCommand) {
      const account = ownerOf(command.input.KeyId).read();
      return {
        Grants: grantsOn(account, command.input.KeyId).map((entry) => listed(account, entry)),
      };
    }
    if (command instanceof CreateGrantCommand && command.input.DryRun === true) {
      const { KeyId, GranteePrincipal = "" } = command.input;
      const store = ownerOf(KeyId);
      keyOf(store, KeyId);
      const message = withoutPrincipal(GranteePrincipal, own.read(), others);
      throw message === undefined
        ? new DryRunOperationException({ message: DRY_RUN, $metadata: {} })
        : new InvalidArnException({ message, $metadata: {} });
    }
    if (command instanceof RevokeGrantCommand) {
      const { KeyId, GrantId } = command.input;
      return own.change((account) => {
        const grant = grantsOn(account, KeyId).find((entry) => idOf(entry) === GrantId);
        if (grant === undefined) {
          throw new NotFoundException({ message: `Grant ${GrantId} not found`, $metadata: {} });
        }
        account.remove(grant);
        return {};
      });
    }
    throw new Error(
      "the simulated KMS lists keys and aliases, tells of one and of its public half, lists, tries and revokes grants, and nothing else",
    );
  };
  return { send: send as KMSClient["send"] };
}

const DRY_RUN = "The request would have succeeded, but the DryRun option is set.";

/** @throws NotFoundException */
function keyOf(store: AccountStore, KeyId = ""): Entry {
  const key = findKey(store.read(), KeyId);
  if (key === undefined) {
    throw new NotFoundException({ message: `Key '${KeyId}' does not exist`, $metadata: {} });
  }
  return key;
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
