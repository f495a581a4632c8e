import assert from "node:assert/strict";

import { acquisitionContent } from "../../components/acquisition/acquisitionDocument";
import { deploy } from "../support/deployment";
import { ACQUISITION, ACQUISITION_OF_MANY, memberConfig } from "../support/examples";

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

  it("has with tools and containment also a runbook in each Region, started by the role that starts containment, with a role of its own", async () => {
    const made = await member({ acquisition: ACQUISITION_OF_MANY, containment: "on" });
    const runbooks = made
      .ofType("aws:ssm/document:Document")
      .filter(({ name }) => name.startsWith("acquisition-runbook"))
      .map(({ inputs, options }) => {
        assert.equal(options.protect, true);
        const { assumeRole } = JSON.parse(String(inputs["content"])) as { assumeRole: string };
        assert.equal(assumeRole, "arn:aws:iam::222233334444:role/clean-room/acquisition-runbook");
        return [inputs["name"], inputs["region"], inputs["documentType"]];
      });
    assert.deepEqual(runbooks, [
      ["clean-room-acquire-one", "us-east-1", "Automation"],
      ["clean-room-acquire-one", "eu-west-1", "Automation"],
    ]);
    assert.equal(made.named("acquisition-central-policy").inputs["role"], "containment-start");
    const alone = await member({ acquisition: ACQUISITION, containment: "on" });
    assert.ok(!alone.resources.some(({ name }) => /^acquisition-(role|runbook)/.test(name)));
    await assert.rejects(
      member({ acquisition: ACQUISITION_OF_MANY }),
      /acquisition\.tools[^]*none without containment: on/,
    );
    for (const wrong of [{ bucket: "tools/*" }, { avml: "carry/*" }, { busybox: "'; reboot" }]) {
      const tools = { ...ACQUISITION_OF_MANY.tools, ...wrong };
      const acquisition = { ...ACQUISITION_OF_MANY, tools };
      await assert.rejects(member({ acquisition, containment: "on" }), /acquisition\.tools\./);
    }
  });

  it("acquires a Windows where the setting names WinPmem", async () => {
    const acquisition = { ...ACQUISITION, winpmem: "c2".repeat(32) };
    const made = await member({ acquisition });
    for (const { inputs } of made.ofType("aws:ssm/document:Document")) {
      assert.equal(inputs["content"], acquisitionContent(acquisition));
    }
  });

  it("acquires a Windows among many where tools has WinPmem's key: the runbook may read that object, too, and none without its hash", async () => {
    const winpmem = "carry/winpmem.exe";
    const tools = { ...ACQUISITION_OF_MANY.tools, winpmem };
    const acquisition = { ...ACQUISITION_OF_MANY, winpmem: "c2".repeat(32), tools };
    const read = async (given: object) => {
      const made = await member({ acquisition: given, containment: "on" });
      const { Statement } = JSON.parse(
        JSON.stringify(made.named("acquisition-policy").inputs["policy"]),
      ) as { Statement: { Sid: string; Resource: string[] }[] };
      return Statement.find(({ Sid }) => Sid === "ReadCarriedPrograms")?.Resource;
    };
    const two = await read(ACQUISITION_OF_MANY);
    assert.equal(two?.length, 2);
    assert.deepEqual(await read(acquisition), [
      ...two,
      `arn:aws:s3:::${ACQUISITION_OF_MANY.tools.bucket}/${winpmem}`,
    ]);
    await assert.rejects(
      member({ acquisition: { ...ACQUISITION_OF_MANY, tools }, containment: "on" }),
      /acquisition\.tools\.winpmem[^]*none without winpmem in acquisition/,
    );
    await assert.rejects(
      member({
        acquisition: { ...acquisition, tools: { ...tools, winpmem: "carry/*" } },
        containment: "on",
      }),
      /acquisition\.tools\.winpmem/,
    );
  });

  it("takes one vault and two programs, named by their hashes, and nothing that could be another's", async () => {
    for (const [wrong, sign] of [
      ["on", /vault, avml and busybox/],
      [{ ...ACQUISITION, vault: "vault.example.org" }, /the vault's host/],
      [{ ...ACQUISITION, vault: `${ACQUISITION.vault}'; reboot #` }, /the vault's host/],
      [{ ...ACQUISITION, avml: "x" }, /AVML's SHA-256/],
      [{ ...ACQUISITION, winpmem: "x" }, /WinPmem's SHA-256/],
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
