import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

import { type StepResult, runSteps } from "../../rehearsal/runSteps";
import { rehearseCommand, type RehearseOptions } from "../../rehearsal/rehearse";
import { report, reportText } from "../../rehearsal/report";
import { SCENARIO, stepsFor } from "../../rehearsal/scenario";
import type { SharedStep, StoryStep } from "../../rehearsal/story";

describe("the command rehearse", () => {
  async function options(...args: string[]): Promise<RehearseOptions> {
    const seen: RehearseOptions[] = [];
    const command = rehearseCommand((found) => {
      seen.push(found);
      return Promise.resolve();
    });
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(["node", "rehearse", ...args]);
    assert.ok(seen[0] !== undefined);
    return seen[0];
  }

  it("needs no options", async () => {
    assert.deepEqual(await options(), {});
  });

  it("takes all of them", async () => {
    const type = "aws:ec2/instance:Instance";
    const all = ["--keep", "--json", "a.json", "--only", "incident", "--kill-after", "7"];
    assert.deepEqual(await options(...all, "--step", "slot", "--fail", "update", type), {
      keep: true,
      step: "slot",
      json: "a.json",
      only: "incident",
      killAfter: 7,
      fail: ["update", type],
    });
  });

  it("refuses another part and a type that does not exist, with the ones there are", async () => {
    await assert.rejects(
      options("--only", "room"),
      /Allowed choices are audit, member, incident, members/,
    );
    await assert.rejects(options("--fail", "Instance"), /create, update, delete/);
    await assert.rejects(options("--fail", "create", "Instance"), /aws:ec2\/instance:Instance/);
    await assert.rejects(options("--kill-after", "0"), /whole number, 1 or more/);
    await assert.rejects(options("--step", "no such step"), /No step has these words/);
  });

  it("ends with 1 and plain words where there is no engine", async () => {
    const empty = mkdtempSync(join(tmpdir(), "empty-"));
    try {
      await assert.rejects(
        promisify(execFile)(process.execPath, ["-r", "./register.js", "rehearsal/rehearse.ts"], {
          cwd: join(__dirname, "../.."),
          env: { PATH: empty, HOME: empty },
        }),
        (error: { code: number; stderr: string }) => {
          assert.equal(error.code, 1);
          assert.match(error.stderr, /^The rehearsal needs the Pulumi CLI/);
          assert.doesNotMatch(error.stderr, /\bat .*\.ts/);
          return true;
        },
      );
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe("the steps of a rehearsal", () => {
  const names = (steps: readonly StoryStep[]) => steps.map(({ name }) => name);

  it("are all of them without options, each name once", () => {
    assert.deepEqual(stepsFor({}), SCENARIO);
    assert.equal(new Set(names(SCENARIO)).size, SCENARIO.length);
  });

  it("are those of one part, and of the audit stack what rooms need", () => {
    assert.ok(stepsFor({ only: "audit" }).every(({ part }) => part === "audit"));
    const one = stepsFor({ step: "to another slot" });
    assert.equal(one.at(-1)?.name, "move the room to another slot");
    assert.ok(names(one).includes("open two rooms at the same time"));
    assert.ok(one.slice(0, -1).every(({ needed }) => needed === true));
    const audit = stepsFor({ only: "incident" }).filter(({ part }) => part === "audit");
    assert.deepEqual(names(audit), ["deploy the audit stack"]);
  });

  it("plan what is to go wrong before the first step of the part, and look for it at the end", () => {
    const all = names(
      stepsFor({ only: "incident", fail: ["delete", "aws:kms/key:Key"], killAfter: 7 }),
    );
    assert.deepEqual(all.slice(0, 3), [
      "deploy the audit stack",
      "plan that AWS refuses once to delete aws:kms/key:Key",
      "plan that the engine is killed after 7 changes",
    ]);
    assert.deepEqual(all.slice(-2), [
      "look whether it happened that AWS refuses once to delete aws:kms/key:Key",
      "look whether it happened that the engine is killed after 7 changes",
    ]);
  });
});

describe("a run of steps", () => {
  const step = (name: string, result: string | Error, needed = false): SharedStep => ({
    part: "audit",
    name,
    expected: "e",
    needed,
    run: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve({ result })),
  });
  const silent = { starts: () => undefined, ended: () => undefined };
  const outcomes = (all: readonly StepResult[]) => all.map(({ outcome }) => outcome);

  it("goes on after a step that failed", async () => {
    const steps = [step("a", new Error("no")), step("b", "fine")];
    const all = await runSteps(steps, {} as never, silent);
    assert.deepEqual(outcomes(all), ["failed", "passed"]);
    assert.equal(all[0]?.result, "no");
  });

  it("ends with a needed step that failed", async () => {
    const steps = [step("a", new Error("no"), true), step("b", "fine")];
    const all = await runSteps(steps, {} as never, silent);
    assert.deepEqual(outcomes(all), ["failed", "not run"]);
    const summary = report(all, [], 0);
    assert.equal(summary.passed, false);
    assert.equal(reportText(summary).split("\n").at(-1), "rehearsal failed: a");
  });

  it("plays what shares nothing with the others beside them", async () => {
    const order: string[] = [];
    const told = (name: string, milliseconds: number): SharedStep => ({
      ...step(name, "fine"),
      run: async () => {
        await setTimeout(milliseconds);
        order.push(name);
        return { result: "fine" };
      },
    });
    const steps = [told("a", 30), { ...told("x", 0), beside: true }, told("b", 0)];
    const all = await runSteps(steps, {} as never, silent);
    assert.deepEqual(order, ["x", "a", "b"]);
    assert.deepEqual(
      all.map(({ name }) => name),
      ["a", "b", "x"],
    );
  });

  it("is summed up with what is left by type", async () => {
    const all = await runSteps([step("a", "fine")], {} as never, silent);
    const resource = { id: "x", name: "", tags: {}, state: "available" };
    const summary = report(
      all,
      [
        { ...resource, type: "t" },
        { ...resource, type: "t" },
        { ...resource, type: "k", state: "PendingDeletion" },
      ],
      0,
    );
    assert.deepEqual(summary.left, { t: 2, "k (pending deletion)": 1 });
    assert.match(reportText(summary), /^step +expected +result +seconds\na +e +fine +0\.0$/m);
    assert.match(reportText(summary), /\nrehearsal passed \(1 steps, 0 s\)$/);
  });
});
