import assert from "node:assert/strict";

import { foundationFindings, type FoundationToMend } from "../../../cli/mend/foundationFindings";
import type { Owned, OwningStack } from "../../../stacks/ownership";

const KEY = "aws:kms/key:Key";
const OF: OwningStack = { stack: "audit", region: "us-east-1", accountId: "111122223333" };

function key(id: string): Owned {
  const arn = `arn:aws:kms:us-east-1:111122223333:key/${id}`;
  return { type: KEY, name: "keys-evidence", id, arn };
}

function told(stack: Partial<FoundationToMend>) {
  const found = foundationFindings({ of: OF, made: [], resources: [], pending: [], ...stack });
  return found.flatMap(({ what, commands }) => [what, ...commands]).join("\n");
}

const inState = (id: string) => ({ type: KEY, name: "keys-evidence", id, outputs: {} });

describe("What is left to do about an audit or a member stack", () => {
  it("is nothing where the engine has what AWS lists", () => {
    assert.equal(told({ made: [key("k-1")], resources: [inState("k-1")] }), "");
  });

  it("is an up, where AWS lists what the state has not", () => {
    assert.match(
      told({ made: [key("k-1")] }),
      /AWS has Key keys-evidence k-1, and the state does not.*\npulumi up --stack audit$/,
    );
  });

  it("names both where there are two and the state has neither", () => {
    const all = told({ made: [key("k-1"), key("k-2")] });
    assert.match(all, /is there 2 times/);
    assert.match(all, /untag-resources --region us-east-1 --resource-arn-list \S+key\/k-1 /);
    assert.match(all, /untag-resources --region us-east-1 --resource-arn-list \S+key\/k-2 /);
    assert.doesNotMatch(all, /pulumi up/);
  });

  it("names what is there beside what the state has, and nothing that the state has", () => {
    const all = told({ made: [key("k-1"), key("k-2")], resources: [inState("k-1")] });
    assert.match(all, /Beside what the state has AWS lists Key keys-evidence k-2/);
    assert.doesNotMatch(all, /k-1/);
  });

  it("deletes nothing: all of it outlives rooms", () => {
    const all = told({ made: [key("k-1"), key("k-2")], resources: [inState("k-1")] });
    assert.doesNotMatch(all, /delete-|schedule-key-deletion/);
  });

  it("takes a component for settled: AWS has nothing of it", () => {
    const pending = [{ act: "creating", type: "cleanroom:member:MemberRoles", name: "roles" }];
    assert.match(told({ pending }), /it is settled, and still noted/);
  });

  it("takes what was being made for settled only once the state has it", () => {
    const pending = [{ act: "creating", type: KEY, name: "keys-evidence" }];
    assert.match(told({ pending }), /AWS may have it\npulumi up --stack audit$/);
    assert.match(
      told({ pending, made: [key("k-1")], resources: [inState("k-1")] }),
      /it is settled, and still noted\nnpx clean-room mend --stack audit --yes$/,
    );
  });
});
