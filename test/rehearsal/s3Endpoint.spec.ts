import assert from "node:assert/strict";

import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { s3Of } from "../../rehearsal/account/s3";
import { S3Endpoint } from "../../rehearsal/account/s3Endpoint";
import { AccountOnDisk } from "./accountOnDisk";

describe("the simulated S3 over HTTP", () => {
  const account = new AccountOnDisk();
  after(() => account.remove());

  it("lists and gives what was put into a bucket, and nothing else", async () => {
    const { id: Bucket } = await account.vault();
    const { environment, end } = await new S3Endpoint(s3Of(account.store)).listen();
    const client = new S3Client({
      region: "us-east-1",
      endpoint: String(environment["AWS_ENDPOINT_URL_S3"]),
      credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
      maxAttempts: 1,
    });
    try {
      const Key = "records/INC-1/a&b.json";
      await client.send(new PutObjectCommand({ Bucket, Key, Body: '{"a":"ü"}', Tagging: "a=b" }));
      await client.send(new PutObjectCommand({ Bucket, Key: "cases/INC-1/c", Body: "c" }));
      const { Contents } = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: "records/INC-1/" }),
      );
      assert.deepEqual(
        Contents?.map((each) => each.Key),
        [Key],
      );
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      assert.equal(await Body?.transformToString(), '{"a":"ü"}');
      await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "none" })), {
        name: "NoSuchKey",
      });
    } finally {
      client.destroy();
      end();
    }
  });
});
