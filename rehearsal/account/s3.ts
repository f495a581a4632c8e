import { createHash } from "node:crypto";

import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import type { Account } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import { addObject, objectsIn } from "./buckets";

/** When the first object was written. */
const FIRST_OBJECT = Date.parse("2026-11-21T00:00:00Z");

/** S3 of the simulated account, for who reads and writes objects without Pulumi. */
export function s3Of(store: AccountStore): Pick<S3Client, "send"> {
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof HeadBucketCommand) {
      if (store.read().find("aws:s3/bucket:Bucket", command.input.Bucket ?? "") === undefined) {
        throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
      }
      return {};
    }
    if (command instanceof ListObjectsV2Command) {
      const { Bucket, Prefix = "" } = command.input;
      return {
        Contents: versionsIn(store.read(), Bucket)
          .filter(({ key, latest }) => latest && key.startsWith(Prefix))
          .map(({ key, written }) => ({ Key: key, LastModified: written })),
      };
    }
    if (command instanceof ListObjectVersionsCommand) {
      const { Bucket, Prefix = "" } = command.input;
      return {
        Versions: versionsIn(store.read(), Bucket)
          .filter(({ key }) => key.startsWith(Prefix))
          .map(({ key, id, written, content, latest }) => ({
            Key: key,
            VersionId: id,
            LastModified: written,
            Size: content.length,
            IsLatest: latest,
          })),
      };
    }
    if (command instanceof GetObjectCommand || command instanceof HeadObjectCommand) {
      const { Bucket, Key, VersionId } = command.input;
      const version = versionsIn(store.read(), Bucket).find(
        ({ key, id, latest }) =>
          key === Key && (VersionId === undefined ? latest : id === VersionId),
      );
      if (version === undefined) {
        throw new AwsError("NoSuchKey", "The specified key does not exist.");
      }
      if (command instanceof HeadObjectCommand) {
        return {
          Metadata: version.metadata,
          // Whoever says a SHA-256 has sent it as the checksum, too.
          ...("sha256" in version.metadata
            ? { ChecksumSHA256: createHash("sha256").update(version.content).digest("base64") }
            : {}),
          ...(version.lockedUntil === undefined
            ? {}
            : { ObjectLockRetainUntilDate: new Date(version.lockedUntil) }),
        };
      }
      const { content } = version;
      return {
        Body: {
          transformToString: () => Promise.resolve(content.toString()),
          transformToByteArray: () => Promise.resolve(content),
        },
      };
    }
    if (command instanceof GetObjectTaggingCommand) {
      const { Bucket, Key } = command.input;
      const { tags = {} } =
        objectsIn(store.read(), Bucket).find(({ properties }) => properties["key"] === Key) ?? {};
      return { TagSet: Object.entries(tags).map(([key, Value]) => ({ Key: key, Value })) };
    }
    if (command instanceof PutObjectCommand) {
      const { Bucket = "", Key = "", Body, Tagging, Metadata: metadata } = command.input;
      const tags = Object.fromEntries(new URLSearchParams(Tagging));
      return store.change((account) => {
        addObject(account, Bucket, Key, { properties: { content: Body, metadata }, tags });
        return {};
      });
    }
    throw new Error(
      "the simulated S3 lists, gets and puts objects and their versions, tells their tags, and nothing else",
    );
  };
  return { send: send as S3Client["send"] };
}

/** A version of an object. */
interface Version {
  readonly key: string;
  readonly id: string;
  readonly written: Date;
  readonly content: Buffer;
  readonly metadata: Record<string, string>;
  readonly lockedUntil: string | undefined;
  readonly latest: boolean;
}

/** Every version in a bucket, of an object the oldest first. */
function versionsIn(account: Account, bucket: string | undefined): Version[] {
  return objectsIn(account, bucket).flatMap(({ properties, lockedUntil, earlier = [] }, index) => {
    const of = {
      key: String(properties["key"]),
      // Each object a second after the one before it.
      written: new Date(FIRST_OBJECT + index * 1000),
      metadata: (properties["metadata"] ?? {}) as Record<string, string>,
    };
    const base64 = properties["contentBase64"];
    const newest =
      typeof base64 === "string" ? Buffer.from(base64, "base64") : properties["content"];
    return [...earlier, { content: newest, lockedUntil }].map((version, count) => ({
      ...of,
      id: `version-${count}`,
      content: Buffer.from((version.content ?? "") as string | Buffer),
      lockedUntil: version.lockedUntil,
      latest: count === earlier.length,
    }));
  });
}
