import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { ListGrantsCommand, type ListGrantsCommandInput } from "@aws-sdk/client-kms";

import type { AccountStore } from "./accountStore";
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

  /** Answers from now on whatever this process asks KMS by AWS's SDK. @returns what ends it. */
  public async answerThisProcess(): Promise<() => void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const before = process.env["AWS_ENDPOINT_URL_KMS"];
    process.env["AWS_ENDPOINT_URL_KMS"] =
      `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return () => {
      Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL_KMS");
      if (before !== undefined) {
        process.env["AWS_ENDPOINT_URL_KMS"] = before;
      }
      this.server.close();
      this.server.closeAllConnections();
    };
  }
}

const REFUSAL = {
  __type: "UnsupportedOperationException",
  message: "it tells which grants there are on a key, and nothing else",
};
