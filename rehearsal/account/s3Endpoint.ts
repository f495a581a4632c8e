import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import { AwsError } from "./awsError";

/**
 * S3 over HTTP, for who asks it without Pulumi: lists, gets and puts objects, looks whether a bucket is there, and nothing else.
 *
 * Source: S3 API reference, HeadBucket, ListObjectsV2, GetObject, PutObject, "Error responses".
 */
export class S3Endpoint {
  private readonly server: Server;

  /** @param s3 What it answers with, as a client of the SDK would. */
  public constructor(s3: Pick<S3Client, "send">) {
    this.server = createServer((request, response) => {
      answer(s3, request, response).catch((error: unknown) => {
        const code = error instanceof AwsError ? error.code : "InternalError";
        const message = error instanceof Error ? error.message : String(error);
        response.writeHead(code.startsWith("NoSuch") ? 404 : 500, { "content-type": "text/xml" });
        response.end(
          xml(`<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`),
        );
      });
    });
  }

  /** Answers from now on whatever this process asks S3 by AWS's SDK. @returns what ends it. */
  public answerThisProcess(): Promise<() => void> {
    return answerThisProcess(this.listen());
  }

  /** Starts to answer whatever S3 is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_S3"]);
  }
}

async function answer(
  s3: Pick<S3Client, "send">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://s3");
  const [bucket = "", ...key] = pathname.slice(1).split("/").map(decodeURIComponent);
  const Key = key.join("/");
  if (request.method === "HEAD" && Key === "") {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    response.writeHead(200).end();
    return;
  }
  if (request.method === "GET" && Key === "") {
    const Prefix = searchParams.get("prefix") ?? "";
    const ContinuationToken = searchParams.get("continuation-token") ?? undefined;
    const { Contents = [], NextContinuationToken: next } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }),
    );
    const keys = Contents.map(
      ({ Key: name = "", LastModified: written }) =>
        `<Contents><Key>${escaped(name)}</Key>${written === undefined ? "" : `<LastModified>${written.toISOString()}</LastModified>`}</Contents>`,
    );
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      xml(
        `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`}${keys.join("")}</ListBucketResult>`,
      ),
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
