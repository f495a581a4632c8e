import assert from "node:assert/strict";

import { Refusal } from "../../components/refusal";
import { EGRESS, GROUP } from "../../stacks/madeForRoom";
import { requireNames } from "../../stacks/unnamed";

describe("What a room of an earlier version has without a name", () => {
  it("is refused with the command by which it is found: a group gets its name, a rule is made again", () => {
    const group = { type: GROUP, name: "sg-1", id: "sg-1", groupId: "sg-1" };
    const rule = { type: EGRESS, name: "sgr-1", id: "sgr-1", groupId: "sg-1" };
    assert.throws(
      () => requireNames([group, rule], "us-east-1"),
      (error: Refusal) =>
        error.reasons.length === 2 &&
        /create-tags .*--resources sg-1 --tags Key=Name,Value=workstation-sg;/.test(
          error.reasons.join(),
        ) &&
        /revoke-security-group-egress .*--group-id sg-1 --security-group-rule-ids sgr-1;/.test(
          error.reasons.join(),
        ),
    );
  });

  it("is nothing where all of it has one", () => {
    assert.doesNotThrow(() => requireNames([], "us-east-1"));
  });
});
