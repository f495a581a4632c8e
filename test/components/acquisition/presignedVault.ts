import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The signature by which this vault takes an object: a real one depends on its key as well. */
export const signatureOf = (key: string) =>
  createHash("sha256").update(`signed ${key}`).digest("hex");

/** What all presigned URLs have in common. */
export const ACCESS =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x%2Fy&X-Amz-Security-Token=z%3D";

/** What a machine of its own calls this one, as "localhost" is itself. */
export const ELSEWHERE = "vault.test";

/** Plays S3 as far as presigned URLs know it: over TLS, new objects only, each by its own signature, its MD5 compared. */
export class PresignedVault {
  /** What was put, by key. */
  public readonly objects = new Map<string, Buffer>();

  /** What can be fetched, by key. */
  public readonly tools = new Map<string, string | Buffer>();

  /** What a PUT is answered instead, as often as it has answers; 0 takes the object and tells nobody, Infinity answers never. */
  public readonly answers = new Map<string, number[]>();

  /** Every request, as method and path. */
  public readonly asked: string[] = [];

  /** Called before a PUT is answered. */
  public onPut: (key: string) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    /** The certificate that clients trust. */
    public readonly certificate: string,
  ) {
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "", "https://vault");
      const key = url.pathname.slice(1);
      this.asked.push(`${request.method} ${url.pathname}`);
      void bodyOf(request).then((body) => {
        const tool = this.tools.get(key);
        if (request.method === "GET") {
          response.writeHead(tool === undefined ? 404 : 200).end(tool);
          return;
        }
        this.onPut(key);
        const planned = this.answers.get(key)?.shift();
        if (planned === Infinity) {
          return;
        }
        const [status, code] =
          planned === undefined || planned === 0
            ? this.put(key, url, request, body)
            : [planned, "Planned"];
        if (planned === 0) {
          request.socket.destroy();
          return;
        }
        response
          .writeHead(status, status === 200 ? { "x-amz-version-id": `v.${key.length}` } : {})
          .end(status === 200 ? "" : `<Error><Code>${code}</Code></Error>`);
      });
    });
  }

  /** @param folder Where its key and certificate are made. @returns undefined where there is no openssl */
  public static async open(folder: string): Promise<PresignedVault | undefined> {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const made = spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"],
      ...[
        "-addext",
        `subjectAltName=DNS:localhost,DNS:${ELSEWHERE}`,
        "-keyout",
        key,
        "-out",
        certificate,
      ],
    ]);
    if (made.status !== 0) {
      return undefined;
    }
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new PresignedVault(server, certificate);
  }

  public get address(): string {
    return `https://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private put(key: string, url: URL, { headers }: IncomingMessage, body: Buffer): [number, string] {
    if (url.searchParams.get("X-Amz-Signature") !== signatureOf(key)) {
      return [403, "SignatureDoesNotMatch"];
    }
    if (headers["if-none-match"] !== "*") {
      return [403, "AccessDenied"];
    }
    if (headers["content-md5"] !== createHash("md5").update(body).digest("base64")) {
      return [400, "BadDigest"];
    }
    if (this.objects.has(key)) {
      return [412, "PreconditionFailed"];
    }
    this.objects.set(key, body);
    return [200, ""];
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
