import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import type { MemberAccount } from "../../../cli/members/accountsFile";
import { Interruption } from "../../../cli/members/interruption";
import { membersCommand, type Stacks } from "../../../cli/members/members";
import type { Outcome } from "../../../cli/members/outcome";

const IDS = ["200000000001", "200000000002", "200000000003", "200000000004", "200000000005"];

const MADE: Outcome = { changes: { created: 14 } };
const SAME: Outcome = { changes: {} };

describe("npx clean-room members", () => {
  let folder: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "members-"));
    file = join(folder, "accounts.yaml");
    const defaults = "{ region: us-east-1, assumeRole: 'arn:aws:iam::{accountId}:role/r' }";
    const list = IDS.map((id) => `  - { accountId: "${id}", name: "n${id.at(-1)}" }\n`).join("");
    writeFileSync(file, `defaults: ${defaults}\naccounts:\n${list}`);
  });

  after(() => rmSync(folder, { recursive: true }));

  /** Runs the command over stacks that are played. */
  async function run(
    args: readonly string[],
    play: (account: MemberAccount, interruption: Interruption) => Promise<Outcome> | Outcome,
    overrides: Partial<Stacks> = {},
  ) {
    const said: string[] = [];
    const told: object[] = [];
    const printed: string[] = [];
    const started: string[] = [];
    const cancels: AbortSignal[] = [];
    let running = 0;
    let most = 0;
    const interruption = new Interruption((line) => said.push(line));
    const deploy = async (account: MemberAccount, cancel: AbortSignal): Promise<Outcome> => {
      started.push(account.accountId);
      cancels.push(cancel);
      most = Math.max(most, ++running);
      await setTimeout(2);
      try {
        return await play(account, interruption);
      } finally {
        running--;
      }
    };
    const stacks: Stacks = {
      up: deploy,
      preview: deploy,
      outputs: () => Promise.resolve({}),
      list: () => [],
      requireSettings: () => undefined,
      requireLogin: () => Promise.resolve(),
      log: ({ accountId }) => `logs/${accountId}.log`,
      ...overrides,
    };
    const code = process.exitCode;
    process.exitCode = 0;
    try {
      const command = membersCommand({
        open: () => Promise.resolve(stacks),
        output: { say: (line) => said.push(line), tell: (fact) => told.push(fact) },
        print: (line) => printed.push(line),
        interruption,
        peak: () => 140 * 2 ** 20,
      });
      for (const each of [command, ...command.commands]) {
        each.exitOverride().configureOutput({ writeErr: () => undefined });
      }
      await command.parseAsync([...args, "--file", file], { from: "user" });
      return { said, told, printed, started, cancels, most, code: process.exitCode };
    } finally {
      process.exitCode = code;
    }
  }

  it("deploys the accounts in the file's order, never more at a time than it was told", async () => {
    for (const parallel of [1, 2, 4]) {
      const { started, most, code } = await run(["up", "--parallel", String(parallel)], () => MADE);
      assert.deepEqual(started, IDS);
      assert.equal(most, parallel);
      assert.equal(code, 0);
    }
  });

  it("takes 4 at a time by itself, and refuses anything but 1 to 16", async () => {
    assert.equal((await run(["up"], () => MADE)).most, 4);
    for (const wrong of ["0", "17", "1.5", "many"]) {
      await assert.rejects(
        run(["up", "--parallel", wrong], () => MADE),
        /1 to 16/,
      );
    }
  });

  it("goes on after a failure, and ends with 1, its reason, its log and how to repeat it", async () => {
    const { said, started, code } = await run(["up", "--parallel", "1"], ({ accountId }) => {
      if (accountId === IDS[1]) {
        return { changes: {}, reason: "AccessDenied: no role\nask its owner" };
      }
      if (accountId === IDS[2]) {
        throw new Error("the CLI is gone");
      }
      return accountId === IDS[0] ? SAME : MADE;
    });
    assert.deepEqual(started, IDS);
    assert.equal(code, 1);
    assert.deepEqual(said, [
      "5 accounts, 1 at a time; logs in members-logs",
      `[1/5] ${IDS[0]} up: unchanged`,
      `[2/5] ${IDS[1]} up: FAILED: AccessDenied: no role`,
      `[3/5] ${IDS[2]} up: FAILED: the CLI is gone`,
      `[4/5] ${IDS[3]} up: 14 created`,
      `[5/5] ${IDS[4]} up: 14 created`,
      "2 changed, 1 unchanged, 2 failed; 0 s, this command used at most 140 MiB",
      `failed: ${IDS[1]} (n2)`,
      "    AccessDenied: no role",
      "    ask its owner",
      `    log:   logs/${IDS[1]}.log`,
      `    alone: npx clean-room members up --file ${file} --only ${IDS[1]}`,
      `failed: ${IDS[2]} (n3)`,
      "    the CLI is gone",
      `    log:   logs/${IDS[2]}.log`,
      `    alone: npx clean-room members up --file ${file} --only ${IDS[2]}`,
      `all that failed: npx clean-room members up --file ${file} --only ${IDS[1]},${IDS[2]}`,
    ]);
  });

  it("works on the accounts it is told, and refuses those that are not in the file", async () => {
    const { started } = await run(["preview", "--only", `${IDS[3]},${IDS[0]}`], () => MADE);
    assert.deepEqual(started, [IDS[0], IDS[3]]);
    await assert.rejects(
      run(["up", "--only", `${IDS[0]},999999999999`], () => MADE),
      /--only names 999999999999, which is not in/,
    );
  });

  it("starts no more after Ctrl-C, lets the running ones end, and says what was not started", async () => {
    const { said, started, cancels, code } = await run(
      ["up", "--parallel", "2"],
      async ({ accountId }, interruption) => {
        if (accountId === IDS[0]) {
          interruption.take();
        }
        await setTimeout(5);
        return MADE;
      },
    );
    assert.deepEqual(started, [IDS[0], IDS[1]]);
    assert.ok(cancels.every(({ aborted }) => !aborted));
    assert.match(said[1] ?? "", /no more accounts are started; the running ones end first/);
    assert.equal(
      said[4],
      "2 changed, 0 unchanged, 0 failed, 3 not started; 0 s, this command used at most 140 MiB",
    );
    const rest = `npx clean-room members up --file ${file} --only ${IDS.slice(2).join(",")}`;
    assert.equal(said[5], `all that were not started: ${rest}`);
    assert.equal(code, 130);
  });

  it("cancels the running ones at the second Ctrl-C", async () => {
    const { cancels } = await run(["up", "--parallel", "1"], (_, interruption) => {
      interruption.take();
      interruption.take();
      return { changes: {}, reason: "update canceled" };
    });
    assert.equal(cancels.length, 1);
    assert.ok(cancels[0]?.aborted === true);
  });

  it("prints outputs for a program to read, and what is missing beside them", async () => {
    const { said, printed, code } = await run(
      ["outputs", "--only", `${IDS[0]},${IDS[1]}`, "--parallel", "1"],
      () => MADE,
      {
        outputs: ({ accountId }) =>
          accountId === IDS[0]
            ? Promise.resolve({ isolationGroups: ["sg-1"] })
            : Promise.reject(new Error("it was never deployed")),
      },
    );
    assert.deepEqual(
      printed.map((line) => JSON.parse(line) as unknown),
      [{ accountId: IDS[0], stack: `member-${IDS[0]}`, outputs: { isolationGroups: ["sg-1"] } }],
    );
    assert.deepEqual(said, [`${IDS[1]}: it was never deployed`]);
    assert.equal(code, 1);
  });

  it("status lists every account, and member stacks that no account stands for", async () => {
    const { said, started } = await run(["status"], () => MADE, {
      list: () => [
        { name: `member-${IDS[0]}`, resourceCount: 15, lastUpdate: "2026-11-21T12:00:00Z" },
        { name: "member-999999999999", resourceCount: 3, updateInProgress: true },
      ],
    });
    assert.deepEqual(said, [
      `${IDS[0]}  15 resources, last updated 2026-11-21T12:00:00Z  n1`,
      ...IDS.slice(1).map((id) => `${id}  never deployed  n${id.at(-1)}`),
      `member-999999999999  3 resources, never updated, being updated  its account is not in ${file}`,
    ]);
    assert.deepEqual(started, []);
  });

  it("has no command that destroys", () => {
    const command = membersCommand({ output: {} } as never);
    assert.deepEqual(command.commands.map((each) => each.name()).sort(), [
      "outputs",
      "preview",
      "status",
      "up",
    ]);
  });
});
