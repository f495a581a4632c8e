import assert from "node:assert/strict";

import { deploy } from "../support/deployment";
import { startedWith } from "../support/automationStart";
import { matches, transformed } from "../support/eventBridge";
import { CHOSEN_BY_OTHERS, type Finding, findingEvent } from "../support/findings";
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
      account_ids: "222233334444,333344445555",
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
      [
        ...["role", "policy", "runbook", "start"].map((each) => `containment-${each}`),
        // What acquires many is started by the same role, in the same accounts.
        "acquisition-runbook",
        "acquisition-start",
      ],
    );
    assert.equal(
      (made.outputs["incidentDeployerPolicyArns"] as string[]).length,
      (before.outputs["incidentDeployerPolicyArns"] as string[]).length + 2,
    );
  });

  const FOUND = {
    containmentAccounts: ["333344445555", "222233334444"],
    containmentFindings: ["Backdoor:EC2/*", "Trojan:EC2/DNSDataExfiltration"],
  };

  it("is started by no finding unless types are named, and then by a rule, a runbook and two roles of their own", async () => {
    const { containmentFindings: _, ...without } = FOUND;
    const [before, none, made] = [
      await audit(without),
      await audit({ ...without, containmentFindings: [], containmentFindingsAct: "observe" }),
      await audit(FOUND),
    ];
    const declared = ({ resources, outputs }: typeof made) => [
      resources.map(({ type, name, inputs }) => [type, name, inputs]),
      outputs,
    ];
    assert.deepEqual(declared(none), declared(before));
    assert.deepEqual(made.outputs, before.outputs);
    const names = ({ resources }: typeof made) => resources.map(({ name }) => name);
    assert.deepEqual(
      names(made)
        .filter((each) => !names(before).includes(each))
        .sort(),
      [
        ...["event", "runbook", "runbook-policy", "runbook-role"],
        ...["starter-policy", "starter-role", "target"],
      ]
        .map((each) => `containment-findings-${each}`)
        .concat("runbook-alarm-clean-room-contain-on-finding-not-started"),
    );
    // Of what was there, only who uses the topic's key, who publishes to the topics and which failures are told.
    const changed = before.resources.filter(
      ({ name, inputs }) => JSON.stringify(made.named(name).inputs) !== JSON.stringify(inputs),
    );
    assert.deepEqual(changed.map(({ name }) => name).sort(), [
      "keys-foundation",
      "runbook-alarm-failed",
      "runbook-alarm-keyless-topic-policy",
      "runbook-alarm-topic-policy",
    ]);
    assert.match(
      String(made.named("runbook-alarm-failed").inputs["eventPattern"]),
      /clean-room-contain-on-finding/,
    );
  });

  it("observes a finding's instance only, unless the setting says that nobody is asked", async () => {
    const actOf = async (changes: object) => {
      const { inputs } = (await audit({ ...FOUND, ...changes })).named(
        "containment-findings-runbook",
      );
      const { parameters, mainSteps } = JSON.parse(String(inputs["content"])) as {
        readonly parameters: { readonly Account: { readonly allowedValues: string[] } };
        readonly mainSteps: readonly {
          readonly inputs: { readonly Parameters?: Readonly<Record<string, string[]>> };
        }[];
      };
      assert.deepEqual(parameters.Account.allowedValues, ["222233334444", "333344445555"]);
      const { Act, RoleSessions, Notification } =
        mainSteps.find(({ inputs }) => inputs.Parameters !== undefined)?.inputs.Parameters ?? {};
      assert.deepEqual(Notification, [auditConfig()["clean-room:notification"]]);
      return [Act, RoleSessions];
    };
    assert.deepEqual(await actOf({}), [["observe"], ["deny"]]);
    assert.deepEqual(await actOf({ containmentFindingsAct: "contain" }), [
      ["{{ limit.act }}"],
      ["leave"],
    ]);
  });

  it("takes a finding from the rule that is placed to the runbook that is placed, and of it these parameters alone", async () => {
    const made = await audit({ ...FOUND, containmentFindingsAct: "contain" });
    const inputsOf = (part: string) => made.named(`containment-findings-${part}`).inputs;
    const pattern = JSON.parse(String(inputsOf("event")["eventPattern"])) as object;
    const { inputTransformer, arn } = inputsOf("target") as {
      readonly inputTransformer: Parameters<typeof transformed>[0];
      readonly arn: string;
    };
    const { content, name } = inputsOf("runbook") as { readonly [key: string]: string };
    const { parameters } = JSON.parse(content ?? "") as {
      readonly parameters: Parameters<typeof startedWith>[0];
    };
    assert.ok(arn.endsWith(`:automation-definition/${name}:$DEFAULT`), arn);
    const startedBy = (changes: Partial<Finding> = {}) => {
      const event = findingEvent(changes);
      return matches(pattern, event)
        ? startedWith(parameters, transformed(inputTransformer, event))
        : undefined;
    };
    assert.deepEqual(startedBy(), {
      Account: "222233334444",
      Finding: "7ebc050b71c556086b524045c9067feb",
      Instance: "i-0123456789abcdef0",
      Region: "eu-west-1",
    });
    const harmless: readonly Partial<Finding>[] = [
      { archived: true },
      { accountId: "999988887777" },
      { instanceId: CHOSEN_BY_OTHERS },
      { instanceId: `i-0123456789abcdef0${CHOSEN_BY_OTHERS}` },
      { instanceId: "i-0123456789abcdef0\n" },
      { instanceId: 'i-0123456789abcdef0","i-0fedcba9876543210' },
      { region: CHOSEN_BY_OTHERS },
      { id: "{{ global:DATE }}" },
      { severity: 2 },
    ];
    assert.deepEqual(
      harmless.map(startedBy),
      harmless.map(() => undefined),
    );
  });

  it("is started by no finding that could start nothing, or by more types than EventBridge takes", async () => {
    const refused = async (changes: object, ...reasons: readonly RegExp[]) => {
      const message = await audit({ ...FOUND, ...changes }).then(
        () => "",
        (error: Error) => error.message,
      );
      for (const reason of reasons) {
        assert.match(message, reason);
      }
    };
    const wrong = [
      ...["*", "Backdoor", "Backdoor:EC2", "backdoor:EC2/Spambot", "Backdoor:EC2/Sp*bot"],
      ...["UnauthorizedAccess:IAMUser/MaliciousIPCaller", "Backdoor:EC2/", "Backdoor:EC2/ Spambot"],
      ...['Backdoor:EC2/"', "Backdoor:EC2/**", "Backdoor:EC2/Spambot\n", ""],
    ];
    for (const each of wrong) {
      await refused(
        { containmentFindings: ["Backdoor:EC2/Spambot", each] },
        /clean-room:containmentFindings\.1/,
        /required: a type of GuardDuty's findings about EC2 or Runtime/,
      );
    }
    await refused({ containmentFindings: ["Backdoor:EC2/*", "Backdoor:EC2/*"] }, /only once/);
    await refused({ containmentFindings: "Backdoor:EC2/*" }, /a list of finding types/);
    await refused(
      { containmentAccounts: [] },
      /clean-room:containmentFindings/,
      /required: none without containmentAccounts/,
    );
    await refused(
      { containmentFindings: [], containmentFindingsAct: "contain" },
      /clean-room:containmentFindingsAct/,
      /found: +"contain"/,
      /required: observe without containmentFindings/,
    );
    await refused({ containmentFindingsAct: "isolate" }, /one of observe, contain/);
    const many = (length: number) =>
      Array.from({ length }, (_, index) => `Backdoor:EC2/Family${index + 100}.Variant`);
    await refused(
      { containmentFindings: many(60) },
      /clean-room:containmentFindings/,
      /an event pattern of at most 2048 characters, as EventBridge takes it: these make \d{4}/,
    );
    await audit({ ...FOUND, containmentFindings: many(50) });
  });

  it("names no account twice, and nothing that is none", async () => {
    const twice = ["222233334444", "222233334444"];
    await assert.rejects(audit({ containmentAccounts: twice }), /containmentAccounts/);
    await assert.rejects(audit({ containmentAccounts: ["x"] }), /containmentAccounts\.0/);
  });
});
