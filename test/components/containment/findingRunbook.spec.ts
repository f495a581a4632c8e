import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { containmentCalls } from "../../../cli/contain/containmentCalls";
import { findingsRolePolicy } from "../../../components/containment/centralPolicies";
import { FINDING_TO_PARAMETERS } from "../../../components/containment/findingEvents";
import { findingRunbook } from "../../../components/containment/findingRunbook";
import { transformed } from "../../support/eventBridge";
import { CHOSEN_BY_OTHERS, type Finding, findingEvent } from "../../support/findings";

const TOPIC = "arn:aws:sns:us-east-1:111122223333:runbook-alarm-topic";
const ADMINISTRATION =
  "arn:aws:iam::111122223333:role/clean-room/containment-administration-us-east-1";
const EXECUTION = "333ba70b-2333-48db-b17e-a5e69c6f4d1c";
const runbookOf = (act: "observe" | "contain") =>
  findingRunbook({
    roleArn: "arn:aws:iam::111122223333:role/clean-room/containment-findings-us-east-1",
    administrationRoleArn: ADMINISTRATION,
    topicArn: TOPIC,
    containmentAccounts: ["333344445555", "222233334444"],
    notification: "ir@example.edu",
    act,
  });
const GIVEN = {
  Account: "222233334444",
  Finding: "7ebc050b71c556086b524045c9067feb",
  Instance: "i-0123456789abcdef0",
  Region: "eu-west-1",
};

/** What AWS answers, by the call. */
interface Answers {
  readonly status?: string;
  readonly denied?: string;
}

interface Told {
  readonly trace: readonly string[];
  readonly failed: Readonly<Record<string, string>>;
  readonly calls: readonly (readonly [
    call: string,
    parameters: Readonly<Record<string, unknown>>,
  ])[];
  readonly refused?: string;
}

/** @returns undefined where there is no boto3. */
function play(
  act: "observe" | "contain",
  runs: readonly (Answers & { readonly given?: object })[],
): readonly Told[] | undefined {
  const asked = {
    document: runbookOf(act),
    runs: runs.map(({ status = "Success", denied, given = {} }) => ({
      given: { ...GIVEN, ...given },
      answers: {
        "ssm:StartAutomationExecution": { AutomationExecutionId: EXECUTION },
        "ssm:GetAutomationExecution": {
          AutomationExecution: { AutomationExecutionStatus: status },
        },
        "sns:Publish": {},
        ...(denied === undefined ? {} : { [denied]: "denied" }),
      },
    })),
  };
  const { stdout, stderr, status } = spawnSync("python3", [join(__dirname, "findings.py")], {
    input: JSON.stringify(asked),
    encoding: "utf8",
  });
  if (/ModuleNotFoundError: No module named '(boto3|moto)/.test(stderr) || status === null) {
    return undefined;
  }
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as readonly Told[];
}

describe("The runbook that findings start, step by step by AWS's models (pip install moto boto3)", function () {
  this.timeout(600_000);
  let succeeded: Told, childFailed: Told, untold: Told, unstarted: Told, contained: Told;

  before(function () {
    const observing = play("observe", [
      {},
      { status: "Failed" },
      { denied: "sns:Publish" },
      { denied: "ssm:StartAutomationExecution" },
    ]);
    const containing = play("contain", [{}]);
    if (observing === undefined || containing === undefined) {
      this.skip();
    }
    [succeeded, childFailed, untold, unstarted] = observing as [Told, Told, Told, Told];
    [contained] = containing as [Told];
  });

  const started = ({ calls }: Told) =>
    calls.filter(([call]) => call === "ssm:StartAutomationExecution").map(([, each]) => each);

  it("has the one instance observed, by the command's call, with the finding as the ticket", () => {
    assert.deepEqual(succeeded.failed, {});
    const call = (act: "observe" | "contain", roleSessions: "deny" | "leave") =>
      containmentCalls(
        [{ accountId: GIVEN.Account, region: GIVEN.Region, instanceId: GIVEN.Instance }],
        {
          ticket: GIVEN.Finding,
          notification: "ir@example.edu",
          act,
          roleSessions,
          atOnce: 1,
          errors: "0",
          administrationRoleArn: ADMINISTRATION,
        },
      ).map(({ TargetLocations = [], ...rest }) => ({
        ...rest,
        // One that fails is a failure of all, which people are told of.
        TargetLocations: TargetLocations.map((each) => ({
          ...each,
          TargetLocationMaxConcurrency: "1",
          TargetLocationMaxErrors: "0",
        })),
      }));
    assert.deepEqual(started(succeeded), call("observe", "deny"));
    assert.deepEqual(started(contained), call("contain", "leave"));
  });

  it("tells where what would be done is seen, and how it is contained; or how it is put back", () => {
    const messages = [succeeded, contained].map(({ calls }) =>
      calls.filter(([call]) => call === "sns:Publish").map(([, parameters]) => parameters),
    );
    const [[observed], [done]] = messages as [[Told["calls"][0][1]], [Told["calls"][0][1]]];
    const command = `npx clean-room contain ${GIVEN.Finding}`;
    const place = `${GIVEN.Account}/${GIVEN.Region}/${GIVEN.Instance}`;
    assert.equal(observed["TopicArn"], TOPIC);
    // SNS takes a hundred characters of ASCII as a subject.
    assert.equal(observed["Subject"], `GuardDuty: ${GIVEN.Instance} in ${GIVEN.Account}`);
    assert.equal(
      observed["Message"],
      `GuardDuty's finding ${GIVEN.Finding} is about the instance ${GIVEN.Instance} of account ${GIVEN.Account} in ${GIVEN.Region}.\nNothing is changed. What containment would do: ${command} --follow ${EXECUTION}\nTo contain it: ${command} ${place}`,
    );
    assert.match(String(done["Message"]), new RegExp(`being contained.*--follow ${EXECUTION}\n`));
    assert.match(
      String(done["Message"]),
      new RegExp(`put it back: ${command} --roll-back ${place}$`),
    );
  });

  it("fails where the instance's containment does, where nobody could be told, and where nothing could be started", () => {
    assert.deepEqual(childFailed.failed, { succeeded: "Failed" });
    assert.deepEqual(Object.keys(untold.failed), ["tell"]);
    assert.deepEqual(untold.trace, ["start", "tell", "wait", "succeeded"]);
    assert.deepEqual(unstarted.trace, ["start"]);
    assert.deepEqual(Object.keys(unstarted.failed), ["start"]);
  });

  it("may do all that it does, and nothing else", () => {
    const policy = findingsRolePolicy({
      region: "us-east-1",
      accountId: "111122223333",
      topicArn: TOPIC,
    });
    const allowed = (policy.Statement as { readonly Action: string | readonly string[] }[])
      .flatMap(({ Action }) => Action)
      // Handed to what it starts.
      .filter((action) => action !== "iam:PassRole");
    const called = new Set(succeeded.calls.map(([call]) => call));
    assert.deepEqual([...called].sort(), [...allowed].sort());
  });
});

/** Whether Systems Manager takes a rule's input: each parameter is a list of one value here. */
function isTaken(text: string): boolean {
  const { parameters } = runbookOf("contain");
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return false;
  }
  return (
    Object.keys(given).every((name) => name in parameters) &&
    Object.entries(parameters).every(([name, form]) => {
      const [value, ...more] = (given[name] ?? []) as readonly unknown[];
      return (
        typeof value === "string" &&
        more.length === 0 &&
        ("allowedValues" in form
          ? form.allowedValues.includes(value)
          : new RegExp(form.allowedPattern).test(value))
      );
    })
  );
}

describe("What findings tell the runbook", () => {
  it("is taken where it is what GuardDuty says", () => {
    assert.ok(isTaken(transformed(FINDING_TO_PARAMETERS, findingEvent())));
  });

  const wrong: Partial<Record<keyof Finding, readonly string[]>> = {
    instanceId: [
      ...["", "i-1", "i-0123456789ABCDEF0", "i-0123456789abcdef0\n", "i-0123456789abcdef0; reboot"],
      ...["../i-0123456789abcdef0", "$(id)", "{{ Finding }}", "eni-0123456789abcdef0", "*"],
      ...[CHOSEN_BY_OTHERS, 'i-0123456789abcdef0","i-0fedcba9876543210'],
      ...[
        'i-0123456789abcdef0"],"Act":["contain',
        "{{ global:DATE }}",
        "i-0123456789abcdef0 --yes",
      ],
    ],
    accountId: ["", "999988887777", "22223333444", "222233334444 ", "{{ Account }}", "*"],
    region: ["", "moon-1", "us-east-1;id", "us-east-1\n", "{{ Region }}", '"],"Region":["x'],
    id: [
      "",
      "INC-2026-0042",
      "x".repeat(32),
      `${GIVEN.Finding}0`,
      `${GIVEN.Finding} --yes`,
      "$(id)",
    ],
  };
  for (const [field, values] of Object.entries(wrong)) {
    it(`is refused, before a step runs, where its ${field} is anything else`, () => {
      for (const value of values) {
        const text = transformed(FINDING_TO_PARAMETERS, findingEvent({ [field]: value }));
        assert.ok(!isTaken(text), text);
      }
    });
  }

  it("never says what is to be done: that is written into the runbook", () => {
    for (const act of ["observe", "contain"] as const) {
      const { parameters, mainSteps } = runbookOf(act);
      assert.deepEqual(Object.keys(parameters), ["Account", "Finding", "Instance", "Region"]);
      const given = mainSteps[0]?.inputs as { readonly Parameters: { readonly Act: string[] } };
      assert.deepEqual(given.Parameters.Act, [act]);
    }
  });
});
