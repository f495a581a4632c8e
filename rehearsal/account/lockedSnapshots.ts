import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Account } from "./account";

/** The lock of a snapshot. */
export interface SnapshotLock {
  readonly snapshotId: string;

  /** In EC2's words, such as `governance`. */
  readonly state: string;

  /** When it ends, ISO 8601. */
  readonly expires: string;
}

/**
 * EC2 over HTTP, for who asks it without Pulumi which snapshots are locked, and for nothing else.
 *
 * Source: EC2 API reference, DescribeLockedSnapshots.
 */
export class LockedSnapshots {
  private readonly server: Server;

  /** @param locks What is locked when somebody asks. */
  public constructor(locks: () => readonly SnapshotLock[]) {
    this.server = createServer((request, response) => {
      let asked = "";
      request.on("data", (chunk: Buffer) => (asked += chunk.toString("utf8")));
      request.on("end", () => {
        const known = new URLSearchParams(asked).get("Action") === "DescribeLockedSnapshots";
        response.writeHead(known ? 200 : 400, { "content-type": "text/xml" });
        response.end(known ? answer(locks()) : REFUSAL);
      });
    });
  }

  /** Answers from now on whatever this process asks EC2 by AWS's SDK. @returns what ends it. */
  public async answerThisProcess(): Promise<() => void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    const ours = {
      AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
    };
    const before = Object.keys(ours).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, ours);
    return () => {
      before.forEach(([name]) => Reflect.deleteProperty(process.env, name));
      Object.assign(
        process.env,
        Object.fromEntries(before.filter(([, value]) => value !== undefined)),
      );
      this.server.close();
      this.server.closeAllConnections();
    };
  }
}

/** The locks of the preserved copies in a simulated account. */
export function locksIn(account: Account): SnapshotLock[] {
  return account
    .ofType("aws:ebs/snapshotCopy:SnapshotCopy")
    .flatMap(({ id, lockedUntil }) =>
      lockedUntil === undefined
        ? []
        : [{ snapshotId: id, state: "governance", expires: lockedUntil }],
    );
}

const REFUSAL =
  "<Response><Errors><Error><Code>InvalidAction</Code><Message>it tells which snapshots are locked, and nothing else</Message></Error></Errors></Response>";

function answer(locks: readonly SnapshotLock[]): string {
  const items = locks.map(
    ({ snapshotId, state, expires }) =>
      `<item><snapshotId>${snapshotId}</snapshotId><lockState>${state}</lockState><lockExpiresOn>${expires}</lockExpiresOn></item>`,
  );
  return `<DescribeLockedSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId><snapshotSet>${items.join("")}</snapshotSet></DescribeLockedSnapshotsResponse>`;
}
