import type { Server } from "node:http";

import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DescribeKeyCommand,
  type DescribeKeyCommandInput,
  GetPublicKeyCommand,
  type GetPublicKeyCommandInput,
  type KMSClient,
  ListAliasesCommand,
  type ListAliasesCommandInput,
  ListGrantsCommand,
  ListKeysCommand,
  type ListGrantsCommandInput,
  RevokeGrantCommand,
  type RevokeGrantCommandInput,
} from "@aws-sdk/client-kms";

import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import { jsonServer } from "./jsonServer";

/**
 * KMS over HTTP, for who asks it without Pulumi which keys there are, how one is, which aliases and grants are on it and whether
 * another could be made, or revokes one, and for nothing else.
 *
 * Source: KMS API reference, ListKeys, DescribeKey, GetPublicKey, ListAliases, ListGrants, CreateGrant, RevokeGrant.
 */
export class KmsEndpoint {
  private readonly server: Server;

  /** @param kms What it answers with, as a client of the SDK would. */
  public constructor(kms: Pick<KMSClient, "send">) {
    this.server = jsonServer((target, asked) => ask(kms, target, asked));
  }

  /** Answers from now on whatever this process asks KMS by AWS's SDK. @returns what ends it. */
  public answerThisProcess(): Promise<() => void> {
    return answerThisProcess(this.listen());
  }

  /** Starts to answer whatever KMS is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_KMS"]);
  }
}

function ask(kms: Pick<KMSClient, "send">, target: string, body: unknown): Promise<unknown> {
  switch (target) {
    case "TrentService.ListGrants":
      return kms.send(new ListGrantsCommand(body as ListGrantsCommandInput));
    case "TrentService.CreateGrant":
      return kms.send(new CreateGrantCommand(body as CreateGrantCommandInput));
    case "TrentService.ListAliases":
      return kms.send(new ListAliasesCommand(body as ListAliasesCommandInput));
    case "TrentService.ListKeys":
      return kms.send(new ListKeysCommand({}));
    case "TrentService.DescribeKey":
      return describeKey(kms, body as DescribeKeyCommandInput);
    case "TrentService.GetPublicKey":
      return kms.send(new GetPublicKeyCommand(body as GetPublicKeyCommandInput));
    case "TrentService.RevokeGrant":
      return kms.send(new RevokeGrantCommand(body as RevokeGrantCommandInput));
    default:
      throw new Error(`it answers no ${target}`);
  }
}

/** Times are seconds in JSON. */
async function describeKey(
  kms: Pick<KMSClient, "send">,
  input: DescribeKeyCommandInput,
): Promise<object> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand(input));
  const date = KeyMetadata?.DeletionDate;
  return {
    KeyMetadata: {
      ...KeyMetadata,
      ...(date === undefined ? {} : { DeletionDate: date.getTime() / 1000 }),
    },
  };
}
