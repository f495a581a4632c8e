import { SESSION_LOG_GROUP } from "../../components/access/sessionDocument";
import { workstationsOf } from "../../components/evidence/records/roomForm";
import type { FoundRecords } from "../../components/evidence/records/caseRecords";

/** A workstation of a case, and where the sessions on it are recorded. */
export interface Recordings {
  /** `i-…`. */
  readonly workstation: string;

  /** Name of the log group. */
  readonly logGroup: string;

  /**
   * When the first record that names the workstation was written. A slot has one room at a time, and its log group keeps
   * what was recorded of those before: what is older is not this case's.
   */
  readonly since: Date;
}

/** The workstations that a case's rooms had, the newest first. */
export function recordingsOf({
  records,
  written,
}: Pick<FoundRecords, "records" | "written">): Recordings[] {
  const found = new Map<string, Recordings>();
  for (const [key, { event, facts }] of records) {
    const at = written.get(key);
    if ((event !== "opening" && event !== "room") || at === undefined) {
      continue;
    }
    const { recordings: logGroup = SESSION_LOG_GROUP } = facts.room;
    for (const workstation of workstationsOf(facts.room)) {
      const known = found.get(workstation);
      if (known === undefined || at < known.since) {
        found.set(workstation, { workstation, logGroup, since: at });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.since.getTime() - a.since.getTime());
}

/**
 * What the AWS CLI is asked for a recording. The stream of a session has the session's id. Of get-log-events the
 * AWS CLI asks one page alone, of this every page.
 *
 * @param since What is older is left out.
 *
 * Source: Systems Manager user guide, "Logging session data using CloudWatch Logs"; AWS CLI reference.
 */
export function readRecording(
  session: string,
  region: string,
  logGroup: string,
  since?: Date,
): string[] {
  return [
    ...["logs", "filter-log-events", "--region", region, "--log-group-name", logGroup],
    ...["--log-stream-names", session],
    ...(since === undefined ? [] : ["--start-time", String(since.getTime())]),
    // Each in a line of its own.
    ...["--query", "events[].[message]", "--output", "text"],
  ];
}
