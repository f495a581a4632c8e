import assert from "node:assert/strict";

import { EGRESS, GROUP } from "../../stacks/madeForRoom";
import { checkNames } from "../../stacks/unnamedGroups";

describe("What a room of an earlier version has without a name", () => {
  it("is refused with the command by which it is found: a group gets its name, a rule is made again", () => {
    const group = { type: GROUP, name: "sg-1", id: "sg-1", groupId: "sg-1" };
    const rule = { type: EGRESS, name: "sgr-1", id: "sgr-1", groupId: "sg-1" };
    const [, reasons] = checkNames([group, rule], "us-east-1");
    assert.equal(reasons.length, 2);
    assert.match(
      reasons.join(),
      /create-tags .*--resources sg-1 --tags Key=Name,Value=workstation-sg;/,
    );
    assert.match(
      reasons.join(),
      /revoke-security-group-egress .*--group-id sg-1 --security-group-rule-ids sgr-1;/,
    );
  });

  it("is nothing where all of it has one", () => {
    assert.deepEqual(checkNames([], "us-east-1")[1], []);
  });
});
