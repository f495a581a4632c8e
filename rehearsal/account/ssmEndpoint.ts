import type { Server } from "node:http";

import {
  DeleteParameterCommand,
  type DeleteParameterCommandInput,
  DescribeSessionsCommand,
  type DescribeSessionsCommandInput,
  GetParameterCommand,
  type GetParameterCommandInput,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  type SSMClient,
} from "@aws-sdk/client-ssm";

import { listen, type Listening } from "./answerThisProcess";
import { jsonServer } from "./jsonServer";

/**
 * Systems Manager over HTTP, for commands in processes of their own: what the simulated one answers, and nothing else.
 *
 * Source: Systems Manager API reference, GetParametersByPath, GetParameter, DeleteParameter, DescribeSessions.
 */
export class SsmEndpoint {
  private readonly server: Server;

  /** @param ssm What it answers with, as a client of the SDK would. */
  public constructor(ssm: Pick<SSMClient, "send">) {
    this.server = jsonServer((target, asked) => ask(ssm, target, asked));
  }

  /** Starts to answer whatever Systems Manager is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_SSM"]);
  }
}

function ask(ssm: Pick<SSMClient, "send">, target: string, body: unknown): Promise<unknown> {
  switch (target) {
    case "AmazonSSM.GetParametersByPath":
      return ssm.send(new GetParametersByPathCommand(body as GetParametersByPathCommandInput));
    case "AmazonSSM.GetParameter":
      return ssm.send(new GetParameterCommand(body as GetParameterCommandInput));
    case "AmazonSSM.DeleteParameter":
      return ssm.send(new DeleteParameterCommand(body as DeleteParameterCommandInput));
    case "AmazonSSM.DescribeSessions":
      return ssm.send(new DescribeSessionsCommand(body as DescribeSessionsCommandInput));
    default:
      throw new Error(`it answers no ${target}`);
  }
}
