import assert from "node:assert/strict";

import {
  DescribeAutomationExecutionsCommand,
  DescribeAutomationStepExecutionsCommand,
  GetAutomationExecutionCommand,
  StartAutomationExecutionCommand,
} from "@aws-sdk/client-ssm";

import { DONE } from "../../../cli/contain/containedText";
import { containCommand, type ContainSurroundings } from "../../../cli/contain/contain";
import { centralRunbook } from "../../../components/containment/centralRunbook";
import { containmentRunbook } from "../../../components/containment/containmentRunbook";
import { findingRunbook } from "../../../components/containment/findingRunbook";
import {
  Automation,
  type AutomationPlace,
  type PlacedRunbook,
  type PlayedRunbook,
} from "../../../rehearsal/account/automation";
import { runCommand } from "../../../rehearsal/runCommand";
import { FOUNDATION_OUTPUTS, TICKET } from "../../support/examples";

const AUDIT = FOUNDATION_OUTPUTS.accountId;
const [ONE, OTHER, UNPREPARED] = ["222233334444", "333344445555", "444455556666"] as const;
const ACCOUNTS = [ONE, OTHER, UNPREPARED];
const GROUPS = { "vpc-0123456789abcdef0": "sg-0123456789abcdef0" };
const id = (number: number) => `i-${number.toString(16).padStart(17, "0")}`;

/** Whatever of an answer a test alters. */
interface Answer {
  AutomationExecution?: Record<string, unknown>;
  StepExecutions?: Record<string, unknown>[];
  AutomationExecutionMetadataList?: Record<string, unknown>[];
}

/** What there is, and what was asked for: an Audit account, two that are prepared and one that is not. */
class World {
  public now = Date.parse("2026-11-30T03:00:00Z");
  public readonly asked: { readonly name: string; readonly input: object }[] = [];
  public readonly contained = new Set<string>();

  /** What was done with which instance, in its order. */
  public readonly played: string[] = [];

  /** Ends the process that follows, as a closed laptop does. */
  public ends = false;

  /** Instances that there are not. */
  public readonly absent = new Set<string>();
  public foundation: Readonly<Record<string, unknown>> = {
    ...FOUNDATION_OUTPUTS,
    containmentAccounts: ACCOUNTS,
  };
  public answer: string | undefined;

  /** Regions whose accounts have no runbook. */
  public readonly bare = new Set<string>();

  /** What AWS answers otherwise than the model, or refuses. */
  public alter: (place: AutomationPlace, name: string, answer: Answer) => void = () => undefined;

  /** Places whose clients were made. */
  public readonly clients: string[] = [];
  public readonly automation: Automation;

  public constructor(milliseconds = 60_000) {
    this.automation = new Automation(
      {
        runbook: ({ accountId, region }, name) =>
          this.bare.has(region)
            ? undefined
            : RUNBOOKS[accountId === AUDIT ? "central" : "own"][name],
        hasRole: (accountId, name) =>
          accountId === AUDIT
            ? name === "clean-room/containment-administration-us-east-1"
            : accountId !== UNPREPARED && name === "clean-room/containment-start",
        play: (_, __, parameters) => Promise.resolve(this.play(parameters)),
      },
      () => this.now,
      milliseconds,
    );
  }

  public run(...args: readonly string[]) {
    return runCommand((output) => containCommand(this.around(output)), ...args);
  }

  public inputsOf(command: { readonly name: string }) {
    return this.asked.filter(({ name }) => name === command.name).map(({ input }) => input);
  }

  private play(parameters: Readonly<Record<string, readonly string[]>>): PlayedRunbook {
    const [instance = ""] = parameters["Instance"] ?? [];
    const [act] = parameters["Act"] ?? [];
    this.played.push(`${act} ${instance}`);
    if (this.absent.has(instance)) {
      const message = `The instance ID '${instance}' does not exist`;
      return { done: [], outputs: {}, failed: { step: "look", message } };
    }
    if (act === "observe") {
      return { done: ["look"], outputs: { "look.plan": [`isolate ${instance}`] } };
    }
    if (act === "roll-back") {
      this.contained.delete(instance);
      return { done: ["putBack"], outputs: {}, told: { back: [`${instance} is in web`] } };
    }
    this.contained.add(instance);
    return { done: ["look", "record", "isolate", "snapshot"], outputs: { "look.plan": ["x"] } };
  }

  private around(output: ContainSurroundings["output"]): ContainSurroundings {
    const client = (place: AutomationPlace) => {
      const ssm = this.automation.client(place);
      const send = async (command: { readonly input: object }) => {
        const { name } = command.constructor;
        this.asked.push({ name, input: command.input });
        const answer = (await ssm.send(command as never)) as Answer;
        this.alter(place, name, answer);
        return answer;
      };
      return { send: send as typeof ssm.send };
    };
    const { answer } = this;
    const sts = { send: () => Promise.resolve({ Arn: `arn:aws:sts::${AUDIT}:assumed-role/x/y` }) };
    return {
      output,
      stacks: () =>
        Promise.resolve({
          workspace: () =>
            Promise.resolve({
              projectSettings: () => Promise.resolve({ name: "clean-room" }),
              stackOutputs: () =>
                Promise.resolve(
                  Object.fromEntries(
                    Object.entries(this.foundation).map(([name, value]) => [name, { value }]),
                  ),
                ),
              getAllConfig: () =>
                Promise.resolve({ "clean-room:notification": { value: "ir@example.edu" } }),
            }),
        } as never),
      aws: ({ region }) => ({ sts, ssm: client({ accountId: AUDIT, region }) }) as never,
      ssmIn: (place) => {
        this.clients.push(`${place.accountId}/${place.region}`);
        return client(place);
      },
      person: () => (answer === undefined ? undefined : { ask: () => Promise.resolve(answer) }),
      wait: () => {
        if (this.ends) {
          return Promise.reject(new Error("the laptop was closed"));
        }
        this.now += 5_000;
        return Promise.resolve();
      },
    };
  }
}

const RUNBOOKS: Readonly<Record<"central" | "own", Readonly<Record<string, PlacedRunbook>>>> = {
  central: { "clean-room-contain-many": { ...centralRunbook(), sharedWith: ACCOUNTS } },
  own: {
    "clean-room-contain": {
      ...containmentRunbook({ roleArn: "", groups: GROUPS, approvers: [], tags: {} }),
      sharedWith: [],
    },
  },
};

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe("clean-room contain", () => {
  it("contains instances of several accounts and Regions by one call, and tells what was done", async () => {
    const world = new World();
    const { said, told, code } = await world.run(
      ...[TICKET, `${ONE}/${id(1)}`, `${ONE}/eu-west-1/${id(2)}`, `${OTHER}/${id(3)}`, "--yes"],
    );
    assert.deepEqual([...world.contained].sort(), [id(1), id(2), id(3)]);
    assert.equal(code, 0);
    const text = said.join("\n");
    assert.match(text, /^3 instances are to be contained for INC-2026-0042, in 222233334444 us/);
    assert.match(text, /^2222\d+\/eu-west-1\/i-0+2: recorded how it was, isolated, its disks in/m);
    assert.match(text, /^3 of 3 done, /m);
    assert.match(
      text,
      new RegExp(
        `^To put back: npx clean-room contain ${TICKET} --roll-back ${ONE}/us-east-1/`,
        "m",
      ),
    );
    assert.deepEqual(world.inputsOf(StartAutomationExecutionCommand), [
      {
        DocumentName: "clean-room-contain-many",
        Parameters: {
          AutomationAssumeRole: [
            `arn:aws:iam::${AUDIT}:role/clean-room/containment-administration-us-east-1`,
          ],
          Ticket: [TICKET],
          Notification: ["ir@example.edu"],
          Act: ["contain"],
          RoleSessions: ["deny"],
        },
        TargetParameterName: "Instance",
        TargetLocations: [
          [ONE, "us-east-1", id(1)],
          [ONE, "eu-west-1", id(2)],
          [OTHER, "us-east-1", id(3)],
        ].map(([account, region, instance]) => ({
          Accounts: [account],
          Regions: [region],
          ExecutionRoleName: "clean-room/containment-start",
          Targets: [{ Key: "ParameterValues", Values: [instance] }],
          TargetLocationMaxConcurrency: "100%",
          TargetLocationMaxErrors: "100%",
          TargetsMaxConcurrency: "10",
          TargetsMaxErrors: "100%",
        })),
      },
    ]);
    assert.equal(told.filter((each) => "instanceId" in each).length, 3);
  });

  it("goes on with the others where an account is not prepared or an instance is not there, says so, and ends with 1", async () => {
    const world = new World();
    world.absent.add(id(2));
    const named = [`${ONE}/${id(1)}`, `${ONE}/${id(2)}`, `${UNPREPARED}/${id(3)}`];
    const { said, code } = await world.run(TICKET, ...named, "--yes");
    assert.deepEqual([...world.contained], [id(1)]);
    assert.equal(code, 1);
    const text = said.join("\n");
    assert.match(text, /^\S+i-0+2: Failed: nothing was changed\n {4}FAILED look: The instance ID/m);
    assert.match(text, /^\S+i-0+3: NOTHING IS KNOWN TO BE DONE: Failed to assume .*start/m);
    assert.match(text, /^1 of 3 done/m);
    const [, left = ""] = /^Left; .*: (npx .*)$/m.exec(text) ?? [];
    assert.equal(
      left,
      `npx clean-room contain ${TICKET} ${ONE}/us-east-1/${id(2)} ${UNPREPARED}/us-east-1/${id(3)}`,
    );
  });

  it("observes without asking, and says what would be done", async () => {
    const world = new World();
    const { said, code } = await world.run(TICKET, id(1), "--account", ONE, "--observe");
    assert.equal(code, 0);
    assert.match(said.join("\n"), new RegExp(`would be contained by this\n {4}isolate ${id(1)}`));
    assert.equal(world.contained.size, 0);
    assert.doesNotMatch(said.join("\n"), /To put back/);
  });

  it("asks before it contains or puts back, and starts nothing on a no or where nobody is there", async () => {
    for (const act of [[], ["--roll-back"]]) {
      for (const [answer, reason] of [
        ["no", /You said no/],
        [undefined, /Nobody can be asked here: say --yes, or --observe/],
      ] as const) {
        const world = new World();
        world.answer = answer;
        await assert.rejects(world.run(TICKET, `${ONE}/${id(1)}`, ...act), reason);
        assert.deepEqual(world.inputsOf(StartAutomationExecutionCommand), []);
      }
    }
    const world = new World();
    world.answer = "yes";
    await world.run(TICKET, `${ONE}/${id(1)}`);
    assert.deepEqual([...world.contained], [id(1)]);
  });

  it("puts back, and says what", async () => {
    const world = new World();
    await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
    const { said, code } = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes", "--roll-back");
    assert.deepEqual([code, world.contained.size], [0, 0]);
    assert.match(said.join("\n"), new RegExp(`put back\n {4}${id(1)} is in web`));
  });

  it("follows what was started before, and starts nothing", async () => {
    const world = new World();
    const started = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
    const [, execution = ""] = /--follow (\S+)$/m.exec(started.said.join("\n")) ?? [];
    world.asked.length = 0;
    const { said, code } = await world.run(TICKET, "--follow", execution);
    assert.deepEqual([code, world.inputsOf(StartAutomationExecutionCommand)], [0, []]);
    assert.match(said.join("\n"), /isolated/);
  });

  it("follows what a finding of GuardDuty started, as the e-mail says it is typed", async () => {
    const world = new World();
    const finding = "7ebc050b71c556086b524045c9067feb";
    const document = findingRunbook({
      roleArn: "",
      administrationRoleArn: `arn:aws:iam::${AUDIT}:role/clean-room/containment-administration-us-east-1`,
      topicArn: "",
      containmentAccounts: ACCOUNTS,
      notification: "ir@example.edu",
      act: "observe",
      atMost: 5,
    });
    const filled = (inputs: object, values: Readonly<Record<string, string>>) =>
      JSON.parse(
        JSON.stringify(inputs).replaceAll(
          /\{\{ ([\w.]+) \}\}/g,
          (_, name: string) => values[name] ?? "",
        ),
      ) as Record<string, unknown>;
    const given = { Account: ONE, Finding: finding, Instance: id(1), Region: "eu-west-1" };
    const [start, tell] = ["start", "tell"].map((step) =>
      document.mainSteps.find(({ name }) => name === step),
    );
    const { Service: _, Api: __, ...call } = filled(start?.inputs ?? {}, given);
    const { AutomationExecutionId: execution = "" } = await world.automation
      .client({ accountId: AUDIT, region: "us-east-1" })
      .send(new StartAutomationExecutionCommand(call as never));
    const { Message: message } = filled(tell?.inputs ?? {}, {
      ...given,
      "start.execution": execution,
    });
    const [, typed = ""] =
      /: npx clean-room contain (.* --follow .*)$/m.exec(String(message)) ?? [];
    const { said, code } = await world.run(...typed.split(" "));
    assert.match(said.join("\n"), new RegExp(`would be contained by this\n {4}isolate ${id(1)}`));
    assert.deepEqual([code, world.contained.size], [0, 0]);
    const [, again = ""] =
      /^To contain it: npx clean-room contain (.*)$/m.exec(String(message)) ?? [];
    const contained = await world.run(...again.split(" "), "--yes");
    assert.deepEqual([contained.code, [...world.contained]], [0, [id(1)]]);
  });

  it("begins no more than so many at a time, and none after so many failures", async () => {
    const world = new World();
    [1, 2, 3, 4].map(id).forEach((each) => world.absent.add(each));
    const named = Array.from({ length: 8 }, (_, index) => `${ONE}/${id(index + 1)}`);
    const options = ["--yes", "--at-once", "2", "--errors", "1"];
    const { said, code } = await world.run(TICKET, ...named, ...options);
    assert.deepEqual([code, world.contained.size], [1, 0]);
    assert.match(said.join("\n"), /^\S+i-0+8: NOTHING IS KNOWN TO BE DONE/m);
    assert.match(said.join("\n"), /1 of 8 ended, 2 at work \(look 2\), 5 wait/);
  });

  it("refuses what is no ticket, account, Region, instance or address, all at once and before anybody is asked", async () => {
    const wrong = [
      ...["i-1", `${id(1)}; id`, "{{ Ticket }}", `../${id(1)}`, `${ONE}/moon-1/${id(1)}`],
      ...[`1/${id(1)}`, `$(id)/${id(1)}`, `${ONE}/us-east-1/x/${id(1)}`, `${id(1)}\n`, ""],
    ];
    const world = new World();
    const options = ["--notification", "a@b c", "--region", "x", "--at-once", "0", "--errors", "x"];
    const refusal = await world.run("INC 1;id", ...wrong, id(9), ...options).then(
      () => "",
      (error: Error) => error.message,
    );
    for (const each of wrong) {
      assert.ok(refusal.includes(`  - ${JSON.stringify(each)}; required:`), each);
    }
    for (const told of [
      /The ticket "INC 1;id"/,
      /--notification "a@b c"/,
      /--region "x"/,
      /--at-once 0; required: 1 to 49/,
      /--errors "x"/,
      new RegExp(`${id(9)} without its account`),
    ]) {
      assert.match(refusal, told);
    }
    assert.deepEqual(world.asked, []);
    await assert.rejects(world.run(TICKET), /No instance; required/);
    await assert.rejects(world.run(TICKET, "--follow", "x; id"), /--follow "x; id"/);
    await assert.rejects(
      world.run(TICKET, `${ONE}/${id(1)}`, "--observe", "--roll-back"),
      /one of them/,
    );
  });

  it("refuses an account that the audit stack does not name, and an instance of two", async () => {
    const world = new World();
    const strange = world.run(TICKET, `999988887777/${id(1)}`, "--yes");
    await assert.rejects(strange, /999988887777 is none that .*containmentAccounts/);
    const twice = world.run(TICKET, `${ONE}/${id(1)}`, `${OTHER}/${id(1)}`, "--yes");
    await assert.rejects(twice, /is named in 222233334444\S* and 333344445555/);
    world.foundation = FOUNDATION_OUTPUTS;
    await assert.rejects(world.run(TICKET, `${ONE}/${id(1)}`, "--yes"), /there is none/);
    assert.deepEqual(world.asked, []);
  });

  describe("says of no instance that it is done unless its own execution says so", () => {
    const unseen: Readonly<Record<string, readonly [(world: World) => void, RegExp]>> = {
      "where its account may not be looked at": [
        (world) => {
          world.alter = ({ accountId }) => {
            if (accountId === ONE) {
              throw awsError("AccessDeniedException", "is not authorized to perform: ssm:Describe");
            }
          };
        },
        /tells nothing: .*not authorized/,
      ],
      "where its account lists none": [
        (world) => {
          world.alter = (_, __, answer) => {
            delete answer.AutomationExecutionMetadataList;
          };
        },
        /ended with Success and shows no execution/,
      ],
      "where its Region has no runbook, and the error is tolerated": [
        (world) => world.bare.add("us-west-2"),
        /ended with Success and shows no execution/,
      ],
    };
    for (const [name, [spoil, reason]] of Object.entries(unseen)) {
      it(name, async () => {
        const world = new World();
        spoil(world);
        const { said, code } = await world.run(TICKET, `${ONE}/us-west-2/${id(1)}`, "--yes");
        const text = said.join("\n");
        assert.match(text, new RegExp(`i-0+1: NOTHING IS KNOWN TO BE DONE: .*${reason.source}`));
        assert.match(text, /^0 of 1 done/m);
        assert.equal(code, 1);
      });
    }

    it("where it was seen at work, and its account may not be looked at any more", async () => {
      const world = new World();
      const until = world.now + 30_000;
      world.alter = ({ accountId }) => {
        if (accountId === ONE && world.now > until) {
          throw awsError("AccessDeniedException", "is not authorized to perform: ssm:Describe");
        }
      };
      const { said, code } = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
      assert.match(said.join("\n"), /i-0+1: InProgress: \d+ tells nothing: /);
      assert.equal(code, 1);
    });
  });

  it("knows the instances of its own calls, and tells how the execution ended, whatever AWS echoes", async () => {
    const world = new World();
    world.alter = ({ accountId }, _, { AutomationExecution: execution }) => {
      if (accountId === AUDIT && execution !== undefined) {
        delete execution["TargetLocations"];
        delete execution["Parameters"];
        if (execution["AutomationExecutionStatus"] !== "InProgress") {
          execution["AutomationExecutionStatus"] = "Cancelled";
        }
      }
    };
    const { said, code } = await world.run(TICKET, `${ONE}/${id(1)}`, `${OTHER}/${id(2)}`, "--yes");
    assert.match(said.join("\n"), /^2 of 2 done/m);
    assert.match(said.join("\n"), /^The execution \S+ ended as Cancelled\./m);
    assert.equal(code, 0);
  });

  describe("follows nothing", () => {
    async function followed(
      alter: (execution: Record<string, unknown>) => void,
      ...typed: readonly string[]
    ) {
      const world = new World();
      const { said } = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
      const [, execution = ""] = /--follow (\S+)$/m.exec(said.join("\n")) ?? [];
      world.alter = ({ accountId }, _, { AutomationExecution: answer }) => {
        if (accountId === AUDIT && answer !== undefined) {
          alter(answer);
        }
      };
      return world.run(...(typed.length > 0 ? typed : [TICKET]), "--follow", execution);
    }

    it("that is another runbook's, or tells no instance", async () => {
      const other = followed((each) => (each["DocumentName"] = "AWS-StopEC2Instance"));
      await assert.rejects(
        other,
        /an execution of AWS-StopEC2Instance; required: one of clean-room/,
      );
      const none = followed((each) => delete each["TargetLocations"]);
      await assert.rejects(none, /tells no instance .* Name the instances instead/);
    });

    it("that is of another ticket, or does something else than was typed", async () => {
      const same = () => undefined;
      const stranger = followed(same, "INC-2026-0043");
      await assert.rejects(
        stranger,
        new RegExp(`of the ticket ${TICKET}; you typed INC-2026-0043`),
      );
      const rolledBack = followed(same, TICKET, "--roll-back");
      await assert.rejects(rolledBack, /What is followed is contain; you typed roll-back/);
    });

    it("together that does different things", async () => {
      const world = new World();
      const ids: string[] = [];
      for (const options of [["--observe"], ["--yes"], ["--yes", "--leave-sessions"]]) {
        const { said } = await world.run(TICKET, `${ONE}/${id(1)}`, ...options);
        ids.push(/--follow (\S+)$/m.exec(said.join("\n"))?.[1] ?? "");
      }
      const [observed = "", contained = "", left = ""] = ids;
      for (const pair of [
        [observed, contained],
        [contained, left],
      ]) {
        await assert.rejects(world.run(TICKET, "--follow", ...pair), /do different things/);
      }
    });
  });

  describe("where AWS does not take the second of its calls", () => {
    async function run(error: Error) {
      const world = new World();
      let starts = 0;
      world.alter = (_, name) => {
        starts += name === StartAutomationExecutionCommand.name ? 1 : 0;
        if (starts === 2 && name === StartAutomationExecutionCommand.name) {
          throw error;
        }
      };
      const instances = Array.from({ length: 60 }, (_, index) => `${ONE}/${id(index + 1)}`);
      return world.run(TICKET, ...instances, "--yes");
    }

    it("follows the first to its end, and says what is left", async () => {
      const { said, code } = await run(awsError("ThrottlingException", "Rate exceeded"));
      const text = said.join("\n");
      const first = said.findIndex((each) => each.startsWith("Started"));
      const refused = said.findIndex((each) => each.startsWith("Not everything was started"));
      assert.ok(first >= 0 && first < refused, "the first is said before the second is asked for");
      assert.match(said[refused] ?? "", /--follow [0-9a-f-]{36}:\n {2}- .*Rate exceeded/);
      assert.match(text, /^50 of 60 done/m);
      assert.match(text, /i-0+3c: not begun: .*Rate exceeded/);
      const [, left = ""] = /^Left; .*: (npx .*)$/m.exec(text) ?? [];
      assert.equal(left.split(" ").filter((each) => /i-/.test(each)).length, 10);
      assert.equal(code, 1);
    });

    it("says how to follow the first, where nobody is logged in any more", async () => {
      const expired = run(awsError("ExpiredTokenException", "The security token is expired"));
      await assert.rejects(
        expired,
        /^Error: Not everything was started; .*contain INC-2026-0042 --follow [0-9a-f-]{36}:/,
      );
    });
  });

  it("says the command for what is left with all that the first was told", async () => {
    const world = new World();
    world.absent.add(id(1));
    const options = [
      ...["--leave-sessions", "--notification", "night@example.edu"],
      ...["--at-once", "3", "--errors", "5"],
    ];
    const named = [TICKET, `${ONE}/${id(1)}`];
    const { said } = await world.run(...named, ...options, "--yes");
    const text = said.join("\n");
    const left = new RegExp(
      `^Left; .* contain ${TICKET} ${options.join(" ")} ${ONE}/us-east-1/i-`,
      "m",
    );
    assert.match(text, left);
    const [, execution = ""] = /--follow (\S+)$/m.exec(text) ?? [];
    const followed = await world.run(TICKET, "--follow", execution);
    assert.match(
      followed.said.join("\n"),
      /^Left; .* contain \S+ --leave-sessions --notification night@example.edu \d+\//m,
    );
  });

  it("tells of its own containment, not of a later one of the same instance", async () => {
    const world = new World();
    const first = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
    const [, execution = ""] = /--follow (\S+)$/m.exec(first.said.join("\n")) ?? [];
    world.absent.add(id(1));
    const second = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
    assert.match(second.said.join("\n"), /FAILED look/);
    const { said, code } = await world.run(TICKET, "--follow", execution);
    assert.doesNotMatch(said.join("\n"), /FAILED/);
    assert.equal(code, 0);
  });

  describe("where an execution goes on that was started before", () => {
    const three = [1, 2, 3].map((number) => `${ONE}/${id(number)}`);
    const contained = [1, 2, 3].map((number) => `contain ${id(number)}`);

    /** Three of which the first is at work, and whose command has ended. */
    async function goingOn(before?: (world: World) => Promise<unknown>) {
      const world = new World();
      await before?.(world);
      world.ends = true;
      const first = world.run(TICKET, ...three, "--yes", "--at-once", "1");
      await assert.rejects(first, /laptop was closed/);
      world.ends = false;
      world.asked.length = 0;
      world.now += 10_000;
      return world;
    }
    const starts = (world: World) => world.inputsOf(StartAutomationExecutionCommand);

    it("follows it, and begins nothing a second time of what is at work or waits for its turn; one that is new is begun", async () => {
      const world = await goingOn();
      // Nobody is asked either: nothing is begun.
      const { said, code } = await world.run(TICKET, ...three);
      assert.deepEqual([code, starts(world).length, world.played], [0, 0, contained]);
      assert.match(said.join("\n"), /goes on, and is at these .*i-0+1 \S+i-0+2 \S+i-0+3$/m);
      assert.match(said.join("\n"), /^3 of 3 done/m);

      const other = await goingOn();
      const more = await other.run(TICKET, three[2] ?? "", `${OTHER}/${id(4)}`, "--yes");
      assert.match(more.said.join("\n"), /^1 instance is to be contained .* 333344445555/m);
      assert.match(more.said.join("\n"), /^2 of 2 done/m);
      assert.deepEqual([...other.played].sort(), [...contained, `contain ${id(4)}`]);
    });

    it("begins again what has ended there, as each step can run again", async () => {
      const world = await goingOn();
      world.now += 600_000;
      const { code } = await world.run(TICKET, ...three, "--yes");
      assert.deepEqual([code, starts(world).length, world.played.length], [0, 1, 6]);
    });

    it("of another ticket, of another runbook, or that only observes, is none of it", async () => {
      for (const [typed, alter] of [
        [["INC-2026-0043", ...three], undefined],
        [[TICKET, ...three], "clean-room-contain-many-of-mine"],
      ] as const) {
        const world = await goingOn();
        world.alter = ({ accountId }, _, answer) => {
          if (accountId === AUDIT && alter !== undefined) {
            answer.AutomationExecutionMetadataList?.forEach(
              (each) => (each["DocumentName"] = alter),
            );
          }
        };
        const { said } = await world.run(...typed, "--yes");
        assert.equal(starts(world).length, 1);
        assert.doesNotMatch(said.join("\n"), /goes on, and/);
      }
      const world = new World();
      world.ends = true;
      await assert.rejects(world.run(TICKET, ...three, "--observe"), /laptop/);
      world.ends = false;
      const { said } = await world.run(TICKET, ...three, "--yes");
      assert.deepEqual([...world.contained].sort(), [id(1), id(2), id(3)]);
      assert.doesNotMatch(said.join("\n"), /goes on, and/);
    });

    it("is found behind more than a page of others", async () => {
      const world = await goingOn(async (early) => {
        for (let number = 0; number < 55; number += 1) {
          await early.run(TICKET, `${OTHER}/${id(9)}`, "--observe");
        }
        early.played.length = 0;
      });
      await world.run(TICKET, ...three, "--yes");
      assert.deepEqual([starts(world).length, world.played], [0, contained]);
    });

    it("and contains what is to be put back, is told before it is put back", async () => {
      const world = await goingOn();
      const { said } = await world.run(TICKET, ...three, "--roll-back", "--yes");
      assert.equal(starts(world).length, 1);
      const told = said.findIndex((each) =>
        /goes on, and was told Act=contain: .*i-0+3/.test(each),
      );
      assert.ok(told >= 0 && told < said.findIndex((each) => each.includes("to be put back")));
    });

    it("is not looked for with --again, which begins everything", async () => {
      const world = await goingOn();
      await world.run(TICKET, ...three, "--yes", "--again");
      const twice = world.played.filter((each) => each === contained[0]);
      assert.deepEqual([starts(world).length, twice.length], [1, 2]);
    });

    it("and may not be looked at: says so and goes on, as by a policy of an earlier version; asked again where AWS throttles", async () => {
      for (const [name, wanted] of [
        ["AccessDeniedException", 1],
        ["ThrottlingException", 0],
      ] as const) {
        const world = await goingOn();
        world.alter = ({ accountId }, command) => {
          if (accountId === AUDIT && command === DescribeAutomationExecutionsCommand.name) {
            throw awsError(name, "no");
          }
        };
        const run = world.run(TICKET, ...three, "--yes");
        if (wanted === 0) {
          await assert.rejects(
            run,
            /What was started before could not be looked up.* Wait a minute/,
          );
        } else {
          assert.match((await run).said.join("\n"), /is not known, and may be begun a second time/);
        }
        assert.equal(starts(world).length, wanted);
      }
    });

    it("and AWS tells no instance of it: says so", async () => {
      const world = await goingOn();
      world.alter = ({ accountId }, _, { AutomationExecution: execution }) => {
        if (accountId === AUDIT && execution !== undefined) {
          delete execution["TargetLocations"];
        }
      };
      const { said } = await world.run(TICKET, ...three, "--yes");
      assert.match(said.join("\n"), /goes on, and AWS tells no instance that it is about/);
    });
  });

  it("is the role of each account once for each Region, however often it looks", async () => {
    const world = new World();
    const named = [`${ONE}/${id(1)}`, `${ONE}/eu-west-1/${id(2)}`, `${OTHER}/${id(3)}`];
    await world.run(TICKET, ...named, "--yes");
    assert.deepEqual([...world.clients].sort(), [
      `${ONE}/eu-west-1`,
      `${ONE}/us-east-1`,
      `${OTHER}/us-east-1`,
    ]);
  });

  it("refuses numbers of failures that AWS refuses, and takes those that it takes", async () => {
    const world = new World();
    for (const errors of ["00", "007", "05", "05%", "00%", "101%", "1000", "-1", "%"]) {
      const run = world.run(TICKET, `${ONE}/${id(1)}`, "--observe", `--errors=${errors}`);
      await assert.rejects(run, /--errors .*; required/, errors);
    }
    for (const errors of ["0", "7", "100", "0%", "5%", "10%", "100%"]) {
      await world.run(TICKET, `${ONE}/${id(1)}`, "--observe", `--errors=${errors}`);
    }
  });

  it("says whom a containment waits for, once", async () => {
    const world = new World();
    const client = world.automation.client.bind(world.automation);
    world.automation.client = (place) => {
      const real = client(place);
      const waits = place.accountId === ONE && world.now < Date.parse("2026-11-30T03:00:40Z");
      const send = async (command: object) => {
        const answer = (await real.send(command as never)) as {
          AutomationExecutionMetadataList?: object[];
          AutomationExecution?: object;
        };
        const at = { AutomationExecutionStatus: "Waiting", CurrentStepName: "approve" };
        answer.AutomationExecutionMetadataList?.forEach((each) => waits && Object.assign(each, at));
        if (waits && answer.AutomationExecution !== undefined) {
          Object.assign(answer.AutomationExecution, at);
        }
        return answer;
      };
      return { send: send as typeof real.send };
    };
    const { said } = await world.run(TICKET, `${ONE}/${id(1)}`, "--yes");
    const lines = said.filter((each) =>
      /waits for one of the account's .*, and others of its/.test(each),
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /--region us-east-1 --automation-execution-id \S+ --signal-type/);
  });

  it("knows what each step that it tells of is", () => {
    const { mainSteps } = containmentRunbook({
      roleArn: "",
      groups: GROUPS,
      approvers: [],
      tags: {},
    });
    const names = mainSteps.map(({ name }) => name);
    assert.deepEqual(
      Object.keys(DONE).filter((each) => !names.includes(each)),
      [],
    );
  });

  describe("of many instances, by the modelled engine", () => {
    /** Seconds that one takes, as modelled: AWS's own figure is known to nobody here. */
    const EACH = 60;

    async function contain(count: number, atOnce: number, accounts: readonly string[] = [ONE]) {
      const world = new World(EACH * 1000);
      const before = world.now;
      const named = Array.from(
        { length: count },
        (_, index) => `${accounts[index % accounts.length]}/${id(index + 1)}`,
      );
      const { code } = await world.run(TICKET, ...named, "--yes", "--at-once", `${atOnce}`);
      assert.deepEqual([code, world.contained.size], [0, count]);
      return {
        minutes: (world.now - before) / 60_000,
        starts: world.inputsOf(StartAutomationExecutionCommand).length,
        reads: world.inputsOf(GetAutomationExecutionCommand).length,
        lists:
          world.inputsOf(DescribeAutomationExecutionsCommand).length +
          world.inputsOf(DescribeAutomationStepExecutionsCommand).length,
      };
    }

    it("a hundred in two accounts take one call, and as long as their account with most of them", async () => {
      const { starts, minutes } = await contain(100, 10, [ONE, OTHER]);
      assert.equal(starts, 1);
      assert.ok(minutes <= 8 * (EACH / 60) + 0.2, `${minutes} minutes`);
    });

    it("AWS begins with one in an account and Region, and with more as those are done", async () => {
      const world = new World(EACH * 1000);
      const named = Array.from({ length: 20 }, (_, index) => `${ONE}/${id(index + 1)}`);
      const { said } = await world.run(TICKET, ...named, "--yes", "--at-once", "6");
      const counts = said.flatMap((each) => /\d of 20 ended, (\d+) at work/.exec(each)?.[1] ?? []);
      assert.deepEqual(counts, ["1", "2", "4", "6", "6", "1"]);
    });

    it("what the command asks grows with their number and no faster; AWS's part with number and concurrency", async () => {
      const rows: string[] = [];
      const seen = new Map<string, Awaited<ReturnType<typeof contain>>>();
      for (const atOnce of [1, 10, 49]) {
        for (const count of [1, 10, 100]) {
          const figures = await contain(count, atOnce);
          seen.set(`${count} ${atOnce}`, figures);
          rows.push(
            `${count} instances, ${atOnce} at once: ${figures.minutes.toFixed(1)} min, ${(count / figures.minutes).toFixed(1)} a minute, ${figures.starts} starts, ${figures.reads} reads, ${figures.lists} lists`,
          );
        }
      }
      console.log(rows.map((row) => `        ${row}`).join("\n"));
      const of = (count: number, atOnce: number) =>
        seen.get(`${count} ${atOnce}`) as Awaited<ReturnType<typeof contain>>;
      // Two reads for each instance, one of the whole for each look.
      for (const count of [1, 10, 100]) {
        const { reads, lists } = of(count, 49);
        assert.ok(reads <= 2 * count + lists + 2, `${count}: ${reads} reads`);
      }
      assert.ok(of(100, 49).minutes < of(100, 10).minutes);
      assert.ok(of(100, 10).minutes <= 10 * of(10, 10).minutes + 0.1);
      // The figures of docs/contain.md.
      assert.deepEqual(
        [of(100, 10), of(100, 49)].map(({ minutes }) => Math.round(minutes)),
        [12, 6],
      );
      assert.equal(of(100, 10).starts, 2, "AWS takes fifty targets for a location");
    });
  });
});
