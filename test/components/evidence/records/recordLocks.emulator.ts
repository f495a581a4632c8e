import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HeadObjectCommand } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";

import { Case } from "../../../../components/case";
import {
  DECIDED_BY_THE_VAULT,
  fileObject,
} from "../../../../components/evidence/records/custodyRecord";
import { clientsOf } from "../../../emulator/accountClients";
import { RECORD_KEEPER, VAULT_OF_RECORDS } from "../../../emulator/access/organisation";
import { AwsCorrections } from "../../../emulator/awsCorrections";
import { changesOf } from "../../../emulator/engineChanges";

const PLACE = { account: "123456789018", region: "us-east-1" };
const BUCKET = VAULT_OF_RECORDS;
const RECORD = {
  key: new Case("INC-8").record("0".repeat(64)),
  content: "{}",
  metadata: { event: "test" },
};

// The real provider, where S3 answers of every object that it is locked, as of a vault's: what of that the
// program never said must not become a change, which only a custodian may make.

describe("A record in the vault, on the emulator", () => {
  let folder: string;
  let corrections: AwsCorrections;
  let endpoint: string;
  let tags: Record<string, string> = { notification: "ir@example.edu" };

  before(async () => {
    const emulator = process.env["AWS_ENDPOINT_URL"];
    assert.ok(
      emulator !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    folder = mkdtempSync(join(tmpdir(), "clean-room-emulator-"));
    const clients = clientsOf(emulator, PLACE);
    corrections = new AwsCorrections(emulator, PLACE, new Map([[PLACE.account, clients]]));
    endpoint = await corrections.start();
  });

  after(() => {
    corrections.stop();
    rmSync(folder, { recursive: true });
  });

  async function select(): Promise<Stack> {
    const program = () => {
      const bucket = new aws.s3.Bucket("vault", { bucket: BUCKET, objectLockEnabled: true });
      const lock = new aws.s3.BucketObjectLockConfiguration("lock", {
        bucket: bucket.id,
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
      });
      new aws.s3.BucketObjectv2("record", fileObject(bucket.id, RECORD, tags), {
        retainOnDelete: true,
        ignoreChanges: DECIDED_BY_THE_VAULT,
        dependsOn: [lock],
      });
      return Promise.resolve();
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "records", projectName: "clean-room", program },
      {
        envVars: {
          AWS_ENDPOINT_URL: endpoint,
          // It makes a vault and writes into it: no role of the program does both.
          AWS_ACCESS_KEY_ID: RECORD_KEEPER,
          AWS_SECRET_ACCESS_KEY: "test",
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: "emulator",
        },
      },
    );
    await stack.setAllConfig({ "aws:region": { value: PLACE.region } });
    return stack;
  }

  it("is tagged anew without a word on its retention, also after a refresh that has seen its lock", async () => {
    await (await select()).up();
    const { s3 } = clientsOf(endpoint, PLACE, RECORD_KEEPER);
    const seen = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: RECORD.key }));
    assert.equal(seen.ObjectLockMode, "GOVERNANCE");
    tags = { ...tags, classification: "secret" };
    const stack = await select();
    assert.deepEqual(await changesOf((options) => stack.up({ ...options, refresh: true })), [
      "refresh lock",
      "refresh record",
      "refresh vault",
      "update record",
    ]);
    assert.equal(corrections.lockedHeads.refused, 0);
  });
});
