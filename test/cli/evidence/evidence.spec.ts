import assert from "node:assert/strict";

import { evidenceCommand } from "../../../cli/evidence/evidence";
import { runCommand } from "../../../rehearsal/runCommand";
import { incidentConfig, TICKET } from "../../support/examples";
import { RoomHere } from "../room/roomHere";

const LINES = `    - snapshot: snap-0123456789abcdef0
      account: "222233334444"
      device: /dev/sdf
`;

function add(room: RoomHere, ...more: string[]) {
  return runCommand(
    (output) => evidenceCommand({ ...room.around, output }, () => Promise.resolve(LINES)),
    ...[TICKET, "add", ...more],
  );
}

describe("npx clean-room evidence add", () => {
  it("deploys nothing of a room that is to be closed", async () => {
    for (const closing of [true, "true"]) {
      const room = new RoomHere(incidentConfig({ closing }));
      const { text } = room;
      await assert.rejects(add(room, "--yes"), /Its file says closing: true\. To close: npx/);
      assert.deepEqual(room.acts, []);
      assert.equal(room.text, text);
    }
  });

  it("takes for a room's settings what the project's file says, too", async () => {
    const config: Record<string, unknown> = incidentConfig();
    const { "clean-room:notification": notification, ...others } = config;
    const room = new RoomHere(others);
    room.project = { "clean-room:notification": notification };
    await add(room, "--yes");
    assert.match(room.text, /snap-0123456789abcdef0/);
    assert.deepEqual(room.acts, ["preview"]);
  });

  it("takes its lines back where it is refused, unless somebody changed the file meanwhile", async () => {
    const room = new RoomHere();
    const { text } = room;
    room.engine = () => ({ reasons: ["no"] });
    await assert.rejects(add(room, "--yes"));
    assert.equal(room.text, text);

    room.engine = () => {
      room.text += "# mine\n";
      return { reasons: ["no"] };
    };
    await assert.rejects(add(room, "--yes"));
    assert.match(room.text, /snap-0123456789abcdef0[^]*# mine\n$/);
  });
});
