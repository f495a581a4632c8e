import assert from "node:assert/strict";

import { Refusal } from "../../../components/refusal";
import { addEvidence } from "../../../cli/evidence/addedEvidence";
import { handedOver } from "../../../cli/evidence/handedOver";
import { RoomFile } from "../../../cli/room/roomFile";

const LINES = `    # 1 of 2 disks; the other one is instance store
    - snapshot: snap-0123456789abcdef0 # vol-1 of i-1
      account: "022233334444"
      device: /dev/sdf
      sourceTaken: "2026-11-21T03:00:00Z"
`;

function added(file: string, lines: string): { text: string; told: string[] } {
  const room = RoomFile.parse("Pulumi.inc.yaml", file);
  const told = addEvidence(room.list("clean-room:evidence"), handedOver(lines));
  return { text: room.text(), told };
}

describe("The lines of a handover", () => {
  it("are added as they are, with their comments, whatever stands above them", () => {
    for (const above of ["", "  clean-room:evidence:\n", "config:\n  clean-room:evidence:\n"]) {
      const { text } = added("config:\n  aws:region: us-east-1 # here\n", above + LINES);
      assert.equal(
        text,
        `config:\n  aws:region: us-east-1 # here\n  clean-room:evidence:\n${LINES}`,
        above,
      );
    }
  });

  it("come after those that are there, which stay as they were written", () => {
    const file = `config:\n  clean-room:evidence:\n    # the first\n    - snapshot: snap-1 # root\n      device: /dev/sdg\n`;
    const { text, told } = added(file, LINES);
    assert.equal(text, file + LINES);
    assert.deepEqual(told, ["snap-0123456789abcdef0 is added as /dev/sdf."]);
  });

  it("are added once, however often", () => {
    const { text } = added("config: {}\n", LINES);
    const again = added(text, LINES);
    assert.equal(again.text, text);
    assert.deepEqual(again.told, ["snap-0123456789abcdef0 is there already."]);
  });

  it("get a free device where another disk has theirs; what is withdrawn has given its up", () => {
    const file = (withdrawn: string) =>
      `config:\n  clean-room:evidence:\n    - snapshot: snap-1\n      device: /dev/sdf\n${withdrawn}`;
    assert.deepEqual(added(file(""), LINES).told, [
      "snap-0123456789abcdef0 is added as /dev/sdg: another disk has /dev/sdf.",
    ]);
    assert.deepEqual(added(file("      withdrawn: true\n"), LINES).told, [
      "snap-0123456789abcdef0 is added as /dev/sdf.",
    ]);
  });

  it("are added where the file has an empty list in brackets, or nothing", () => {
    for (const empty of ["clean-room:evidence: []", "clean-room:evidence:"]) {
      const { text } = added(`config:\n  ${empty}\n`, LINES);
      assert.equal(text, `config:\n  clean-room:evidence:\n${LINES}`, empty);
    }
  });

  it("are taken where they were copied from the first dash on", () => {
    const [, ...disk] = LINES.split("\n").map((line) => `${line}\n`);
    const one = disk.slice(0, -1).join("");
    const two = one.replace("snap-0123456789abcdef0", "snap-1").replace("sdf", "sdg");
    for (const lines of [
      one,
      one + two,
      `${one}    # the other one\n${two}`,
      `${one}    # done\n`,
    ]) {
      const { told } = added("config: {}\n", lines.trimStart());
      assert.deepEqual(told, added("config: {}\n", lines).told, lines);
    }
    const nested = "- snapshot: snap-1\n  more:\n    - a\n";
    assert.deepEqual(added("config: {}\n", nested).told, ["snap-1 is added."]);
  });

  it("are refused in one sentence where they are something else", () => {
    for (const [lines, why] of [
      ["", /There are no lines/],
      ["hello\n", /no list of disks/],
      ["- snap-1\n", /no list of disks/],
      ["    - snapshot: [snap\n", /cannot be read/],
    ] as const) {
      assert.throws(
        () => handedOver(lines),
        (error: unknown) =>
          error instanceof Refusal &&
          /nothing was changed/.test(error.message) &&
          why.test(error.message),
        lines,
      );
    }
  });
});
