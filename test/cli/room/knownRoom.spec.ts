import assert from "node:assert/strict";

import { findRoom } from "../../../cli/room/knownRoom";
import { READING, type Surroundings } from "../../../cli/room/surroundings";
import { STACK, TICKET } from "../../support/examples";
import { RoomHere } from "./roomHere";

describe("A room that is found by its ticket", () => {
  it("has the ticket as its settings spell it, however it was typed", async () => {
    const around = new RoomHere().around as Surroundings;
    for (const typed of [TICKET, TICKET.toLowerCase()]) {
      const { ticket, stack } = await findRoom(typed, around, READING);
      assert.deepEqual({ ticket, stack }, { ticket: TICKET, stack: STACK }, typed);
    }
  });
});
