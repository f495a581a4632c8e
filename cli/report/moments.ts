import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { type RoomFacts, workstationsOf } from "../../components/evidence/records/roomForm";
import type { Moment } from "./caseReport";
import { type KnownCase, sourceOf, sourceOfRecording } from "./knownCase";

/** What happened when, each by the clock of who says so; in order. */
export function momentsOf(known: KnownCase): Moment[] {
  const { records, read, objects, ofCase, snapshots, volumes, machines } = known;
  const moments: Moment[] = [
    ...records.map(({ key, written, source }) => {
      const record = read.get(key);
      const by =
        record === undefined
          ? undefined
          : "deployedBy" in record.facts
            ? record.facts.deployedBy
            : record.event === "acquisition"
              ? record.facts.recordedBy
              : undefined;
      return {
        at: iso(written),
        clock: "S3" as const,
        said: record === undefined ? "a record that is not what it should be" : wordsOf(record),
        ...(by === undefined ? {} : { who: by }),
        sources: [source],
      };
    }),
    ...objects
      .filter(({ key }) => !key.startsWith(ofCase.records) && !key.startsWith(ofCase.signatures))
      .map((object) => ({
        at: iso(object.written),
        clock: "S3" as const,
        said: `${object.key} was written, ${object.size} bytes`,
        sources: [sourceOf(object)],
      })),
    ...snapshots.flatMap(({ id, begun, source }) =>
      moment(begun, "EC2", `the copy ${id}${source ? ` of ${source}` : ""} was begun`, {
        kind: "snapshot",
        id,
      }),
    ),
    ...volumes.flatMap(({ id, created, source }) =>
      moment(created, "EC2", `the volume ${id}${source ? ` of ${source}` : ""} was made`, {
        kind: "volume",
        id,
      }),
    ),
    ...machines.flatMap(({ id, started }) =>
      moment(started, "EC2", `${id} was started`, { kind: "instance", id }),
    ),
    ...known.events
      .filter(({ name }) => name !== "GetObject")
      .map(({ id, at, name, who, about, refused }) => ({
        at: iso(at),
        clock: "CloudTrail" as const,
        said: `${name} of ${about}${refused === undefined ? "" : `, which AWS refused: ${refused}`}`,
        who,
        sources: [{ kind: "event" as const, id }],
      })),
    ...known.sessions.flatMap(({ id, who, machine, from, to }) => [
      ...moment(from, "Systems Manager", `a session on ${machine} began`, {
        kind: "session",
        id,
      }).map((each) => ({ ...each, who })),
      ...moment(to, "Systems Manager", `a session on ${machine} ended`, {
        kind: "session",
        id,
      }).map((each) => ({ ...each, who })),
    ]),
    ...(known.recordings ?? []).flatMap((recording) =>
      moment(
        recording.begun,
        "CloudWatch Logs",
        `the recording of a session on ${recording.machine} began, ${recording.session}`,
        sourceOfRecording(recording),
      ),
    ),
    ...known.hashes.flatMap(({ volume, startedAt, finishedAt, source }) => [
      ...moment(startedAt, "workstation", `hashing of ${volume} began`, source),
      ...moment(finishedAt, "workstation", `hashing of ${volume} ended`, source),
    ]),
    ...records.flatMap(({ key, source }) => {
      const record = read.get(key);
      if (record?.event === "acquisition") {
        const { source: from, begun, ended } = record.facts;
        return [
          ...moment(begun, "Systems Manager", `the acquisition of ${from.instance} began`, source),
          ...moment(ended, "Systems Manager", `the acquisition of ${from.instance} ended`, source),
        ];
      }
      return record?.event === "evidence"
        ? moment(
            record.facts.claimed.sourceTaken,
            "claim",
            `the moment that the disk of ${record.facts.source.snapshot} shows, as the handover claims`,
            source,
          )
        : [];
    }),
  ];
  return moments
    .map((each, index) => ({ each, index }))
    .sort((a, b) => (a.each.at === b.each.at ? a.index - b.index : a.each.at < b.each.at ? -1 : 1))
    .map(({ each }) => each);
}

function moment(
  at: Date | string | undefined,
  clock: Moment["clock"],
  said: string,
  source: Moment["sources"][number],
): Moment[] {
  const date = typeof at === "string" ? new Date(at) : at;
  return date === undefined || Number.isNaN(date.getTime())
    ? []
    : [{ at: iso(date), clock, said, sources: [source] }];
}

function machinesIn(room: RoomFacts): string {
  return workstationsOf(room).join(" and ") || "no workstation";
}

/** What a record tells, in a line. */
function wordsOf(record: CustodyRecord): string {
  switch (record.event) {
    case "opening":
      return `the room was opened in ${record.facts.room.slot}, with ${machinesIn(record.facts.room)}`;
    case "room":
      return `the room is as recorded from now on, with ${machinesIn(record.facts.room)}`;
    case "evidence":
      return `${record.facts.source.snapshot} of ${record.facts.source.account} is preserved as ${record.facts.preserved.snapshot}`;
    case "attachment":
      return `${record.facts.working.volume}, made of ${record.facts.preserved}, is attached to ${record.facts.working.instance} as ${record.facts.working.device}`;
    case "withdrawal":
      return `${record.facts.source.snapshot} was withdrawn; ${record.facts.preserved.snapshot} stays`;
    case "closing":
      return `the room was closed: ${record.facts.remains.preservedSnapshots.length} preserved copies remain`;
    case "reopening":
      return "the room was opened again";
    case "acquisition": {
      const { source, acquired, complete, prefix } = record.facts;
      const what = acquired === "all" ? "memory and state" : acquired;
      return `${what} of ${source.account}/${source.region}/${source.instance} ${complete ? "were" : "were not wholly"} acquired to ${prefix}`;
    }
    case "destruction":
      return `the deletion of ${record.facts.key} is scheduled for ${record.facts.deletionDate}`;
  }
}

function iso(date: Date): string {
  return date.toISOString();
}
