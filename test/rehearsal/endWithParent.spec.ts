import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/** A process that starts another, tells its number and then waits; that one would wait for ever. */
const CHILD = `require(${JSON.stringify(resolve("register"))});
  require(${JSON.stringify(resolve("rehearsal/endWithParent"))}).endWithParent();
  setInterval(() => {}, 1000);
  console.log("ready " + process.pid);`;
const PARENT = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(CHILD)}],
  { stdio: "inherit" });
  setInterval(() => {}, 1000);`;

describe("What the engine started", () => {
  let parent: ChildProcess | undefined;

  afterEach(() => parent?.kill("SIGKILL"));

  it("ends when the engine is killed, and not before", async () => {
    parent = spawn(process.execPath, ["-e", PARENT], { stdio: ["ignore", "pipe", "inherit"] });
    const [printed] = (await once(parent.stdout!, "data")) as [Buffer];
    const child = Number(/ready (\d+)/.exec(printed.toString())?.[1]);
    await new Promise((done) => setTimeout(done, 1_200));
    assert.equal(runs(child), true);

    parent.kill("SIGKILL");

    const until = Date.now() + 10_000;
    while (runs(child) && Date.now() < until) {
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.equal(runs(child), false);
  });
});

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
