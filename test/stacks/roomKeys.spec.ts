import assert from "node:assert/strict";

import { Case } from "../../components/case";
import { findRoomKeys, type RoomKey } from "../../stacks/roomKeys";
import { TICKET } from "../support/examples";

const OF_ROOM = new Case(TICKET).keyDescription;

const key = (id: string, description: string, state = "Enabled"): RoomKey => ({
  id,
  arn: `arn:aws:kms:us-east-1:111122223333:key/${id}`,
  state,
  description,
});

/** An account with these keys, of which the index of tags knows some. */
function account(keys: readonly RoomKey[], tagged: readonly string[], denied: string[] = []) {
  const lookedAt: string[] = [];
  let listings = 0;
  return {
    lookedAt,
    listings: () => listings,
    lookUps: {
      taggedKeys: () =>
        Promise.resolve(keys.filter(({ id }) => tagged.includes(id)).map(({ arn }) => arn)),
      key: (asked: string) => {
        lookedAt.push(asked);
        const found = keys.find(({ id, arn }) => id === asked || arn === asked);
        return denied.includes(asked) || found === undefined
          ? Promise.reject(new Error(found ? "AccessDeniedException: no" : "NotFoundException: no"))
          : Promise.resolve(found);
      },
      keyIds: () => {
        listings += 1;
        return Promise.resolve(keys.map(({ id }) => id));
      },
    },
  };
}

describe("A room's keys", () => {
  const ids = (keys: readonly RoomKey[]) => keys.map(({ id }) => id);
  const find = (
    { lookUps }: ReturnType<typeof account>,
    { known = [], isBegun = true }: { known?: readonly string[]; isBegun?: boolean } = {},
  ) => findRoomKeys(lookUps, TICKET, known, isBegun);

  it("are found in the first minutes, when no index of tags knows them and no alias names them", async () => {
    const aws = account([key("foundation", "Clean room"), key("mine", OF_ROOM)], []);
    assert.deepEqual(ids(await find(aws)), ["mine"]);
  });

  it("are found beside an earlier room's that waits for its deletion, which the index knows still", async () => {
    const earlier = key("earlier", OF_ROOM, "PendingDeletion");
    const aws = account([earlier, key("mine", OF_ROOM)], ["earlier"]);
    assert.deepEqual(ids(await find(aws)), ["earlier", "mine"]);
  });

  it("are both told where there are two", async () => {
    const aws = account([key("first", OF_ROOM), key("second", OF_ROOM)], []);
    assert.deepEqual(ids(await find(aws)), ["first", "second"]);
  });

  it("are no other room's, and none that does not know who asks", async () => {
    const other = key("other", new Case(`${TICKET}-2`).keyDescription);
    const aws = account([other, key("locked", OF_ROOM)], [], ["locked"]);
    assert.deepEqual(await find(aws), []);
  });

  it("are not looked for among all keys where one is known, or nothing of the room is there", async () => {
    const mine = key("mine", OF_ROOM);
    for (const [aws, how] of [
      [account([mine], ["mine"]), {}],
      [account([mine], []), { known: ["mine"] }],
      [account([], []), { isBegun: false }],
    ] as const) {
      await find(aws, { ...how });
      assert.equal(aws.listings(), 0);
    }
  });

  it("are told as there where the index lists one that is gone, or one that may not be looked at", async () => {
    const gone = account([], []);
    const listed = { ...gone.lookUps, taggedKeys: () => Promise.resolve(["arn:x:key/gone"]) };
    assert.deepEqual(await findRoomKeys(listed, TICKET, [], false), []);
    const denied = account([key("mine", OF_ROOM)], ["mine"], [key("mine", "").arn]);
    assert.deepEqual(
      (await find(denied)).map(({ id, state }) => [id, state]),
      [["mine", "unknown"]],
    );
  });
});
