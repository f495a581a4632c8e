import assert from "node:assert/strict";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { duration, Progress } from "../../../cli/room/progress";

function metadata(name: string, type = "aws:ec2/instance:Instance") {
  return { urn: `urn:pulumi:inc::clean-room::${type}::${name}`, type, op: "create" };
}

describe("Progress", () => {
  let now: number;
  let said: string[];
  let told: object[];
  let progress: Progress;

  beforeEach(() => {
    now = 0;
    said = [];
    told = [];
    progress = new Progress(
      { say: (line) => said.push(line), tell: (fact) => told.push(fact) },
      "up",
      3,
      undefined,
      () => now,
    );
  });

  const begin = (name: string, type?: string) =>
    progress.take({
      resourcePreEvent: { metadata: metadata(name, type) },
    } as unknown as EngineEvent);
  const end = (name: string, type?: string) =>
    progress.take({
      resOutputsEvent: { metadata: metadata(name, type) },
    } as unknown as EngineEvent);

  it("says how far it is, for how long, and what is waited for", () => {
    begin("role", "aws:iam/role:Role");
    end("role", "aws:iam/role:Role");
    now = 6_000;
    begin("machine");
    now = 31_000;
    assert.equal(
      progress.line(),
      "  up: 1 of 3 done after 31 s; waiting for machine (Instance) 25 s",
    );
  });

  it("gives a line to what took its time, and tells programs of each", () => {
    begin("quick");
    end("quick");
    begin("machine");
    now = 25_000;
    end("machine");
    assert.deepEqual(said, ["  made machine (Instance), 25 s"]);
    assert.deepEqual(
      told.map((fact) => (fact as { name: string }).name),
      ["quick", "machine"],
    );
    progress.end();
  });

  it("counts no components: what they are made of is counted", () => {
    begin("network", "cleanroom:room:Workstation");
    end("network", "cleanroom:room:Workstation");
    assert.equal(progress.line(), "  up: 0 of 3 done after 0 s");
  });
});

describe("A duration", () => {
  it("is told in the two units that matter", () => {
    assert.deepEqual([9_400, 61_000, 7_261_000].map(duration), ["9 s", "1 min 1 s", "2 h 1 min"]);
  });
});
