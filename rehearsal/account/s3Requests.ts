import type { IncomingMessage } from "node:http";

import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import type { Reply } from "./awsEndpoint";
import { AwsError } from "./awsError";

/**
 * What S3 sends back: it lists, gets and puts objects and their versions, looks whether a bucket is there, and nothing
 * else.
 *
 * Source: S3 API reference, HeadBucket, ListObjectsV2, ListObjectVersions, HeadObject, GetObject, PutObject, "Error
 * responses".
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
  const VersionId = searchParams.get("versionId") ?? undefined;
  switch (`${method} ${Key === "" ? "bucket" : "object"}`) {
    case "HEAD bucket":
      await s3.send(new HeadBucketCommand({ Bucket }));
      return {};
    case "GET bucket": {
      const Prefix = searchParams.get("prefix") ?? "";
      if (searchParams.has("versions")) {
        const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
        return told(`<ListVersionsResult>${Versions.map(version).join("")}</ListVersionsResult>`);
      }
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
    case "HEAD object": {
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
      const until = head.ObjectLockRetainUntilDate?.toISOString();
      const said = Object.entries(head.Metadata ?? {}).map(
        ([name, value]) => [METADATA + name, value] as const,
      );
      const checksum = head.ChecksumSHA256;
      return {
        headers: {
          ...Object.fromEntries(said),
          ...(checksum === undefined ? {} : { "x-amz-checksum-sha256": checksum }),
          ...(until === undefined ? {} : { "x-amz-object-lock-retain-until-date": until }),
        },
      };
    }
    case "GET object": {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const type = { "content-type": "application/octet-stream" };
      return { headers: type, body: (await Body?.transformToByteArray()) ?? "" };
    }
    case "PUT object": {
      const Tagging = headers["x-amz-tagging"] as string | undefined;
      const Metadata = Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          name.startsWith(METADATA) ? [[name.slice(METADATA.length), String(value)]] : [],
        ),
      );
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: text, Tagging, Metadata }));
      return {};
    }
    default:
      throw new AwsError(
        "NotImplemented",
        "it lists, gets and puts objects and their versions, and nothing else",
      );
  }
}

/** What names of metadata begin with in headers. */
const METADATA = "x-amz-meta-";

function version(of: ObjectVersion): string {
  return element(
    "Version",
    [
      element("Key", escaped(of.Key ?? "")),
      element("VersionId", of.VersionId),
      element("IsLatest", String(of.IsLatest)),
      element("LastModified", of.LastModified?.toISOString()),
      element("Size", String(of.Size)),
    ].join(""),
  );
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
