import assert from "node:assert/strict";

import { acquireCommand, type AcquireSurroundings } from "../../../cli/acquire/acquire";
import {
  acquisitionContent,
  acquisitionParameters,
} from "../../../components/acquisition/acquisitionDocument";
import { CUSTODY_RECORD } from "../../../components/evidence/records/recordSchema";
import { sha256 } from "../../../components/sha256";
import { runCommand } from "../../../rehearsal/runCommand";
import { readProgram } from "../../../stacks/program";
import { FOUNDATION_OUTPUTS, TICKET } from "../../support/examples";

/** What the member account's document lets. */
const PINS = {
  vault: "vault-bucket-0a1b2c3.s3.us-east-1.amazonaws.com",
  avml: "1".repeat(64),
  busybox: "2".repeat(64),
};
const AUDIT = FOUNDATION_OUTPUTS.accountId;
const MEMBER = "222233334444";
const INSTANCE = "i-0123456789abcdef0";
const NAMED = `${MEMBER}/${INSTANCE}`;
const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;
const INTAKE = `arn:aws:iam::${AUDIT}:role/clean-room/case/intake-${TICKET}-${MEMBER}`;
const PREFIX = `intake/${MEMBER}/${TICKET}/live/${INSTANCE}/20261130T091500Z/`;
const MANIFEST = "ab".repeat(32);
const [MEMORY, STATE] = ["cd".repeat(32), "ef".repeat(32)];
const tool = (name: string, digit: string) => ({
  ...{ name, version: "1", key: `carry/${name}`, sha256: digit.repeat(64) },
  path: `/opt/clean-room/carry/${name}`,
});

interface Asked {
  readonly as: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const awsError = (name: string, message = name) => Object.assign(new Error(message), { name });

/** What there is, and what was asked for. */
class World {
  public readonly asked: Asked[] = [];
  public readonly assumed: { readonly RoleArn: string; readonly Policy?: string }[] = [];

  /** Roles that may not be assumed. */
  public readonly denied = new Set<string>();
  public config: Record<string, unknown> = {
    "clean-room:notification": "ir@example.edu",
    "clean-room:toolsBucket": {
      bucket: "tools-bucket",
      tools: [tool("avml", "1"), tool("busybox", "2")],
    },
  };
  public machine: Record<string, unknown> = {
    State: { Name: "running" },
    InstanceType: "t3.large",
    Architecture: "x86_64",
    NetworkInterfaces: [{ Groups: [{ GroupName: "web" }] }],
  };
  public agent: Record<string, unknown> | undefined = { PingStatus: "Online" };
  public memoryMiB = 8192;

  /** Answers instead of these; an error is thrown. */
  public readonly answers: Record<string, unknown> = {};
  public ended: Record<string, unknown> = {
    Status: "Success",
    ResponseCode: 0,
    StandardOutputContent: [
      `2026-11-30T09:30:00Z Memory: 248 parts, 8589934592 bytes, SHA-256 ${MEMORY}.`,
      `2026-11-30T09:30:59Z State: SHA-256 ${STATE}.`,
      "Memory complete, state complete.",
      `Manifest: SHA-256 ${MANIFEST}.\n`,
    ].join("\n"),
    StandardErrorContent: "",
    ExecutionStartDateTime: "2026-11-30T09:15:04Z",
    ExecutionEndDateTime: "2026-11-30T09:31:00Z",
  };
  public answer: string | undefined;

  /** What looks at a command throw before it is told of. */
  public readonly unanswered: Error[] = [awsError("InvocationDoesNotExist")];

  /** How long a look takes, in minutes. */
  public minutes = 0;

  /** When AWS says that sessions of the intake role end. */
  public expiration: Date | undefined;

  /** How often sending is denied before it is not. */
  public denials = 0;
  private looks = 0;

  /** What was put by now, by key. */
  public vault = new Map<string, string>();

  /** Goes on as another process would: the vault stays. */
  public keep(): void {
    this.asked.length = 0;
    this.looks = 0;
  }

  /** Has Windows acquired: the tools bucket carries WinPmem, and the account's document lets it. */
  public carryWinpmem(): void {
    const winpmem = { ...tool("winpmem", "3"), path: "/opt/clean-room/carry/winpmem.exe" };
    this.config["clean-room:toolsBucket"] = {
      bucket: "tools-bucket",
      tools: [tool("avml", "1"), tool("busybox", "2"), winpmem],
    };
    this.answers["GetDocumentCommand"] = {
      Content: acquisitionContent({ ...PINS, winpmem: winpmem.sha256 }),
      DocumentVersion: "4",
    };
  }

  public run(...args: readonly string[]) {
    return runCommand((output) => acquireCommand(this.around(output)), ...args);
  }

  public inputsOf(name: string) {
    return this.asked.filter((each) => each.name === `${name}Command`);
  }

  private reply(name: string, input: Asked["input"]): unknown {
    if (name in this.answers) {
      if (this.answers[name] instanceof Error) {
        throw this.answers[name];
      }
      return this.answers[name];
    }
    switch (name) {
      case "GetCallerIdentityCommand":
        return { Arn: `arn:aws:sts::${AUDIT}:assumed-role/incident-deployer/x` };
      case "DescribeInstancesCommand":
        return { Reservations: [{ Instances: [this.machine] }] };
      case "DescribeInstanceTypesCommand":
        return { InstanceTypes: [{ MemoryInfo: { SizeInMiB: this.memoryMiB } }] };
      case "DescribeInstanceInformationCommand":
        return { InstanceInformationList: this.agent === undefined ? [] : [this.agent] };
      case "GetDocumentCommand":
        return {
          Content: JSON.stringify(JSON.parse(acquisitionContent(PINS)), undefined, 2),
          DocumentVersion: "3",
        };
      case "SendCommandCommand":
        if (this.denials > 0) {
          this.denials -= 1;
          throw awsError("AccessDeniedException");
        }
        return { Command: { CommandId: "c-1" } };
      case "GetCommandInvocationCommand":
        const unanswered = this.unanswered.shift();
        if (unanswered !== undefined) {
          throw unanswered;
        }
        this.looks += 1;
        return this.looks === 1 ? { Status: "InProgress" } : this.ended;
      case "PutObjectCommand":
        if (this.vault.has(String(input["Key"]))) {
          throw awsError("PreconditionFailed");
        }
        this.vault.set(String(input["Key"]), String(input["Body"]));
        return {};
      case "ListObjectsV2Command":
        return {
          Contents: [...this.vault.keys()]
            .filter((key) => key.startsWith(String(input["Prefix"])))
            .map((Key) => ({ Key })),
        };
      case "GetObjectCommand": {
        const text = this.vault.get(String(input["Key"]));
        return { Body: { transformToString: () => Promise.resolve(text) } };
      }
      default:
        return {};
    }
  }

  private around(output: AcquireSurroundings["output"]): AcquireSurroundings {
    const client = (as: string) => ({
      send: async (command: { readonly input: Asked["input"] }) => {
        const { name } = command.constructor;
        this.asked.push({ as, name, input: command.input });
        return Promise.resolve(this.reply(name, command.input));
      },
    });
    const { answer } = this;
    let clock = Date.parse("2026-11-30T09:15:00.123Z");
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
                    Object.entries(FOUNDATION_OUTPUTS).map(([name, value]) => [name, { value }]),
                  ),
                ),
              getAllConfig: () =>
                Promise.resolve({
                  "aws:accessKey": { value: "AKIACALLER" },
                  "aws:secretKey": { value: "example" },
                  ...Object.fromEntries(
                    Object.entries(this.config).map(([name, value]) => [
                      name,
                      { value: typeof value === "string" ? value : JSON.stringify(value) },
                    ]),
                  ),
                }),
            }),
        } as never),
      aws: ({ credentials }) => {
        const one = client((credentials as { readonly roleArn?: string }).roleArn ?? "caller");
        return { ec2: one, ssm: one, s3: one, sts: one } as never;
      },
      assume: ({ params }) => {
        const { RoleArn = "", Policy } = params;
        this.assumed.push({ RoleArn, ...(Policy === undefined ? {} : { Policy }) });
        const credentials = () =>
          this.denied.has(RoleArn)
            ? Promise.reject(awsError("AccessDenied", "not authorized to perform: sts:AssumeRole"))
            : Promise.resolve({
                accessKeyId: `ASIA${RoleArn.includes("intake") ? "INTAKE" : "RESPONDER"}`,
                secretAccessKey: "example",
                sessionToken: "t+/=".repeat(300),
                ...(this.expiration === undefined ? {} : { expiration: this.expiration }),
              });
        return Object.assign(credentials, { roleArn: RoleArn });
      },
      person: () => (answer === undefined ? undefined : { ask: () => Promise.resolve(answer) }),
      ssmIn: () => client("starter") as never,
      wait: () => {
        clock += this.minutes * 60_000;
        return Promise.resolve();
      },
      now: () => new Date(clock),
    };
  }
}

type Parameters = Readonly<
  Record<keyof ReturnType<typeof acquisitionParameters>, readonly [string]>
>;
const parametersOf = (world: World) =>
  world.inputsOf("SendCommand")[0]?.input["Parameters"] as Parameters;

/** Nothing was tagged, sent or put. */
function changedNothing(world: World): void {
  const changing = /^(CreateTags|SendCommand|PutObject)Command$/;
  assert.deepEqual(
    world.asked.filter(({ name }) => changing.test(name)),
    [],
  );
}

describe("clean-room acquire", () => {
  it("has a machine put its memory and state into the vault, and puts there what it said", async () => {
    const world = new World();
    const { said, told, code } = await world.run(TICKET, NAMED, "--yes");
    const text = said.join("\n");
    assert.equal(code, 0, text);
    assert.match(
      text,
      /^To go to s3:\/\/vault\S+\/live\/\S+: 222233334444\/us-east-1\/i-0\S+, memory \(8192 MiB, in 248 parts of 34 MiB\) and state\.$/m,
    );
    assert.match(
      text,
      /^Sent as c-1\. .*: npx clean-room acquire INC-2026-0042 222233334444\/us-east-1\/i-0123456789abcdef0 --resume c-1\/20261130T091500Z$/m,
    );
    assert.match(text, /InProgress\n.*Success\n/);
    assert.match(text, new RegExp(`^  Manifest: SHA-256 ${MANIFEST}\\.$`, "m"));
    assert.match(text, /^Acquired, /m);
    const [{ as, input } = assert.fail(), recorded = assert.fail()] = world.inputsOf("PutObject");
    assert.equal(as, INTAKE);
    assert.deepEqual([input["Key"], input["IfNoneMatch"]], [`${PREFIX}command.json`, "*"]);
    const record = JSON.parse(input["Body"] as string) as Record<string, unknown>;
    assert.deepEqual(
      [record["form"], record["commandId"], record["status"], record["documentVersion"]],
      ["clean-room/acquisition-command/1", "c-1", "Success", "3"],
    );
    assert.doesNotMatch(input["Body"] as string, /X-Amz|signature/i);
    const uri = `s3://vault-bucket-0a1b2c3/${String(recorded.input["Key"])}`;
    assert.deepEqual(told, [{ ...record, manifestSha256: MANIFEST, record: uri }]);
  });

  it("records it where the foundation signs what arrives, as who opens rooms: what ran, what the machine took, what this side put", async () => {
    const world = new World();
    const { said } = await world.run(TICKET, NAMED, "--yes");
    const [command = assert.fail(), { as, input } = assert.fail()] = world.inputsOf("PutObject");
    const text = input["Body"] as string;
    assert.deepEqual([as, input["Key"]], ["caller", `records/${TICKET}/${sha256(text)}.json`]);
    assert.ok(said.some((line) => line.startsWith(`Recorded as s3://`)));
    const { facts, event } = CUSTODY_RECORD.parse(JSON.parse(text));
    assert.deepEqual(
      [event, facts],
      [
        "acquisition",
        {
          recordedBy: `arn:aws:sts::${AUDIT}:assumed-role/incident-deployer/x`,
          program: readProgram(),
          source: { account: MEMBER, region: "us-east-1", instance: INSTANCE },
          acquired: "all",
          complete: true,
          document: {
            name: "clean-room-acquire",
            version: "3",
            sha256: sha256(acquisitionContent(PINS)),
          },
          tools: { avml: PINS.avml, busybox: PINS.busybox },
          command: "c-1",
          status: "Success",
          begun: "2026-11-30T09:15:04.000Z",
          ended: "2026-11-30T09:31:00.000Z",
          prefix: PREFIX,
          memory: { parts: 248, bytes: 8_589_934_592, sha256: MEMORY },
          state: STATE,
          manifest: MANIFEST,
          commandFile: sha256(command.input["Body"] as string),
        },
      ],
    );
  });

  it("acquires nothing again that a record says is there, but for --again and for what the record lacks", async () => {
    const world = new World();
    await world.run(TICKET, NAMED, "--yes", "--only", "state");
    world.keep();
    const { said, code } = await world.run(TICKET, NAMED, "--only", "state", "--yes");
    assert.equal(code, 0);
    assert.match(said.join("\n"), /was acquired: s3:\/\/\S+, as its record says\. .*--again\.$/);
    changedNothing(world);
    for (const more of [["--only", "state", "--again"], ["--only", "memory"], []]) {
      const other = new World();
      other.vault = world.vault;
      await other.run(TICKET, NAMED, "--yes", ...more);
      assert.equal(other.inputsOf("SendCommand").length, 1, more.join(" "));
    }
  });

  it("goes on by what was printed where it was followed to no end: puts what is missing, and records it", async () => {
    const world = new World();
    world.minutes = 5;
    const { ended } = world;
    world.ended = { Status: "InProgress" };
    const { said } = await world.run(TICKET, NAMED, "--yes");
    assert.deepEqual(world.inputsOf("PutObject"), []);
    const [, again = ""] =
      /: npx clean-room acquire (.* --resume \S+)$/.exec(said.at(-1) ?? "") ?? [];
    world.keep();
    world.ended = {
      ...ended,
      DocumentName: "clean-room-acquire",
      Comment: `Clean room ${TICKET}`,
      DocumentVersion: "3",
    };
    const resumed = await world.run(...again.split(" "));
    assert.equal(resumed.code, 0, resumed.said.join("\n"));
    assert.deepEqual(
      [world.inputsOf("SendCommand"), world.inputsOf("DescribeInstances")],
      [[], []],
    );
    const [command, record] = world.inputsOf("PutObject");
    assert.equal(command?.input["Key"], `${PREFIX}command.json`);
    assert.match(String(record?.input["Body"]), /"complete": true/);
    world.keep();
    assert.equal((await world.run(...again.split(" "))).code, 0);
    assert.deepEqual(
      world.inputsOf("PutObject").map(({ input }) => input["Key"]),
      [`${PREFIX}command.json`],
    );
  });

  it("resumes no other command than one of its own, of this ticket, that Systems Manager knows", async () => {
    for (const [ended, reason] of [
      [
        { DocumentName: "AWS-RunShellScript", Comment: `Clean room ${TICKET}` },
        /is a command of AWS-RunShellScript/,
      ],
      [
        { DocumentName: "clean-room-acquire", Comment: "Clean room INC-1" },
        /of the ticket INC-2026-0042/,
      ],
      [undefined, /knows no command c-1 of i-0123456789abcdef0/],
    ] as const) {
      const world = new World();
      world.unanswered.length = ended === undefined ? 1 : 0;
      world.ended = { ...world.ended, CommandId: "c-1", ...ended };
      const run = world.run(TICKET, NAMED, "--resume", "c-1/20261130T091500Z");
      await assert.rejects(run, reason);
      changedNothing(world);
    }
    const other = new World();
    other.unanswered.length = 0;
    const begun = `Acquiring all of web-1, 6.1, for ${PREFIX}.\n`;
    other.ended = { ...other.ended, StandardOutputContent: begun, DocumentVersion: "3" };
    await other.run(TICKET, NAMED, "--resume", "c-1/20261130T091500Z");
    other.keep();
    await assert.rejects(
      other.run(TICKET, NAMED, "--resume", "c-1/20261130T091501Z"),
      /c-1 has put what it acquired below intake\/\S+20261130T091500Z\/; required/,
    );
    changedNothing(other);
    const world = new World();
    for (const wrong of ["c-1", "c-1/20261130T091500Z/x", "$(id)/20261130T091500Z", "c-1/../"]) {
      await assert.rejects(world.run(TICKET, NAMED, "--resume", wrong), /--resume .*required/);
    }
  });

  it("ends with 1 and the command that records it where these credentials may write no record", async () => {
    const world = new World();
    world.answers["ListObjectsV2Command"] = awsError("AccessDenied");
    const { said, code } = await world.run(TICKET, NAMED, "--yes");
    assert.equal(code, 1);
    const text = said.join("\n");
    assert.match(text, /^What was acquired before is not known: /m);
    assert.match(
      text,
      /^There is no record of it: .*Who opens rooms .*--resume c-1\/2026\d+T\d+Z$/m,
    );
    assert.match(text, /^Acquired, /m);
  });

  it("sends this one document, in forms that it takes, with a signature for each object and nothing that opens another", async () => {
    const world = new World();
    await world.run(TICKET, NAMED, "--yes");
    const [{ as, input } = assert.fail()] = world.inputsOf("SendCommand");
    assert.equal(as, RESPONDER);
    assert.deepEqual(
      [input["DocumentName"], input["DocumentVersion"], input["InstanceIds"]],
      ["clean-room-acquire", "3", [INSTANCE]],
    );
    const parameters = parametersOf(world);
    for (const [name, form] of Object.entries(acquisitionParameters(PINS))) {
      const [value] = parameters[name as keyof Parameters];
      if ("allowedPattern" in form) {
        assert.match(value, new RegExp(form.allowedPattern), name);
      } else {
        assert.ok(form.allowedValues.includes(value as never));
      }
    }
    const { Vault, Prefix, Access, Signatures, AvmlUrl, BusyboxSha256 } = parameters;
    assert.deepEqual(
      [Vault[0], Prefix[0]],
      ["https://vault-bucket-0a1b2c3.s3.us-east-1.amazonaws.com", PREFIX],
    );
    assert.match(
      Access[0],
      /X-Amz-Credential=ASIAINTAKE%2F.*X-Amz-Expires=3600&.*SignedHeaders=host%3Bif-none-match$/,
    );
    assert.equal(new Set(Signatures[0].split(" ")).size, 252);
    assert.match(
      AvmlUrl[0],
      /^https:\/\/tools-bucket\.s3\.us-east-1\.amazonaws\.com\/carry\/avml\?.*AKIACALLER/,
    );
    assert.equal(BusyboxSha256[0], "2".repeat(64));
    const sent = JSON.stringify(parameters);
    assert.ok(sent.length < 30_000, `${sent.length}`);
    assert.ok(!sent.includes("secret") && !sent.includes("example"));
    assert.deepEqual(
      world.assumed.map(({ RoleArn, Policy }) => [
        RoleArn,
        Policy === undefined ? undefined : (JSON.parse(Policy) as object),
      ]),
      [
        [RESPONDER, undefined],
        [
          INTAKE,
          {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "s3:PutObject",
                Resource: `arn:aws:s3:::vault-bucket-0a1b2c3/${PREFIX}*`,
              },
              {
                Effect: "Allow",
                Action: "kms:GenerateDataKey",
                Resource: FOUNDATION_OUTPUTS.evidenceKeyArn,
              },
            ],
          },
        ],
      ],
    );
  });

  it("brings each platform its own programs, and to a Windows none of Linux", async () => {
    const platforms = { Windows: ["WinpmemSha256", "WinpmemUrl"], Linux: [] } as const;
    for (const [PlatformType, its] of Object.entries(platforms)) {
      const world = new World();
      world.carryWinpmem();
      world.agent = { PingStatus: "Online", PlatformType };
      assert.equal((await world.run(TICKET, NAMED, "--yes")).code, 0);
      const parameters = parametersOf(world) as Readonly<Record<string, readonly [string]>>;
      const linux = ["AvmlSha256", "AvmlUrl", "BusyboxSha256", "BusyboxUrl"];
      assert.deepEqual(
        Object.keys(parameters)
          .filter((name) => /(Url|Sha256)$/.test(name))
          .sort(),
        its.length > 0 ? its : linux,
      );
      const forms = Object.entries(acquisitionParameters({ ...PINS, winpmem: "3".repeat(64) }));
      for (const [name, form] of forms) {
        if (name in parameters && "allowedPattern" in form) {
          assert.match(parameters[name]?.[0] ?? "", new RegExp(form.allowedPattern), name);
        }
      }
    }
  });

  for (const [what, winpmem] of [
    ["without WinPmem", undefined],
    ["with another WinPmem", "4".repeat(64)],
  ] as const) {
    it(`acquires a Linux by a document ${what}, though the tools bucket has one, and records what that document lets`, async () => {
      const world = new World();
      world.carryWinpmem();
      const Content = acquisitionContent({ ...PINS, winpmem });
      world.answers["GetDocumentCommand"] = { Content, DocumentVersion: "4" };
      const { code, said } = await world.run(TICKET, NAMED, "--yes");
      assert.equal(code, 0, said.join("\n"));
      const [command, record] = world.inputsOf("PutObject");
      const { facts } = CUSTODY_RECORD.parse(JSON.parse(String(record?.input["Body"])));
      assert.ok("document" in facts && "tools" in facts);
      assert.deepEqual(
        [facts.document, facts.tools],
        [
          { name: "clean-room-acquire", version: "4", sha256: sha256(Content) },
          {
            ...{ avml: PINS.avml, busybox: PINS.busybox },
            ...(winpmem === undefined ? {} : { winpmem }),
          },
        ],
      );
      const { tools } = JSON.parse(String(command?.input["Body"])) as { readonly tools: object };
      assert.deepEqual(Object.keys(tools), ["avml", "busybox"]);

      world.agent = { PingStatus: "Online", PlatformType: "Windows" };
      await assert.rejects(world.run(TICKET, NAMED, "--again", "--yes"), /or other programs/);
    });
  }

  it("records of what is resumed the document that it was sent by, whatever was deployed since", async () => {
    const world = new World();
    const Content = acquisitionContent({ ...PINS, busybox: "9".repeat(64) });
    world.answers["GetDocumentCommand"] = { Content };
    world.ended = { ...world.ended, DocumentVersion: "2" };
    world.unanswered.length = 0;
    const resumed = await world.run(TICKET, NAMED, "--resume", "c-1/20261130T091500Z");
    assert.equal(resumed.code, 0, resumed.said.join("\n"));
    assert.deepEqual(
      world.inputsOf("GetDocument").map(({ as, input }) => [as, input]),
      [[RESPONDER, { Name: "clean-room-acquire", DocumentVersion: "2" }]],
    );
    const [, record] = world.inputsOf("PutObject");
    const { facts } = CUSTODY_RECORD.parse(JSON.parse(String(record?.input["Body"])));
    assert.ok("document" in facts && "tools" in facts);
    assert.deepEqual(
      [facts.document, facts.tools],
      [
        { name: "clean-room-acquire", version: "2", sha256: sha256(Content) },
        { avml: PINS.avml, busybox: "9".repeat(64) },
      ],
    );
  });

  it("records nothing as complete of which the machine has not named all that is asked for", async () => {
    for (const [only, complete] of [
      [[], false],
      [["--only", "state"], true],
    ] as const) {
      const world = new World();
      world.unanswered.length = 0;
      world.ended = {
        ...{ Status: "Success", DocumentName: "clean-room-acquire" },
        ...{ Comment: `Clean room ${TICKET}`, DocumentVersion: "3" },
        StandardOutputContent: `Memory: 0 parts, 0 bytes, SHA-256 ${MEMORY}.\nState: SHA-256 ${STATE}.\nManifest: SHA-256 ${MANIFEST}.\n`,
      };
      const resumed = await world.run(TICKET, NAMED, "--resume", "c-1/20261130T091500Z", ...only);
      assert.equal(resumed.code, complete ? 0 : 1, resumed.said.join("\n"));
      assert.match(
        String(world.inputsOf("PutObject")[1]?.input["Body"]),
        new RegExp(`"complete": ${complete}`),
      );
    }
  });

  it("gives the machine a ticket where it has none, and no second one", async () => {
    const world = new World();
    await world.run(TICKET, NAMED, "--yes");
    assert.deepEqual(
      world.inputsOf("CreateTags").map(({ as, input }) => [as, input]),
      [
        [
          RESPONDER,
          {
            Resources: [INSTANCE],
            Tags: [
              { Key: "incident-response", Value: `quarantine:${TICKET}` },
              { Key: "notification", Value: "ir@example.edu" },
            ],
          },
        ],
      ],
    );
    const tagged = new World();
    tagged.machine["Tags"] = [{ Key: "incident-response", Value: `quarantine:${TICKET}` }];
    assert.equal((await tagged.run(TICKET, NAMED, "--yes")).code, 0);
    assert.deepEqual(tagged.inputsOf("CreateTags"), []);
  });

  it("sends again what is denied while IAM does not know of the ticket yet, and nothing else", async () => {
    const world = new World();
    world.denials = 3;
    assert.equal((await world.run(TICKET, NAMED, "--yes")).code, 0);
    assert.equal(world.inputsOf("SendCommand").length, 4);
    const never = new World();
    never.denials = 99;
    await assert.rejects(
      never.run(TICKET, NAMED, "--yes"),
      /Nothing was acquired:\n.*AWS denies it/,
    );
    const tagged = new World();
    tagged.machine["Tags"] = [{ Key: "incident-response", Value: `quarantine:${TICKET}` }];
    tagged.denials = 1;
    await assert.rejects(tagged.run(TICKET, NAMED, "--yes"), /AWS denies it/);
    assert.equal(tagged.inputsOf("SendCommand").length, 1);
  });

  it("acquires the state alone, and prints what is sent by hand", async () => {
    const state = new World();
    state.memoryMiB = 24 * 1024 * 1024;
    await state.run(TICKET, NAMED, "--yes", "--only", "state");
    assert.deepEqual(
      [parametersOf(state).Acquire, parametersOf(state).Signatures[0].split(" ").length],
      [["state"], 4],
    );
    const world = new World();
    const { told, said } = await world.run(TICKET, NAMED, "--yes", "--print");
    assert.deepEqual(world.inputsOf("SendCommand"), []);
    const [input] = told as [{ readonly DocumentName: string; readonly Parameters: Parameters }];
    assert.equal(input.DocumentName, "clean-room-acquire");
    assert.match(input.Parameters.Prefix[0], /^intake/);
    assert.match(said.at(-1) ?? "", /aws ssm send-command --region us-east-1 --cli-input-json/);
  });

  it("ends with 1 where something is missing, with the machine's words spelled out, and keeps them", async () => {
    const world = new World();
    world.ended = {
      Status: "Failed",
      ResponseCode: 1,
      StandardOutputContent: "Memory incomplete, \u001b[2Jstate complete.\n",
      StandardErrorContent: "why",
    };
    const { said, code } = await world.run(TICKET, NAMED, "--yes");
    assert.equal(code, 1);
    assert.ok(said.includes("  Memory incomplete, \\u001b[2Jstate complete."));
    assert.match(said.at(-1) ?? "", /^Not everything was acquired \(Failed\)/);
    const [, { input } = assert.fail()] = world.inputsOf("PutObject");
    assert.match(input["Body"] as string, /"complete": false,[^]*"status": "Failed"/);
  });

  it("follows on where it is not told for a while", async () => {
    const world = new World();
    world.unanswered.push(
      awsError("ThrottlingException", "Rate exceeded"),
      awsError("TimeoutError", "connect ETIMEDOUT"),
    );
    const { said, code } = await world.run(TICKET, NAMED, "--yes");
    assert.equal(code, 0);
    assert.match(
      said.join("\n"),
      /not told, asked again: AWS answered: Rate exceeded\n.*ETIMEDOUT\n/,
    );
    assert.equal(world.inputsOf("PutObject").length, 2);
  });

  it("says that it goes on without being followed where the credentials have ended", async () => {
    const world = new World();
    world.unanswered.push(awsError("ExpiredTokenException"));
    await assert.rejects(
      world.run(TICKET, NAMED, "--yes"),
      /The acquisition goes on, and is not followed any more:[^]*with --resume/,
    );
  });

  it("waits no longer than it can take for a machine that was stopped or cut off", async () => {
    const world = new World();
    world.minutes = 5;
    world.ended = { Status: "InProgress" };
    const { said, code } = await world.run(TICKET, NAMED, "--yes");
    assert.equal(code, 1);
    assert.match(said.at(-1) ?? "", /^It has not ended \(InProgress\), .*--resume c-1\/2026\d+T/);
    assert.ok(world.inputsOf("GetCommandInvocation").length < 20);
    assert.deepEqual(world.inputsOf("PutObject"), []);
  });

  it("signs by AWS's clock, whatever this machine's says", async () => {
    const world = new World();
    world.expiration = new Date("2026-11-30T12:30:00Z");
    await world.run(TICKET, NAMED, "--yes");
    assert.match(parametersOf(world).Access[0], /X-Amz-Date=20261130T113000Z/);
  });

  it("asks before, and goes on with a yes only", async () => {
    const nobody = new World();
    await assert.rejects(nobody.run(TICKET, NAMED), /Nobody can be asked here/);
    changedNothing(nobody);
    const no = new World();
    no.answer = "no";
    await assert.rejects(no.run(TICKET, NAMED), /You said no/);
    changedNothing(no);
    const yes = new World();
    yes.answer = "yes";
    assert.equal((await yes.run(TICKET, NAMED)).code, 0);
  });

  const refusals: readonly (readonly [string, (world: World) => void, RegExp])[] = [
    [
      "is not managed",
      (world) => (world.agent = undefined),
      /not managed by Systems Manager.*Snapshot its disks/,
    ],
    [
      "is offline",
      (world) => (world.agent = { PingStatus: "ConnectionLost" }),
      /ConnectionLost\): start it.*a room's link/,
    ],
    [
      "is a Windows, where the tools bucket has no WinPmem",
      (world) => (world.agent = { PingStatus: "Online", PlatformType: "Windows" }),
      /is a Windows, and toolsBucket of the audit stack has no winpmem.*a room's link/,
    ],
    [
      "is a Windows by its image, where the agent does not say",
      (world) => (world.machine["Platform"] = "windows"),
      /is a Windows, and toolsBucket/,
    ],
    [
      "is neither Linux nor Windows",
      (world) => (world.agent = { PingStatus: "Online", PlatformType: "MacOS" }),
      /is a MacOS, of which nothing is acquired/,
    ],
    [
      "is a Windows of an account whose document has no WinPmem",
      (world) => {
        world.carryWinpmem();
        world.agent = { PingStatus: "Online", PlatformType: "Windows" };
        world.answers["GetDocumentCommand"] = { Content: acquisitionContent(PINS) };
      },
      /lets another vault or other programs.*busybox: 2{64}, winpmem: 3{64} \}/,
    ],
    [
      "has another architecture",
      (world) => (world.machine["Architecture"] = "arm64"),
      /is arm64.*a room's link/,
    ],
    [
      "does not run",
      (world) => (world.machine["State"] = { Name: "stopped" }),
      /is stopped: memory ends with that\. Hand its disks over/,
    ],
    [
      "is isolated",
      (world) =>
        (world.machine["NetworkInterfaces"] = [
          { Groups: [{ GroupName: "clean-room-isolation" }] },
        ]),
      /is in its isolation group.*reach it through a room's link/,
    ],
    [
      "is held for another ticket",
      (world) =>
        (world.machine["Tags"] = [{ Key: "incident-response", Value: "quarantine:INC-1" }]),
      /is held for quarantine:INC-1: acquire it with that ticket/,
    ],
    [
      "is not there",
      (world) =>
        (world.answers["DescribeInstancesCommand"] = awsError("InvalidInstanceID.NotFound")),
      /is not in us-east-1 of account 222233334444: name its own/,
    ],
    [
      "has too much memory",
      (world) => (world.memoryMiB = 24 * 1024 * 1024),
      /more than goes into the vault within the hour/,
    ],
    [
      "is of an account without acquisition",
      (world) => (world.answers["GetDocumentCommand"] = awsError("InvalidDocument")),
      /has no document clean-room-acquire.*clean-room:acquisition: \{ vault: vault-bucket-0a1b2c3\.s3\.us-east-1\.amazonaws\.com, avml: 1{64}, busybox: 2{64} \}/,
    ],
    [
      "is of an account with another version's document",
      (world) => (world.answers["GetDocumentCommand"] = { Content: "{}" }),
      /is not this version's, .*have its own stack deployed/,
    ],
    [
      "is of an account whose document lets another vault",
      (world) =>
        (world.answers["GetDocumentCommand"] = {
          Content: acquisitionContent({ ...PINS, vault: "other.s3.us-east-1.amazonaws.com" }),
        }),
      /lets another vault or other programs.*clean-room:acquisition: \{ vault: vault-bucket/,
    ],
    [
      "has no open room",
      (world) => world.denied.add(INTAKE),
      /no open room of INC-2026-0042 that account 222233334444 may upload for: open it/,
    ],
    [
      "is of an account whose responder is not yours",
      (world) => world.denied.add(RESPONDER),
      /may not become the responder of account 222233334444/,
    ],
    [
      "is brought no tool",
      (world) => (world.config["clean-room:toolsBucket"] = undefined),
      /toolsBucket of the audit stack has no avml.*\n.*has no busybox/,
    ],
    [
      "is of a foundation whose settings are elsewhere",
      (world) => (world.config = {}),
      /settings of audit, which name the tools bucket, are not here/,
    ],
    [
      "is brought a tool that the bucket has not",
      (world) => (world.answers["HeadObjectCommand"] = awsError("NotFound")),
      /s3:\/\/tools-bucket\/carry\/avml is not there/,
    ],
    [
      "is brought a tool that you may not read",
      (world) => (world.answers["HeadObjectCommand"] = awsError("Forbidden")),
      /carry\/avml may not be read by these credentials/,
    ],
  ];
  for (const [what, change, why] of refusals) {
    it(`refuses a machine that ${what}, before anything happens`, async () => {
      const world = new World();
      change(world);
      await assert.rejects(world.run(TICKET, NAMED, "--yes"), (error: Error) => {
        assert.match(error.message, /^Nothing was acquired/);
        assert.match(error.message, why);
        return true;
      });
      changedNothing(world);
    });
  }

  it("refuses whatever is no ticket, no instance and no account, and asks AWS nothing", async () => {
    const world = new World();
    for (const args of [
      ["INC;reboot", NAMED],
      ["../INC-1", NAMED],
      [TICKET, `${MEMBER}/i-0123;reboot`],
      [TICKET, `${MEMBER}/us-east-1;x/${INSTANCE}`],
      [TICKET, INSTANCE],
      [TICKET, INSTANCE, "--account", "$(id)"],
    ]) {
      await assert.rejects(world.run(...args, "--yes"), /Nothing was acquired/);
    }
    assert.deepEqual(world.asked, []);
  });
});
