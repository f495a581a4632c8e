import assert from "node:assert/strict";

import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import {
  ResourceMonitorClient,
  ResourceMonitorService,
} from "@pulumi/pulumi/proto/resource_grpc_pb";
import { SupportsFeatureRequest, SupportsFeatureResponse } from "@pulumi/pulumi/proto/resource_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";

import "../../rehearsal/language/ownConnections";

describe("the connections of programs inside this process", () => {
  const listening: Server[] = [];
  after(() => listening.forEach((server) => server.forceShutdown()));

  it("reach an engine at the port of one that has ended, and was called after that", async () => {
    const [first, port] = await listen(0);
    const before = connect(port);
    assert.equal(await ask(before), "answered");
    first.forceShutdown();
    assert.match(await ask(before), /^14 UNAVAILABLE/);

    const [second] = await listen(port);
    listening.push(second);
    assert.equal(await ask(connect(port)), "answered");
  });
});

/** An engine's end, as far as a program asks first. @param port Where, or 0 for any. */
function listen(port: number): Promise<[Server, number]> {
  const server = new Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: (_: unknown, callback: (error: null, response: object) => void) =>
      callback(null, new SupportsFeatureResponse().setHassupport(true)),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve([server, bound]) : reject(error),
    );
  });
}

/** As Pulumi's SDK connects. */
function connect(port: number): ResourceMonitorClient {
  const { grpcClientOptions } = settings as unknown as { readonly grpcClientOptions: object };
  return new ResourceMonitorClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    grpcClientOptions,
  );
}

function ask(client: ResourceMonitorClient): Promise<string> {
  return new Promise((resolve) => {
    client.supportsFeature(new SupportsFeatureRequest(), (error) =>
      resolve(error === null ? "answered" : error.message),
    );
  });
}
