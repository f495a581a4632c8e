import assert from "node:assert/strict";

import { requiredTags } from "../../../policy-pack/policies/requiredTags";
import { judge, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const BUCKET = "aws:s3/bucket:Bucket";
const TAGS = { notification: "ir@example.edu", "incident-response": "quarantine:INC-1" };

const bucket = (tags?: unknown) => ({ type: BUCKET, props: tags === undefined ? {} : { tags } });

describe("required-tags", () => {
  it("accepts a resource with both tags", async () => {
    assert.deepEqual(await judge(requiredTags, bucket(TAGS)), []);
  });

  it("refuses a resource without tags, field by field", async () => {
    assert.deepEqual(await judge(requiredTags, bucket()), [
      "tags.notification is missing; required: an e-mail address, or several separated by single spaces.",
      "tags.incident-response is missing; required: a ticket (^quarantine:[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$).",
    ]);
  });

  it("refuses a notification that is no address", async () => {
    assert.deepEqual(await judge(requiredTags, bucket({ ...TAGS, notification: "nobody" })), [
      'tags.notification is "nobody"; required: an e-mail address, or several separated by single spaces.',
    ]);
  });

  it("accepts several addresses, and refuses more than a tag holds", async () => {
    assert.deepEqual(
      await judge(requiredTags, bucket({ ...TAGS, notification: "a@b.c d@e.f" })),
      [],
    );
    const long = Array.from({ length: 30 }, () => "a@example.edu").join(" ");
    assert.equal(
      ((await judge(requiredTags, bucket({ ...TAGS, notification: long }))) as string[]).length,
      1,
    );
  });

  it("refuses a ticket off the pattern", async () => {
    assert.deepEqual(await judge(requiredTags, bucket({ ...TAGS, "incident-response": "INC-1" })), [
      'tags.incident-response is "INC-1"; required: a ticket (^quarantine:[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$).',
    ]);
  });

  it("does not count the provider's default tags", async () => {
    const subject = { type: BUCKET, props: { tagsAll: TAGS } };
    assert.equal(((await judge(requiredTags, subject)) as string[]).length, 2);
  });

  it("asks no ticket of a foundation", async () => {
    const { notification } = TAGS;
    for (const stack of ["audit", "audit-eu-west-1", "member-222233334444"]) {
      assert.deepEqual(await judge(requiredTags, bucket({ notification }), { stack }), []);
    }
    for (const stack of ["auditors", "inc-audit"]) {
      const outcome = await judge(requiredTags, bucket({ notification }), { stack });
      assert.equal((outcome as string[]).length, 1, stack);
    }
  });

  it("takes an organisation's ticket pattern and further tags from the configuration", async () => {
    const config = { ticketPattern: "^case-\\d+$", extraTags: { "cost-centre": "^\\d{4}$" } };
    const tags = { ...TAGS, "incident-response": "case-7", "cost-centre": "4711" };
    assert.deepEqual(await judge(requiredTags, bucket(tags), { config }), []);
    assert.deepEqual(await judge(requiredTags, bucket(TAGS), { config }), [
      'tags.incident-response is "quarantine:INC-1"; required: a ticket (^case-\\d+$).',
      "tags.cost-centre is missing; required: a value that matches ^\\d{4}$.",
    ]);
  });

  it("does not apply to what cannot carry tags, nor to what is not of AWS", async () => {
    for (const type of ["aws:kms/grant:Grant", "pulumi:pulumi:StackReference", "cleanroom:x:Y"]) {
      assert.deepEqual(await judge(requiredTags, { type }), {
        notApplicable: "the type carries no tags",
      });
    }
  });

  it("accepts a value that the preview does not know, but not a map", async () => {
    assert.deepEqual(
      await judge(requiredTags, bucket({ ...TAGS, notification: UNKNOWN_TEXT })),
      [],
    );
    assert.deepEqual(await judge(requiredTags, bucket(UNKNOWN_OBJECT)), [
      "tags is not known in the preview; required: tags written as a map of keys.",
    ]);
  });
});
