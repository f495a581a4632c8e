import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";

import type { AccountStore } from "./accountStore";
import { listen, type Listening } from "./answerThisProcess";
import { AwsError } from "./awsError";
import { s3Of } from "./s3";

/**
 * S3 over HTTP, for who asks it without Pulumi: lists, gets and puts objects, and nothing else.
 *
 * Source: S3 API reference, ListObjectsV2, GetObject, PutObject, "Error responses".
 */
export class S3Endpoint {
  private readonly server: Server;

  /** @param store The account of the buckets. */
  public constructor(store: AccountStore) {
    this.server = createServer((request, response) => {
      answer(store, request, response).catch((error: unknown) => {
        const code = error instanceof AwsError ? error.code : "InternalError";
        const message = error instanceof Error ? error.message : String(error);
        response.writeHead(code.startsWith("NoSuch") ? 404 : 500, { "content-type": "text/xml" });
        response.end(
          xml(`<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`),
        );
      });
    });
  }

  /** Starts to answer whatever S3 is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_S3"]);
  }
}

async function answer(
  store: AccountStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const s3 = s3Of(store);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://s3");
  const [bucket = "", ...key] = pathname.slice(1).split("/").map(decodeURIComponent);
  const Key = key.join("/");
  if (request.method === "GET" && Key === "") {
    const Prefix = searchParams.get("prefix") ?? "";
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    const keys = Contents.map(
      (each) => `<Contents><Key>${escaped(String(each.Key))}</Key></Contents>`,
    );
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      xml(`<ListBucketResult><IsTruncated>false</IsTruncated>${keys.join("")}</ListBucketResult>`),
    );
    return;
  }
  if (request.method === "GET") {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    response.writeHead(200, { "content-type": "application/octet-stream" });
    response.end((await Body?.transformToString()) ?? "");
    return;
  }
  if (request.method === "PUT") {
    const Body = await textOf(request);
    const Tagging = request.headers["x-amz-tagging"] as string | undefined;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, Tagging }));
    response.writeHead(200);
    response.end();
    return;
  }
  throw new AwsError("NotImplemented", "it lists, gets and puts objects, and nothing else");
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
  }
  return text;
}

function xml(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${content}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
