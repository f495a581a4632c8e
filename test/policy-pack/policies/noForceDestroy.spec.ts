import assert from "node:assert/strict";

import { noForceDestroy } from "../../../policy-pack/policies/noForceDestroy";
import { judge } from "../../support/policies";

const UNKNOWN_FLAG = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
const resource = (props: Record<string, unknown>, type = "aws:s3/bucket:Bucket") => ({
  type,
  props,
});

describe("no-force-destroy", () => {
  it("accepts a resource that does not set it, or sets it to false", async () => {
    assert.deepEqual(await judge(noForceDestroy, resource({})), []);
    assert.deepEqual(await judge(noForceDestroy, resource({ forceDestroy: false })), []);
  });

  it("refuses it on a resource of any type", async () => {
    for (const type of ["aws:s3/bucket:Bucket", "aws:ec2/instance:Instance", "other:x:Y"]) {
      assert.deepEqual(await judge(noForceDestroy, resource({ forceDestroy: true }, type)), [
        "forceDestroy is true; required: not set, or false.",
      ]);
    }
  });

  it("refuses what the preview does not know", async () => {
    assert.deepEqual(await judge(noForceDestroy, resource({ forceDestroy: UNKNOWN_FLAG })), [
      "forceDestroy is not known in the preview; required: not set, or false.",
    ]);
  });
});
