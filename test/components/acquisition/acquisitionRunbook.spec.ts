import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pathOf, presign } from "../../../cli/acquire/presigned";
import {
  acquisitionContent,
  acquisitionParameters,
  partsOf,
  partsOfWindows,
} from "../../../components/acquisition/acquisitionDocument";
import { acquisitionRunbook } from "../../../components/acquisition/acquisitionRunbook";
import { centralAcquisitionRunbook } from "../../../components/acquisition/centralAcquisition";
import { sha256 } from "../../../components/sha256";
import { ACQUISITION } from "../../support/examples";

const MEMBER = "222233334444";
const INSTANCE = "i-0123456789abcdef0";
const TICKET = "INC-2026-0042";
const TOOLS = { bucket: "tools-bucket", avml: "carry/avml (1)", busybox: "carry/busybox" };
const RUNBOOK = acquisitionRunbook({
  roleArn: `arn:aws:iam::${MEMBER}:role/clean-room/acquisition-runbook`,
  accountId: MEMBER,
  auditAccountId: "111122223333",
  pins: ACQUISITION,
  tools: TOOLS,
});

/** boto3, as far as the scripts ask it: answers are a file's, and what is asked is printed. */
const BOTO3 = `
import json, os, sys
from botocore.exceptions import ClientError
ANSWERS = json.load(open(os.environ["ANSWERS"]))
ASKED = []

class Client:
    def __init__(self, service, given):
        self.service, self.given = service, given
        self.meta = self
        self.events = self
        self.headers = {}

    def register(self, name, change):
        change({"headers": self.headers})

    def __getattr__(self, name):
        def call(**given):
            given = {k: v.decode() if isinstance(v, bytes) else v for k, v in given.items()}
            ASKED.append({"name": name, "given": given, "headers": self.headers, "by": self.given.get("aws_access_key_id"), "client": [self.service, self.given.get("region_name"), self.given.get("endpoint_url")]})
            answers = ANSWERS.get(name, [{}])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if "error" in answer:
                raise ClientError(answer["error"])
            return answer
        return call

def client(service, **given):
    return Client(service, given)

class Session:
    def __init__(self, access_key=None, secret_key=None, token=None, region=None):
        self.given = {"aws_access_key_id": access_key, "region_name": region}

    def client(self, service):
        return Client(service, self.given)

    def get_credentials(self):
        return self

    def get_frozen_credentials(self):
        self.access_key, self.secret_key, self.token = "ASIAOWN", "own", "to/ken="
        return self
`;
const EXCEPTIONS = `
class ClientError(Exception):
    def __init__(self, code):
        super().__init__(f"An error occurred ({code})")
        self.response = {"Error": {"Code": code}}
`;
const RUN = `
import json, sys, time
time.sleep = lambda seconds: None
script, handler, payload = json.load(sys.stdin)
scope = {}
exec(compile(script, "script", "exec"), scope)
import boto3
try:
    print(json.dumps({"told": scope[handler](payload, None), "asked": boto3.ASKED}))
except Exception as error:
    print(json.dumps({"failed": str(error), "asked": boto3.ASKED}))
`;

interface Ran {
  readonly told?: Readonly<Record<string, string>>;
  readonly failed?: string;
  readonly asked: readonly {
    readonly name: string;
    readonly given: Readonly<Record<string, unknown>>;
    readonly headers: object;
    readonly by: string | null;

    /** The client's service, Region and endpoint, where they were given. */
    readonly client: readonly (string | null)[];
  }[];
}

type Answers = Readonly<Record<string, readonly object[]>>;

const MACHINE = {
  State: { Name: "running" },
  InstanceType: "t3.large",
  Architecture: "x86_64",
};
const INTAKE = { AccessKeyId: "ASIAINTAKE", SecretAccessKey: "secret", SessionToken: "t+/=" };
const described = (machine: object) => [{ Reservations: [{ Instances: [machine] }] }];
const THERE: Answers = {
  describe_instances: described(MACHINE),
  describe_instance_types: [{ InstanceTypes: [{ MemoryInfo: { SizeInMiB: 8192 } }] }],
  describe_instance_information: [{ InstanceInformationList: [{ PingStatus: "Online" }] }],
  assume_role: [{ Credentials: INTAKE }],
  get_document: [{ Content: acquisitionContent(ACQUISITION), DocumentVersion: "3" }],
  send_command: [{ Command: { CommandId: "c-1" } }],
};

/** Runs a step's script as Automation does, with what its payload says filled in. */
function run(
  name: string,
  values: Readonly<Record<string, string>>,
  answers: Answers,
  runbook = RUNBOOK,
): Ran {
  const step = runbook.mainSteps.find((each) => each.name === name) ?? assert.fail(name);
  const { Script, Handler, InputPayload } = step.inputs as unknown as Record<string, unknown>;
  const payload = JSON.parse(
    JSON.stringify(InputPayload).replaceAll(
      /\{\{ ([\w.]+) \}\}/g,
      (_, key: string) => values[key] ?? assert.fail(key),
    ),
  ) as object;
  const folder = mkdtempSync(join(tmpdir(), "runbook-"));
  mkdirSync(join(folder, "botocore"));
  writeFileSync(join(folder, "boto3.py"), BOTO3);
  writeFileSync(join(folder, "botocore/__init__.py"), "");
  writeFileSync(join(folder, "botocore/exceptions.py"), EXCEPTIONS);
  writeFileSync(join(folder, "answers.json"), JSON.stringify({ ...THERE, ...answers }));
  const { stdout, stderr } = spawnSync("python3", ["-c", RUN], {
    input: JSON.stringify([Script, Handler, payload]),
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: folder, ANSWERS: join(folder, "answers.json") },
  });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as Ran;
}

const GIVEN = {
  Instance: INSTANCE,
  Ticket: TICKET,
  Notification: "ir@example.edu",
  Acquire: "all",
};
const send = (answers: Answers = {}, more: object = {}) =>
  run("send", { ...GIVEN, ...more }, answers);

/** The same of an account whose document brings WinPmem, and whose tools bucket has it. */
const WITH_WINPMEM = { ...ACQUISITION, winpmem: "4".repeat(64) };
const OF_WINDOWS = {
  roleArn: "",
  accountId: MEMBER,
  auditAccountId: "111122223333",
  pins: WITH_WINPMEM,
  tools: { ...TOOLS, winpmem: "carry/winpmem.exe" },
};
const sendThere = (answers: Answers, of: Partial<typeof OF_WINDOWS> = {}) =>
  run(
    "send",
    GIVEN,
    {
      get_document: [{ Content: acquisitionContent(WITH_WINPMEM), DocumentVersion: "3" }],
      ...answers,
    },
    acquisitionRunbook({ ...OF_WINDOWS, ...of }),
  );
const askedOf = ({ asked }: Ran, name: string) => asked.filter((each) => each.name === name);
const SENT = {
  "send.command": "c-1",
  "send.prefix": `intake/${MEMBER}/${TICKET}/live/${INSTANCE}/20261130T091500Z/`,
  "send.documentVersion": "3",
  "send.memoryMiB": "8192",
  "send.partMiB": "34",
  "send.parts": "248",
  "send.askedAt": "2026-11-30T09:15:00+00:00",
};
const keep = (answers: Answers) => run("keep", { ...GIVEN, ...SENT }, answers);

describe("The runbook that acquires one of many", () => {
  it("is an Automation runbook of a size that Systems Manager takes, told the same as the Audit account's, and names no secret", () => {
    assert.ok(JSON.stringify(RUNBOOK).length < 64 * 1024);
    const { AutomationAssumeRole: _, ...central } = centralAcquisitionRunbook().parameters;
    assert.deepEqual(central, RUNBOOK.parameters);
    for (const [name, form] of Object.entries(RUNBOOK.parameters)) {
      for (const wrong of ["x; reboot", "$(id)", "{{ Ticket }}", "../x", "i-1\n", "'"]) {
        assert.ok(
          "allowedPattern" in form
            ? !new RegExp(form.allowedPattern).test(wrong)
            : !form.allowedValues.includes(wrong as never),
          `${name} ${wrong}`,
        );
      }
    }
    // What a step puts out is told to whoever may look at executions: nothing that opens anything.
    const told = RUNBOOK.mainSteps.flatMap((step) =>
      "outputs" in step ? step.outputs.map(({ Name }) => Name) : [],
    );
    assert.deepEqual(
      told.filter((name) => /sign|access|url|token|key/i.test(name)),
      [],
    );
  });

  it("signs in AWS what the command would sign, in forms that the document takes, for the one machine and by the role that uploads, narrowed", () => {
    const ran = send();
    assert.equal(ran.failed, undefined);
    const [{ given } = assert.fail()] = askedOf(ran, "send_command");
    assert.deepEqual(
      [given["DocumentName"], given["DocumentVersion"], given["InstanceIds"], given["Comment"]],
      ["clean-room-acquire", "3", [INSTANCE], `Clean room ${TICKET}`],
    );
    const parameters = given["Parameters"] as Record<string, [string]>;
    for (const [name, form] of Object.entries(acquisitionParameters(ACQUISITION))) {
      const [value] = parameters[name] ?? ["default" in form ? form.default : assert.fail(name)];
      assert.ok(
        "allowedPattern" in form
          ? new RegExp(form.allowedPattern).test(value)
          : (form.allowedValues as readonly string[]).includes(value),
        name,
      );
    }
    const { partMiB, parts } = partsOf(8192) ?? assert.fail();
    assert.deepEqual(parameters["PartMiB"], [`${partMiB}`]);
    const [prefix] = parameters["Prefix"] ?? assert.fail();
    const moment = /X-Amz-Date=(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)/.exec(
      parameters["Access"]?.[0] ?? "",
    );
    const at = new Date(
      (moment ?? assert.fail())
        .slice(1)
        .join("-")
        .replace(/-(\d\d)-(\d\dZ)$/, ":$1:$2"),
    );
    const signed = (secret: string, accessKeyId: string, sessionToken: string) => ({
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey: secret, sessionToken },
      at,
      seconds: 3600,
    });
    const queries = [
      ...["begun.txt", "state.tar.gz", "transcript.txt", "manifest.json"],
      ...Array.from({ length: parts }, (_, index) => `memory/${`${index + 1}`.padStart(5, "0")}`),
    ].map((name) =>
      presign({
        ...signed("secret", "ASIAINTAKE", "t+/="),
        method: "PUT",
        host: ACQUISITION.vault,
        key: `${prefix}${name}`,
        headers: { "if-none-match": "*" },
      }),
    );
    assert.deepEqual(parameters["Access"], [queries[0]?.access]);
    assert.deepEqual(parameters["Signatures"], [
      queries.map(({ signature }) => signature).join(" "),
    ]);
    const host = "tools-bucket.s3.us-east-1.amazonaws.com";
    const { access, signature } = presign({
      ...signed("own", "ASIAOWN", "to/ken="),
      method: "GET",
      host,
      key: TOOLS.busybox,
    });
    assert.deepEqual(parameters["BusyboxUrl"], [
      `https://${host}/${pathOf(TOOLS.busybox)}?${access}&X-Amz-Signature=${signature}`,
    ]);
    const [{ given: role, client } = assert.fail()] = askedOf(ran, "assume_role");
    assert.deepEqual(client, ["sts", "us-east-1", "https://sts.us-east-1.amazonaws.com"]);
    assert.equal(
      role["RoleArn"],
      `arn:aws:iam::111122223333:role/clean-room/case/intake-${TICKET}-${MEMBER}`,
    );
    assert.match(
      String(role["Policy"]),
      new RegExp(`"s3:PutObject", "Resource": "arn:aws:s3:::vault-bucket-0a1b2c3/${prefix}\\*"`),
    );
    const { told } = ran;
    assert.deepEqual(
      [told?.["command"], told?.["prefix"], told?.["parts"]],
      ["c-1", prefix, `${parts}`],
    );
    assert.doesNotMatch(JSON.stringify(told), /X-Amz|secret|ASIA/);
  });

  for (const [what, answers] of [
    ["as its image says", { describe_instances: described({ ...MACHINE, Platform: "windows" }) }],
    [
      "as its agent says",
      {
        describe_instance_information: [
          { InstanceInformationList: [{ PingStatus: "Online", PlatformType: "Windows" }] },
        ],
      },
    ],
  ] as const) {
    it(`brings a Windows WinPmem alone, ${what}, and signs for its objects and for parts of its size`, () => {
      const ran = sendThere(answers);
      assert.equal(ran.failed, undefined);
      const [{ given } = assert.fail()] = askedOf(ran, "send_command");
      const parameters = given["Parameters"] as Record<string, [string]>;
      assert.deepEqual(Object.keys(parameters).sort(), [
        ...["Access", "Acquire", "PartMiB", "Prefix", "Signatures", "WinpmemUrl"],
      ]);
      for (const [name, [value]] of Object.entries(parameters)) {
        const form = Object.entries(acquisitionParameters(WITH_WINPMEM)).find(
          ([each]) => each === name,
        )?.[1];
        assert.ok(
          form !== undefined && "allowedPattern" in form
            ? new RegExp(form.allowedPattern).test(value)
            : form?.allowedValues.includes(value as never),
          name,
        );
      }
      const { partMiB, parts } = partsOfWindows(8192) ?? assert.fail();
      const signatures = parameters["Signatures"]?.[0].split(" ") ?? [];
      assert.deepEqual(
        [parameters["PartMiB"], signatures.length, ran.told?.["parts"]],
        [[`${partMiB}`], parts + 4, `${parts}`],
      );
      assert.match(
        parameters["WinpmemUrl"]?.[0] ?? "",
        /^https:\/\/tools-bucket\.s3\.us-east-1\.amazonaws\.com\/carry\/winpmem\.exe\?X-Amz/,
      );
      const access = parameters["Access"]?.[0] ?? "";
      const [, date = ""] = /X-Amz-Date=(\w+)/.exec(access) ?? [];
      const { signature } = presign({
        region: "us-east-1",
        credentials: {
          ...{ accessKeyId: "ASIAINTAKE", secretAccessKey: "secret", sessionToken: "t+/=" },
        },
        at: new Date(date.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:")),
        seconds: 3600,
        method: "PUT",
        host: ACQUISITION.vault,
        key: `${parameters["Prefix"]?.[0]}state.zip`,
        headers: { "if-none-match": "*" },
      });
      assert.equal(signatures[1], signature);
    });
  }

  it("brings a Linux of such an account no WinPmem", () => {
    const [{ given } = assert.fail()] = askedOf(sendThere({}), "send_command");
    const names = Object.keys(given["Parameters"] as object).filter((name) => /Url$/.test(name));
    assert.deepEqual(names, ["AvmlUrl", "BusyboxUrl"]);
  });

  it("says why where a Windows has more memory than .NET takes, or its account's tools have no WinPmem, and sends nothing", () => {
    const windows = { describe_instances: described({ ...MACHINE, Platform: "windows" }) };
    const large = sendThere({
      ...windows,
      describe_instance_types: [{ InstanceTypes: [{ MemoryInfo: { SizeInMiB: 300 << 10 } }] }],
    });
    assert.match(large.failed ?? "", /more than goes into the vault within the hour/);
    const without = sendThere(windows, {
      tools: { ...OF_WINDOWS.tools, winpmem: undefined } as never,
    });
    assert.match(without.failed ?? "", /is a Windows, .* no winpmem, or none in tools/);
    const mac = sendThere({
      describe_instance_information: [
        { InstanceInformationList: [{ PingStatus: "Online", PlatformType: "MacOS" }] },
      ],
    });
    assert.match(mac.failed ?? "", /is a MacOS, of which nothing is acquired live/);
    for (const each of [large, without, mac]) {
      assert.deepEqual([askedOf(each, "create_tags"), askedOf(each, "send_command")], [[], []]);
    }
  });

  it("gives a machine without a ticket one, waits for IAM to know, and no other machine", () => {
    const denied = { error: "AccessDeniedException" };
    const ran = send({ send_command: [denied, denied, { Command: { CommandId: "c-1" } }] });
    assert.deepEqual(
      [askedOf(ran, "create_tags").length, askedOf(ran, "send_command").length],
      [1, 3],
    );
    const Tags = [{ Key: "incident-response", Value: `quarantine:${TICKET}` }];
    const tagged = send({
      describe_instances: described({ ...MACHINE, Tags }),
      send_command: [denied, { Command: { CommandId: "c-1" } }],
    });
    assert.match(tagged.failed ?? "", /AccessDeniedException/);
    assert.deepEqual(
      [askedOf(tagged, "create_tags").length, askedOf(tagged, "send_command").length],
      [0, 1],
    );
  });

  const held = [{ Key: "incident-response", Value: "quarantine:INC-1" }];
  for (const [what, answers, why] of [
    [
      "is held for another ticket",
      { describe_instances: described({ ...MACHINE, Tags: held }) },
      /is held for quarantine:INC-1/,
    ],
    [
      "does not run",
      { describe_instances: described({ ...MACHINE, State: { Name: "stopped" } }) },
      /is stopped: memory ends with that/,
    ],
    [
      "is a Windows",
      { describe_instances: described({ ...MACHINE, Platform: "windows" }) },
      /is a Windows.*room's link/,
    ],
    [
      "has another architecture",
      { describe_instances: described({ ...MACHINE, Architecture: "arm64" }) },
      /is arm64/,
    ],
    [
      "is not managed",
      { describe_instance_information: [{ InstanceInformationList: [] }] },
      /is not managed by Systems Manager: snapshot its disks/,
    ],
    [
      "is offline",
      {
        describe_instance_information: [
          { InstanceInformationList: [{ PingStatus: "ConnectionLost" }] },
        ],
      },
      /does not report \(ConnectionLost\)/,
    ],
    [
      "has too much memory",
      { describe_instance_types: [{ InstanceTypes: [{ MemoryInfo: { SizeInMiB: 24 << 20 } }] }] },
      /more than goes into the vault within the hour/,
    ],
    [
      "has no open room",
      { assume_role: [{ error: "AccessDenied" }] },
      /no open room of INC-2026-0042/,
    ],
    [
      "is of an account whose document is another",
      { get_document: [{ Content: "{}", DocumentVersion: "4" }] },
      /is not its stack's/,
    ],
  ] as const) {
    it(`says why where a machine ${what}, and neither tags nor sends`, () => {
      const ran = send(answers);
      assert.match(ran.failed ?? "", why);
      assert.deepEqual([askedOf(ran, "create_tags"), askedOf(ran, "send_command")], [[], []]);
    });
  }

  const said = [
    `2026-11-30T09:30:00Z Memory: 248 parts, 8589934592 bytes, SHA-256 ${"c".repeat(64)}.`,
    `2026-11-30T09:30:59Z State: SHA-256 ${"d".repeat(64)}.`,
    `2026-11-30T09:31:00Z Manifest: SHA-256 ${"e".repeat(64)}.`,
  ].join("\n");

  it("puts command.json once, as the role that uploads, and tells what a record is made of", () => {
    const invocation = { Status: "Success", ResponseCode: 0, StandardOutputContent: said };
    const ran = keep({
      get_command_invocation: [{ ...invocation, ExecutionStartDateTime: "2026-11-30T09:15:05Z" }],
    });
    const [{ given, headers, by } = assert.fail()] = askedOf(ran, "put_object");
    assert.deepEqual(
      [given["Bucket"], given["Key"], headers, by],
      [
        "vault-bucket-0a1b2c3",
        `${SENT["send.prefix"]}command.json`,
        { "If-None-Match": "*" },
        "ASIAINTAKE",
      ],
    );
    const body = String(given["Body"]);
    const record = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(
      [record["form"], record["command"], record["said"], record["avml"]],
      ["clean-room/acquisition-command/1", "c-1", said, ACQUISITION.avml],
    );
    const { told } = ran;
    assert.deepEqual(
      [told?.["complete"], told?.["memory"], told?.["memoryParts"], told?.["manifest"]],
      ["yes", "c".repeat(64), "248", "e".repeat(64)],
    );
    assert.equal(told?.["commandFile"], sha256(body));
    assert.equal(told["documentSha256"], sha256(acquisitionContent(ACQUISITION)));
    const again = keep({
      get_command_invocation: [invocation],
      put_object: [{ error: "PreconditionFailed" }],
    });
    assert.equal(again.told?.["commandFile"], "");
    assert.match(
      keep({ get_command_invocation: [invocation], put_object: [{ error: "AccessDenied" }] })
        .failed ?? "",
      /AccessDenied/,
    );
  });

  it("keeps no signature with the execution where what was sent is refused", () => {
    const signature = "c".repeat(64);
    const url = `https://tools/carry/avml?X-Amz-Security-Token=t0k3n&X-Amz-Signature=${signature}`;
    const error = `ValidationException) Value '{Signatures=[${signature} ${signature}], AvmlUrl=[${url}]}'`;
    const { failed = "" } = send({ send_command: [{ error }] });
    assert.match(
      failed,
      /^The document was not sent: .*ValidationException\) Value '\{Signatures=/,
    );
    assert.doesNotMatch(failed, /X-Amz|t0k3n|c{64}/);
  });

  it("is complete where the machine has named all that was asked for, and tells all that the document lets", () => {
    const withoutMemory = said.slice(said.indexOf("\n"));
    const zero = `Memory: 0 parts, 0 bytes, SHA-256 ${"c".repeat(64)}.${withoutMemory}`;
    for (const [Acquire, output, complete] of [
      ["all", withoutMemory, "no"],
      ["all", zero, "no"],
      ["state", withoutMemory, "yes"],
      ["memory", withoutMemory, "no"],
    ] as const) {
      const { told } = run(
        "keep",
        { ...GIVEN, ...SENT, Acquire },
        { get_command_invocation: [{ Status: "Success", StandardOutputContent: output }] },
      );
      assert.deepEqual([told?.["complete"], told?.["memory"]], [complete, ""], Acquire);
    }
    const { mainSteps } = acquisitionRunbook({
      ...{ roleArn: "", accountId: MEMBER, auditAccountId: "111122223333", tools: TOOLS },
      pins: { ...ACQUISITION, winpmem: "4".repeat(64) },
    });
    const kept = mainSteps.find(({ name }) => name === "keep")?.inputs as {
      readonly InputPayload: Readonly<Record<string, unknown>>;
    };
    assert.equal(kept.InputPayload["winpmem"], "4".repeat(64));
    const { told } = keep({ get_command_invocation: [{ Status: "Success" }] });
    assert.equal(told?.["winpmem"], "");
  });

  it("fails with the machine's last words, spelled out, where something is missing, and after it was kept", () => {
    const ran = keep({
      get_command_invocation: [
        {
          Status: "Failed",
          StandardOutputContent: said,
          StandardErrorContent: "the vault\u001b[2J did not {{ answer }}\n\n",
        },
      ],
    });
    assert.deepEqual(
      [ran.told?.["complete"], ran.told?.["lastSaid"]],
      ["no", "the vault?[2J did not ?? answer ??"],
    );
    assert.equal(askedOf(ran, "put_object").length, 1);
    const { failed } = run(
      "judge",
      { "keep.status": "Failed", "keep.lastSaid": ran.told?.["lastSaid"] ?? "" },
      {},
    );
    assert.match(failed ?? "", /^Not everything was acquired \(Failed\): the vault/);
    const hanging = keep({ get_command_invocation: [{ Status: "InProgress" }] });
    assert.deepEqual([hanging.told?.["status"], hanging.told?.["complete"]], ["NotEnded", "no"]);
  });
});
