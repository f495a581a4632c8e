import assert from "node:assert/strict";

import {
  holdRunbook,
  OBJECT_TO_PARAMETERS,
  objectCreated,
} from "../../../components/evidence/holdRunbook";
import { matches, transformed } from "../../support/eventBridge";

const BUCKET = "vault-bucket-0a1b2c3";
const ROLE = "arn:aws:iam::111122223333:role/clean-room/runbook";
const VERSION = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e";

/** As in the S3 user guide, "EventBridge event message structure". */
const created = (key: string, bucket = BUCKET) => ({
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2026-11-12T00:00:00Z",
  region: "us-east-1",
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0",
    bucket: { name: bucket },
    object: {
      key,
      size: 5,
      etag: "b1946ac92492d2347c6235b4d2611184",
      "version-id": VERSION,
      sequencer: "617f08299329d189",
    },
    "request-id": "N4N7GDK58NMKJ12R",
    requester: "111122223333",
    "source-ip-address": "192.0.2.1",
    reason: "CompleteMultipartUpload",
  },
});

describe("The runbook that holds an object", () => {
  it("puts a hold on one version of one object of the vault, and does nothing else", () => {
    const { mainSteps } = holdRunbook({ bucket: BUCKET, roleArn: ROLE });
    assert.deepEqual(mainSteps, [
      {
        name: "hold",
        action: "aws:executeAwsApi",
        inputs: {
          Service: "s3",
          Api: "PutObjectLegalHold",
          Bucket: BUCKET,
          Key: "{{ Key }}",
          VersionId: "{{ VersionId }}",
          LegalHold: { Status: "ON" },
        },
        isEnd: true,
      },
    ]);
  });

  it("works as its own role, whoever starts it, and takes what the vault can have", () => {
    const { assumeRole, parameters } = holdRunbook({ bucket: BUCKET, roleArn: ROLE });
    assert.equal(assumeRole, ROLE);
    assert.deepEqual(Object.keys(parameters), ["Key", "VersionId"]);
    const key = new RegExp(parameters.Key.allowedPattern);
    for (const place of [
      "cases/INC-1/a",
      "intake/222233334444/INC-1/a b",
      "records/INC-1/a.json",
    ]) {
      assert.match(place, key);
    }
    for (const place of ["", "a", "cases/", "other/cases/a"]) {
      assert.doesNotMatch(place, key);
    }
    const version = new RegExp(parameters.VersionId.allowedPattern);
    assert.match(VERSION, version);
    assert.doesNotMatch("", version);
    assert.doesNotMatch("a b", version);
  });

  it("starts for what arrives in the vault, and in no other bucket", () => {
    const pattern = objectCreated(BUCKET);
    assert.ok(matches(pattern, created("cases/INC-1/a")));
    assert.ok(!matches(pattern, created("cases/INC-1/a", `${BUCKET}-not`)));
    const deleted = { ...created("cases/INC-1/a"), "detail-type": "Object Deleted" };
    assert.ok(!matches(pattern, deleted));
  });

  for (const key of [
    "cases/INC-1/disk.raw",
    "cases/INC-1/with space + plus & ampersand.txt",
    "intake/222233334444/INC-1/Öl-Rechnung-日本 'a' (1).pdf",
    "cases/INC-1/100%25 <key>.txt",
  ]) {
    it(`gets ${key} from the event, as the lists that Automation wants`, () => {
      const input = transformed(OBJECT_TO_PARAMETERS, created(key));
      assert.deepEqual(JSON.parse(input), { Key: [key], VersionId: [VERSION] });
    });
  }

  it("cannot get a key with a quotation mark or a backslash: README says so, and the alarm", () => {
    for (const key of ['cases/INC-1/a "b".txt', "cases/INC-1/a\\b.txt\\"]) {
      assert.throws(() => JSON.parse(transformed(OBJECT_TO_PARAMETERS, created(key))) as unknown);
    }
  });
});
