import assert from "node:assert/strict";

import { anotherRun } from "../../../cli/room/stackLock";

describe("A run while another one is at work", () => {
  it("is told who that is, how to see whether it lives, and what to do where it does not", () => {
    const refusal = anotherRun(
      "inc-2026-0042",
      `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/clean-room/inc-2026-0042/1d6e.json: created by jo@laptop (pid 4711) at 2026-11-29T03:00:00Z`,
    );
    assert.match(
      refusal?.message ?? "",
      /begun by jo@laptop, process 4711, at 2026-11-29T03:00:00Z/,
    );
    assert.match(refusal?.message ?? "", /ps -p 4711/);
    assert.match(refusal?.message ?? "", /pulumi cancel --yes --stack inc-2026-0042/);
  });

  it("is told the same of Pulumi Cloud, which names nobody", () => {
    const refusal = anotherRun(
      "s",
      "error: [409] Conflict: Another update is currently in progress.",
    );
    assert.match(refusal?.message ?? "", /wait for it.*pulumi cancel/);
  });

  it("is not what another run was refused with, whose words are in the same log", () => {
    const printed = "error: the stack is currently locked by 1 lock(s).";
    assert.equal(anotherRun("s", "error: the role is not there", printed), undefined);
  });

  it("is nothing that another failure is taken for", () => {
    assert.equal(anotherRun("s", "error: no stack named 's' found"), undefined);
  });
});
