import assert from "node:assert/strict";

import { roomCard } from "../../../cli/room/roomSummary";

describe("The card of a room", () => {
  it("takes numbers in quotes, as pulumi config set writes them", () => {
    const card = (size: unknown) =>
      roomCard({ ticket: "INC-1", config: { "clean-room:rootVolumeGiB": size }, outputs: {} });
    assert.deepEqual(card("200"), card(200));
    assert.notDeepEqual(card("200"), card(100));
  });
});
