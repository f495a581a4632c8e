import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { costText, roomCost } from "../../../cli/room/roomCost";

const ROOM = { instanceType: "r6i.xlarge", rootVolumeGiB: 100, disksGiB: [100] };

describe("What a room costs an hour", () => {
  it("is what docs/costs.md says of the same room", () => {
    const page = readFileSync(join(__dirname, "../../../docs/costs.md"), "utf8");
    const [, hour] = /## A room.*?\*\*together\*\* \| \*\*([\d.]+)\*\*/s.exec(page) ?? [];
    assert.equal(roomCost(ROOM).usdPerHour.toFixed(2), hour);
  });

  it("says that a machine's price is not known, and counts the rest", () => {
    const cost = roomCost({ ...ROOM, instanceType: "r6i.32xlarge" });
    assert.ok(cost.usdPerHour < 0.1);
    assert.match(costText(cost, "r6i.32xlarge"), /no price of r6i\.32xlarge/);
  });
});
