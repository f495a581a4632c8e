import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { parse } from "yaml";

import { MemberStacks } from "../../../cli/members/memberStacks";
import { callerAnswers } from "../../../rehearsal/account/callerIdentity";
import { answerThisProcess, AwsEndpoint } from "../../../rehearsal/account/awsEndpoint";
import { memberSettings } from "../../support/examples";

const REPOSITORY = join(__dirname, "../../..");
const NEW = { accountId: "012345678901", region: "us-east-1", settings: {} };
const OLD = {
  accountId: "222233334444",
  region: "eu-central-1",
  assumeRole: "arn:aws:iam::222233334444:role/deployer",
  settings: { notification: "a@example.edu", vpcs: [{ vpcId: "vpc-1" }] },
};

// A shell script plays the CLI: it notes how it was called. That the real one takes these calls is
// shown by the rehearsal.
const PULUMI = `#!/bin/sh
here=$(dirname "$0")/..
echo "$PWD: $*" >> "$here/calls"
case "$1 $2" in
  version*) echo v3.259.0 ;;
  "stack ls") echo '[{"name":"member-222233334444","current":false,"resourceCount":3},{"name":"audit","current":true}]' ;;
  "stack output") echo '{"responderRoleArn":"arn:r"}' ;;
  up*)
    ps -o pgid= -p $$ | tr -d ' ' > "$here/group"
    touch "$here/running"
    echo "Updating"
    sleep "$(cat "$here/seconds" 2>/dev/null || echo 0)"
    echo ended >> "$here/ended"
    if [ -e "$here/fails" ]; then echo "error: no passphrase" >&2; echo "see above"; exit 255; fi ;;
esac
`;

describe("the stacks of member accounts", () => {
  let root: string;
  let project: string;
  let stacks: MemberStacks;
  const never = new AbortController().signal;
  const calls = () =>
    readFileSync(join(root, "calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.replace(`${project}: `, ""));

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "member-stacks-"));
    project = join(root, "project");
    mkdirSync(join(root, "bin"));
    mkdirSync(project);
    writeFileSync(join(root, "bin", "pulumi"), PULUMI);
    chmodSync(join(root, "bin", "pulumi"), 0o755);
    writeFileSync(join(project, "Pulumi.yaml"), "name: clean-room\nruntime: nodejs\n");
    stacks = await MemberStacks.open({
      folder: project,
      policyPack: "policy-pack",
      logs: join(root, "logs"),
      pulumi: await PulumiCommand.get({ root }),
      sts: () => assert.fail("no command of the CLI asks STS"),
    });
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it("are configured by the account: Region, the account and no other, its role, its settings", async () => {
    const file = join(project, "Pulumi.member-222233334444.yaml");
    writeFileSync(file, "encryptionsalt: v1:salt\nconfig:\n  clean-room:dropped: true\n");
    await stacks.up(OLD, never);
    assert.deepEqual(parse(readFileSync(file, "utf8")), {
      encryptionsalt: "v1:salt",
      config: {
        "aws:region": "eu-central-1",
        "aws:allowedAccountIds": ["222233334444"],
        "aws:assumeRoles": [
          { roleArn: "arn:aws:iam::222233334444:role/deployer", sessionName: "clean-room" },
        ],
        "clean-room:kind": "member",
        "clean-room:accountId": "222233334444",
        "clean-room:notification": "a@example.edu",
        "clean-room:vpcs": [{ vpcId: "vpc-1" }],
      },
    });
  });

  it("keep what is the provider's, from the accounts file or from the stack's own", async () => {
    const file = join(project, "Pulumi.member-222233334444.yaml");
    const own = ["config:", "  aws:maxRetries: 30", "  aws:defaultTags: {tags: {a: b}}"];
    writeFileSync(file, [...own, "  aws:assumeRoles: [{roleArn: other}]", ""].join("\n"));
    const defaultTags = { tags: { "cost-centre": "4711" } };
    const settings = { ...OLD.settings, "aws:defaultTags": defaultTags, tags: { owner: "soc" } };
    await stacks.up({ ...OLD, settings }, never);
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    assert.deepEqual(
      [config["aws:maxRetries"], config["aws:defaultTags"], config["clean-room:tags"]],
      [30, defaultTags, { owner: "soc" }],
    );
    assert.deepEqual(config["aws:assumeRoles"], [
      { roleArn: "arn:aws:iam::222233334444:role/deployer", sessionName: "clean-room" },
    ]);
  });

  it("keep an account id that begins with 0 in quotes", async () => {
    await stacks.up(NEW, never);
    const written = readFileSync(join(project, "Pulumi.member-012345678901.yaml"), "utf8");
    assert.match(written, /clean-room:accountId: "012345678901"/);
    assert.match(written, /- "012345678901"/);
    assert.doesNotMatch(written, /assumeRoles/);
  });

  it("are made where there are none, and never selected", async () => {
    await stacks.up(NEW, never);
    await stacks.up(OLD, never);
    const made = calls().filter((call) => call.startsWith("stack init"));
    assert.deepEqual(made, ["stack init member-012345678901 --no-select --non-interactive"]);
    assert.ok(calls().every((call) => !call.startsWith("stack select")));
  });

  it("are deployed by name, with the policy pack, and no command more", async () => {
    await stacks.up(OLD, never);
    await stacks.preview(OLD, never);
    const [up = "", preview = "", ...more] = calls().slice(2);
    assert.match(up, /^up --yes --skip-preview --policy-pack policy-pack .*--stack member-2222/);
    assert.match(preview, /^preview --policy-pack policy-pack .*--stack member-222233334444/);
    assert.deepEqual(more, []);
  });

  it("print into a log per account; of a failure the last error is the reason", async () => {
    writeFileSync(join(root, "fails"), "");
    const { reason } = await stacks.up(OLD, never);
    assert.equal(reason, "no passphrase");
    assert.match(readFileSync(stacks.log(OLD), "utf8"), /member-2222\d+\nUpdating\nerror: no pass/);
  });

  it("run apart from the terminal's process group, so that its Ctrl-C does not reach them", async () => {
    await stacks.up(OLD, never);
    const group = readFileSync(join(root, "group"), "utf8").trim();
    assert.match(group, /^\d+$/);
    const { stdout } = spawn("ps", ["-o", "pgid=", "-p", String(process.pid)]);
    const own = (await stdout.setEncoding("utf8").toArray()).join("").trim();
    assert.notEqual(group, own);
  });

  it("have outputs when they were deployed, and are listed without the other kinds", async () => {
    assert.deepEqual(await stacks.outputs(OLD), { responderRoleArn: "arn:r" });
    await assert.rejects(stacks.outputs(NEW), /never deployed/);
    assert.deepEqual(
      stacks.list().map(({ name }) => name),
      ["member-222233334444"],
    );
  });

  it("end in order when Ctrl-C is pressed: the running one ends, the next is not started", async () => {
    writeFileSync(join(root, "seconds"), "1");
    const role = "arn:aws:iam::{accountId}:role/r";
    writeFileSync(
      join(project, "accounts.yaml"),
      // JSON is YAML.
      JSON.stringify({
        defaults: { region: "us-east-1", assumeRole: role, settings: memberSettings() },
        accounts: [{ accountId: "222233334444" }, { accountId: "333344445555" }],
      }),
    );
    const query = callerAnswers("111122223333", "foundation-deployer");
    const endAnswers = await answerThisProcess(new AwsEndpoint(() => ({ query })).listen());
    const command = spawn(
      process.execPath,
      [join(REPOSITORY, "cli/clean-room.js"), "members", "up", "--parallel", "1"],
      {
        cwd: project,
        env: {
          ...process.env,
          PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter),
        },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const watch = setInterval(() => {
      if (existsSync(join(root, "running"))) {
        clearInterval(watch);
        // As the terminal does: to everything in the foreground.
        process.kill(-Number(command.pid), "SIGINT");
      }
    }, 20);
    const [complained, code] = await Promise.all([
      command.stderr.setEncoding("utf8").toArray(),
      new Promise((resolve) => command.on("close", resolve)),
    ]);
    clearInterval(watch);
    endAnswers();
    assert.match(complained.join(""), /no more accounts are started/);
    assert.match(
      complained.join(""),
      /\[1\/2\] 222233334444 up: unchanged\n0 changed, 1 unchanged, 0 failed, 1 not started/,
    );
    assert.equal(readFileSync(join(root, "ended"), "utf8"), "ended\n");
    assert.equal(code, 130);
  }).timeout(60_000);
});
