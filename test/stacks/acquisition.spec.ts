import assert from "node:assert/strict";

import { acquisitionContent } from "../../components/acquisition/acquisitionDocument";
import { deploy } from "../support/deployment";
import { memberConfig } from "../support/examples";

const member = (changes: Readonly<Record<string, unknown>>) =>
  deploy("member-222233334444", memberConfig(changes));

describe("Acquisition in a member account's stack", () => {
  it("is not there unless it is switched on", async () => {
    const { resources } = await member({});
    assert.deepEqual(
      resources.filter(({ name }) => name.startsWith("acquisition")),
      [],
    );
  });

  it("is a document in each Region with a group, protected, and the responder's right to send it", async () => {
    const made = await member({ acquisition: "on" });
    const documents = made.ofType("aws:ssm/document:Document").map(({ inputs, options }) => {
      assert.equal(options.protect, true);
      assert.equal(inputs["content"], acquisitionContent());
      return [inputs["name"], inputs["region"], inputs["documentType"]];
    });
    assert.deepEqual(documents, [
      ["clean-room-acquire", "us-east-1", "Command"],
      ["clean-room-acquire", "eu-west-1", "Command"],
    ]);
    assert.equal(made.named("acquisition-send").inputs["role"], "forensics-responder");
  });

  it("is refused without a VPC", async () => {
    await assert.rejects(
      member({ acquisition: "on", vpcs: [] }),
      /clean-room:vpcs[^]*at least one VPC: with acquisition on/,
    );
  });
});
