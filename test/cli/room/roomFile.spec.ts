import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Refusal } from "../../../components/refusal";
import { RoomFile } from "../../../cli/room/roomFile";

const WRITTEN = `# Opened by Jo, who is on call.
encryptionsalt: v1:abc:def # the engine's
config:
  aws:region: us-east-1
  # The suspect's first address; it had another one later.
  clean-room:suspectCidrs: [10.20.30.40/32]
  clean-room:accountId: "111122223333" # the Audit account
`;

describe("The file of a room", () => {
  it("keeps what somebody wrote beside what is set", () => {
    const file = RoomFile.parse("Pulumi.inc.yaml", WRITTEN);
    file.set("clean-room:closing", true);
    assert.equal(file.text(), `${WRITTEN}  clean-room:closing: true\n`);
  });

  it("changes a setting in its place", () => {
    const file = RoomFile.parse("Pulumi.inc.yaml", WRITTEN);
    file.set("aws:region", "eu-west-1");
    assert.equal(file.text(), WRITTEN.replace("us-east-1", "eu-west-1"));
  });

  it("keeps what stands beside a value that is changed", () => {
    const file = RoomFile.parse("Pulumi.inc.yaml", WRITTEN);
    file.set("clean-room:accountId", "011122223333");
    assert.equal(file.text(), WRITTEN.replace("111122223333", "011122223333"));
    const text = "config:\n  clean-room:closing: &c true # by Jo\n";
    const other = RoomFile.parse("Pulumi.inc.yaml", text);
    other.set("clean-room:closing", false);
    assert.equal(other.text(), text.replace("true", "false"));
  });

  it("has ids of digits, and times, as texts for the CLI, which reads YAML 1.1", () => {
    const file = RoomFile.parse("Pulumi.inc.yaml", "");
    file.set("clean-room:accountId", "011122223333");
    file.set("clean-room:evidence", [{ sourceTaken: "2026-11-21T03:00:00Z" }]);
    assert.match(file.text(), /accountId: "011122223333"/);
    assert.match(file.text(), /sourceTaken: "2026-11-21T03:00:00Z"/);
  });

  it("takes a file with nothing below config, as pulumi stack init leaves it", () => {
    for (const text of ["encryptionsalt: v1:abc:def\n", "config:\n", ""]) {
      const file = RoomFile.parse("Pulumi.inc.yaml", text);
      file.set("aws:region", "us-east-1");
      assert.deepEqual(file.config, { "aws:region": "us-east-1" });
    }
  });

  it("is there where it says something of its room, or what it says cannot be read", () => {
    const path = join(mkdtempSync(join(tmpdir(), "clean-room-")), "Pulumi.inc.yaml");
    assert.equal(RoomFile.isThere(path), false);
    const says = (text: string) => {
      writeFileSync(path, text);
      return RoomFile.isThere(path);
    };
    const nothing = ["", "encryptionsalt: v1:abc:def\n", "encryptionsalt: v1:a:b\nconfig: {}\n"];
    assert.deepEqual(nothing.map(says), [false, false, false]);
    const something = [
      "config:\n  aws:region: us-east-1\n",
      "a: b\n",
      'config:\n  a: "b\n  c: d\n',
    ];
    assert.deepEqual(something.map(says), [true, true, true]);
  });

  it("says in which line it is no YAML", () => {
    assert.throws(
      () => RoomFile.parse("/x/Pulumi.inc.yaml", 'config:\n  a: "b\n  c: d\n'),
      (error: unknown) =>
        error instanceof Refusal &&
        /^Pulumi\.inc\.yaml cannot be read/.test(error.message) &&
        /line/.test(error.message),
    );
  });

  const refused = (text: string) => {
    try {
      RoomFile.parse("/x/Pulumi.inc.yaml", text);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  it("says what to do with lines that were added below the engine's", () => {
    const added = "  clean-room:evidence:\n    - { snapshot: snap-0123456789abcdef0 }\n";
    for (const last of ["encryptionsalt: v1:abc:def", "encryptedkey: AAAA"]) {
      const said = refused(`config:\n  aws:region: us-east-1\n${last}\n${added}`);
      assert.match(
        said ?? "",
        /^Pulumi\.inc\.yaml cannot be read:\n {2}- Line 4 is indented below/,
      );
      assert.match(said ?? "", /npx clean-room evidence <ticket> add$/);
    }
  });

  it("refuses a setting beside config:, which Pulumi leaves out in silence", () => {
    const evidence = "clean-room:evidence:\n  - { snapshot: snap-0123456789abcdef0 }\n";
    assert.match(
      refused(`${WRITTEN}${evidence}`) ?? "",
      /clean-room:evidence stands beside config:, .*move it below config:/,
    );
  });
});
