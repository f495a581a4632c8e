import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import type { Account, Entry } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import { addObject } from "./bucketTypes";

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
        Contents: objectsIn(store.read(), Bucket)
          .map(({ properties }, index) => ({
            Key: String(properties["key"]),
            // Each a second after the one before it.
            LastModified: new Date(FIRST_OBJECT + index * 1000),
          }))
          .filter(({ Key }) => Key.startsWith(Prefix)),
      };
    }
    if (command instanceof GetObjectCommand) {
      const { Bucket, Key } = command.input;
      const object = objectsIn(store.read(), Bucket).find(
        ({ properties }) => properties["key"] === Key,
      );
      if (object === undefined) {
        throw new AwsError("NoSuchKey", "The specified key does not exist.");
      }
      const text = object.properties["content"] as string;
      return { Body: { transformToString: () => Promise.resolve(text) } };
    }
    if (command instanceof GetObjectTaggingCommand) {
      const { Bucket, Key } = command.input;
      const { tags = {} } =
        objectsIn(store.read(), Bucket).find(({ properties }) => properties["key"] === Key) ?? {};
      return { TagSet: Object.entries(tags).map(([key, Value]) => ({ Key: key, Value })) };
    }
    if (command instanceof PutObjectCommand) {
      const { Bucket = "", Key = "", Body, Tagging } = command.input;
      const tags = Object.fromEntries(new URLSearchParams(Tagging));
      return store.change((account) => {
        addObject(account, Bucket, Key, { properties: { content: Body }, tags });
        return {};
      });
    }
    throw new Error(
      "the simulated S3 lists, gets and puts objects, tells their tags, and nothing else",
    );
  };
  return { send: send as S3Client["send"] };
}

function objectsIn(account: Account, bucket: string | undefined): Entry[] {
  return account
    .ofType("aws:s3/bucketObjectv2:BucketObjectv2")
    .filter(({ properties }) => properties["bucket"] === bucket);
}
