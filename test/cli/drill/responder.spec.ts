import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { environmentOf, handOver } from "../../../cli/drill/responder";
import { Interrupted } from "../../../cli/room/interruption";

function script(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "handover-")), "handover");
  writeFileSync(path, text);
  return path;
}

describe("handover, as a drill runs it", () => {
  it("works as the profile, whatever keys are set around it", () => {
    const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
    assert.deepEqual(environmentOf("responder", { PATH: "/bin", AWS_PROFILE: "other", ...keys }), {
      PATH: "/bin",
      AWS_PROFILE: "responder",
    });
  });

  it("is told line by line, and its lines are what it prints", async () => {
    const said: string[] = [];
    const lines = await handOver(
      script('echo "- snapshot: $2"; echo copying >&2'),
      process.env,
      ["--snapshot", "snap-1"],
      (line) => said.push(line),
    );
    assert.equal(lines, "- snapshot: snap-1\n");
    assert.deepEqual(said, ["  copying"]);
  });

  it("that is not complete hands nothing over", async () => {
    await assert.rejects(
      handOver(script("echo half; exit 1"), process.env, [], () => undefined),
      /The disks are not handed over:\n.*ended with 1/,
    );
  });

  it("is ended with all that it has started by Ctrl-C, once", async () => {
    const said: string[] = [];
    await assert.rejects(
      handOver(script("trap 'exit 1' INT; echo waits >&2; sleep 60"), process.env, [], (line) => {
        said.push(line);
        if (line === "  waits") {
          process.emit("SIGINT");
        }
      }),
      Interrupted,
    );
    assert.match(said.join("\n"), /handover ends; what AWS has begun goes on there/);
  });
});
