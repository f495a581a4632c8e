import { createHash } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What a workstation may ask of the vault. */
export type Act =
  | "AbortMultipartUpload"
  | "CompleteMultipartUpload"
  | "CreateMultipartUpload"
  | "ListParts"
  | "PutObject"
  | "UploadPart";

/** A request that came to the door. */
export interface Asked {
  readonly act: Act;

  /** The part of an UploadPart, else 0. */
  readonly part: number;
  readonly headers: IncomingHttpHeaders;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Stands between evidence-put and the emulator. It refuses what the workstation's role or the vault's
 * policy would refuse, as the emulator enforces no policy, and does what S3 documents and the emulator
 * lacks:
 *
 * - SHA-256 checksums of objects and parts are compared with what came (BadDigest, InvalidPart);
 * - ListParts has the parts' checksums, CompleteMultipartUpload the checksum of checksums;
 * - an upload that is not there is answered with NoSuchUpload.
 */
export class VaultDoor {
  /** Every request that was let through or refused by a checksum, in order. */
  public readonly asked: Asked[] = [];

  /** What happens before a request is let through; it waits until this resolves. */
  public before: (asked: Asked) => void | Promise<void> = () => undefined;

  /** Whether the answer to a request is lost after it was done. */
  public loses: (asked: Asked) => boolean = () => false;

  /** Whether a byte of a body is changed on its way. */
  public corrupts: (asked: Asked) => boolean = () => false;

  /** Puts the answers' checksums in place of the right ones. */
  public checksumOfCompleted: (right: string) => string = (right) => right;

  /** SHA-256 in base64 of each part by its number, by upload. */
  private readonly uploads = new Map<string, Map<number, string>>();

  private readonly server: Server;

  /** @param emulator URL of the emulator. */
  public constructor(private readonly emulator: string) {
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming).then(
        (answer) =>
          answer === undefined
            ? outgoing.destroy()
            : outgoing.writeHead(answer.status, answer.headers).end(answer.body),
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

  /** Forgets what was asked, and intervenes no more. */
  public reset(): void {
    this.asked.length = 0;
    this.before = () => undefined;
    this.loses = () => false;
    this.corrupts = () => false;
    this.checksumOfCompleted = (right) => right;
  }

  /** How often something was asked. */
  public count(act: Act): number {
    return this.asked.filter((asked) => asked.act === act).length;
  }

  private async pass(incoming: IncomingMessage): Promise<Answer | undefined> {
    const { searchParams: query } = new URL(incoming.url ?? "/", this.emulator);
    const { headers } = incoming;
    const body = await buffer(incoming);
    const act = actOf(incoming.method ?? "", query);
    const refusal = act === undefined ? "is not the role's" : refusalOf(act, headers);
    if (act === undefined || refusal !== undefined) {
      return refused(403, "AccessDenied", `${incoming.method} ${incoming.url} ${refusal}`);
    }
    const asked = { act, part: Number(query.get("partNumber") ?? 0), headers };
    this.asked.push(asked);
    await this.before(asked);
    if (this.corrupts(asked)) {
      body.writeUInt8(body.readUInt8(0) ^ 1, 0);
    }
    const wrong = this.wrongIn(asked, query.get("uploadId"), body);
    if (wrong !== undefined) {
      return wrong;
    }
    const answer = await this.forward(incoming, body);
    if (this.loses(asked)) {
      return undefined;
    }
    return answer.status < 300
      ? this.corrected(asked, query.get("uploadId"), body, answer)
      : answer;
  }

  private wrongIn({ act, part, headers }: Asked, upload: string | null, body: Buffer) {
    const parts = upload === null ? undefined : this.uploads.get(upload);
    if (upload !== null && parts === undefined) {
      return refused(404, "NoSuchUpload", "The specified upload does not exist.");
    }
    if (act === "PutObject" || act === "UploadPart") {
      if (headers["x-amz-checksum-sha256"] !== sha256(body)) {
        return refused(400, "BadDigest", "The SHA256 you specified did not match.");
      }
      parts?.set(part, sha256(body));
    }
    return act === "CompleteMultipartUpload" &&
      partsOf(body).some(([number, checksum]) => parts?.get(number) !== checksum)
      ? refused(400, "InvalidPart", "One or more of the specified parts could not be found.")
      : undefined;
  }

  private corrected({ act }: Asked, upload: string | null, sent: Buffer, answer: Answer): Answer {
    let xml = answer.body.toString("utf8");
    if (act === "CreateMultipartUpload") {
      this.uploads.set(/<UploadId>(.*?)</.exec(xml)?.[1] ?? "", new Map());
    } else if (act === "AbortMultipartUpload") {
      this.uploads.delete(upload ?? "");
    } else if (act === "ListParts") {
      xml = xml.replace(
        /<PartNumber>(\d+)<\/PartNumber>/g,
        (item, number: string) =>
          `${item}<ChecksumSHA256>${this.uploads.get(upload ?? "")?.get(Number(number))}</ChecksumSHA256>`,
      );
    } else if (act === "CompleteMultipartUpload") {
      const digests = partsOf(sent).map(([, checksum]) => Buffer.from(checksum, "base64"));
      const right = `${sha256(Buffer.concat(digests))}-${digests.length}`;
      xml = xml.replace(
        /<\/\w+>\s*$/,
        `<ChecksumSHA256>${this.checksumOfCompleted(right)}</ChecksumSHA256>$&`,
      );
    }
    const body = Buffer.from(xml);
    return { ...answer, headers: { ...answer.headers, "content-length": `${body.length}` }, body };
  }

  private async forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, headers, url = "/" } = incoming;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { expect: _, ...same } = headers;
      request(new URL(url, this.emulator), { method, headers: same })
        .on("response", resolve)
        .on("error", reject)
        .end(body);
    });
    return {
      status: answer.statusCode ?? 502,
      headers: answer.headers,
      body: await buffer(answer),
    };
  }
}

function actOf(method: string, query: URLSearchParams): Act | undefined {
  const upload = query.has("uploadId");
  switch (method) {
    case "PUT":
      return upload ? "UploadPart" : query.size === 0 ? "PutObject" : undefined;
    case "POST":
      return upload
        ? "CompleteMultipartUpload"
        : query.has("uploads")
          ? "CreateMultipartUpload"
          : undefined;
    case "GET":
      return upload ? "ListParts" : undefined;
    case "DELETE":
      return upload ? "AbortMultipartUpload" : undefined;
    default:
      return undefined;
  }
}

/** Why the vault's policy refuses a request; see components/evidence/vaultPolicy.ts. */
function refusalOf(act: Act, headers: IncomingHttpHeaders): string | undefined {
  const creates = act === "PutObject" || act === "CompleteMultipartUpload";
  if (creates && headers["if-none-match"] !== "*") {
    return "is not write-once";
  }
  const decided = Object.keys(headers).filter((name) =>
    /^x-amz-(server-side-encryption|object-lock|acl|tagging)/.test(name),
  );
  return decided.length > 0 ? `decides for the vault: ${decided.join(", ")}` : undefined;
}

function refused(status: number, code: string, message: string): Answer {
  const body = Buffer.from(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** Number and checksum of each part that a CompleteMultipartUpload names. */
function partsOf(body: Buffer): [number, string][] {
  return [...body.toString("utf8").matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => [
    Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    /<ChecksumSHA256>(.*?)</.exec(part)?.[1] ?? "",
  ]);
}

function sha256(data: Buffer): string {
  return createHash("sha256").update(data).digest("base64");
}
