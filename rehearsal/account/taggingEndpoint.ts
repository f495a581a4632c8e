import type { Server } from "node:http";

import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";

import { listen, type Listening } from "./answerThisProcess";
import { jsonServer } from "./jsonServer";

/**
 * The Resource Groups Tagging API over HTTP, for commands in processes of their own.
 *
 * Source: Resource Groups Tagging API reference, GetResources.
 */
export class TaggingEndpoint {
  private readonly server: Server;

  /** @param tagging What it answers with, as a client of the SDK would. */
  public constructor(tagging: Pick<ResourceGroupsTaggingAPIClient, "send">) {
    this.server = jsonServer((target, asked) => {
      if (target !== "ResourceGroupsTaggingAPI_20170126.GetResources") {
        throw new Error(`it answers no ${target}`);
      }
      return tagging.send(new GetResourcesCommand(asked as GetResourcesCommandInput));
    });
  }

  /** Starts to answer whatever the tagging API is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"]);
  }
}
