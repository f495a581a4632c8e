import assert from "node:assert/strict";

import { acquisitionContent } from "../../components/acquisition/acquisitionDocument";
import { deploy } from "../support/deployment";
import { ACQUISITION, memberConfig } from "../support/examples";

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
    const made = await member({ acquisition: ACQUISITION });
    const documents = made.ofType("aws:ssm/document:Document").map(({ inputs, options }) => {
      assert.equal(options.protect, true);
      assert.equal(inputs["content"], acquisitionContent(ACQUISITION));
      return [inputs["name"], inputs["region"], inputs["documentType"]];
    });
    assert.deepEqual(documents, [
      ["clean-room-acquire", "us-east-1", "Command"],
      ["clean-room-acquire", "eu-west-1", "Command"],
    ]);
    assert.equal(made.named("acquisition-send").inputs["role"], "forensics-responder");
  });

  it("takes one vault and two programs, named by their hashes, and nothing that could be another's", async () => {
    for (const [wrong, sign] of [
      ["on", /vault, avml and busybox/],
      [{ ...ACQUISITION, vault: "vault.example.org" }, /the vault's host/],
      [{ ...ACQUISITION, vault: `${ACQUISITION.vault}'; reboot #` }, /the vault's host/],
      [{ ...ACQUISITION, avml: "x" }, /AVML's SHA-256/],
    ] as const) {
      await assert.rejects(member({ acquisition: wrong }), sign);
    }
  });

  it("is refused without a VPC", async () => {
    await assert.rejects(
      member({ acquisition: ACQUISITION, vpcs: [] }),
      /clean-room:vpcs[^]*at least one VPC: with acquisition on/,
    );
  });
});
