import assert from "node:assert/strict";

import { findPreparedMembers } from "../../../cli/doctor/preparedMembers";
import { Refusal } from "../../../components/refusal";

describe("Member accounts that doctor looks at", () => {
  it("are those that have a stack; without any that is to be mended", async () => {
    const named = (...names: string[]) =>
      findPreparedMembers(() => Promise.resolve(names.map((name) => ({ name }))));
    assert.deepEqual(await named("audit", "member-222233334444", "inc-2026-0042"), {
      accounts: ["222233334444"],
      findings: [],
    });
    const { accounts, findings } = await named("audit");
    assert.deepEqual(accounts, []);
    assert.deepEqual(
      findings.map(({ verdict }) => verdict),
      ["mend"],
    );
  });

  it("are not known to who may not read every stack's state, and the rest is looked at", async () => {
    const denied = () => Promise.reject(new Error("AccessDenied: not authorized: s3:GetObject"));
    const { accounts, findings } = await findPreparedMembers(denied);
    assert.deepEqual(accounts, []);
    assert.equal(findings.length, 1);
    assert.equal(findings[0]?.verdict, "unknown");
    assert.match(findings[0]?.said ?? "", /cannot be listed: .*AccessDenied/);
  });

  it("are not looked for in stacks that cannot be used", async () => {
    const refusal = new Refusal("Cannot go on", ["The stacks are of another organisation."]);
    await assert.rejects(
      findPreparedMembers(() => Promise.reject(refusal)),
      refusal,
    );
  });
});
