import assert from "node:assert/strict";

import { protectedEvidence } from "../../../policy-pack/policies/protectedEvidence";
import { faults, judge, type Subject } from "../../support/policies";

const volume: Subject = { type: "aws:ebs/volume:Volume", name: "working" };
const machine: Subject = {
  type: "aws:ec2/instance:Instance",
  name: "machine",
  props: { disableApiTermination: true },
  protect: true,
};
const record = (event: string): Subject => ({
  type: "aws:s3/bucketObjectv2:BucketObjectv2",
  name: "record",
  props: { metadata: { event } },
});
const UNPROTECTED = "working: protect is false; required: true, until the room is closed.";

describe("protected-evidence", () => {
  it("accepts what is protected", async () => {
    assert.deepEqual(await judge(protectedEvidence, [{ ...volume, protect: true }, machine]), []);
  });

  it("refuses a volume that is not, whatever other record there is", async () => {
    for (const event of ["room", "withdrawal"]) {
      assert.deepEqual(faults(await judge(protectedEvidence, [volume, record(event)])), [
        UNPROTECTED,
      ]);
    }
  });

  it("refuses a machine that EC2 lets anybody terminate", async () => {
    const other = { ...machine, props: {} };
    assert.deepEqual(faults(await judge(protectedEvidence, other)), [
      "machine: disableApiTermination is not set; required: true, until the room is closed.",
    ]);
  });

  it("asks nothing of a room that its closing record closes, and nothing of a foundation", async () => {
    assert.deepEqual(await judge(protectedEvidence, [volume, record("closing")]), []);
    assert.deepEqual(await judge(protectedEvidence, volume, { stack: "audit" }), []);
  });

  it("lets a disk go that a record of its withdrawal depends on", async () => {
    const withdrawal = { ...record("withdrawal"), dependsOn: ["working"] };
    assert.deepEqual(await judge(protectedEvidence, [volume, withdrawal]), []);
  });
});
