import assert from "node:assert/strict";

import { CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { CUSTODY_RECORD } from "../../../components/evidence/records/recordSchema";
import { sha256 } from "../../../components/sha256";
import { CaseRecords } from "../../../cli/destruction/caseRecords";
import { destructionCommand } from "../../../cli/destruction/destruction";
import { arnOf } from "../../support/deployment";
import { STACK, TICKET } from "../../support/examples";
import { runCommand } from "../../../rehearsal/runCommand";
import { closingRecord } from "./caseInVault";

// The calls, and what S3 answers where a record is there already. No access: the emulator refuses nobody.

const BUCKET = "vault-of-destroyed-rooms";
const TAGS = { notification: "ir@example.edu", "incident-response": `quarantine:${TICKET}` };

describe("The destruction of a key, on the emulator", () => {
  it("is recorded once, with KMS's date", async () => {
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    assert.ok(
      endpoint !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    const where = { endpoint, region: "us-east-1" };
    const kms = new KMSClient(where);
    const s3 = new S3Client({ ...where, forcePathStyle: true });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? assert.fail("no key was made");
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const closing = (await closingRecord()).content.replaceAll(arnOf("incident-key"), key);
    await s3.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: `records/${TICKET}/${sha256(closing)}.json`,
        Body: closing,
      }),
    );
    const records = new CaseRecords(s3, BUCKET, TICKET, TAGS);
    const taggedKeys = () => Promise.resolve([]);
    const run = async () => {
      const { said, code } = await runCommand(
        (output) =>
          destructionCommand(
            () => Promise.resolve({ kms, records, taggedKeys, open: false }),
            output,
          ),
        ...["--stack", STACK],
      );
      return { said: said.join("\n"), code };
    };

    const open = await run();
    assert.match(open.said, /is Enabled: its deletion is not scheduled/);
    assert.equal(open.code, 1);

    const { DeletionDate } = await kms.send(
      // By its id: the emulator does not find an ARN here.
      new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 }),
    );
    const first = await run();
    assert.equal(first.code, 0);
    const name = /recorded: s3:\/\/[^/]+\/(\S+)$/.exec(first.said)?.[1] ?? assert.fail(first.said);
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }));
    const text = (await Body?.transformToString()) ?? "";
    const { event, facts } = CUSTODY_RECORD.parse(JSON.parse(text));
    assert.ok(event === "destruction");
    assert.equal(facts.key, key);
    assert.equal(facts.deletionDate, DeletionDate?.toISOString());
    assert.equal(Metadata?.["sha256"], sha256(text));
    const { TagSet = [] } = await s3.send(
      new GetObjectTaggingCommand({ Bucket: BUCKET, Key: name }),
    );
    assert.deepEqual(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value])), TAGS);

    assert.match((await run()).said, /recorded already/);
    await assert.rejects(
      records.write({ key: name, content: "another text", metadata: {} }),
      /holds something else/,
    );
    const after = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }));
    assert.equal(await after.Body?.transformToString(), text);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    assert.equal(Contents.length, 2);
    // Others look at the whole account.
    for (const { Key } of Contents) {
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
  });
});
