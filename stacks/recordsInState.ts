import { CUSTODY_RECORD, type CustodyRecord } from "../components/evidence/records/recordSchema";
import type { StateResource } from "./stateResources";

/** Logical name of the record that a room was opened. */
export const OPENING_RECORD = "opening-record";

/** Logical name of the record of a room as it is by now. */
export const ROOM_RECORD = "room-record";

/** Logical name of a room's closing record. */
export const CLOSING_RECORD = "closing-record";

/** Logical name of the record of its being opened again. */
export const REOPENING_RECORD = "reopening-record";

/** The custody record that the engine has under this name, as it was written. */
export function recordIn(state: readonly StateResource[], name: string): CustodyRecord | undefined {
  const resource = state.find((each) => each.name === name);
  return resource && recordOf(resource);
}

/** The custody record that a resource of a room is; undefined where it is none. */
export function recordOf({ outputs }: StateResource): CustodyRecord | undefined {
  try {
    return CUSTODY_RECORD.safeParse(JSON.parse(String(outputs["content"]))).data;
  } catch {
    return undefined;
  }
}
