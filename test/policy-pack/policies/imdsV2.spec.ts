import assert from "node:assert/strict";

import { imdsV2 } from "../../../policy-pack/policies/imdsV2";
import { judge, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const CLOSED = { httpTokens: "required", httpPutResponseHopLimit: 1 };
const KINDS = [
  ["aws:ec2/instance:Instance", "metadataOptions"],
  ["aws:ec2/launchTemplate:LaunchTemplate", "metadataOptions"],
  [
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
    "instanceMetadataOptions",
  ],
] as const;

describe("imds-v2", () => {
  for (const [type, field] of KINDS) {
    const subject = (options: unknown) => ({ type, props: { [field]: options } });

    it(`accepts ${type} that asks for tokens, one hop away`, async () => {
      assert.deepEqual(await judge(imdsV2, subject(CLOSED)), []);
    });

    it(`refuses ${type} that says nothing`, async () => {
      const both = [
        `${field}.httpTokens is not set; required: "required".`,
        `${field}.httpPutResponseHopLimit is not set; required: 1.`,
      ];
      assert.deepEqual(await judge(imdsV2, { type }), both);
      assert.deepEqual(await judge(imdsV2, subject({})), both);
    });

    it(`refuses ${type} that also answers version 1`, async () => {
      assert.deepEqual(await judge(imdsV2, subject({ ...CLOSED, httpTokens: "optional" })), [
        `${field}.httpTokens is optional; required: "required".`,
      ]);
    });

    it(`refuses ${type} that answers further away, or does not say how far`, async () => {
      assert.deepEqual(await judge(imdsV2, subject({ ...CLOSED, httpPutResponseHopLimit: 2 })), [
        `${field}.httpPutResponseHopLimit is 2; required: 1.`,
      ]);
      assert.deepEqual(await judge(imdsV2, subject({ httpTokens: "required" })), [
        `${field}.httpPutResponseHopLimit is not set; required: 1.`,
      ]);
    });

    it(`refuses ${type} where the preview does not know`, async () => {
      assert.deepEqual(await judge(imdsV2, subject(UNKNOWN_OBJECT)), [
        `${field}.httpTokens is not known in the preview; required: "required".`,
        `${field}.httpPutResponseHopLimit is not known in the preview; required: 1.`,
      ]);
      assert.deepEqual(await judge(imdsV2, subject({ ...CLOSED, httpTokens: UNKNOWN_TEXT })), [
        `${field}.httpTokens is not known in the preview; required: "required".`,
      ]);
    });
  }

  it("does not apply to what starts no machine", async () => {
    assert.deepEqual(await judge(imdsV2, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type starts no machine",
    });
  });
});
