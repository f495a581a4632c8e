import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  type KMSClient,
  ListGrantsCommand,
  ListKeysCommand,
  type ListGrantsCommandInput,
} from "@aws-sdk/client-kms";

import { answerThisProcess, listen, type Listening } from "./answerThisProcess";

/**
 * KMS over HTTP, for who asks it without Pulumi which keys there are, which grants are on one and whether another could be
 * made, and for nothing else.
 *
 * Source: KMS API reference, ListKeys, ListGrants, CreateGrant.
 */
export class KmsEndpoint {
  private readonly server: Server;

  /** @param kms What it answers with, as a client of the SDK would. */
  public constructor(kms: Pick<KMSClient, "send">) {
    this.server = createServer((request, response) => void answer(kms, request, response));
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

async function answer(
  kms: Pick<KMSClient, "send">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked: Buffer[] = [];
  for await (const chunk of request) {
    asked.push(chunk as Buffer);
  }
  const type = { "content-type": "application/x-amz-json-1.1" };
  try {
    const body = JSON.parse(Buffer.concat(asked).toString("utf8")) as unknown;
    const told = await ask(kms, String(request.headers["x-amz-target"]), body);
    response.writeHead(200, type).end(JSON.stringify(told));
  } catch (error) {
    const { name, message } = error as Error;
    response.writeHead(400, type).end(JSON.stringify({ __type: name, message }));
  }
}

function ask(kms: Pick<KMSClient, "send">, target: string, body: unknown): Promise<unknown> {
  switch (target) {
    case "TrentService.ListGrants":
      return kms.send(new ListGrantsCommand(body as ListGrantsCommandInput));
    case "TrentService.CreateGrant":
      return kms.send(new CreateGrantCommand(body as CreateGrantCommandInput));
    case "TrentService.ListKeys":
      return kms.send(new ListKeysCommand({}));
    default:
      throw new Error(`it answers no ${target}`);
  }
}
