import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { steadily, withTerminal } from "../../rehearsal/sandbox/firstRoomPage";
import { FIRST_ROOM } from "../../rehearsal/sandbox/openSandbox";

const PAGE = readFileSync(join(__dirname, "../../docs/first-room.md"), "utf8");

describe("docs/first-room.md", () => {
  it("shows the commands that the sandbox names, in their order, and what each shows", () => {
    const places = FIRST_ROOM.map((line) => PAGE.indexOf(`\n$ ${line}\n`));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      [...places].sort((one, other) => one - other),
      places,
    );
  });

  it("shows no id, time or hash of a run", () => {
    const [, shown = ""] = /```console\n(.*?)\n```\n/s.exec(PAGE) ?? [];
    assert.equal(steadily(shown), shown);
  });

  it("is the same of two runs, one of them on a slow machine", () => {
    const run = (id: string, day: string, took: string, ...progress: string[]) =>
      steadily(
        [
          "This up: 16 made.",
          ...progress,
          `  16 made in ${took}`,
          `workstation i-${id}, s3://vault-bucket-696f70${id.at(-1)}/records/INC-1/${"0a".repeat(32)}.json`,
          `locked until ${day}T00:00:00.000Z, ${day}`,
        ].join("\n"),
      );
    assert.equal(
      run("0123456789abcdef0", "2026-12-01", "9 s"),
      run(
        "0fedcba9876543211",
        "2027-01-31",
        "14 min 3 s",
        "  up: 3 of 16 done after 1 min 4 s; waiting for making instance 12 s",
        "  made instance, 31 s",
        "  copying snap-0123456789abcdef0: 12%",
      ),
    );
    assert.notEqual(run("0123456789abcdef0", "2026-12-01", "9 s"), "");
  });

  it("keeps what was shown last in the place of what was shown before", () => {
    const page = "a\n```console\nold\n```\nb\n";
    assert.equal(withTerminal(page, "new"), "a\n```console\nnew\n```\nb\n");
    assert.throws(() => withTerminal("no place", "new"));
  });
});
