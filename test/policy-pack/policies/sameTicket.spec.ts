import assert from "node:assert/strict";

import { sameTicket } from "../../../policy-pack/policies/sameTicket";
import { faults, judge, type Subject, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const tagged = (ticket: string): Subject => ({
  type: "aws:ebs/volume:Volume",
  props: { tags: { "incident-response": ticket } },
});
const OTHER = "quarantine:INC-2";
const required = "required: quarantine:<ticket> with the ticket of this stack, inc-1.";

describe("same-ticket", () => {
  const accepted: Record<string, Subject> = {
    "the stack's own": tagged("quarantine:INC-1"),
    none: { type: "aws:ebs/volume:Volume" },
    "one that the preview does not know": tagged(UNKNOWN_TEXT),
    "tags that the preview does not know": {
      type: "aws:ebs/volume:Volume",
      props: { tags: UNKNOWN_OBJECT },
    },
    "an object's, as metadata": {
      type: "aws:s3/bucketObjectv2:BucketObjectv2",
      props: { metadata: { ticket: "INC-1" } },
    },
    "a condition of a document": {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: {
        policy: { Condition: { StringEquals: { "aws:ResourceTag/incident-response": OTHER } } },
      },
    },
  };
  for (const [what, subject] of Object.entries(accepted)) {
    it(`accepts ${what}`, async () => {
      assert.deepEqual(await judge(sameTicket, subject), []);
    });
  }

  const refused: Record<string, [Subject, string]> = {
    "another's": [tagged(OTHER), `tags.incident-response is ${OTHER}; ${required}`],
    "another's that begins alike": [
      tagged("quarantine:INC-11"),
      `tags.incident-response is quarantine:INC-11; ${required}`,
    ],
    "another's on a root volume": [
      {
        type: "aws:ec2/instance:Instance",
        props: { rootBlockDevice: { tags: { "incident-response": OTHER } } },
      },
      `rootBlockDevice.tags.incident-response is ${OTHER}; ${required}`,
    ],
    "another's among volume tags": [
      { type: "aws:ec2/instance:Instance", props: { volumeTags: { "incident-response": OTHER } } },
      `volumeTags.incident-response is ${OTHER}; ${required}`,
    ],
    "another's in a list of keys and values": [
      {
        type: "aws:autoscaling/group:Group",
        props: { tags: [{ key: "incident-response", value: OTHER, propagateAtLaunch: true }] },
      },
      `tags.0.value of incident-response is ${OTHER}; ${required}`,
    ],
    "another's that the provider adds": [
      {
        type: "pulumi:providers:aws",
        props: { defaultTags: JSON.stringify({ tags: { "incident-response": OTHER } }) },
      },
      `defaultTags.tags.incident-response is ${OTHER}; ${required}`,
    ],
    "an object without metadata": [
      { type: "aws:s3/bucketObjectv2:BucketObjectv2", props: {} },
      "metadata.ticket is not set; required: the ticket of this stack, inc-1.",
    ],
  };
  for (const [what, [subject, fault]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(faults(await judge(sameTicket, subject)), [fault]);
    });
  }

  it("asks nothing of a foundation", async () => {
    assert.deepEqual(await judge(sameTicket, tagged(OTHER), { stack: "audit" }), []);
  });
});
