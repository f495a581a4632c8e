import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { cleanRoom } from "../cli/cleanRoom";
import { Terminal } from "../cli/terminal";
import { PREVIEW_ROLE } from "./support/examples";

// .github/workflows as they stand, by the rules of GitHub's "Security hardening for GitHub Actions" and by its workflow
// syntax as far as these files use it. That GitHub takes them only GitHub shows.

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What GitHub knows of a workflow, a job and a step, as far as it is used here. */
const KNOWN = {
  workflow: ["name", "on", "permissions", "concurrency", "jobs"],
  job: ["if", "runs-on", "timeout-minutes", "environment", "permissions", "env", "steps"],
  step: ["name", "if", "uses", "with", "run"],
};

const EVENTS = ["pull_request", "push", "schedule", "workflow_dispatch"];

/** What a job may write, beside nothing. */
const WRITES = { "id-token": "takes the role of previews", "pull-requests": "comments" };

/** The group of a team's own workflow that deploys, as docs/workflows.md names it. */
const DEPLOYMENTS = "clean-room-audit";

const files = readdirSync(FOLDER);
const packageJson = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The workflow of a file, and its text. */
function read(file: string): { readonly workflow: Workflow; readonly text: string } {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return { workflow: parse(text) as Workflow, text };
}

function jobsOf({ jobs }: Workflow): readonly Job[] {
  return Object.values(jobs);
}

function stepsOf(workflow: Workflow): readonly Step[] {
  return jobsOf(workflow).flatMap(({ steps }) => steps);
}

/** Whether a job can ask AWS for anything. */
function hasToken({ permissions = {} }: Job): boolean {
  return permissions["id-token"] === "write";
}

describe("The workflows", () => {
  it("are these: what needs no account, a preview of pull requests, and a look each night", () => {
    assert.deepEqual(files.sort(), ["check.yml", "nightly.yml", "preview.yml"]);
  });

  for (const file of files) {
    describe(file, () => {
      const { workflow, text } = read(file);

      it("says what GitHub knows, and is run by events that run no stranger's code with a token", () => {
        const unknown = (of: object, known: readonly string[]) =>
          Object.keys(of).filter((key) => !known.includes(key));
        assert.deepEqual(unknown(workflow, KNOWN.workflow), []);
        assert.deepEqual(unknown(workflow.on, EVENTS), []);
        for (const job of jobsOf(workflow)) {
          assert.deepEqual(unknown(job, KNOWN.job), []);
          assert.ok((job["timeout-minutes"] ?? Infinity) <= 60);
          for (const step of job.steps) {
            assert.deepEqual(unknown(step, KNOWN.step), []);
            assert.notEqual(step.uses === undefined, step.run === undefined);
          }
        }
      });

      it("names every action by its commit, with the version beside it", () => {
        const used = [...text.matchAll(/uses: (.*)/g)].map(([, action = ""]) => action);
        assert.ok(used.length > 0);
        for (const action of used) {
          assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        }
      });

      it("may read the repository, and a job that may more says so itself", () => {
        assert.deepEqual(workflow.permissions, { contents: "read" });
        for (const { permissions = {} } of jobsOf(workflow)) {
          for (const [what, how] of Object.entries(permissions)) {
            assert.ok(how === "read" || what in WRITES, `${what}: ${how}`);
          }
        }
        for (const { uses = "", with: given } of stepsOf(workflow)) {
          assert.ok(
            !uses.startsWith("actions/checkout@") || given?.["persist-credentials"] === false,
          );
        }
      });

      it("keeps no credentials, and puts nothing that others write into a command", () => {
        assert.doesNotMatch(text, /secrets\b|ACCESS_KEY|ACCESS_TOKEN|PASSPHRASE/);
        for (const { run = "" } of stepsOf(workflow)) {
          assert.doesNotMatch(run, /\$\{\{/);
        }
        const said = [...text.matchAll(/\$\{\{(.*?)\}\}/g)].map(([, words = ""]) => words.trim());
        assert.deepEqual(
          said.filter((words) => !/^(vars\.[A-Z_]+|github\.ref|!cancelled\(\))$/.test(words)),
          [],
        );
      });

      it("takes the role in an environment that the example of its setting names, for this repository's own code, and is never ended by a newer run nor ends what waits to deploy", () => {
        for (const job of jobsOf(workflow).filter(hasToken)) {
          assert.ok(PREVIEW_ROLE.environments.includes(job.environment ?? ""));
          assert.equal(workflow.concurrency["cancel-in-progress"], false);
          // Of those that wait in a group GitHub keeps the newest alone: that of deployments is no other's, and
          // no two of these share one.
          const { group } = workflow.concurrency;
          assert.notEqual(group, DEPLOYMENTS);
          assert.deepEqual(
            files.filter((each) => read(each).workflow.concurrency.group === group),
            [file],
          );
          assert.equal("pull_request" in workflow.on, group.includes("${{ github.ref }}"), group);
          if ("pull_request" in workflow.on) {
            assert.equal(
              job.if,
              "github.event.pull_request.head.repo.full_name == github.repository",
            );
          }
        }
        // What may be ended asks nobody and changes nothing.
        assert.ok(!workflow.concurrency["cancel-in-progress"] || !jobsOf(workflow).some(hasToken));
      });

      it("calls commands that there are", () => {
        const terminal = new Terminal();
        for (const { run } of stepsOf(workflow)) {
          const [program, first = "", ...more] = (run ?? "npm ci").split(" ");
          const called = [program, first].join(" ");
          if (called === "npm run") {
            assert.ok((more[0] ?? "") in packageJson.scripts, run);
          } else if (called === "npx clean-room") {
            const names = cleanRoom([], terminal).commands.map((each) => each.name());
            assert.ok(names.includes(more[0] ?? ""), run);
            const [command] = cleanRoom([more[0] ?? ""], terminal).commands.filter(
              (each) => each.name() === more[0],
            );
            for (const option of more.slice(1)) {
              assert.ok(
                command?.options.some(({ long }) => long === option),
                run,
              );
            }
          } else if (called === "pulumi preview") {
            // Nothing that deploys.
            assert.match(run ?? "", / --expect-no-changes --stack audit /);
          } else {
            assert.ok(["npm ci", "npm test"].includes(called), run);
          }
        }
      });

      it("has the CLI that the rehearsal is played with, and files that there are", () => {
        const module = readFileSync(join(ROOT, "rehearsal/engine/go.mod"), "utf8");
        const version = /pulumi\/pkg\/v3 v([\d.]+)/.exec(module)?.[1];
        const installs = stepsOf(workflow).filter(({ uses = "" }) => uses.startsWith("pulumi/"));
        assert.equal(installs.length, 1);
        assert.equal(installs[0]?.with?.["pulumi-version"], version);
        for (const [path = ""] of text.matchAll(/policy-pack(\/[\w.-]+)?|\.node-version/g)) {
          assert.ok(existsSync(join(ROOT, path)), path);
        }
      });
    });
  }

  it("leave a group to deployments alone, and say which", () => {
    const page = readFileSync(join(ROOT, "docs/workflows.md"), "utf8");
    assert.match(page, new RegExp(`\`${DEPLOYMENTS}\` with \`cancel-in-progress: false\``));
    for (const file of files) {
      assert.doesNotMatch(read(file).text, new RegExp(`group: ${DEPLOYMENTS}$`, "m"));
    }
  });

  it("preview with the policy pack and its configuration, whichever asks", () => {
    const { workflow } = read("preview.yml");
    const preview = stepsOf(workflow).find(({ with: given }) => given?.["command"] !== undefined);
    assert.deepEqual(
      ["command", "stack-name", "policyPacks", "policyPackConfigs"].map(
        (key) => preview?.with?.[key],
      ),
      ["preview", "audit", "policy-pack", "policy-pack/clean-room.json"],
    );
    assert.match(
      read("nightly.yml").text,
      /--policy-pack policy-pack --policy-pack-config policy-pack\/clean-room\.json$/m,
    );
  });
});
