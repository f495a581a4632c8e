import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { stringify } from "yaml";

import { recordFile } from "../../components/evidence/records/custodyRecord";
import { asText } from "../../settings/parseSettings";
import { auditConfig, incidentConfig, memberSettings, STACK, TICKET } from "../support/examples";
import { OPENED } from "./report/reportedCase";

const REPOSITORY = join(__dirname, "../..");
const ACCOUNT = "111122223333";

/** Each command with arguments that have it ask AWS. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  close: [TICKET],
  acquire: [TICKET, "222233334444/i-0123456789abcdef0"],
  contain: [TICKET, "222233334444/i-0123456789abcdef0", "--observe"],
  destruction: ["--stack", STACK],
  doctor: [],
  drill: [
    "DRILL-2026-11",
    ...["--instance", "222233334444/i-0123456789abcdef0", "--responder-profile", "responder"],
  ],
  evidence: [TICKET, "list"],
  grants: ["list", "--stack", STACK],
  image: ["status"],
  init: ["--account", ACCOUNT, "--region", "us-east-1"],
  members: ["preview", "--no-policy-pack"],
  list: [],
  logs: [TICKET],
  mend: ["--stack", STACK],
  report: [TICKET, "--region", "us-east-1"],
  open: ["INC-2026-0047", "--suspect", "10.20.30.40/32"],
  status: [TICKET],
  "take-over": [TICKET],
  uninstall: [],
};

describe("A command as a process", function () {
  // Each loads the program's settings and a client or two.
  this.timeout(240_000);

  let folder: string;
  let aws: Server;
  let expired: boolean;
  let asked: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "commands-"));
    copyFileSync(join(REPOSITORY, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(
      join(folder, "accounts.yaml"),
      JSON.stringify({
        accounts: [{ accountId: "222233334444", region: "us-east-1", settings: memberSettings() }],
      }),
    );
    const values = (config: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(asText(config)).map(([key, value]) => [key, { value }]));
    const files = {
      incident: values(incidentConfig()),
      audit: values(auditConfig()),
      outputs: {
        region: "us-east-1",
        instanceId: "i-0123456789abcdef0",
        investigatorRole: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/investigator-${TICKET}`,
        accountId: ACCOUNT,
        slots: [],
        evidenceKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/evidence`,
        sessionDocument: "clean-room-session",
        vaultBucket: "vault-1",
        transferKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/transfer`,
        imagePipelineArn: `arn:aws:imagebuilder:us-east-1:${ACCOUNT}:image-pipeline/clean-room`,
      },
    };
    writeFileSync(join(folder, `Pulumi.${STACK}.yaml`), stringify({ config: incidentConfig() }));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
    }
    // A shell script plays the CLI; the rehearsal shows that the real one takes these calls.
    const cli = `#!/bin/sh
case "$*" in
  version*) echo v3.259.0 ;;
  config*${STACK}*) cat "${folder}/incident.json" ;;
  config*) cat "${folder}/audit.json" ;;
  "stack output"*) cat "${folder}/outputs.json" ;;
  "stack export"*) echo '{ "version": 3, "deployment": {} }' ;;
  "stack ls"*) echo '[{ "name": "${STACK}" }]' ;;
  preview*) . "${folder}/preview.sh" ;;
esac
`;
    writeFileSync(join(folder, "pulumi"), cli, { mode: 0o755 });
    aws = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      request.on("end", () => {
        const [, action = ""] = /Action=(\w+)/.exec(body) ?? [];
        asked.push(request.method === "GET" ? "the vault" : action);
        if (request.method === "GET") {
          // The vault, which is empty.
          response.writeHead(200, { "content-type": "application/xml" });
          response.end("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
        } else if (action === "") {
          const account = (id: string) => `arn:aws:iam::${id}:root`;
          response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
          response.end(
            JSON.stringify({
              Grants: [
                { GrantId: "one", IssuingAccount: account("222233334444") },
                { GrantId: "two", IssuingAccount: account(ACCOUNT) },
              ],
            }),
          );
        } else if (expired) {
          response.writeHead(403, { "content-type": "text/xml" });
          response.end(
            "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>",
          );
        } else {
          response.writeHead(200, { "content-type": "text/xml" });
          response.end(
            `<${action}Response><${action}Result><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/incident-deployer/ir</Arn><Credentials><AccessKeyId>ASIAINVESTIGATOR0000</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2036-11-21T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`,
          );
        }
      });
    });
    await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
  });

  after(() => {
    aws.close();
    aws.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    expired = false;
    asked = [];
  });

  /** Runs a subcommand as `npx` does. @param path Where the CLI is looked for. */
  function run(
    name: string,
    path: string,
    given: readonly string[] = COMMANDS[name] ?? ["--list"],
    whenStarted: (child: ChildProcess) => void = () => undefined,
    ...more: string[]
  ) {
    const { port } = aws.address() as AddressInfo;
    const env = {
      HOME: folder,
      PATH: path,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLEEXAMPLE00",
      AWS_SECRET_ACCESS_KEY: "example",
    };
    const program = join(REPOSITORY, "cli/clean-room.js");
    return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [program, ...more, name, ...given],
        { cwd: folder, env },
        (error, out, err) => resolve({ code: error?.code ?? 0, out, err }),
      );
      whenStarted(child);
    });
  }

  const withCli = () => [folder, process.env["PATH"] ?? ""].join(delimiter);

  it("grants prints a line per grant", async () => {
    const { code, out, err } = await run("grants", withCli());
    assert.equal(out, "");
    assert.equal(code, 0);
    assert.deepEqual(
      err.split("\n").map((line) => line.trim().split(/ {2,}/)[0]),
      ["issued by", "keep", "keep", ""],
    );
    assert.doesNotMatch(err, /[[\]]/);
    assert.deepEqual(asked.sort(), ["", "GetCallerIdentity", "the vault"]);
  });

  it("grants tells programs as well, where they ask for it: a line of JSON per grant", async () => {
    const { code, out } = await run("grants", withCli(), undefined, undefined, "--json");
    const facts = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    assert.equal(code, 0);
    assert.deepEqual(facts, [
      {
        grant: "one",
        issuedBy: "222233334444",
        revoke: false,
        unrecorded: false,
        reason: "222233334444 is no member account of INC-2026-0042",
      },
      {
        grant: "two",
        issuedBy: ACCOUNT,
        revoke: false,
        unrecorded: false,
        reason: "issued by the Audit account, whatever room it is for",
      },
    ]);
  });

  it("says in one sentence that the credentials have expired, whichever it is", async () => {
    expired = true;
    await Promise.all(
      Object.keys(COMMANDS).map(async (name) => {
        const { code, out, err } = await run(name, withCli());
        assert.match(
          err,
          new RegExp(
            `^clean-room ${name}: AWS does not tell who you are; nothing was changed:\n  - Log in first .*AWS answered: The security token included in the request is expired\n$`,
          ),
        );
        assert.deepEqual([code, out], [1, ""]);
      }),
    );
    assert.deepEqual(new Set(asked), new Set(["GetCallerIdentity"]));
  });

  it("says in one sentence that there is no CLI, whichever it is", async () => {
    await Promise.all(
      [
        "acquire",
        "contain",
        "destruction",
        "grants",
        "image",
        "init",
        "members",
        "mend",
        "open",
        "status",
      ].map(async (name) => {
        const { code, err } = await run(name, "/nonexistent");
        assert.match(
          err,
          new RegExp(`^clean-room ${name}: The Pulumi CLI is not on the PATH: [^\n]*\n$`),
        );
        assert.equal(code, 1);
      }),
    );
  });

  describe("where what it runs on is none that it can", () => {
    const other = (script: string) => {
      const bin = join(folder, "bin");
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return [bin, process.env["PATH"] ?? ""].join(delimiter);
    };
    const ASKING_THE_CLI = [
      ...["destruction", "grants", "image", "init", "members", "mend", "open", "status"],
    ];

    it("says of an old CLI, and of one that does not run, what it is and what to do", async () => {
      for (const [names, script, said] of [
        [
          ASKING_THE_CLI,
          "echo v3.100.0",
          "3\\.221\\.0 or newer is needed, and it says 3\\.100\\.0\\. ",
        ],
        [
          ["open"],
          "echo libz.so.1: not found >&2; exit 127",
          ".*It said: libz\\.so\\.1: not found",
        ],
        [["grants"], "echo hello", "3\\.221\\.0 or newer is needed, and it says no version\\. "],
      ] as const) {
        const path = other(script);
        await Promise.all(
          names.map(async (name) => {
            const { code, err } = await run(name, path);
            assert.match(
              err,
              new RegExp(
                `^clean-room ${name}: The Pulumi CLI on the PATH [^\n]*:\n  - ${said}[^\n]*\n$`,
              ),
            );
            assert.match(err, /then this again|then run this again/);
            assert.equal(code, 1);
          }),
        );
      }
      assert.deepEqual(asked, []);
    });

    /** Runs a script of this repository under a Node.js that says it is another one. */
    const under = (version: string, script: string, env: Record<string, string> = {}) => {
      const preload = join(folder, "version.js");
      writeFileSync(
        preload,
        `Object.defineProperty(process.versions, "node", { value: "${version}" });\n`,
      );
      return new Promise<{ code: unknown; err: string }>((resolve) =>
        execFile(
          process.execPath,
          ["--require", preload, script],
          { cwd: folder, env: { PATH: process.env["PATH"], ...env } },
          (error, _, err) => resolve({ code: error?.code ?? 0, err }),
        ),
      );
    };

    it("says of an old Node.js which one is needed, before anything is loaded", async () => {
      for (const script of ["cli/clean-room.js", "cli/prepared.js"]) {
        for (const version of ["18.20.4", "20.19.5"]) {
          const { code, err } = await under(version, join(REPOSITORY, script));
          assert.match(err, new RegExp(`Node\\.js ${version} runs this, and 20\\.20\\.0 or newer`));
          assert.equal(err.trim().split("\n").length, 1, err);
          assert.equal(code, 1);
        }
      }
      const newer = await under("24.0.0", join(REPOSITORY, "cli/prepared.js"));
      assert.deepEqual(newer, { code: 0, err: "" });
    });

    it("says after npm's own words what to do where packages cannot be fetched", async () => {
      const clone = join(folder, "clone");
      mkdirSync(join(clone, "cli"), { recursive: true });
      for (const file of [
        ...["cli/prepared.js", "cli/nodeVersion.js", "cli/clean-room.js"],
        ...["package.json", "package-lock.json", "register.js"],
      ]) {
        copyFileSync(join(REPOSITORY, file), join(clone, file));
      }
      const npm = "#!/bin/sh\necho npm error code ECONNREFUSED >&2; exit 1\n";
      writeFileSync(join(folder, "npm"), npm, { mode: 0o755 });
      try {
        const path = { PATH: [folder, process.env["PATH"]].join(delimiter) };
        const { code, err } = await under("24.0.0", join(clone, "cli/prepared.js"), path);
        assert.match(err, /npm error code ECONNREFUSED\nThe packages could not be installed; npm/);
        assert.equal(code, 1);
        const command = await under("24.0.0", join(clone, "cli/clean-room.js"), path);
        assert.match(command.err, /^clean-room: its packages are not installed: npm ci[^\n]*\n$/);
      } finally {
        rmSync(join(folder, "npm"));
      }
    });
  });

  describe("connect", () => {
    const programs = ["aws", "session-manager-plugin"];

    afterEach(() => programs.forEach((name) => rmSync(join(folder, name), { force: true })));

    it("takes the investigator's role and starts the recorded session with it", async () => {
      const script = '#!/bin/sh\necho "$AWS_ACCESS_KEY_ID $*"\n';
      programs.forEach((name) => writeFileSync(join(folder, name), script, { mode: 0o755 }));
      const { code, out, err } = await run("connect", withCli(), [TICKET]);
      assert.equal(code, 0, err);
      assert.equal(
        out,
        "ASIAINVESTIGATOR0000 ssm start-session --target i-0123456789abcdef0 --region us-east-1 --document-name clean-room-session\n",
      );
      assert.deepEqual(asked, ["GetCallerIdentity", "AssumeRole"]);
    });

    it("says what is not installed, before it asks anybody", async () => {
      const { code, err } = await run("connect", "/nonexistent", [TICKET]);
      assert.equal(code, 1);
      assert.match(err, /aws is not on the PATH: install/);
      assert.match(err, /session-manager-plugin is not on the PATH: install/);
      assert.deepEqual(asked, []);
    });

    it("ends with what the session ends with, and says what TargetNotConnected means", async () => {
      const script = "#!/bin/sh\necho TargetNotConnected >&2; exit 254\n";
      programs.forEach((name) => writeFileSync(join(folder, name), script, { mode: 0o755 }));
      const { code, err } = await run("connect", withCli(), [TICKET]);
      assert.equal(code, 254);
      assert.match(
        err,
        /wait five minutes.*start-instances --region us-east-1 --instance-ids i-0123456789abcdef0$/m,
      );
    });
  });

  describe("evidence add, which previews", () => {
    const LINES =
      '- snapshot: snap-0123456789abcdef0\n  account: "222233334444"\n  device: /dev/sdf\n';
    const stackFile = () => join(folder, `Pulumi.${STACK}.yaml`);
    let before: string;

    beforeEach(() => {
      before = readFileSync(stackFile(), "utf8");
      writeFileSync(join(folder, "lines.yaml"), LINES);
    });

    const add = (whenStarted?: (child: ChildProcess) => void) =>
      run("evidence", withCli(), [TICKET, "add", "lines.yaml"], whenStarted);

    it("says who is at work on the stack already, what to do, and leaves its file as it was", async () => {
      const locked = `the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with pulumi cancel.
  file:///state/locks/1.json: created by jo@laptop (pid 4711) at 2026-11-29T03:00:00Z`;
      writeFileSync(join(folder, "preview.sh"), `echo "error: ${locked}" >&2; exit 255\n`);
      const { code, err } = await add();
      assert.equal(code, 1);
      assert.match(err, /Another run is at work on inc-2026-0042; nothing was changed:/);
      assert.match(err, /begun by jo@laptop, process 4711.*ps -p 4711/);
      assert.equal(readFileSync(stackFile(), "utf8"), before);
    });

    it("asked to end, waits for the engine, ends with 130, and leaves the file as it was", async () => {
      const started = join(folder, "started");
      writeFileSync(
        join(folder, "preview.sh"),
        `trap 'echo "error: preview canceled" >&2; exit 1' INT; touch "${started}"; while true; do sleep 0.1; done\n`,
      );
      const { code, err } = await add((child) => {
        const timer = setInterval(() => {
          if (existsSync(started)) {
            clearInterval(timer);
            child.kill("SIGTERM");
          }
        }, 50);
      });
      assert.match(
        err,
        /The engine ends what it has begun and starts nothing new; this waits for it\./,
      );
      assert.match(err, /Interrupted; nothing was changed\./);
      assert.equal(code, 130);
      assert.equal(readFileSync(stackFile(), "utf8"), before);
    });
  });

  it("says of a ticket that has no room where to look, whichever it is", async () => {
    for (const name of ["close", "evidence", "logs", "status", "take-over"]) {
      const { code, err } = await run(
        name,
        withCli(),
        ["INC-2026-0099", "list"].slice(0, name === "evidence" ? 2 : 1),
      );
      assert.match(
        err,
        new RegExp(`^clean-room ${name}: There is no room of INC-2026-0099[^\n]*:\n[^\n]*\n$`),
      );
      assert.equal(code, 1);
    }
    assert.deepEqual(asked, []);
  });

  it("open says at once everything that speaks against a room, and makes nothing", async () => {
    const { code, err } = await run("open", withCli(), undefined, undefined, "--json");
    assert.equal(code, 1);
    assert.match(
      err,
      /^clean-room open: The room of INC-2026-0047 is not opened; nothing was changed:\n/,
    );
    for (const reason of [
      /No slot is free/,
      /Isolation security group .*say it with --isolation-group/,
      /Role of the member account .*say it with --responder/,
    ]) {
      assert.match(err, reason);
    }
    assert.doesNotMatch(err, /\n +at /);
    assert.ok(!existsSync(join(folder, "Pulumi.inc-2026-0047.yaml")));
  });

  it("verify tells of records alone what could not be verified, asks nobody, and ends with 3", async () => {
    const record = recordFile("opening", TICKET, OPENED);
    const records = join(folder, "records");
    mkdirSync(records);
    writeFileSync(join(records, record.key.slice(record.key.lastIndexOf("/") + 1)), record.content);
    const { code, out, err } = await run("verify", "/nonexistent", [records], undefined, "--json");
    assert.equal(code, 3, err);
    assert.match(err, /^ok +No byte of a record was changed$/m);
    assert.match(err, /It is unsigned\.$/m);
    assert.equal((JSON.parse(out) as { verdict: string }).verdict, "unverified");
    assert.deepEqual(asked, []);
  });

  it("policy names the policies, to people and to programs, and asks nobody", async () => {
    const { code, out, err } = await run("policy", "/nonexistent", undefined, undefined, "--json");
    assert.equal(code, 0, err);
    assert.match(err, /^listed-types: Checks that /m);
    assert.equal(out.trim().split("\n").length, err.trim().split("\n").length);
    assert.deepEqual(asked, []);
  });
});
