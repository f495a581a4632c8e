import assert from "node:assert/strict";

import { sameTicket } from "../../../policy-pack/policies/sameTicket";
import { judge, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const tagged = (name: string, ticket?: string) => ({
  type: "aws:ebs/volume:Volume",
  name,
  props: ticket === undefined ? {} : { tags: { "incident-response": ticket } },
});

describe("same-ticket", () => {
  it("accepts a stack of one ticket, and resources without any", async () => {
    const stack = [tagged("a", "quarantine:INC-1"), tagged("b", "quarantine:INC-1"), tagged("c")];
    assert.deepEqual(await judge(sameTicket, stack), []);
  });

  it("refuses the resource that differs", async () => {
    const stack = ["1", "2", "1"].map((n, index) => tagged(`v${index}`, `quarantine:INC-${n}`));
    assert.deepEqual(await judge(sameTicket, stack), [
      'v1: tags.incident-response is "quarantine:INC-2"; required: "quarantine:INC-1", as on the rest of the stack.',
    ]);
  });

  it("passes over tickets that the preview does not know", async () => {
    const unknown = { type: "aws:ebs/volume:Volume", name: "u", props: { tags: UNKNOWN_OBJECT } };
    assert.deepEqual(
      await judge(sameTicket, [
        tagged("a", "quarantine:INC-1"),
        tagged("b", UNKNOWN_TEXT),
        unknown,
      ]),
      [],
    );
  });
});
