import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { containmentCalls } from "../../../cli/contain/containmentCalls";
import { findingsRolePolicy } from "../../../components/containment/centralPolicies";
import { FINDING_TO_PARAMETERS } from "../../../components/containment/findingEvents";
import { findingRunbook } from "../../../components/containment/findingRunbook";
import { startedWith } from "../../support/automationStart";
import { transformed } from "../../support/eventBridge";
import { CHOSEN_BY_OTHERS, type Finding, findingEvent } from "../../support/findings";

const TOPIC = "arn:aws:sns:us-east-1:111122223333:runbook-alarm-topic";
const ADMINISTRATION =
  "arn:aws:iam::111122223333:role/clean-room/containment-administration-us-east-1";
const EXECUTION = "333ba70b-2333-48db-b17e-a5e69c6f4d1c";
/** So many instances findings contain in a day here. */
const AT_MOST = 3;
const runbookOf = (act: "observe" | "contain") =>
  findingRunbook({
    roleArn: "arn:aws:iam::111122223333:role/clean-room/containment-findings-us-east-1",
    administrationRoleArn: ADMINISTRATION,
    topicArn: TOPIC,
    containmentAccounts: ["333344445555", "222233334444"],
    notification: "ir@example.edu",
    act,
    atMost: AT_MOST,
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

  /** What is known of instances that were contained before. @default what AWS has */
  readonly contained?: readonly { readonly Name: string; readonly Value: string }[];
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

type Run = Answers & { readonly given?: object };

/** Each play has an account of its own. @returns undefined where there is no boto3. */
function play(
  act: "observe" | "contain",
  plays: readonly (readonly Run[])[],
): readonly (readonly Told[])[] | undefined {
  const asked = {
    document: runbookOf(act),
    plays: plays.map((runs) =>
      runs.map(({ status = "Success", denied, contained, given = {} }) => ({
        given: { ...GIVEN, ...given },
        answers: {
          "ssm:StartAutomationExecution": { AutomationExecutionId: EXECUTION },
          "ssm:GetAutomationExecution": {
            AutomationExecution: { AutomationExecutionStatus: status },
          },
          "sns:Publish": {},
          ...(contained === undefined
            ? {}
            : { "ssm:GetParametersByPath": { Parameters: contained } }),
          ...(denied === undefined ? {} : { [denied]: "denied" }),
        },
      })),
    ),
  };
  const { stdout, stderr, status } = spawnSync("python3", [join(__dirname, "findings.py")], {
    input: JSON.stringify(asked),
    encoding: "utf8",
  });
  if (/ModuleNotFoundError: No module named '(boto3|moto)/.test(stderr) || status === null) {
    return undefined;
  }
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as readonly (readonly Told[])[];
}

describe("The runbook that findings start, step by step by AWS's models (pip install moto boto3)", function () {
  this.timeout(600_000);
  let succeeded: Told, childFailed: Told, untold: Told, unstarted: Told;
  let contained: Told, afterwards: Told;

  let wave: readonly Told[], atOnce: readonly Told[], again: readonly Told[];
  let unknown: readonly Told[];
  const machines = Array.from({ length: 8 }, (_, index) => ({
    given: { Instance: `i-0123456789abcdef${index}` },
  }));

  before(function () {
    const earlier = [{ Name: "/clean-room/findings/2026-01-31/1", Value: "x" }];
    const observing = play("observe", [
      [
        {},
        { status: "Failed" },
        { denied: "sns:Publish" },
        { denied: "ssm:StartAutomationExecution" },
      ],
    ]);
    const containing = play("contain", [
      [{}, { contained: earlier, given: { Instance: "i-0fedcba9876543210" } }],
      machines,
      machines.map((each) => ({ ...each, contained: [] })),
      [{}, {}, { given: { Finding: "0".repeat(32) } }, ...machines],
      ["ssm:GetParametersByPath", "ssm:PutParameter"].map((denied) => ({ denied })),
    ]);
    if (observing === undefined || containing === undefined) {
      this.skip();
    }
    [[succeeded, childFailed, untold, unstarted]] = observing as [[Told, Told, Told, Told]];
    [[contained, afterwards], wave, atOnce, again, unknown] = containing as unknown as [
      [Told, Told],
      ...(readonly [Told[], Told[], Told[], Told[]]),
    ];
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
    assert.match(
      String(done["Message"]),
      new RegExp(`being contained.*\n.*--follow ${EXECUTION}\n`),
    );
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
    for (const [act, told] of [
      ["observe", [succeeded]],
      ["contain", [contained, afterwards]],
    ] as const) {
      const policy = findingsRolePolicy({
        region: "us-east-1",
        accountId: "111122223333",
        topicArn: TOPIC,
        act,
      });
      const allowed = (policy.Statement as { readonly Action: string | readonly string[] }[])
        .flatMap(({ Action }) => Action)
        // Handed to what it starts.
        .filter((action) => action !== "iam:PassRole");
      const called = new Set(told.flatMap(({ calls }) => calls.map(([call]) => call)));
      assert.deepEqual([...called].sort(), [...allowed].sort());
    }
  });

  const actsOf = (told: readonly Told[]) =>
    told.flatMap(started).map(({ Parameters }) => (Parameters as { Act: string[] }).Act.join());
  it("of a wave of findings contains so many machines as are let a day, and has the rest observed", () => {
    assert.deepEqual(
      wave.map(({ failed }) => failed),
      machines.map(() => ({})),
    );
    assert.deepEqual(
      actsOf(wave),
      machines.map((_, index) => (index < AT_MOST ? "contain" : "observe")),
    );
    const [message] = (wave.at(-1)?.calls ?? []).flatMap(([call, { Message }]) =>
      call === "sns:Publish" ? String(Message) : [],
    );
    assert.match(
      message ?? "",
      /It is NOT contained, and only looked at: findings have had 3 contained today/,
    );
  });

  it("contains no more of those that come at one moment, when none is known yet", () => {
    assert.equal(actsOf(atOnce).filter((act) => act === "contain").length, AT_MOST);
  });

  it("does not contain again what a finding is sent again about, however it is by then", () => {
    assert.deepEqual(actsOf(again).slice(0, 3), ["contain", "observe", "observe"]);
    assert.equal(actsOf(again).filter((act) => act === "contain").length, AT_MOST);
  });

  it("starts nothing where nobody can say how many were contained", () => {
    for (const { failed, trace } of unknown) {
      assert.deepEqual(Object.keys(failed), ["limit"]);
      assert.deepEqual(trace, ["limit"]);
    }
    assert.equal(unknown.length, 2);
  });
});

/** Whether Systems Manager takes a rule's input. */
function isTaken(text: string): boolean {
  return startedWith(runbookOf("contain").parameters, text) !== undefined;
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
    for (const [act, written] of [
      ["observe", "observe"],
      ["contain", "{{ limit.act }}"],
    ] as const) {
      const { parameters, mainSteps } = runbookOf(act);
      assert.deepEqual(Object.keys(parameters), ["Account", "Finding", "Instance", "Region"]);
      const start = mainSteps.find(({ name }) => name === "start");
      const given = start?.inputs as { readonly Parameters: { readonly Act: string[] } };
      assert.deepEqual(given.Parameters.Act, [written]);
    }
  });
});
