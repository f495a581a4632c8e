import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { initCommand } from "../../../cli/init/init";
import { Refusal } from "../../../components/refusal";
import { StateAccount } from "./stateAccount";

const ACCOUNT = "111122223333";
const BUCKET = `clean-room-state-${ACCOUNT}-us-east-1`;
const URL = `s3://${BUCKET}?region=us-east-1`;
const PROJECT = "# The project.\nname: clean-room\nruntime: nodejs # of the program\n";

/** By which the CLI finds its backend. */
const PULUMI_VARIABLES = ["PULUMI_CREDENTIALS_PATH", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"];

describe("clean-room init", () => {
  let folder: string;
  let aws: StateAccount;
  let said: string[];
  let stacks: { name: string }[];
  let backend: string;
  let failure: Error | undefined;
  let before: (readonly [name: string, value: string | undefined])[];
  let answer: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "init-"));
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
    aws = new StateAccount(ACCOUNT);
    said = [];
    stacks = [];
    backend = "file://~";
    failure = undefined;
    // Nobody is logged in here.
    before = PULUMI_VARIABLES.map((name) => [name, process.env[name]] as const);
    PULUMI_VARIABLES.forEach((name) => delete process.env[name]);
    process.env["PULUMI_CREDENTIALS_PATH"] = folder;
    answer = undefined;
  });

  afterEach(() => {
    for (const [name, value] of before) {
      delete process.env[name];
      Object.assign(process.env, value === undefined ? {} : { [name]: value });
    }
    rmSync(folder, { recursive: true });
  });

  const project = () => readFileSync(join(folder, "Pulumi.yaml"), "utf8");

  async function init(...args: string[]): Promise<void> {
    const sts = {
      send: () => Promise.resolve({ Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/x/me` }),
    };
    const workspace = {
      projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" }),
      whoAmI: () =>
        failure === undefined ? Promise.resolve({ url: backend }) : Promise.reject(failure),
    };
    const around = {
      stacks: () =>
        Promise.resolve({
          folder,
          file: (stack: string) => join(folder, `Pulumi.${stack}.yaml`),
          list: () => (failure === undefined ? Promise.resolve(stacks) : Promise.reject(failure)),
          workspace: () => Promise.resolve(workspace),
        }),
      aws: () => ({ kms: aws.client, s3: aws.client, sts }),
      person: () => (answer === undefined ? undefined : { ask: () => Promise.resolve(answer) }),
      output: { say: (line: string) => said.push(line), tell: () => undefined },
    };
    const place = ["--account", ACCOUNT, "--region", "us-east-1"];
    await initCommand(around as never).parseAsync([...place, ...args], { from: "user" });
  }

  const refused = (act: Promise<void>, ...reasons: RegExp[]) =>
    assert.rejects(act, (error: Refusal) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.equal(error.reasons.length, reasons.length, error.message);
      reasons.forEach((reason) => assert.match(error.message, reason));
      return true;
    });

  it("makes the bucket and its key, writes where they are, and says what comes next", async () => {
    await init("--yes");
    assert.equal(aws.bucket?.versions, "Enabled");
    assert.deepEqual(new Set(Object.values(aws.bucket.closed ?? {})), new Set([true]));
    assert.match(JSON.stringify(aws.bucket.encryption), new RegExp(`"aws:kms".*${aws.alias}`));
    assert.match(aws.bucket.policy ?? "", /"aws:SecureTransport":"false"/);
    assert.deepEqual(
      Object.values(aws.keys).map(({ rotates }) => rotates),
      [true],
    );
    // What else the file says, and its comments, stay.
    assert.equal(project(), `${PROJECT}backend:\n  url: ${URL}\n`);
    assert.match(
      said.join("\n"),
      /^ {2}pulumi stack init audit --secrets-provider 'awskms:\/\/00000000-0000-4000-8000-000000000000\?region=us-east-1'$/m,
    );
  });

  it("run again changes nothing", async () => {
    await init("--yes");
    const { length } = aws.changes;
    await init();
    assert.equal(aws.changes.length, length);
    assert.match(said.join("\n"), /All is there/);
  });

  it("goes on where it was ended, wherever that was, and makes nothing twice", async () => {
    for (let changes = 0; changes < 8; changes += 1) {
      aws = new StateAccount(ACCOUNT);
      writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
      aws.endsAfter = changes;
      await assert.rejects(
        init("--yes"),
        /The same again goes on there|the same again goes on there/,
      );
      assert.equal(project(), PROJECT);
      aws.endsAfter = Infinity;
      await init("--yes");
      assert.equal(Object.keys(aws.keys).length, 1);
      assert.equal(new Set(aws.changes).size, aws.changes.length);
      assert.equal(aws.changes.length, 8);
    }
  });

  it("looks and makes nothing, where it is asked to, or is told no, or can ask nobody", async () => {
    await init("--dry-run");
    assert.match(said.join("\n"), /make the bucket[^]*Nothing was changed/);
    answer = "no";
    await refused(init(), /You said no/);
    answer = undefined;
    await refused(init(), /say --yes/);
    assert.deepEqual(aws.changes, []);
    assert.equal(project(), PROJECT);
    answer = "yes";
    await init();
    assert.equal(aws.changes.length, 8);
  });

  it("says at once everything that speaks against it, and changes nothing of what is somebody's", async () => {
    await init("--yes");
    const [key = ""] = Object.keys(aws.keys);
    Object.assign(aws.keys[key] ?? {}, { state: "PendingDeletion" });
    Object.assign(aws.bucket ?? {}, { policy: '{"Statement":[]}', objects: ["photo.jpg"] });
    stacks = [{ name: "audit" }];
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
    const { length } = aws.changes;
    await refused(
      init("--yes"),
      /is PendingDeletion: aws kms cancel-key-deletion/,
      /holds what is no state \(photo\.jpg\)/,
      /has a policy of its own/,
      /file:\/\/~ has 1 stacks of this project \(audit\)/,
    );
    assert.equal(aws.changes.length, length);
    assert.equal(project(), PROJECT);
  });

  it("takes nothing for no stacks but that nobody ever logged in", async () => {
    // As CLI 3.259 says it, of no login and of one whose token has expired.
    failure = new Error(
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    );
    const noLogin = failure;
    const login = (current: object) =>
      writeFileSync(join(folder, "credentials.json"), JSON.stringify(current));
    const unknown = (where: string, why: string, giveUp: string) =>
      refused(
        init("--yes"),
        new RegExp(`${where} has stacks of this project is not known.*${why}.*: ${giveUp}`),
      );
    login({ current: "https://api.pulumi.com", accessTokens: { "https://api.pulumi.com": "x" } });
    await unknown("https://api.pulumi.com", "token has expired: pulumi login", "pulumi logout");
    failure = new Error("error: performing HTTP request: connection refused");
    await unknown("https://api.pulumi.com", "connection refused\\. If", "pulumi logout");
    failure = new Refusal("The stacks are of another organisation", ["pulumi org set-default x."]);
    await unknown("https://api.pulumi.com", "another organisation: pulumi org", "pulumi logout");
    failure = noLogin;
    login({});
    process.env["PULUMI_BACKEND_URL"] = "https://api.example.com";
    await unknown("https://api.example.com", "expired", "unset PULUMI_BACKEND_URL");
    delete process.env["PULUMI_BACKEND_URL"];
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      `${PROJECT}backend:\n  url: https://api.pulumi.com\n`,
    );
    await unknown("https://api.pulumi.com", "expired", "take backend out of Pulumi.yaml");
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
    failure = new Error("spawn pulumi ENOENT");
    await refused(init("--yes"), /is not known.*not on the PATH/);
    assert.deepEqual(aws.changes, []);
    assert.equal(project(), PROJECT);
    failure = noLogin;
    await init("--yes");
    assert.match(project(), /backend/);
  });

  it("takes a backend whose name only begins alike for another one, and the same with a slash for the same", async () => {
    stacks = [{ name: "audit" }];
    backend = `s3://${BUCKET}-old?region=us-east-1`;
    await refused(init("--yes"), /-old\?region=us-east-1 has 1 stacks/);
    backend = `s3://${BUCKET}/team?region=us-east-1`;
    await refused(init("--yes"), /team\?region=us-east-1 has 1 stacks/);
    backend = `s3://${BUCKET}/`;
    await init("--yes");
  });

  it("says how stacks are moved: every one of them, the new backend made between, no settings deleted", async () => {
    stacks = [{ name: "audit" }, { name: "member-222233334444" }];
    backend = "https://app.pulumi.com/me";
    writeFileSync(join(folder, "credentials.json"), '{"current":"https://api.pulumi.com"}');
    await init("--yes").catch((error: Refusal) => said.push(error.message));
    for (const { name } of stacks) {
      const order = [
        `pulumi stack export --show-secrets --stack ${name} --file ${name}.json`,
        "pulumi logout, and run this again",
        `pulumi stack import --stack ${name} --file ${name}.json`,
        `PULUMI_BACKEND_URL='https://api.pulumi.com' pulumi stack rm --force --preserve-config --yes --stack ${name}`,
      ].map((command) => said.join().indexOf(command));
      assert.ok(!order.includes(-1), said.join());
      assert.deepEqual(
        [...order].sort((one, other) => one - other),
        order,
      );
    }
  });

  it("says which backend a variable would ask in place of it", async () => {
    process.env["PULUMI_BACKEND_URL"] = "file:///old";
    await init("--yes");
    assert.match(said.join("\n"), /^In this shell file:\/\/\/old .*: unset PULUMI_BACKEND_URL/m);
  });

  it("killed after the key was made, run again at once makes no second one", async () => {
    aws.endsAfter = 1;
    await assert.rejects(init("--yes"), /the same again goes on there/);
    const [key = ""] = Object.keys(aws.keys);
    assert.match(said.join("\n"), new RegExp(`^done: make a KMS key.*: ${key}$`, "m"));
    aws.endsAfter = Infinity;
    aws.strangers = ["11111111-0000-4000-8000-000000000000"];
    await init("--yes");
    assert.deepEqual(Object.keys(aws.keys), [key]);
    assert.equal(aws.alias, key);
  });

  it("makes no key where AWS does not tell whose the others are", async () => {
    aws.strangers = ["11111111-0000-4000-8000-000000000000"];
    await refused(init("--yes"), /Which key was made for the state/);
    assert.deepEqual(aws.changes, []);
  });

  it("takes of the keys that were made for it the one in use, and asks where there are two", async () => {
    const make = () => aws.CreateKey({ Tags: [{ TagValue: BUCKET }] }).KeyMetadata.Arn;
    const [first, second] = [make(), make()];
    await refused(init("--yes"), new RegExp(`${first}, ${second}.*create-alias.*${first}\\.$`));
    Object.assign(aws.keys[first] ?? {}, { state: "PendingDeletion" });
    await init("--yes");
    assert.equal(aws.alias, second);
  });

  it("sees what is no state behind however much state", async () => {
    aws.CreateBucket();
    const objects = ["a", "b", "c"].map((name) => `.pulumi/stacks/clean-room/${name}.json`);
    Object.assign(aws.bucket ?? {}, { objects });
    await init("--dry-run");
    Object.assign(aws.bucket ?? {}, { objects: [...objects, "photos/1.jpg"] });
    await refused(init("--yes"), /holds what is no state \(photos\/\)/);
  });

  it("takes no bucket of another account, of another Region, or under another key", async () => {
    aws.CreateBucket();
    Object.assign(aws.bucket ?? {}, { owner: "999988887777" });
    await refused(init("--yes"), /another account's, or is denied.*--bucket/);
    Object.assign(aws.bucket ?? {}, { owner: ACCOUNT, region: "eu-west-1" });
    await refused(init("--yes"), /is in eu-west-1, not in us-east-1\. Take another name/);
    const other = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "arn:aws:kms:us-east-1:1:key/other" };
    const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: other }] };
    Object.assign(aws.bucket ?? {}, { region: "us-east-1", encryption });
    await refused(init("--yes"), /encrypts under another key.*aws kms create-alias .*key\/other/);
    assert.deepEqual(aws.changes, []);
  });

  it("takes account and Region from the audit stack's file; what it lacks it says, all at once", async () => {
    const command = (config: object, ...args: string[]) => {
      const around = {
        stacks: () =>
          Promise.resolve({
            folder,
            file: () => join(folder, "Pulumi.audit.yaml"),
            list: () => Promise.resolve([]),
            workspace: () =>
              Promise.resolve({
                projectSettings: () => Promise.resolve({ name: "clean-room", config }),
                whoAmI: () => Promise.resolve({}),
              }),
          }),
        aws: () => ({
          kms: aws.client,
          s3: aws.client,
          sts: { send: () => Promise.resolve({ Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/x/y` }) },
        }),
        person: () => undefined,
        output: { say: (line: string) => said.push(line), tell: () => undefined },
      };
      return initCommand(around as never).parseAsync(args, { from: "user" });
    };
    await refused(
      command({}, "--bucket", "No Bucket") as never,
      /--account, 12 digits/,
      /--region, such as us-east-1/,
      /--bucket is no bucket's name/,
    );
    writeFileSync(
      join(folder, "Pulumi.audit.yaml"),
      `config:\n  aws:region: us-east-1\n  clean-room:accountId: "${ACCOUNT}"\n`,
    );
    await command({}, "--dry-run");
    assert.match(said.join("\n"), new RegExp(`for the bucket ${BUCKET}:`));
    // Without quotes it is a number to YAML, and the same account.
    writeFileSync(
      join(folder, "Pulumi.audit.yaml"),
      `config:\n  aws:region: us-east-1\n  clean-room:accountId: ${ACCOUNT}\n`,
    );
    await command({}, "--dry-run");
  });
});
