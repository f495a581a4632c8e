import assert from "node:assert/strict";

import { readRecording, recordingsOf } from "../../../cli/logs/recordings";
import type { CustodyRecord } from "../../../components/evidence/records/recordSchema";
import type { RoomFacts } from "../../../components/evidence/records/roomForm";

const BESIDE = { name: "windows", instance: "i-3", image: "ami-1" };

const DAY = (day: number) => new Date(Date.UTC(2026, 10, day));

/** What the vault has: by day, the rooms of the records that were written then. */
function vault(rooms: readonly (readonly [number, Partial<RoomFacts>])[]) {
  return {
    records: new Map(
      rooms.map(([day, room], index) => {
        const record = { event: index === 0 ? "opening" : "room", facts: { room } };
        return [`${day}`, record as unknown as CustodyRecord];
      }),
    ),
    written: new Map(rooms.map(([day]) => [`${day}`, DAY(day)])),
  };
}

describe("The recording of a session", () => {
  it("is asked for whole: by the request whose pages the AWS CLI follows", () => {
    const group = "/clean-room/sessions/us-east-1a-1";
    const args = readRecording("jo-0123", "us-east-1", group).join(" ");
    assert.match(args, /^logs filter-log-events --region us-east-1 /);
    assert.match(args, / --log-group-name \/clean-room\/sessions\/us-east-1a-1 /);
    assert.match(args, / --log-stream-names jo-0123 /);
    // Nor from a time on: a record can be written anew after a session that it is of.
    assert.doesNotMatch(args, /--no-paginate|--max-items|--limit|--start-time/);
  });

  it("is where the room's records say, and where earlier rooms shared one log group, there", () => {
    const recordings = "/clean-room/sessions/us-east-1a-1";
    assert.deepEqual(
      recordingsOf(
        vault([
          [3, { workstation: "i-1" }],
          [9, { workstation: "i-2", recordings, workstations: [BESIDE] }],
        ]),
      ),
      [
        { workstation: "i-2", logGroup: recordings, since: DAY(9) },
        { workstation: "i-3", logGroup: recordings, since: DAY(9) },
        { workstation: "i-1", logGroup: "/clean-room/sessions", since: DAY(3) },
      ],
    );
  });

  it("is none of an earlier room's in the same slot where Session Manager does not say whose it is", () => {
    const recordings = "/clean-room/sessions/us-east-1a-1";
    const [place] = recordingsOf(
      vault([
        [5, { workstation: "i-2", recordings }],
        [9, { workstation: "i-2", recordings }],
      ]),
    );
    assert.ok(place !== undefined);
    assert.match(
      readRecording("jo-0123", "us-east-1", place.logGroup, place.since).join(" "),
      new RegExp(` --start-time ${DAY(5).getTime()} `),
    );
  });
});
