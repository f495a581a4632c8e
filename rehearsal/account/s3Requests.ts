import type { IncomingMessage } from "node:http";

import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import type { Reply } from "./awsEndpoint";
import { AwsError } from "./awsError";

/**
 * What S3 sends back: it lists, gets and puts objects, looks whether a bucket is there, and nothing else.
 *
 * Source: S3 API reference, HeadBucket, ListObjectsV2, GetObject, PutObject, "Error responses".
 *
 * @param s3 What it answers with, as a client of the SDK would.
 */
export async function askS3(
  s3: Pick<S3Client, "send"> | undefined,
  request: IncomingMessage,
  body: string,
): Promise<Reply> {
  try {
    if (s3 === undefined) {
      throw new AwsError("NoSuchBucket", "nobody asks S3 here");
    }
    return await answer(s3, request, body);
  } catch (error) {
    const { code = "InternalError", message } = error as Error & { readonly code?: string };
    const status = code.startsWith("NoSuch") ? 404 : 500;
    return told(
      `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
      status,
    );
  }
}

async function answer(
  s3: Pick<S3Client, "send">,
  { method, url = "", headers }: IncomingMessage,
  text: string,
): Promise<Reply> {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [Bucket = "", ...path] = pathname.slice(1).split("/").map(decodeURIComponent);
  const Key = path.join("/");
  switch (`${method} ${Key === "" ? "bucket" : "object"}`) {
    case "HEAD bucket":
      await s3.send(new HeadBucketCommand({ Bucket }));
      return {};
    case "GET bucket": {
      const Prefix = searchParams.get("prefix") ?? "";
      const ContinuationToken = searchParams.get("continuation-token") ?? undefined;
      const { Contents = [], NextContinuationToken: next } = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }),
      );
      const listed = Contents.map(
        ({ Key: name = "", LastModified: written }) =>
          `<Contents><Key>${escaped(name)}</Key>${element("LastModified", written?.toISOString())}</Contents>`,
      );
      const more = `<IsTruncated>${next !== undefined}</IsTruncated>${element("NextContinuationToken", next)}`;
      return told(`<ListBucketResult>${more}${listed.join("")}</ListBucketResult>`);
    }
    case "GET object": {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const type = { "content-type": "application/octet-stream" };
      return { headers: type, body: (await Body?.transformToString()) ?? "" };
    }
    case "PUT object": {
      const Tagging = headers["x-amz-tagging"] as string | undefined;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: text, Tagging }));
      return {};
    }
    default:
      throw new AwsError("NotImplemented", "it lists, gets and puts objects, and nothing else");
  }
}

function told(content: string, status = 200): Reply {
  const headers = { "content-type": "text/xml" };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>${content}` };
}

function element(name: string, content: string | undefined): string {
  return content === undefined ? "" : `<${name}>${content}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
