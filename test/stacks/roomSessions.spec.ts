import assert from "node:assert/strict";

import { recordFile } from "../../components/evidence/records/custodyRecord";
import type { RoomFacts } from "../../components/evidence/records/roomForm";
import { asText, type IncidentSettings, parseSettings } from "../../settings/parseSettings";
import type { Foundation } from "../../stacks/foundation";
import { OPENING_RECORD, ROOM_RECORD } from "../../stacks/recordsInState";
import { roomFacts } from "../../stacks/roomFacts";
import { sessionsOfRoom } from "../../stacks/roomSessions";
import type { StateResource } from "../../stacks/stateResources";
import { FOUNDATION_OUTPUTS, incidentConfig, STACK, TICKET } from "../support/examples";

const FOUNDATION = FOUNDATION_OUTPUTS as unknown as Foundation;
const [SLOT, OTHER_SLOT] = FOUNDATION.slots as [Foundation["slots"][0], Foundation["slots"][0]];
const SHARED = { document: "clean-room-session", logGroup: "/clean-room/sessions" };
const PROGRAM = { version: "1.0.0", policyPackVersion: "1.0.0" };

/** What records say of the room in the first slot. */
function room(recordings: string | undefined): RoomFacts {
  const settings = parseSettings({
    project: "clean-room",
    stack: STACK,
    values: asText(incidentConfig()),
  });
  return roomFacts(settings as IncidentSettings, FOUNDATION, {
    slot: { name: SLOT.name, subnetId: "subnet-0123456789abcdef0" },
    instanceId: "i-0123456789abcdef0",
    amiId: "ami-0123456789abcdef0",
    toolboxDigest: "unknown",
    keyArn: "arn:aws:kms:us-east-1:111122223333:key/incident",
    rules: [],
    recordings,
  }) as RoomFacts;
}

/** The record of its opening, or of what it is by now. */
function record(event: "opening" | "room", recordings?: string) {
  const facts = { program: PROGRAM, room: room(recordings) };
  return event === "room"
    ? recordFile("room", TICKET, facts)
    : recordFile("opening", TICKET, {
        deployedBy: "arn:aws:iam::111122223333:role/incident-deployer",
        ...facts,
      });
}

function state(name: string, { content }: { readonly content: string }): StateResource[] {
  return [{ name, type: "aws:s3/bucketObjectv2:BucketObjectv2", outputs: { content } }] as never;
}

/** Where the room's sessions are recorded. */
function logGroup(
  slot: Foundation["slots"][number],
  known: readonly StateResource[],
  opened?: ReturnType<typeof record>,
): string {
  return sessionsOfRoom(FOUNDATION, slot, known, opened).logGroup;
}

describe("The sessions of a room", () => {
  it("are recorded in its slot's log group, by its slot's document", () => {
    assert.deepEqual(sessionsOfRoom(FOUNDATION, SLOT, [], undefined), {
      document: `clean-room-session-${SLOT.name}`,
      logGroup: `/clean-room/sessions/${SLOT.name}`,
      recordings: `/clean-room/sessions/${SLOT.name}`,
    });
    assert.notEqual(logGroup(SLOT, []), logGroup(OTHER_SLOT, []));
  });

  it("stay there as long as the room is open", () => {
    const own = `/clean-room/sessions/${SLOT.name}`;
    assert.equal(logGroup(SLOT, state(ROOM_RECORD, record("room", own))), own);
    assert.equal(logGroup(SLOT, [], record("opening", own)), own);
  });

  it("stay in the log group that all shared, where the room was opened before slots had their own", () => {
    for (const [known, opened] of [
      [state(ROOM_RECORD, record("room")), undefined],
      [state(OPENING_RECORD, record("opening")), undefined],
      // The engine's state was lost.
      [[], record("opening")],
    ] as const) {
      assert.deepEqual(sessionsOfRoom(FOUNDATION, SLOT, known, opened), {
        ...SHARED,
        recordings: undefined,
      });
    }
  });

  it("are not those of a slot that it has left, as there was no workstation to be had there", () => {
    const { name } = OTHER_SLOT;
    const known = state(ROOM_RECORD, record("room"));
    assert.equal(logGroup(OTHER_SLOT, known), `/clean-room/sessions/${name}`);
  });

  it("are recorded where all are, on a foundation that an earlier program deployed last", () => {
    const { sessions: _, ...slot } = SLOT;
    assert.deepEqual(sessionsOfRoom(FOUNDATION, slot, [], undefined), {
      ...SHARED,
      recordings: undefined,
    });
  });
});
