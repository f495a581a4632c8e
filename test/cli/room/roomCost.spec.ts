import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { costText, roomCost } from "../../../cli/room/roomCost";

const MACHINE = { instanceType: "r6i.xlarge", rootVolumeGiB: 100 };
const ROOM = { machines: [MACHINE], disksGiB: [100] };

describe("What a room costs an hour", () => {
  it("counts every workstation", () => {
    const more = { ...ROOM, machines: [MACHINE, MACHINE] };
    const root = (100 * 0.08) / 730;
    const hour = roomCost(more).usdPerHour - roomCost(ROOM).usdPerHour;
    assert.equal(hour.toFixed(4), (0.252 + root).toFixed(4));
  });

  it("is what docs/costs.md says of the same room", () => {
    const page = readFileSync(join(__dirname, "../../../docs/costs.md"), "utf8");
    const [, hour] = /## A room.*?\*\*together\*\* \| \*\*([\d.]+)\*\*/s.exec(page) ?? [];
    assert.equal(roomCost(ROOM).usdPerHour.toFixed(2), hour);
  });

  it("says that a machine's price is not known, and counts the rest", () => {
    const large = { ...MACHINE, instanceType: "r6i.32xlarge" };
    const cost = roomCost({ ...ROOM, machines: [large] });
    assert.ok(cost.usdPerHour < 0.1);
    assert.equal(roomCost({ ...ROOM, machines: [MACHINE, large] }).withMachine, false);
    assert.match(costText(cost, "r6i.32xlarge"), /no price of r6i\.32xlarge/);
  });
});
