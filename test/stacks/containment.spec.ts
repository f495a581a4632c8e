import assert from "node:assert/strict";

import { deploy } from "../support/deployment";
import { auditConfig, memberConfig } from "../support/examples";

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

  it("is started by the Audit account's Automation, and looked at by those who open rooms, if any are named", async () => {
    const trusted = async (incidentDeployers: readonly string[]) => {
      const made = await member({ containment: "on", incidentDeployers });
      return JSON.stringify(made.named("containment-central-role").inputs["assumeRolePolicy"]);
    };
    const deployer = "arn:aws:iam::111122223333:role/incident-deployer";
    const administration = "arn:aws:iam::111122223333:role/clean-room/containment-administration-*";
    assert.ok((await trusted([])).includes(administration));
    assert.ok(!(await trusted([])).includes(deployer));
    assert.ok((await trusted([deployer])).includes(deployer));
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

describe("Containment from the Audit account", () => {
  const audit = (changes: Readonly<Record<string, unknown>>) =>
    deploy("audit", auditConfig({ image: "off", ...changes }), {
      answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }) },
    });

  it("is not there unless an account is named", async () => {
    const { resources, outputs } = await audit({});
    assert.deepEqual(
      resources.filter(({ name }) => name.startsWith("containment")),
      [],
    );
    assert.equal("containmentAccounts" in outputs, false);
  });

  it("is a runbook that is shared with the named accounts alone, starts their own, and leaves what is open as it was", async () => {
    const containmentAccounts = ["333344445555", "222233334444"];
    const before = await audit({});
    const made = await audit({ containmentAccounts });
    const { inputs, options } = made.named("containment-runbook");
    assert.equal(options.protect, true);
    assert.deepEqual(inputs["permissions"], {
      type: "Share",
      accountIds: "222233334444,333344445555",
    });
    const { mainSteps, parameters } = JSON.parse(String(inputs["content"])) as {
      readonly mainSteps: readonly {
        readonly action: string;
        readonly inputs: { readonly DocumentName: string };
      }[];
      readonly parameters: { readonly AutomationAssumeRole: { readonly allowedPattern: string } };
    };
    assert.deepEqual(
      mainSteps.map((step) => [step.action, step.inputs.DocumentName]),
      [["aws:executeAutomation", "clean-room-contain"]],
    );
    const roles = new RegExp(parameters.AutomationAssumeRole.allowedPattern);
    assert.match("arn:aws:iam::222233334444:role/clean-room/containment-start", roles);
    assert.doesNotMatch("arn:aws:iam::222233334444:role/administrator", roles);
    const names = ({ resources }: typeof made) => resources.map(({ name }) => name);
    assert.deepEqual(
      names(made).filter((each) => !names(before).includes(each)),
      ["role", "policy", "runbook", "start"].map((each) => `containment-${each}`),
    );
    assert.equal(
      (made.outputs["incidentDeployerPolicyArns"] as string[]).length,
      (before.outputs["incidentDeployerPolicyArns"] as string[]).length + 1,
    );
  });

  it("names no account twice, and nothing that is none", async () => {
    const twice = ["222233334444", "222233334444"];
    await assert.rejects(audit({ containmentAccounts: twice }), /containmentAccounts/);
    await assert.rejects(audit({ containmentAccounts: ["x"] }), /containmentAccounts\.0/);
  });
});
