import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { acquireCommand, type AcquireSurroundings } from "../../../cli/acquire/acquire";
import { acquisitionRunbook } from "../../../components/acquisition/acquisitionRunbook";
import { centralAcquisitionRunbook } from "../../../components/acquisition/centralAcquisition";
import { CUSTODY_RECORD } from "../../../components/evidence/records/recordSchema";
import {
  Automation,
  type AutomationPlace,
  type PlacedRunbook,
  type PlayedRunbook,
} from "../../../rehearsal/account/automation";
import { runCommand } from "../../../rehearsal/runCommand";
import { ACQUISITION, FOUNDATION_OUTPUTS, TICKET } from "../../support/examples";

const AUDIT = FOUNDATION_OUTPUTS.accountId;
const [ONE, OTHER, THIRD, UNPREPARED] = [
  "222233334444",
  "333344445555",
  "444455556666",
  "555566667777",
] as const;
const ACCOUNTS = [ONE, OTHER, THIRD, UNPREPARED];
const TOOLS = { bucket: "tools-bucket", avml: "carry/avml", busybox: "carry/busybox" };
const id = (number: number) => `i-${number.toString(16).padStart(17, "0")}`;
const at = (account: string, number: number, region = "us-east-1") =>
  `${account}/${region}/${id(number)}`;
const HASH = "0a".repeat(32);

const RUNBOOKS: Readonly<Record<string, PlacedRunbook>> = {
  "clean-room-acquire-many": { ...centralAcquisitionRunbook(), sharedWith: ACCOUNTS },
  "clean-room-acquire-one": {
    ...acquisitionRunbook({
      roleArn: "",
      accountId: ONE,
      auditAccountId: AUDIT,
      pins: ACQUISITION,
      tools: TOOLS,
    }),
    sharedWith: [],
  },
};

/** What there is, and what was asked for: an Audit account, three that are prepared and one that is not. */
class World {
  public now = Date.parse("2026-11-30T03:00:00Z");
  public readonly started: object[] = [];
  public acquired: string[] = [];

  /** Why the runbook does not send, by instance. */
  public readonly refused = new Map<string, string>();

  /** Instances whose machines say that something is missing. */
  public readonly incomplete = new Set<string>();

  /** Instances whose runbook fails where it keeps how that ended. */
  public readonly unkept = new Set<string>();
  public readonly vault = new Map<string, string>();

  /** What an account tells otherwise than it is. */
  public told: Readonly<Record<string, string>> = {};

  /** Whether these credentials may write records. */
  public mayRecord = true;

  /** Ends the process that follows, as a closed laptop does. */
  public ends = false;

  /** Whether an administrator has stopped what was started in the Audit account. */
  public stopped = false;
  public readonly automation: Automation;

  public constructor(milliseconds = 60_000) {
    this.automation = new Automation(
      {
        runbook: (_, name) => RUNBOOKS[name],
        hasRole: (accountId, name) =>
          accountId === AUDIT
            ? name === "clean-room/containment-administration-us-east-1"
            : accountId !== UNPREPARED && name === "clean-room/containment-start",
        play: (place, _, parameters) => Promise.resolve(this.play(place, parameters)),
      },
      () => this.now,
      milliseconds,
    );
  }

  public run(...args: readonly string[]) {
    return runCommand((output) => acquireCommand(this.around(output)), ...args);
  }

  public get records() {
    return [...this.vault]
      .filter(([key]) => key.startsWith("records/"))
      .map(([, text]) => CUSTODY_RECORD.parse(JSON.parse(text)))
      .flatMap((record) => (record.event === "acquisition" ? record.facts : []));
  }

  private play(
    { accountId }: AutomationPlace,
    parameters: Readonly<Record<string, readonly string[]>>,
  ): PlayedRunbook {
    const [instance = ""] = parameters["Instance"] ?? [];
    const refused = this.refused.get(instance);
    if (refused !== undefined) {
      return { done: [], outputs: {}, failed: { step: "send", message: refused } };
    }
    this.acquired.push(instance);
    const incomplete = this.incomplete.has(instance);
    const prefix = `intake/${accountId}/${TICKET}/live/${instance}/20261130T030000Z/`;
    const values = (of: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(of).map(([name, value]) => [name, [value]]));
    const send = values({ command: `c-${instance}`, prefix, documentVersion: "1", ...this.told });
    if (this.unkept.has(instance)) {
      const failed = { step: "keep", message: "AccessDenied: s3:PutObject" };
      return { done: ["send", "wait"], outputs: {}, stepOutputs: { send }, failed };
    }
    const kept = { status: incomplete ? "Failed" : "Success", manifest: HASH, state: HASH };
    return {
      done: ["send", "wait", "keep", ...(incomplete ? [] : ["done"])],
      outputs: {},
      stepOutputs: {
        send,
        keep: values({
          ...kept,
          ...{ avml: ACQUISITION.avml, busybox: ACQUISITION.busybox, documentSha256: HASH },
          ...{ memory: HASH, memoryParts: "5", memoryBytes: "80000000", commandFile: HASH },
          ...{ begun: "2026-11-30T03:00:05Z", ended: "2026-11-30T03:01:00Z" },
          ...this.told,
        }),
      },
      ...(incomplete
        ? {
            failed: { step: "judge", message: "Not everything was acquired (Failed): AVML ended" },
          }
        : {}),
    };
  }

  private around(output: AcquireSurroundings["output"]): AcquireSurroundings {
    const client = (place: AutomationPlace) => {
      const ssm = this.automation.client(place);
      const send = async (command: { readonly input: object }) => {
        if (command.constructor.name === "StartAutomationExecutionCommand") {
          this.started.push(command.input);
        }
        const answer = (await ssm.send(command as never)) as {
          readonly AutomationExecutionMetadataList?: Record<string, unknown>[];
        };
        for (const each of answer.AutomationExecutionMetadataList ?? []) {
          if (this.stopped && each["DocumentName"] === "clean-room-acquire-many") {
            each["AutomationExecutionStatus"] = "Cancelled";
          }
        }
        return answer;
      };
      return { send: send as typeof ssm.send };
    };
    const s3 = {
      send: async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
        await Promise.resolve();
        const { input } = command;
        const key = String(input["Key"]);
        switch (command.constructor.name) {
          case "ListObjectsV2Command":
            return {
              Contents: [...this.vault.keys()]
                .filter((each) => each.startsWith(String(input["Prefix"])))
                .map((Key) => ({ Key })),
            };
          case "GetObjectCommand":
            return {
              Body: { transformToString: () => Promise.resolve(this.vault.get(key)) },
            };
          default:
            if (!this.mayRecord) {
              throw Object.assign(new Error("AccessDenied"), { name: "AccessDenied" });
            }
            this.vault.set(key, String(input["Body"]));
            return {};
        }
      },
    };
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
                    Object.entries({ ...FOUNDATION_OUTPUTS, containmentAccounts: ACCOUNTS }).map(
                      ([name, value]) => [name, { value }],
                    ),
                  ),
                ),
              getAllConfig: () =>
                Promise.resolve({ "clean-room:notification": { value: "ir@example.edu" } }),
            }),
        } as never),
      aws: ({ region }) => ({ sts, s3, ssm: client({ accountId: AUDIT, region }) }) as never,
      ssmIn: (place) => client(place),
      assume: () => assert.fail("nobody signs here"),
      person: () => undefined,
      wait: () => {
        if (this.ends) {
          return Promise.reject(new Error("the laptop was closed"));
        }
        this.now += 5_000;
        return Promise.resolve();
      },
      now: () => new Date(this.now),
    };
  }
}

/** A world with three to be acquired one after the other, of which the first is at work, and whose command has ended. */
async function goingOn(): Promise<World> {
  const world = new World();
  world.ends = true;
  const three = [at(ONE, 1), at(ONE, 2), at(ONE, 3)];
  await assert.rejects(world.run(TICKET, ...three, "--yes", "--at-once", "1"), /laptop was closed/);
  world.ends = false;
  world.now += 10_000;
  return world;
}

describe("clean-room acquire of several", () => {
  it("has machines of three accounts and two Regions acquired by one call of AWS's engine, and records each", async () => {
    const world = new World();
    const named = [at(ONE, 1), at(ONE, 2, "eu-west-1"), at(OTHER, 3), at(THIRD, 4, "eu-west-1")];
    const { said, code, told } = await world.run(TICKET, ...named, "--yes", "--at-once", "7");
    const text = said.join("\n");
    assert.equal(code, 0, text);
    assert.match(text, /^4 of 4 acquired and recorded, /m);
    assert.deepEqual(world.started, [
      {
        DocumentName: "clean-room-acquire-many",
        Parameters: {
          AutomationAssumeRole: [
            `arn:aws:iam::${AUDIT}:role/clean-room/containment-administration-us-east-1`,
          ],
          Ticket: [TICKET],
          Notification: ["ir@example.edu"],
          Acquire: ["all"],
        },
        TargetParameterName: "Instance",
        TargetLocations: [
          [ONE, "us-east-1", id(1)],
          [ONE, "eu-west-1", id(2)],
          [OTHER, "us-east-1", id(3)],
          [THIRD, "eu-west-1", id(4)],
        ].map(([account, region, instance]) => ({
          Accounts: [account],
          Regions: [region],
          ExecutionRoleName: "clean-room/containment-start",
          Targets: [{ Key: "ParameterValues", Values: [instance] }],
          TargetLocationMaxConcurrency: "100%",
          TargetLocationMaxErrors: "100%",
          TargetsMaxConcurrency: "7",
          TargetsMaxErrors: "100%",
        })),
      },
    ]);
    assert.deepEqual(
      world.records
        .map(({ source }) => `${source.account}/${source.region}/${source.instance}`)
        .sort(),
      [...named].sort(),
    );
    const record = world.records.find(({ source }) => source.instance === id(2));
    assert.deepEqual(
      [record?.complete, record?.manifest, record?.memory, record?.tools, record?.command],
      [
        true,
        HASH,
        { parts: 5, bytes: 80_000_000, sha256: HASH },
        { avml: ACQUISITION.avml, busybox: ACQUISITION.busybox },
        `c-${id(2)}`,
      ],
    );
    assert.equal(told.filter((each) => "uri" in each).length, 4);
    assert.doesNotMatch(JSON.stringify(world.started), /X-Amz|Signature/);
  });

  it("loses nothing: tells each that failed by name with its reason, goes on with the others, and takes only what is missing the next time", async () => {
    const world = new World();
    world.refused.set(id(2), `${id(2)} is not managed by Systems Manager: snapshot its disks`);
    world.incomplete.add(id(3));
    const named = [at(ONE, 1), at(ONE, 2), at(OTHER, 3), at(UNPREPARED, 4)];
    const { said, code } = await world.run(TICKET, ...named, "--yes");
    const text = said.join("\n");
    assert.equal(code, 1);
    assert.match(text, /^222\S+i-0+1: acquired\n {4}recorded as s3:/m);
    assert.match(
      text,
      /^222\S+i-0+2: Failed: not everything was acquired\n {4}FAILED send: i-0+2 is not man/m,
    );
    assert.match(
      text,
      /^333\S+i-0+3: Failed: .*\n {4}FAILED judge: Not everything .*AVML ended\n {4}recorded as/m,
    );
    assert.match(text, /^555\S+i-0+4: NOTHING IS KNOWN TO BE ACQUIRED: Failed to assume .*start/m);
    assert.match(text, /^1 of 4 acquired and recorded/m);
    const [, left = ""] = /^Left; .*: npx clean-room acquire (.*)$/m.exec(text) ?? [];
    assert.equal(left, [TICKET, at(ONE, 2), at(OTHER, 3), at(UNPREPARED, 4)].join(" "));
    assert.deepEqual(
      world.records.map(({ source, complete }) => [source.instance, complete]).sort(),
      [
        [id(1), true],
        [id(3), false],
      ],
    );

    world.refused.clear();
    world.incomplete.clear();
    world.acquired = [];
    const again = await world.run(TICKET, ...named.slice(0, 3), "--yes");
    assert.equal(again.code, 0, again.said.join("\n"));
    assert.match(again.said.join("\n"), /^1 of 3 are acquired, as their records say/m);
    assert.deepEqual(world.acquired.sort(), [id(2), id(3)]);
    world.acquired = [];
    assert.equal((await world.run(TICKET, ...named.slice(0, 3), "--yes")).code, 0);
    assert.deepEqual(world.acquired, []);
    await world.run(TICKET, ...named.slice(0, 2), "--yes", "--again");
    assert.deepEqual(world.acquired.sort(), [id(1), id(2)]);
  });

  it("goes on where its process ended: what is at work or waits is followed and not begun again, what has ended is recorded, --follow follows", async () => {
    const world = new World();
    const named = [at(ONE, 1), at(OTHER, 2)];
    world.ends = true;
    await assert.rejects(world.run(TICKET, ...named, "--yes"), /laptop was closed/);
    assert.equal(world.started.length, 1);
    world.ends = false;
    world.now += 120_000;
    const ended = await world.run(TICKET, ...named, "--yes");
    assert.equal(ended.code, 0, ended.said.join("\n"));
    assert.deepEqual([world.started.length, world.records.length], [1, 2]);

    const waiting = await goingOn();
    const asked = [at(ONE, 2), at(ONE, 3), at(OTHER, 4)];
    const { said: told, code: whole } = await waiting.run(TICKET, ...asked, "--yes");
    assert.equal(whole, 0, told.join("\n"));
    assert.match(told.join("\n"), /goes on, and is at these .*: \S+i-0+2 \S+i-0+3$/m);
    assert.match(told.join("\n"), /^1 machine is to be acquired .* 333344445555/m);
    assert.match(told.join("\n"), /^3 of 3 acquired and recorded/m);
    assert.equal(waiting.started.length, 2);
    assert.deepEqual(waiting.acquired.sort(), [1, 2, 3, 4].map(id));

    const other = new World();
    other.mayRecord = false;
    const { said, code } = await other.run(TICKET, ...named, "--yes");
    assert.equal(code, 1);
    assert.match(said.join("\n"), /NO RECORD: .*AWS denies it.*Who opens rooms records it/);
    const [, execution = ""] = /--follow (\S+)$/m.exec(said.join("\n")) ?? [];
    other.mayRecord = true;
    assert.equal((await other.run(TICKET, "--follow", execution)).code, 0);
    assert.equal(other.records.length, 2);
    await assert.rejects(
      other.run("INC-1", "--follow", execution),
      /is of the ticket INC-2026-0042/,
    );
  });

  it("waits with no execution of another ticket, of another kind, or that has ended; --again begins all", async () => {
    for (const typed of [
      ["INC-2026-0043", at(ONE, 2), at(ONE, 3), "--yes"],
      [TICKET, at(ONE, 2), at(ONE, 3), "--yes", "--only", "state"],
      [TICKET, at(ONE, 2), at(ONE, 3), "--yes", "--again"],
    ]) {
      const world = await goingOn();
      await world.run(...typed);
      assert.equal(world.started.length, 2, typed.join(" "));
    }
    const world = new World();
    world.refused.set(id(2), "is not managed by Systems Manager");
    await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes");
    world.refused.clear();
    await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes");
    assert.deepEqual([world.started.length, world.records.length], [2, 2]);
  });

  it("takes what an account is at for begun, where the Audit account's execution was stopped meanwhile", async () => {
    const world = await goingOn();
    world.stopped = true;
    const { said, code } = await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes");
    assert.equal(code, 1);
    assert.match(said.join("\n"), /^222\S+i-0+1: InProgress: by [0-9a-f-]{36}$/m);
    assert.match(said.join("\n"), /^1 machine is to be acquired/m);
    assert.equal(world.started.length, 2);
  });

  it("believes no account what it tells of another one's machine, or of another place in the vault", async () => {
    const world = new World();
    world.mayRecord = false;
    await world.run(TICKET, at(OTHER, 1), at(OTHER, 3), "--yes");
    world.mayRecord = true;
    const { code, said } = await world.run(TICKET, at(ONE, 1), at(OTHER, 2), "--yes");
    assert.equal(code, 0, said.join("\n"));
    assert.deepEqual(
      world.records.map(({ source }) => `${source.account} ${source.instance}`).sort(),
      [`${ONE} ${id(1)}`, `${OTHER} ${id(2)}`],
    );

    const other = new World();
    other.told = { prefix: `intake/${ONE}/${TICKET}/live/${id(1)}/20261130T030000Z/` };
    const wrong = await other.run(TICKET, at(OTHER, 2), at(OTHER, 3), "--yes");
    assert.equal(wrong.code, 1);
    assert.match(wrong.said.join("\n"), /NO RECORD: .*i-0+2 was acquired to intake\/2222/);
    assert.deepEqual(other.records, []);
  });

  it("says by which command the end of one is recorded that its runbook did not keep, and prints nothing else of an account's to be typed", async () => {
    const world = new World();
    world.unkept.add(id(2));
    const { said, code } = await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes");
    assert.equal(code, 1);
    const again = `npx clean-room acquire ${TICKET} ${at(ONE, 2)} --resume c-${id(2)}/20261130T030000Z`;
    assert.ok(
      said.some((line) => /^ {4}NO RECORD: .*did not keep/.test(line) && line.endsWith(again)),
      said.join("\n"),
    );
    assert.match(said.join("\n"), /^1 of 2 acquired and recorded/m);

    world.told = { command: "c; reboot" };
    const other = await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes", "--again");
    assert.ok(!other.said.join("\n").includes("c; reboot"), other.said.join("\n"));
  });

  it("says what an account tells in a line of its own, and as nothing that drives a terminal", async () => {
    const world = new World();
    world.refused.set(id(1), `Traceback\n${at(ONE, 1)}: acquired\u001b[2J`);
    const { said } = await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes");
    assert.deepEqual(
      said.filter((line) => line.includes(at(ONE, 1)) && line.includes("acquired")).slice(0, 2),
      [
        `${at(ONE, 1)}: Failed: not everything was acquired`,
        `    FAILED send: Traceback ${at(ONE, 1)}: acquired\\u001b[2J`,
      ],
    );
  });

  it("records each of several as its document is: WinPmem with it, and no time that is none", async () => {
    const world = new World();
    world.told = { winpmem: "4".repeat(64), begun: "soon" };
    assert.equal((await world.run(TICKET, at(ONE, 1), at(ONE, 2), "--yes")).code, 0);
    assert.deepEqual(
      world.records.map(({ tools, begun }) => [tools.winpmem, begun]),
      [1, 2].map(() => ["4".repeat(64), undefined]),
    );
  });

  it("acquires a machine once that is named twice, and refuses one that is named in two places", async () => {
    const world = new World();
    await world.run(TICKET, at(ONE, 1), `${ONE}/${id(1)}`, at(ONE, 2), "--yes");
    assert.deepEqual(world.acquired.sort(), [id(1), id(2)]);
    await assert.rejects(
      world.run(TICKET, at(ONE, 3), at(OTHER, 3), "--yes"),
      /i-0+3 is named in 2222\S+ and 3333\S+: one of them/,
    );
  });

  it("reads machines in a file, and begins with what it is asked for", async () => {
    const world = new World();
    const file = join(mkdtempSync(join(tmpdir(), "acquire-")), "hosts");
    writeFileSync(file, `# seen in the alert\n${at(ONE, 1)}\n\n${at(OTHER, 2)} # database\n`);
    assert.equal((await world.run(TICKET, "--file", file, "--only", "state", "--yes")).code, 0);
    assert.deepEqual(world.acquired.sort(), [id(1), id(2)]);
    assert.deepEqual(
      world.records.map(({ acquired }) => acquired),
      ["state", "state"],
    );
  });

  it("refuses what is no ticket, account, Region, instance or number, none at all, and an account that is not prepared, before AWS is asked to do anything", async () => {
    const world = new World();
    for (const args of [
      [TICKET],
      ["INC;reboot", at(ONE, 1), at(ONE, 2)],
      ["../INC-1", at(ONE, 1), at(ONE, 2)],
      [TICKET, at(ONE, 1), `${ONE}/$(reboot)`],
      [TICKET, at(ONE, 1), `${at(ONE, 2)}; reboot`],
      [TICKET, at(ONE, 1), "{{ Ticket }}"],
      [TICKET, at(ONE, 1), `intake/../records/${id(2)}`],
      [TICKET, at(ONE, 1), `${ONE}/moon-1/${id(2)}`],
      [TICKET, at(ONE, 1), id(2)],
      [TICKET, at(ONE, 1), at(ONE, 2), "--at-once", "50"],
      [TICKET, at(ONE, 1), at(ONE, 2), "--errors", "00"],
      [TICKET, at(ONE, 1), at(ONE, 2), "--notification", "x@y; id"],
      [TICKET, at(ONE, 1), at(ONE, 2), "--print"],
      [TICKET, "--follow", "$(id)"],
      [TICKET, at(ONE, 1), "--follow", "0a0a0a0a-0000-4000-8000-000000000000"],
    ]) {
      await assert.rejects(world.run(...args, "--yes"), /Nothing was acquired/, args.join(" "));
    }
    await assert.rejects(
      world.run(TICKET, at(ONE, 1), at("999988887777", 2), "--yes"),
      /Account 999988887777 is none that the audit stack's containmentAccounts names/,
    );
    await assert.rejects(world.run(TICKET, at(ONE, 1), at(ONE, 2)), /say --yes/);
    assert.deepEqual(world.started, []);
  });

  /** By the model of the engine, a minute a machine, ten at a time: minutes that the machines take. */
  for (const [machines, atOnce, minutes] of [
    [1, "10", 1],
    [10, "10", 4],
    [100, "10", 12],
    [100, "49", 6],
  ] as const) {
    it(`has ${machines} of one account acquired and recorded in ${minutes} of their minutes, ${atOnce} at a time`, async () => {
      const world = new World();
      const begun = world.now;
      const named = Array.from({ length: machines }, (_, index) => at(ONE, index + 1));
      const file = join(mkdtempSync(join(tmpdir(), "acquire-")), "hosts");
      writeFileSync(file, named.join("\n"));
      const { code, said } = await world.run(TICKET, "--file", file, "--yes", "--at-once", atOnce);
      assert.equal(code, 0);
      assert.equal(world.records.length, machines);
      assert.match(
        said.join("\n"),
        new RegExp(`^${machines} of ${machines} acquired and recorded`, "m"),
      );
      assert.equal(Math.round((world.now - begun) / 60_000), minutes);
    });
  }
});
