import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
} from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

import type { CaseReport } from "../../../cli/report/caseReport";
import { reportCommand } from "../../../cli/report/report";
import { fingerprint } from "../../../cli/verify/publicKey";
import { verify } from "../../../cli/verify/verify";
import { Case } from "../../../components/case";
import { EVIDENCE_TRAIL_NAME, SIGNING_KEY_ALIAS } from "../../../components/names";
import { sha256 } from "../../../components/sha256";
import { runCommand } from "../../../rehearsal/runCommand";
import { TICKET } from "../../support/examples";
import { OPENING } from "./reportedCase";

// What S3, KMS and CloudTrail are asked, and how they answer. No access: the emulator refuses nobody; no log files: it writes none.

const BUCKET = "vault-of-reported-cases";
const LOGS = "logs-of-reported-cases";

describe("The report of a case, on the emulator", () => {
  it("is of every version, with its retention, and with signatures that KMS made", async () => {
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    assert.ok(
      endpoint !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    const where = { endpoint, region: "us-east-1" };
    const s3 = new S3Client({ ...where, forcePathStyle: true });
    const kms = new KMSClient(where);
    const cloudTrail = new CloudTrailClient(where);
    const folder = mkdtempSync(join(tmpdir(), "report-"));

    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    await s3.send(new CreateBucketCommand({ Bucket: LOGS }));
    const { TrailARN } = await cloudTrail.send(
      new CreateTrailCommand({ Name: EVIDENCE_TRAIL_NAME, S3BucketName: LOGS }),
    );
    await cloudTrail.send(
      new PutEventSelectorsCommand({
        TrailName: TrailARN,
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: "eventCategory", Equals: ["Data"] },
              { Field: "resources.ARN", StartsWith: [`arn:aws:s3:::${BUCKET}/`] },
            ],
          },
        ],
      }),
    );
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    const KeyId = KeyMetadata?.KeyId;
    await kms.send(new CreateAliasCommand({ AliasName: SIGNING_KEY_ALIAS, TargetKeyId: KeyId }));
    const { Signature } = await kms.send(
      new SignCommand({
        KeyId,
        // Of a digest the emulator would sign the hash.
        Message: Buffer.from(OPENING.content),
        MessageType: "RAW",
        SigningAlgorithm: "ECDSA_SHA_256",
      }),
    );
    const until = new Date("2036-11-21T00:00:00Z");
    const put = (Key: string, Body: string | Uint8Array, Metadata = {}) =>
      s3.send(
        new PutObjectCommand({
          Bucket: BUCKET,
          Key,
          Body,
          Metadata,
          ChecksumAlgorithm: "SHA256",
          ObjectLockMode: "GOVERNANCE",
          ObjectLockRetainUntilDate: until,
        }),
      );
    const ofCase = new Case(TICKET);
    await put(OPENING.key, OPENING.content, OPENING.metadata);
    // The same again: two versions, one record.
    await put(OPENING.key, OPENING.content, OPENING.metadata);
    await put(ofCase.signatureOf(OPENING.key), Signature ?? new Uint8Array());
    await put(`${ofCase.results}a.csv`, "a", { sha256: sha256("a") });

    const file = join(folder, "report.html");
    const bundle = join(folder, "bundle");
    const { told, said, code } = await runCommand(
      (output) =>
        reportCommand({
          aws: () => ({
            s3,
            kms,
            cloudTrail,
            ec2: new EC2Client(where),
            logs: new CloudWatchLogsClient(where),
            ssm: new SSMClient(where),
            sts: new STSClient(where),
          }),
          storeAws: () => ({ s3, sts: new STSClient(where) }),
          region: () => Promise.resolve("us-east-1"),
          now: () => new Date(),
          output,
        }),
      ...[TICKET, "--out", file, "--bundle", bundle],
    );
    const [report] = told as [CaseReport];
    const words = said.join("\n");
    assert.equal(report.place.vault, BUCKET);
    assert.deepEqual(
      report.records.map(({ event, signed, retainedUntil }) => [event, signed, retainedUntil]),
      [["opening", true, until.toISOString()]],
      words,
    );
    assert.deepEqual(
      report.results.map(({ source, sha256: hash }) => [source.id, hash]),
      [[`${ofCase.results}a.csv`, sha256("a")]],
    );
    const wrong = report.checks.filter(({ verdict }) => verdict === "wrong").map(({ id }) => id);
    // The room's keys were never made here.
    assert.deepEqual(wrong, ["keys"], words);
    assert.equal(code, 2);
    assert.match(readFileSync(file, "utf8"), /Case INC-2026-0042/);
    const print = fingerprint(report.signingKey?.publicKey ?? "") ?? "";
    const verified = await runCommand(verify, bundle, "--fingerprint", print);
    const { checks } = verified.told[0] as Pick<CaseReport, "checks">;
    // What is wrong in AWS is told here, too; the records are as they were.
    assert.equal(verified.code, 2);
    assert.deepEqual(
      checks.filter(({ verdict }) => verdict === "wrong").map(({ id }) => id),
      ["keys"],
    );
    assert.equal(checks.find(({ id }) => id === "signatures")?.verdict, "sound");

    // Others look at the whole account.
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    assert.equal(Versions.length, 4);
    for (const { Key, VersionId } of Versions) {
      await s3.send(
        new DeleteObjectCommand({
          Bucket: BUCKET,
          Key,
          VersionId,
          BypassGovernanceRetention: true,
        }),
      );
    }
    await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    await s3.send(new DeleteBucketCommand({ Bucket: LOGS }));
    await cloudTrail.send(new DeleteTrailCommand({ Name: TrailARN }));
    await kms.send(new DeleteAliasCommand({ AliasName: SIGNING_KEY_ALIAS }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    rmSync(folder, { recursive: true });
  });
});
