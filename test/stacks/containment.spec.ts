import assert from "node:assert/strict";

import { deploy } from "../support/deployment";
import { memberConfig } from "../support/examples";

const DOCUMENT = "aws:ssm/document:Document";
const COMMANDER = "arn:aws:iam::222233334444:role/incident-commander";
const member = (changes: Readonly<Record<string, unknown>>) =>
  deploy("member-222233334444", memberConfig(changes));

describe("Containment in a member account's stack", () => {
  it("is not there unless it is switched on", async () => {
    const { resources } = await member({});
    assert.deepEqual(
      resources.filter(({ type, name }) => type === DOCUMENT || name.startsWith("containment")),
      [],
    );
  });

  it("is a runbook in each Region with a group, for that Region's VPCs, protected", async () => {
    const made = await member({ containment: "on" });
    const documents = made.ofType(DOCUMENT).map(({ inputs, options }) => {
      const { mainSteps, assumeRole } = JSON.parse(String(inputs["content"])) as {
        readonly assumeRole: string;
        readonly mainSteps: readonly {
          readonly name: string;
          readonly inputs: { readonly InputPayload?: { readonly groups?: object } };
        }[];
      };
      assert.equal(assumeRole, "arn:aws:iam::222233334444:role/clean-room/containment-runbook");
      assert.equal(options.protect, true);
      assert.ok(!mainSteps.some(({ name }) => name === "approve"));
      const groups = mainSteps.find(({ name }) => name === "look")?.inputs.InputPayload?.groups;
      return [inputs["name"], inputs["region"], Object.keys(groups ?? {})];
    });
    assert.deepEqual(documents, [
      ["clean-room-contain", "us-east-1", ["vpc-0123456789abcdef0"]],
      ["clean-room-contain", "eu-west-1", ["vpc-0fedcba9876543210"]],
    ]);
    assert.equal(made.named("containment-start").inputs["role"], "forensics-responder");
  });

  it("asks the approvers that are named", async () => {
    const made = await member({ containment: "on", containmentApprovers: [COMMANDER] });
    for (const { inputs } of made.ofType(DOCUMENT)) {
      assert.match(String(inputs["content"]), /"aws:approve".*incident-commander/);
    }
  });

  it("is refused without a VPC, and with approvers that are no one role", async () => {
    await assert.rejects(
      member({ containment: "on", vpcs: [] }),
      /clean-room:vpcs[^]*at least one VPC: with containment on/,
    );
    await assert.rejects(
      member({ containment: "on", containmentApprovers: [`${COMMANDER}*`] }),
      /containmentApprovers[^]*whole ARNs/,
    );
  });
});
