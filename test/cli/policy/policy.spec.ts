import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { mistakesIn, requireConfiguration } from "../../../cli/policy/packConfiguration";
import { type Previews, policyCommand } from "../../../cli/policy/policy";
import { policies } from "../../../policy-pack/policies";
import type { Deployment } from "../../../rehearsal/deployment";

const PASSED: Deployment = {
  succeeded: true,
  changes: [],
  problems: [],
  warnings: [],
  violations: [],
  spans: [],
};

describe("clean-room policy", () => {
  let folder: string;
  let said: string[];
  let told: object[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-"));
    said = [];
    told = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.exitCode = 0;
  });

  function run(previews: Previews, ...args: readonly string[]): Promise<unknown> {
    const output = {
      say: (line: string) => said.push(line),
      tell: (fact: object) => told.push(fact),
    };
    return policyCommand(() => previews, output)
      .exitOverride()
      .parseAsync(args, { from: "user" });
  }

  const none: Previews = () => assert.fail("nothing is to be previewed");

  function written(content: unknown): string {
    const file = join(folder, "pack.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  it("takes the audit stack's own file, and every policy's own defaults", () => {
    requireConfiguration(join(__dirname, "../../../policy-pack/clean-room.json"));
    const defaults = policies.map(({ name, configSchema: { properties = {} } = {} }) => [
      name,
      Object.fromEntries(
        Object.entries(properties).flatMap(([key, { default: value }]) =>
          value === undefined ? [] : [[key, value as unknown]],
        ),
      ),
    ]);
    assert.deepEqual(mistakesIn(Object.fromEntries(defaults)), []);
    assert.deepEqual(mistakesIn({ all: "advisory", "no-secrets": "disabled" }), []);
  });

  it("takes the example of an organisation", () => {
    requireConfiguration(join(__dirname, "../../../policy-pack/examples/organisation.json"));
  });

  it("refuses a configuration for everything in it that no policy knows", async () => {
    const file = written({
      "no-open-rule": {},
      "no-open-rules": { internetVpc: ["one"] },
      "no-open-policies": "mandatry",
      "required-tags": { extraTags: { owner: 5 } },
    });
    await assert.rejects(run(none, "--check", "--config", file), ({ message }: Error) => {
      for (const sentence of [
        /no-open-rule: there is no policy of this name/,
        /no-open-rules\.internetVpc: this policy has no such setting/,
        /no-open-policies: it should be one of advisory, mandatory, disabled, or/,
        /required-tags\.extraTags\.owner: it should be string/,
      ]) {
        assert.match(message, sentence);
      }
      assert.equal(message.split("\n").length, 5, message);
      return true;
    });
    await assert.rejects(run(none, "--check", "--audit-config", written("{")), /It is not JSON/);
    await assert.rejects(
      run(none, "--check", "--config", join(folder, "none.json")),
      /none\.json is not .*\n.*It cannot be read/,
    );
  });

  it("names the policies", async () => {
    await run(none, "--list");
    assert.equal(said.length, policies.length);
    assert.equal(told.length, policies.length);
  });

  it("ends with 0 where nothing is against any kind of stack", async () => {
    const config = written({ "no-secrets": "advisory" });
    await run(
      (configurations) => {
        assert.deepEqual(configurations, { others: config });
        return Promise.resolve(
          new Map([
            ["audit", PASSED],
            ["member", PASSED],
            ["incident", PASSED],
          ] as const),
        );
      },
      "--config",
      config,
    );
    assert.deepEqual(said, [
      "audit: nothing against it",
      "member: nothing against it",
      "incident: nothing against it",
    ]);
    assert.equal(process.exitCode, 0);
  });

  it("ends with 1 where something is, and writes it for a code host", async () => {
    const urn = "urn:pulumi:audit::clean-room::aws:s3/bucket:Bucket::planted";
    // As the SDK has it: with the policy's whole description before it.
    const described = (name: string) =>
      policies.find((policy) => policy.name === name)?.description ?? "";
    const violation = {
      policy: "required-tags",
      urn,
      message: `${described("required-tags")}\nno notification`,
      mandatory: true,
    };
    const advice = {
      policy: "known-documents",
      urn,
      message: `${described("known-documents")}\n1 policy document`,
      mandatory: false,
    };
    const file = join(folder, "found.sarif");
    await run(
      () =>
        Promise.resolve(
          new Map([
            ["audit", { ...PASSED, succeeded: false, violations: [violation, advice] }],
            [
              "incident",
              {
                ...PASSED,
                succeeded: false,
                problems: ["The room is left as it is", "The room is left as it is"],
              },
            ],
          ] as const),
        ),
      ...["--sarif", file],
    );
    assert.equal(process.exitCode, 1);
    assert.deepEqual(said, [
      `audit: required-tags: ${urn}: no notification`,
      `audit: advice, known-documents: ${urn}: 1 policy document`,
      "audit: refused",
      "incident: The room is left as it is",
      "incident: refused",
    ]);
    const { version, runs } = JSON.parse(readFileSync(file, "utf8")) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; level: string; locations: unknown[] }[];
      }[];
    };
    assert.equal(version, "2.1.0");
    assert.deepEqual(
      runs[0]?.tool.driver.rules.map(({ id }) => id),
      policies.map(({ name }) => name),
    );
    assert.deepEqual(runs[0]?.results, [
      {
        ruleId: "required-tags",
        level: "error",
        message: { text: "no notification" },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: "stacks/audit.ts" } },
            logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
          },
        ],
      },
      {
        ruleId: "known-documents",
        level: "warning",
        message: { text: "1 policy document" },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: "stacks/audit.ts" } },
            logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
          },
        ],
      },
    ]);
  });
});
