import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const SCRIPT = `require(${JSON.stringify(resolve("register"))});
  const { onInterruption } = require(${JSON.stringify(resolve("rehearsal/onInterruption"))});
  onInterruption(() => require("node:fs").writeSync(1, "cleared"));
  setInterval(() => {}, 1000);
  console.log("ready");`;

describe("A rehearsal that is ended from outside", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`clears up at ${signal}, and ends with ${code}`, async () => {
      const child = spawn(process.execPath, ["-e", SCRIPT], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      const ended = once(child, "close");
      let printed = "";
      child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
      child.kill(signal);
      const [status] = (await ended) as [number];
      assert.deepEqual([printed, status], ["cleared", code]);
    });
  }
});
