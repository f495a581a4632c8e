import assert from "node:assert/strict";

import {
  holdRunbook,
  OBJECT_TO_PARAMETERS,
  objectCreated,
  UNFIT_TO_PARAMETERS,
  unfitObjectCreated,
} from "../../../../components/evidence/runbooks/holdRunbook";
import { matches, transformed } from "../../../support/eventBridge";

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
    for (const place of ["", "a", "cases/", "other/cases/a"]) {
      assert.doesNotMatch(place, key);
    }
    const version = new RegExp(parameters.VersionId.allowedPattern);
    assert.match(VERSION, version);
    assert.doesNotMatch("", version);
    assert.match("3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo", version);
    assert.doesNotMatch("a b", version);
    assert.doesNotMatch("{{global:DATE}}", version);
  });

  it("starts for what arrives in the vault, and in no other bucket", () => {
    const pattern = objectCreated(BUCKET);
    assert.ok(matches(pattern, created("cases/INC-1/a")));
    assert.ok(!matches(pattern, created("cases/INC-1/a", `${BUCKET}-not`)));
    const deleted = { ...created("cases/INC-1/a"), "detail-type": "Object Deleted" };
    assert.ok(!matches(pattern, deleted));
  });

  /**
   * The parameters that an execution is started with for a key; none where EventBridge makes no JSON of it,
   * or Systems Manager refuses it: then the start has failed, which an alarm tells.
   */
  function startedWith(key: string): Record<string, string[]> | undefined {
    const event = created(key);
    const [fit, unfit] = [objectCreated(BUCKET), unfitObjectCreated(BUCKET)].map((pattern) =>
      matches(pattern, event),
    );
    assert.notEqual(fit, unfit, "each object is for one rule");
    let input: Record<string, string[]>;
    try {
      const transformer = fit ? OBJECT_TO_PARAMETERS : UNFIT_TO_PARAMETERS;
      input = JSON.parse(transformed(transformer, event)) as typeof input;
    } catch {
      return undefined;
    }
    const { parameters } = holdRunbook({ bucket: BUCKET, roleArn: ROLE });
    const accepted = Object.entries(parameters).every(([name, { allowedPattern }]) =>
      input[name]?.every((value) => value.length <= 512 && new RegExp(allowedPattern).test(value)),
    );
    return accepted ? input : undefined;
  }

  for (const key of [
    "cases/INC-1/disk.raw",
    "cases/INC-1/",
    "cases/INC-1/with space + plus & ampersand.txt",
    "intake/222233334444/INC-1/Öl-Rechnung-日本 'a' (1).pdf",
    "records/INC-1/a.json",
    "cases/INC-1/100%25 <key>.txt",
    "cases/INC-1/{7E2F}/a{b}c}}{",
    `cases/INC-1/${"a".repeat(500)}`,
  ]) {
    it(`gets ${key} from the event, as the lists that Automation wants`, () => {
      assert.deepEqual(startedWith(key), { Key: [key], VersionId: [VERSION] });
    });
  }

  for (const [what, name] of [
    ["a quotation mark", 'a "b".txt'],
    ["another version behind a quotation mark", 'a"],"VersionId":["b'],
    ["another key behind a quotation mark", 'a"],"Key":["cases/INC-2/b'],
    ["a backslash", "a\\b.txt\\"],
    ["an escape of JSON", "a\\u007b\\u007bglobal:DATE}}"],
    ["a parameter of the account", "{{ssm:/clean-room/slots}}"],
    ["the same with spaces", "a {{ ssm:x }} b"],
    ["a secret parameter", "{{ssm-secure:x}}"],
    ["a variable of the system", "{{global:DATE}}.txt"],
    ["an output of a step", "{{ hold.Output }}"],
    ["the runbook's own parameter", "{{ Key }}"],
    ["an opening alone", "a{{b"],
    ["three braces", "{{{global:DATE}}}"],
    ["braces at its end", "a{{"],
  ] as const) {
    it(`fails for a key with ${what}, with the version that has no hold: the alarms tell`, () => {
      const key = `cases/INC-1/${name}`;
      const { Key: [told = ""] = [], ...rest } = startedWith(key) ?? {};
      assert.match(told, /no hold\)$/);
      assert.deepEqual(rest, { VersionId: [VERSION] });
      // Started by hand, or by a rule that somebody changed, it is refused.
      const { allowedPattern } = holdRunbook({ bucket: BUCKET, roleArn: ROLE }).parameters.Key;
      assert.doesNotMatch(key, new RegExp(allowedPattern));
    });
  }

  for (const [what, name] of [
    ["a line break", "a\nb"],
    ["a control character", "a\u0001b"],
    ["more than 512 characters", "a".repeat(501)],
  ] as const) {
    it(`is not started for a key with ${what}: the alarms tell, and README`, () => {
      assert.equal(startedWith(`cases/INC-1/${name}`), undefined);
    });
  }

  it("judges the longest key at once, whatever is in it", () => {
    const began = Date.now();
    const key = new RegExp(
      holdRunbook({ bucket: BUCKET, roleArn: ROLE }).parameters.Key.allowedPattern,
    );
    assert.doesNotMatch(`cases/${"{a".repeat(256)}{{`, key);
    assert.doesNotMatch(`cases/${"a".repeat(510)}{{`, key);
    assert.ok(Date.now() - began < 100);
  });
});
