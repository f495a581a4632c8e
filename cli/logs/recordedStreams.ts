import {
  type CloudWatchLogsClient,
  DescribeLogStreamsCommand,
} from "@aws-sdk/client-cloudwatch-logs";

import { SESSION_LOG_GROUP } from "../../components/access/sessionDocument";
import { pages } from "../../components/aws/pages";
import type { FoundRecords } from "../../components/evidence/records/caseRecords";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { type RoomFacts, workstationsOf } from "../../components/evidence/records/roomForm";

/** How far back Session Manager tells of sessions. Source: Systems Manager user guide, "Viewing session history". */
export const TOLD = 30 * 24 * 60 * 60 * 1000;

/** What a session was recorded as. */
export interface RecordedStream {
  /** The stream's name, which is the id of the session. */
  readonly session: string;
  readonly logGroup: string;

  /** The case's workstation by then, `i-…`, or all of several; the stream does not say it. */
  readonly machine: string;

  /** When the stream was made, as CloudWatch Logs says. */
  readonly begun: Date;

  /** When the last line was written, as who wrote it says. */
  readonly last?: Date | undefined;
}

/** The records of a case, and when each was written. */
export type WrittenRecords = Pick<FoundRecords, "records" | "written">;

/** Log groups that a case's rooms had to themselves while they were open. What all rooms shared says not whose it is. */
export function ownLogGroups({ records }: Pick<WrittenRecords, "records">): readonly string[] {
  const groups = [...records.values()].flatMap((record) => roomIn(record)?.recordings ?? []);
  return [...new Set(groups)].filter((group) => group !== SESSION_LOG_GROUP).sort();
}

/**
 * The recordings of a case, however old, in the order of their times. A slot's log group has those of all its rooms: of
 * this case are those that began between a record of its room and the room's closing.
 */
export async function findRecordedStreams(
  client: Pick<CloudWatchLogsClient, "send">,
  records: WrittenRecords,
): Promise<readonly RecordedStream[]> {
  const found: RecordedStream[] = [];
  for (const logGroup of ownLogGroups(records)) {
    const told = await pages(async (nextToken) => {
      const { logStreams = [], nextToken: NextToken } = await client.send(
        new DescribeLogStreamsCommand({ logGroupName: logGroup, nextToken }),
      );
      return { logStreams, NextToken };
    });
    for (const { logStreamName, creationTime, lastEventTimestamp } of told.flatMap(
      ({ logStreams }) => logStreams,
    )) {
      const begun = creationTime === undefined ? undefined : new Date(creationTime);
      const room = begun === undefined ? undefined : roomAt(records, begun);
      const machines = room === undefined ? [] : workstationsOf(room);
      if (
        logStreamName !== undefined &&
        begun !== undefined &&
        room?.recordings === logGroup &&
        machines.length > 0
      ) {
        found.push({
          session: logStreamName,
          logGroup,
          machine: machines.join(" or "),
          begun,
          ...(lastEventTimestamp === undefined ? {} : { last: new Date(lastEventTimestamp) }),
        });
      }
    }
  }
  return found.sort((a, b) => a.begun.getTime() - b.begun.getTime());
}

/** The case's room at a time, as its last record of before says; undefined before it was opened and while it was closed. */
function roomAt({ records, written }: WrittenRecords, at: Date): RoomFacts | undefined {
  const before = [...records]
    .flatMap(([key, record]) => {
      const time = written.get(key);
      return time === undefined || time > at ? [] : [{ record, time }];
    })
    .sort((a, b) => a.time.getTime() - b.time.getTime());
  let room: RoomFacts | undefined;
  let isOpen: boolean | undefined;
  for (const { record } of before) {
    room = roomIn(record) ?? room;
    isOpen =
      record.event === "closing"
        ? false
        : record.event === "reopening" || record.event === "opening"
          ? true
          : // A record of a room is written anew in one that is open, and opens none.
            (isOpen ?? room !== undefined);
  }
  return isOpen === true ? room : undefined;
}

function roomIn(record: CustodyRecord): RoomFacts | undefined {
  return record.event === "opening" || record.event === "room" ? record.facts.room : undefined;
}
