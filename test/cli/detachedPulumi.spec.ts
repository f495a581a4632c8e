import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PulumiCommand } from "@pulumi/pulumi/automation";

import { DetachedPulumi } from "../../cli/detachedPulumi";

describe("The Pulumi CLI, detached", () => {
  let folder: string;
  let log: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-"));
    log = join(folder, "log");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function run(script: string, signal?: AbortSignal) {
    const command = join(folder, "pulumi");
    writeFileSync(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const pulumi = new DetachedPulumi({ command } as unknown as PulumiCommand, log, "deploy");
    return pulumi.run(["up"], folder, {}, undefined, undefined, signal);
  }

  it("is asked to end also where that was asked for before it was there", async () => {
    const began = Date.now();
    await assert.rejects(run("exec sleep 30", AbortSignal.abort()));
    assert.ok(Date.now() - began < 20_000, "it ran to its end");
  });

  it("fails with its own last words, not with those of a run before", async () => {
    appendFileSync(log, "error: the stack is currently locked by 1 lock(s)\n");
    await assert.rejects(run("exit 3"), /^Error: pulumi ended with 3$/);
    await assert.rejects(run("echo 'error: no role'; exit 3"), /^Error: no role$/);
  });
});
