import { S3Client } from "@aws-sdk/client-s3";

import { findCaseRecords } from "../components/evidence/records/caseRecords";
import { fileOf, type RecordFile } from "../components/evidence/records/custodyRecord";
import type { IncidentSettings } from "../settings/parseSettings";
import { findIncidentKey } from "./closing";
import type { RoomThere } from "./roomThere";
import type { Foundation } from "./foundation";
import { OPENING_RECORD } from "./recordsInState";
import { sdkSettings } from "./sdkSettings";

/**
 * Finds the record of an opening that the engine does not know of, as its state was lost or it was killed after
 * writing it: a room is opened once, whatever it has become since.
 *
 * @param there What the engine has of the room, and the keys that carry its ticket. Where the state has the record, the
 *   vault is not asked.
 * @returns the record that names this room's key; undefined where there is none, or the engine has it.
 * @throws Refusal where AWS does not tell.
 */
export async function findOpening(
  { ticket, region }: Pick<IncidentSettings, "ticket" | "region">,
  { vaultBucket }: Pick<Foundation, "vaultBucket">,
  there: Pick<RoomThere, "state" | "keys">,
): Promise<RecordFile | undefined> {
  if (there.state.some(({ name }) => name === OPENING_RECORD)) {
    return undefined;
  }
  const key = await findIncidentKey(ticket, there);
  if (key === undefined) {
    return undefined;
  }
  const s3 = new S3Client(sdkSettings(region));
  const { records, written } = await findCaseRecords(s3, { bucket: vaultBucket, ticket });
  const [first] = [...records]
    .filter(([, { event, facts }]) => event === "opening" && facts.room.incidentKey === key)
    .sort(([a], [b]) => (written.get(a)?.getTime() ?? 0) - (written.get(b)?.getTime() ?? 0));
  return first === undefined ? undefined : fileOf(first[1]);
}
