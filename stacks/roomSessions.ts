import { SESSION_LOG_GROUP } from "../components/access/sessionDocument";
import type { RecordFile } from "../components/evidence/records/custodyRecord";
import { CUSTODY_RECORD } from "../components/evidence/records/recordSchema";
import type { RoomFacts } from "../components/evidence/records/roomForm";
import type { Foundation } from "./foundation";
import { OPENING_RECORD, recordIn, ROOM_RECORD } from "./recordsInState";
import type { StateResource } from "./stateResources";

/** By what the sessions of a room are started, and where they are recorded. */
export interface RoomSessions {
  /** Name of the Session Manager document. */
  readonly document: string;

  /** Name of the log group. */
  readonly logGroup: string;

  /** The same, as records say it; undefined for the group that rooms without a slot's share. */
  readonly recordings: string | undefined;
}

/**
 * How the sessions of a room are recorded: as its slot says, and where a room is open that was opened before slots
 * had documents of their own, as it was opened, since a session that is under way could not be recorded elsewhere.
 *
 * @param slot The slot the room takes.
 * @param known What the engine has of the room.
 * @param opened The record of its opening, where the vault has it and the engine does not.
 */
export function sessionsOfRoom(
  { sessionDocument }: Pick<Foundation, "sessionDocument">,
  slot: Foundation["slots"][number],
  known: readonly StateResource[],
  opened: RecordFile | undefined,
): RoomSessions {
  const was = lastRecorded(known, opened);
  const isOpenOnTheShared =
    was?.workstation !== undefined && was.slot === slot.name && was.recordings === undefined;
  return slot.sessions === undefined || isOpenOnTheShared
    ? { document: sessionDocument, logGroup: SESSION_LOG_GROUP, recordings: undefined }
    : { ...slot.sessions, recordings: slot.sessions.logGroup };
}

/** What the last record says of the room. */
function lastRecorded(
  known: readonly StateResource[],
  opened: RecordFile | undefined,
): RoomFacts | undefined {
  const record =
    recordIn(known, ROOM_RECORD) ??
    recordIn(known, OPENING_RECORD) ??
    (opened && CUSTODY_RECORD.parse(JSON.parse(opened.content)));
  return record?.event === "room" || record?.event === "opening" ? record.facts.room : undefined;
}
