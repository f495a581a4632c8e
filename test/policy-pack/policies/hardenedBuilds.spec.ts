import assert from "node:assert/strict";

import { BUILD_TYPE, hardenedBuilds } from "../../../policy-pack/policies/hardenedBuilds";
import { judge, UNKNOWN_LIST, UNKNOWN_TEXT } from "../../support/policies";

const UNKNOWN_FLAG = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
const HARDENED = {
  terminateInstanceOnFailure: true,
  subnetId: "subnet-0123456789abcdef0",
  securityGroupIds: ["sg-0123456789abcdef0"],
};
const build = (changed: Record<string, unknown> = {}) => ({
  type: BUILD_TYPE,
  props: { ...HARDENED, ...changed },
});

describe("hardened-builds", () => {
  it("accepts builds in a network of their own that leave nothing running", async () => {
    assert.deepEqual(await judge(hardenedBuilds, build()), []);
  });

  it("accepts a network that is still to be made", async () => {
    const network = { subnetId: UNKNOWN_TEXT, securityGroupIds: [UNKNOWN_TEXT] };
    assert.deepEqual(await judge(hardenedBuilds, build(network)), []);
    assert.deepEqual(await judge(hardenedBuilds, build({ securityGroupIds: UNKNOWN_LIST })), []);
  });

  const cases: [string, Record<string, unknown>, string][] = [
    [
      "that says nothing of a failed build's machine",
      { terminateInstanceOnFailure: undefined },
      "terminateInstanceOnFailure is not set; required: true.",
    ],
    [
      "that keeps a failed build's machine",
      { terminateInstanceOnFailure: false },
      "terminateInstanceOnFailure is false; required: true.",
    ],
    [
      "whose end the preview does not know",
      { terminateInstanceOnFailure: UNKNOWN_FLAG },
      "terminateInstanceOnFailure is not known in the preview; required: true.",
    ],
    [
      "without a subnet",
      { subnetId: undefined },
      "subnetId is not set; required: a subnet, or builds run in the default VPC.",
    ],
    [
      "without security groups",
      { securityGroupIds: undefined },
      "securityGroupIds is not set; required: the builds' own security groups.",
    ],
    [
      "with an empty list of security groups",
      { securityGroupIds: [] },
      "securityGroupIds is not set; required: the builds' own security groups.",
    ],
    ["with a key pair", { keyPair: "laptop" }, "keyPair is laptop; required: not set."],
    [
      "with a key pair that the preview does not know",
      { keyPair: UNKNOWN_TEXT },
      "keyPair is not known in the preview; required: not set.",
    ],
  ];
  for (const [what, changed, message] of cases) {
    it(`refuses a build ${what}`, async () => {
      assert.deepEqual(await judge(hardenedBuilds, build(changed)), [message]);
    });
  }

  it("does not apply to what builds no image", async () => {
    assert.deepEqual(await judge(hardenedBuilds, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type builds no image",
    });
  });
});
