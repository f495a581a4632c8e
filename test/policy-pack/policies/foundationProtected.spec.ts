import assert from "node:assert/strict";

import { foundationProtected } from "../../../policy-pack/policies/foundationProtected";
import { judge } from "../../support/policies";

const type = "aws:s3/bucketPolicy:BucketPolicy";
const VIOLATION = ["protect is false; required: true, on every resource of this stack."];

describe("foundation-protected", () => {
  it("accepts a protected resource of the audit stack", async () => {
    assert.deepEqual(
      await judge(foundationProtected, { type, protect: true }, { stack: "audit" }),
      [],
    );
  });

  it("refuses one that is not, taggable or not", async () => {
    for (const stack of ["audit", "member-222233334444"]) {
      assert.deepEqual(await judge(foundationProtected, { type }, { stack }), VIOLATION);
    }
  });

  it("takes the names of the stacks from the configuration", async () => {
    const config = { foundationStacks: "^base$" };
    assert.deepEqual(
      await judge(foundationProtected, { type }, { stack: "base", config }),
      VIOLATION,
    );
  });

  it("does not apply to incidents, nor to what is not of AWS", async () => {
    const notApplicable = { notApplicable: "the stack ends with its incident" };
    assert.deepEqual(await judge(foundationProtected, { type }), notApplicable);
    const provider = { type: "pulumi:providers:aws" };
    assert.deepEqual(await judge(foundationProtected, provider, { stack: "audit" }), notApplicable);
  });

  it("lets rules of a member account come and go, and those of no other stack", async () => {
    for (const way of ["Ingress", "Egress"]) {
      const rule = { type: `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule` };
      assert.deepEqual(await judge(foundationProtected, rule, { stack: "member-222233334444" }), {
        notApplicable: "rules of member accounts come and go",
      });
      assert.deepEqual(await judge(foundationProtected, rule, { stack: "audit" }), VIOLATION);
    }
  });

  it("lets a member account's group go that says it is released, and nothing else", async () => {
    const group = { type: "aws:ec2/securityGroup:SecurityGroup" };
    const released = { ...group, props: { tags: { released: "true" } } };
    const member = { stack: "member-222233334444" };
    assert.deepEqual(await judge(foundationProtected, released, member), {
      notApplicable: "the group is released",
    });
    assert.deepEqual(await judge(foundationProtected, group, member), VIOLATION);
    assert.deepEqual(await judge(foundationProtected, released, { stack: "audit" }), VIOLATION);
    const role = { type: "aws:iam/role:Role", props: released.props };
    assert.deepEqual(await judge(foundationProtected, role, member), VIOLATION);
  });

  it("does not apply to what is replaced by its next version", async () => {
    for (const replaced of ["component:Component", "imageRecipe:ImageRecipe"]) {
      assert.deepEqual(
        await judge(
          foundationProtected,
          { type: `aws:imagebuilder/${replaced}` },
          { stack: "audit" },
        ),
        { notApplicable: "every version of it is replaced by the next" },
      );
    }
    const pipeline = { type: "aws:imagebuilder/imagePipeline:ImagePipeline" };
    assert.deepEqual(await judge(foundationProtected, pipeline, { stack: "audit" }), VIOLATION);
  });
});
