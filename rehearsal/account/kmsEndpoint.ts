import type { Server } from "node:http";

import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  type KMSClient,
  ListAliasesCommand,
  type ListAliasesCommandInput,
  ListGrantsCommand,
  ListKeysCommand,
  type ListGrantsCommandInput,
} from "@aws-sdk/client-kms";

import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import { jsonServer } from "./jsonServer";

/**
 * KMS over HTTP, for who asks it without Pulumi which keys there are, which aliases and grants are on one and whether another could be
 * made, and for nothing else.
 *
 * Source: KMS API reference, ListKeys, ListAliases, ListGrants, CreateGrant.
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
    default:
      throw new Error(`it answers no ${target}`);
  }
}
