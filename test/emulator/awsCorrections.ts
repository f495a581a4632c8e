import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

import { actionOf } from "./callsMade";

/**
 * Stands between the deployment and the emulator, and does for it what it cannot:
 *
 * - the snapshot of an image is never encrypted there: DescribeSnapshots shows it as encrypted;
 * - snapshots are not shared between accounts there: DescribeSnapshots shows another owner;
 * - RunInstances forgets the protection against termination there: it is set afterwards;
 * - a bucket policy's Deny is applied there whatever its conditions say, so that one on uploads would
 *   refuse every upload: such a policy is kept here, and shown when it is asked for;
 * - a bucket whose events go to EventBridge does not say so there: its notifications are kept here;
 * - it has no Recycle Bin: rules of it are kept here, and shown when they are asked for;
 * - there are no accounts but one: images asked for of Canonical's are looked for in it.
 *
 * Nothing else is touched.
 */
export class AwsCorrections {
  /** Images whose snapshots are shown as encrypted, `ami-…`. */
  public readonly encryptedImages = new Set<string>();

  /** Snapshots that are shown as another account's: `snap-…` and the account. */
  public readonly owners = new Map<string, string>();

  /** Bucket policies that the emulator is not told of, by the path of their bucket. */
  private readonly policies = new Map<string, Buffer>();

  /** Notification configurations, by the path of their bucket. */
  private readonly notifications = new Map<string, Buffer>();

  /** Rules of the Recycle Bin, by id. */
  private readonly rules = new Map<string, Record<string, unknown>>();

  /** Every action that was asked for, as IAM knows it. */
  public readonly actions = new Set<string>();

  private readonly server: Server;

  /** @param emulator URL of the emulator. */
  public constructor(private readonly emulator: string) {
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming).then(
        ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
        (error: unknown) => outgoing.writeHead(502).end(String(error)),
      );
    });
  }

  /** Starts on the loopback address. @returns the URL to use in place of the emulator's. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(incoming: IncomingMessage) {
    const sent = await buffer(incoming);
    this.actions.add(actionOf(incoming, sent));
    const known =
      this.policyAnswer(incoming, sent) ??
      this.notificationAnswer(incoming, sent) ??
      this.ruleAnswer(incoming, sent);
    if (known !== undefined) {
      return known;
    }
    const { "content-length": __, ...anyLength } = incoming.headers;
    const answer = await this.forward(incoming, anyLength, asOwnImages(sent));
    const received = await buffer(answer);
    const body = sent.includes("Action=DescribeSnapshots&")
      ? Buffer.from(this.corrected(received.toString("utf8")))
      : received;
    if (sent.includes("Action=RunInstances&") && sent.includes("DisableApiTermination=true")) {
      const id = /<instanceId>(i-\w+)</.exec(received.toString("utf8"))?.[1];
      const protect = `Action=ModifyInstanceAttribute&Version=2016-11-15&InstanceId=${id}&DisableApiTermination.Value=true`;
      const { "content-length": _, ...same } = incoming.headers;
      await buffer(await this.forward(incoming, same, Buffer.from(protect)));
    }
    const headers = { ...answer.headers, "content-length": `${body.length}` };
    return { status: answer.statusCode ?? 502, headers, body };
  }

  private forward(
    { method, url = "/" }: IncomingMessage,
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request(new URL(url, this.emulator), { method, headers })
        .on("response", resolve)
        .on("error", reject)
        .end(body);
    });
  }

  private policyAnswer({ method, url = "" }: IncomingMessage, sent: Buffer) {
    const [bucket = "", query = ""] = url.split("?");
    if (!/(^|&)policy=?(&|$)/.test(query)) {
      return undefined;
    }
    if (method === "PUT" && deniesUploads(sent)) {
      this.policies.set(bucket, sent);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    }
    const body = this.policies.get(bucket);
    return method === "GET" && body !== undefined
      ? { status: 200, headers: { "content-type": "application/json" }, body }
      : undefined;
  }

  private notificationAnswer({ method, url = "" }: IncomingMessage, sent: Buffer) {
    const [bucket = "", query = ""] = url.split("?");
    if (!/(^|&)notification=?(&|$)/.test(query)) {
      return undefined;
    }
    if (method === "PUT") {
      this.notifications.set(bucket, sent);
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    }
    const body = this.notifications.get(bucket);
    return method === "GET" && body !== undefined
      ? { status: 200, headers: { "content-type": "application/xml" }, body }
      : undefined;
  }

  /** Source: Recycle Bin API reference, CreateRule, GetRule, ListTagsForResource. */
  private ruleAnswer({ method, url = "", headers }: IncomingMessage, sent: Buffer) {
    const [, , , service] =
      /Credential=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split("/") ?? [];
    if (service !== "rbin") {
      return undefined;
    }
    if (method === "POST" && url === "/rules") {
      const id = `rule${this.rules.size + 1}`;
      const rule = {
        Identifier: id,
        RuleArn: `arn:aws:rbin:us-east-1:123456789012:rule/${id}`,
        LockState: "unlocked",
        Status: "available",
        ...(JSON.parse(sent.toString("utf8")) as object),
      };
      this.rules.set(id, rule);
      return json(201, rule);
    }
    const rule = this.rules.get(decodeURIComponent(url).split("/").at(-1) ?? "");
    return method === "GET" && rule !== undefined ? json(200, rule) : json(501, { method, url });
  }

  private corrected(xml: string): string {
    return xml.replace(/<snapshotId>(snap-\w+)<.*?<\/encrypted>/gs, (item, id: string) => {
      const image = /<description>[^<]*(ami-\w+)/.exec(item)?.[1];
      const encrypted =
        image !== undefined && this.encryptedImages.has(image)
          ? item.replace("<encrypted>false<", "<encrypted>true<")
          : item;
      const owner = this.owners.get(id);
      return owner === undefined
        ? encrypted
        : encrypted.replace(/<ownerId>\d+</, `<ownerId>${owner}<`);
    });
  }
}

function json(status: number, answer: object) {
  const headers = { "content-type": "application/json" };
  return { status, headers, body: Buffer.from(JSON.stringify(answer)) };
}

function asOwnImages(sent: Buffer): Buffer {
  return sent.includes("Action=DescribeImages&")
    ? Buffer.from(sent.toString("utf8").replace("Owner.1=099720109477", "Owner.1=self"))
    : sent;
}

function deniesUploads(policy: Buffer): boolean {
  const { Statement } = JSON.parse(policy.toString("utf8")) as {
    Statement: { Effect: string; Action: string | string[] }[];
  };
  return Statement.some(
    ({ Effect, Action }) => Effect === "Deny" && [Action].flat().includes("s3:PutObject"),
  );
}
