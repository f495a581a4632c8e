import {
  findRecordedStreams,
  ownLogGroups,
  type RecordedStream,
  TOLD,
  type WrittenRecords,
} from "../logs/recordedStreams";
import type { SessionFact } from "./caseFacts";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/**
 * The recordings of sessions that Session Manager tells of no more. Of a case that is younger than that they are not asked
 * for: all of its sessions are told.
 *
 * @param sessions Those that are told.
 * @param time The time that the case is of.
 */
export async function findRecordings(
  logs: ReportAws["logs"],
  records: WrittenRecords,
  sessions: readonly SessionFact[],
  time: { readonly from: Date; readonly to: Date },
  reading: Reading,
): Promise<readonly RecordedStream[]> {
  const groups = ownLogGroups(records);
  if (groups.length === 0 || time.to.getTime() - time.from.getTime() <= TOLD) {
    return [];
  }
  const what = `The recordings in ${groups.join(" and ")}`;
  const found = await reading.of<readonly RecordedStream[]>({ what, opens: [] }, [], () =>
    findRecordedStreams(logs, records),
  );
  return found.filter(({ session }) => sessions.every(({ id }) => id !== session));
}
