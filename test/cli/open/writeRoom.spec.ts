import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeRoom } from "../../../cli/open/writeRoom";
import type { RoomStacks } from "../../../cli/room/roomStacks";

const STACK = "inc-1";

describe("What is written to open a room", () => {
  let folder: string;
  let path: string;
  let said: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "room-"));
    path = join(folder, `Pulumi.${STACK}.yaml`);
    said = [];
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function write(removed: () => Promise<void> = () => Promise.resolve()) {
    const workspace = {
      createStack: () => Promise.resolve(),
      removeStack: removed,
      stackSettings: () => Promise.resolve({}),
    };
    return writeRoom({
      ticket: "INC-1",
      stack: STACK,
      config: { "clean-room:slot": "us-east-1a-1" },
      stacks: {
        file: () => path,
        workspace: () => Promise.resolve(workspace),
      } as unknown as RoomStacks,
      foundation: { stack: "audit" },
      output: { say: (line) => said.push(line) },
      hasStack: false,
    });
  }

  it("is taken back as a whole", async () => {
    const undo = await write();
    assert.ok(existsSync(path));
    await undo();
    assert.ok(!existsSync(path));
    writeFileSync(path, "config: {}\n");
    await (
      await write()
    )();
    assert.equal(readFileSync(path, "utf8"), "config: {}\n");
    assert.deepEqual(said, []);
  });

  it("stays where somebody has changed it since, and that is said", async () => {
    const undo = await write();
    writeFileSync(path, "config:\n  clean-room:slot: us-east-1b-1\n");
    await undo();
    assert.match(readFileSync(path, "utf8"), /us-east-1b-1/);
    assert.deepEqual(said, ["Pulumi.inc-1.yaml was changed meanwhile, and is left as it is now."]);
  });

  it("is taken back from the file also where the stack stays", async () => {
    const undo = await write(() => Promise.reject(new Error("the backend is away")));
    await undo();
    assert.ok(!existsSync(path));
    assert.match(said.join("\n"), /stays.*the backend is away.*pulumi stack rm --yes inc-1$/);
  });
});
