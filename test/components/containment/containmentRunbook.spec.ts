import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import type * as aws from "@pulumi/aws";

import { containmentPolicy } from "../../../components/containment/containmentPolicy";
import { containmentRunbook } from "../../../components/containment/containmentRunbook";

/** The runbook is played on moto, whose names of the VPC and the group it takes the place of. */
const ARGS = {
  roleArn: "arn:aws:iam::222233334444:role/clean-room/containment-runbook",
  groups: { VPC: "ISOLATION" },
  approvers: [],
  tags: { "cost-centre": "4711", notification: "stack@example.edu" },
} as const;
const GIVEN = { Ticket: "INC-2026-0042", Notification: "ir@example.edu" };
const CONTAIN = { ...GIVEN, Act: "contain" };
const ROLL_BACK = { ...GIVEN, Act: "roll-back" };
const DENIAL = "clean-room-contained";

interface State {
  readonly groups: readonly string[];
  readonly groupsThere: readonly string[];
  readonly snapshots: number;
  readonly connections: readonly string[];
  readonly [field: string]: unknown;
}

interface Told {
  readonly state: State;
  readonly trace: readonly string[];
  readonly failed: Readonly<Record<string, string>>;
  readonly plan: readonly string[];
  readonly calls: readonly string[];
}

interface Run {
  readonly given: object;

  /** Calls that AWS denies, as `service:Api`. */
  readonly denied?: readonly string[];
}

type Runbook = ReturnType<typeof containmentRunbook>;

function without(steps: readonly string[]): object {
  const document: Runbook = containmentRunbook(ARGS);
  return {
    ...document,
    mainSteps: document.mainSteps.filter(({ name }) => !steps.includes(name)),
  };
}

const DENIED_REST = [
  "autoscaling:DetachInstances",
  "elbv2:DeregisterTargets",
  "iam:PutRolePolicy",
  "ec2:CreateSnapshots",
];

/** What is played, each in an account of its own: executions one after the other. */
const PLAYS = {
  life: [
    { given: GIVEN },
    { given: CONTAIN },
    { given: CONTAIN },
    { given: ROLL_BACK },
    { given: ROLL_BACK },
  ],
  resumed: [{ given: CONTAIN, denied: DENIED_REST }, { given: CONTAIN }],
  groupless: [{ given: CONTAIN, denied: ["ec2:CreateSecurityGroup"] }],
  unrecorded: [{ given: CONTAIN, denied: ["ssm:PutParameter"] }],
  open: [{ given: CONTAIN, denied: ["ec2:ModifyNetworkInterfaceAttribute"] }],
  ofAnother: [
    { given: { ...CONTAIN, RoleSessions: "leave" } },
    { given: { ...CONTAIN, Ticket: "INC-2026-0043" } },
  ],
  tracked: [{ given: CONTAIN }],
} satisfies Readonly<Record<string, readonly Run[]>>;

/** How it is before a play, and after each of its executions. */
type Plays = Readonly<Record<keyof typeof PLAYS, readonly Told[]>>;

/** @returns undefined where there is no moto. */
function playAll(): Plays | undefined {
  const documents: Readonly<Record<string, object>> = { tracked: without(["untrack"]) };
  const asked = Object.entries(PLAYS).map(([name, runs]) => [
    name,
    { document: documents[name] ?? containmentRunbook(ARGS), runs },
  ]);
  const { stdout, stderr, status } = spawnSync("python3", [join(__dirname, "automation.py")], {
    input: JSON.stringify(Object.fromEntries(asked)),
    encoding: "utf8",
    env: { ...process.env, AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" },
  });
  if (/ModuleNotFoundError: No module named '(boto3|moto)/.test(stderr) || status === null) {
    return undefined;
  }
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Plays;
}

describe("The runbook that contains an instance, step by step on moto (pip install moto boto3)", function () {
  // All is played before the first test, on machines that have other work too.
  this.timeout(600_000);
  let initial: Told, observed: Told, contained: Told, again: Told, back: Told, backAgain: Told;
  let plays: Plays;

  // Loading boto3's models takes longer than playing: one process plays all.
  before(function () {
    const played = playAll();
    if (played === undefined) {
      this.skip();
    }
    plays = played;
    [initial, observed, contained, again, back, backAgain] = plays.life as [
      Told,
      Told,
      Told,
      Told,
      Told,
      Told,
    ];
  });

  it("observes: it says what it would do, and changes nothing", () => {
    assert.deepEqual(observed.failed, {});
    assert.deepEqual(observed.state, initial.state);
    assert.match(observed.plan.join("\n"), /deny the sessions of web[^]*detach it from web/);
    assert.equal(
      observed.plan.filter((each) => /end the connections of eni-/.test(each)).length,
      2,
    );
    const changing = observed.calls.filter((each) => !/:(Describe|Get)/.test(each));
    assert.deepEqual(changing, []);
  });

  it("contains it: roles, work, addresses, connections, disks", () => {
    assert.deepEqual(contained.failed, {});
    const isolated = Array(2).fill("clean-room-isolation") as string[];
    assert.deepEqual(contained.state, {
      groups: isolated,
      groupsThere: initial.state.groupsThere,
      addresses: 0,
      scaled: 0,
      targets: [],
      denied: [DENIAL],
      protected: true,
      unstoppable: true,
      shutdown: "stop",
      disksGo: [false, false],
      ticket: ["quarantine:INC-2026-0042"],
      snapshots: 2,
      recorded: 1,
      connections: ["ended", "ended"],
    });
  });

  it("records before it changes, and denies, untracks, isolates and snapshots in this order", () => {
    const order = ["record", "tag", "denySessions", "detach", "untrack", "isolate", "snapshot"];
    assert.deepEqual(
      contained.trace.filter((each) => order.includes(each)),
      order,
    );
    assert.ok(contained.trace.indexOf("denySessionsAgain") > contained.trace.indexOf("isolate"));
  });

  it("contained again is as it was, keeps the first record, and is not opened for a moment", () => {
    assert.deepEqual(again.failed, {});
    assert.deepEqual(again.state, contained.state);
    for (const step of ["record", "makeUntracking", "untrack", "isolate", "snapshot"]) {
      assert.ok(!again.trace.includes(step), step);
    }
  });

  it("rolled back is what it was, with its ticket and its snapshots", () => {
    assert.deepEqual(back.failed, {});
    const { ticket, snapshots, connections } = contained.state;
    assert.deepEqual(back.state, { ...initial.state, ticket, snapshots, connections });
  });

  it("is not rolled back twice", () => {
    assert.match(backAgain.failed["putBack"] ?? "", /is not contained: there is no \/clean-room/);
    assert.deepEqual(backAgain.state, back.state);
  });

  it("uses every permission of its role, and no other", () => {
    const policy = containmentPolicy({
      region: "us-east-1",
      accountId: "222233334444",
      vpcs: [{ vpcId: "vpc-0123456789abcdef0", region: "us-east-1" }],
    });
    const statements = policy.Statement as aws.iam.PolicyStatement[];
    const allowed = statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => [Action as string | string[]].flat());
    const used = [observed, contained, again, back]
      .flatMap(({ calls }) => calls)
      .map((each) => each.replace(/^elbv2:/, "elasticloadbalancing:"));
    // Systems Manager asks for the tags that a parameter is made with.
    assert.deepEqual(
      [...new Set(allowed)].sort(),
      [...new Set([...used, "ssm:AddTagsToResource"])].sort(),
    );
  });

  it("isolates what it cannot do the rest of, fails, and is resumed", () => {
    const [, failed, resumed] = plays.resumed;
    assert.deepEqual(failed?.state.groups, contained.state.groups);
    assert.deepEqual(failed?.state.connections, ["ended", "ended"]);
    assert.ok(
      ["detach", "takeOutOfTargets", "denySessions"].every((each) => each in failed.failed),
    );
    assert.deepEqual(resumed?.failed, {});
    assert.deepEqual(resumed?.state, contained.state);
  });

  it("isolates with its connections where the group cannot be made that ends them", () => {
    const [, told] = plays.groupless;
    assert.deepEqual(told?.state.groups, contained.state.groups);
    assert.deepEqual(told?.state.connections, ["tracked", "tracked"]);
    assert.ok("makeUntracking" in (told?.failed ?? {}));
  });

  it("changes nothing where it cannot record, and says the command where it cannot isolate", () => {
    const [was, unrecorded] = plays.unrecorded;
    assert.deepEqual(unrecorded?.state, was?.state);
    const [, open] = plays.open;
    assert.match(open?.failed["verify"] ?? "", /NOT isolated\. Run: aws ec2 modify-network/);
  });

  it("leaves the role's sessions where it is told so, and does what is meant for one ticket only", () => {
    const [, left, refused] = plays.ofAnother;
    assert.deepEqual(left?.state["denied"], []);
    assert.match(refused?.failed["look"] ?? "", /is held for quarantine:INC-2026-0042/);
    assert.deepEqual(refused?.state, left?.state);
  });

  it("keeps the connections without the step that untracks them: the test's model can fail", () => {
    const [, told] = plays.tracked;
    assert.deepEqual(told?.state.connections, ["tracked", "tracked"]);
  });
});

describe("The containment runbook's document", () => {
  it("is asked for approval where somebody has to, before anything is changed", () => {
    const approvers = ["arn:aws:iam::222233334444:role/incident-commander"];
    const names = (args: object) =>
      containmentRunbook({ ...ARGS, ...args }).mainSteps.map(({ name }) => name);
    assert.ok(!names({}).includes("approve"));
    const asked = names({ approvers });
    assert.deepEqual(asked.slice(0, 6), [
      "whichAct",
      "look",
      "onlyIfMeant",
      "observed",
      "approve",
      "recordOnce",
    ]);
  });

  it("takes an instance, a ticket and an address, and nothing that a shell or a document would read", () => {
    const { parameters } = containmentRunbook(ARGS);
    const wrong: Readonly<Record<string, readonly string[]>> = {
      Instance: ["i-1", "i-0123456789abcdef0; id", "{{ Ticket }}", "../i-0123456789abcdef0", ""],
      Ticket: ["INC 1", "$(id)", "a/b", "{{ Instance }}", "-x", ""],
      Notification: ["x", "a@b c", "a@b\n", "`id`@example.edu", "{{ Ticket }}@example.edu"],
    };
    for (const [name, values] of Object.entries(wrong)) {
      const { allowedPattern } = parameters[name as "Instance"];
      for (const value of values) {
        assert.doesNotMatch(value, new RegExp(allowedPattern), `${name} ${value}`);
      }
    }
    assert.deepEqual(parameters.Act.default, "observe");
  });

  it("gives all that it makes what an organisation lets nothing be made without, and the ticket", () => {
    const { mainSteps } = containmentRunbook(ARGS);
    const made = mainSteps.filter(({ name }) =>
      ["record", "makeUntracking", "snapshot"].includes(name),
    );
    assert.deepEqual(
      made
        .map(({ inputs }) =>
          ['"Key":"cost-centre","Value":"4711"', '"Value":"quarantine:{{ Ticket }}"'].filter(
            (each) => JSON.stringify(inputs).includes(each),
          ),
        )
        .map(({ length }) => length),
      [2, 2, 2],
    );
    // Whom to tell is said with each containment.
    assert.doesNotMatch(JSON.stringify(made), /stack@example\.edu/);
  });

  it("leads from every step to one that is there", () => {
    const { mainSteps } = containmentRunbook(ARGS);
    const text = JSON.stringify(mainSteps);
    const names = mainSteps.map(({ name }) => name);
    const named = [...text.matchAll(/"(?:NextStep|Default|nextStep)":"(\w+)"|"step:(\w+)"/g)].map(
      ([, one, another]) => one ?? another ?? "",
    );
    assert.deepEqual(
      named.filter((each) => !names.includes(each)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
    assert.ok(text.length < 60_000, "Systems Manager takes 64 KiB");
  });
});
