import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

import { closeCommand } from "../../../cli/close/close";
import { runCommand } from "../../../rehearsal/runCommand";
import { incidentConfig, TICKET } from "../../support/examples";
import { closingRecord } from "../destruction/caseInVault";
import { RoomHere } from "../room/roomHere";

/** Closes it, and has what was said also where that throws. */
async function close(room: RoomHere, ...more: string[]) {
  const said: string[] = [];
  const ended = await runCommand(
    (output) =>
      closeCommand({ ...room.around, output: { ...output, say: (line) => said.push(line) } }, () =>
        Promise.resolve(),
      ),
    ...[TICKET, ...more],
  ).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { said: said.join("\n"), ended };
}

function open(): RoomHere {
  const room = new RoomHere();
  room.resources = [{ type: "aws:ec2/instance:Instance", custom: true, protect: true }];
  return room;
}

describe("npx clean-room close", () => {
  it("--dry-run previews a copy of the room's file, which itself never says closing", async () => {
    const room = open();
    const { text } = room;
    let copy = "";
    room.engine = (_act, { configFile = "" }) => {
      copy = configFile;
      assert.match(readFileSync(configFile, "utf8"), /clean-room:closing: true/);
      assert.equal(room.text, text);
      return {};
    };
    const { said, ended } = await close(room, "--dry-run");
    assert.equal(ended, undefined);
    assert.match(said, /nothing was changed/);
    assert.deepEqual(room.acts, ["preview"]);
    assert.equal(room.text, text);
    assert.equal(existsSync(copy), false);
  });

  it("--dry-run of a room that is destroyed in part previews the rest of that", async () => {
    const room = new RoomHere(incidentConfig({ closing: true }));
    const { key, content } = await closingRecord();
    room.vault.objects.set(key, content);
    room.resources = [{ type: "aws:ec2/instance:Instance", custom: true, protect: false }];
    const { text } = room;
    const { ended } = await close(room, "--dry-run");
    assert.equal(ended, undefined);
    assert.deepEqual(room.acts, ["preview of destroy"]);
    assert.equal(room.text, text);
  });

  it("leaves a room that is refused as open as before, with what others wrote meanwhile", async () => {
    const room = open();
    const { text } = room;
    room.engine = () => ({ reasons: ["no hash"] });
    const { said, ended } = await close(room, "--yes");
    assert.match(said, /as open as before/);
    assert.match(ended ?? "", /no hash/);
    assert.equal(room.text, text);

    room.engine = () => {
      room.text += "# mine\n";
      return { reasons: ["no hash"] };
    };
    const again = await close(room, "--yes");
    assert.match(again.said, /was changed by somebody else/);
    assert.match(room.text, /clean-room:closing: true[^]*# mine\n$/);
  });

  it("tells why it ended also where AWS does not tell any more whether it was recorded", async () => {
    const room = open();
    room.engine = () => {
      room.vault.client.send = () => Promise.reject(new Error("ExpiredToken"));
      return { reasons: ["the first reason"] };
    };
    const { said, ended } = await close(room, "--yes");
    assert.match(said, /Whether it was recorded is not known; closing: true stays in the file\./);
    assert.match(ended ?? "", /the first reason/);
    assert.match(room.text, /clean-room:closing: true/);
  });

  it("does no step and calls none done where there is no room; what AWS has then is mend's", async () => {
    const room = new RoomHere();
    const { text } = room;
    for (const options of [[], ["--yes"], ["--dry-run"]]) {
      const { said, ended } = await close(room, ...options);
      assert.match(said, /There is nothing to close[^]*What AWS has of it now/);
      assert.doesNotMatch(said, /done {2}|is closed/);
      // AWS is stood in for by answers that leave open whether something is there.
      assert.match(ended ?? "", /npx clean-room mend --stack inc-2026-0042/);
    }
    assert.deepEqual(room.acts, []);
    assert.equal(room.text, text);
  });

  it("takes for a room's settings what the project's file says, too", async () => {
    const config: Record<string, unknown> = incidentConfig();
    const { "clean-room:notification": notification, ...others } = config;
    const room = new RoomHere(others);
    room.project = { "clean-room:notification": notification };
    room.resources = open().resources;
    assert.equal((await close(room, "--dry-run")).ended, undefined);
  });
});
