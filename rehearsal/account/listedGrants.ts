import { createServer, type Server } from "node:http";

import { ListGrantsCommand, type ListGrantsCommandInput } from "@aws-sdk/client-kms";

import type { AccountStore } from "./accountStore";
import { listen, type Listening } from "./answerThisProcess";
import { kmsOf } from "./kms";

/**
 * KMS over HTTP, for who asks it without Pulumi which grants are on a key, and for nothing else.
 *
 * Source: KMS API reference, ListGrants.
 */
export class ListedGrants {
  private readonly server: Server;

  /** @param store The account of the keys. */
  public constructor(store: AccountStore) {
    this.server = createServer((request, response) => {
      let asked = "";
      request.on("data", (chunk: Buffer) => (asked += chunk.toString("utf8")));
      request.on("end", () => {
        const known = request.headers["x-amz-target"] === "TrentService.ListGrants";
        const answer = known
          ? kmsOf(store).send(new ListGrantsCommand(JSON.parse(asked) as ListGrantsCommandInput))
          : Promise.resolve(REFUSAL);
        response.writeHead(known ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
        void answer.then((body) => response.end(JSON.stringify(body)));
      });
    });
  }

  /** Starts to answer whatever KMS is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_KMS"]);
  }
}

const REFUSAL = {
  __type: "UnsupportedOperationException",
  message: "it tells which grants there are on a key, and nothing else",
};
