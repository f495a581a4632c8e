import assert from "node:assert/strict";

import { findOlder, isSessionId } from "../../../cli/logs/logs";
import { findRecordedStreams, type WrittenRecords } from "../../../cli/logs/recordedStreams";
import { recordingsOf } from "../../../cli/logs/recordings";
import type { CustodyRecord } from "../../../components/evidence/records/recordSchema";
import { placed } from "../../access/documents";
import { ROLES } from "../../support/parties";
import { isAllowed } from "../../support/simulator";

const DAY = (day: number) => new Date(Date.UTC(2026, 0, day));
const GROUP = "/clean-room/sessions/us-east-1a-1";
const OTHER = "/clean-room/sessions/us-east-1b-2";

type Event = readonly [day: number, event: string, room?: object];

/** What the vault has: by day, what was recorded then. */
function vault(...events: readonly Event[]): WrittenRecords {
  return {
    records: new Map(
      events.map(([day, event, room]) => [
        `${day}`,
        { event, facts: { room } } as unknown as CustodyRecord,
      ]),
    ),
    written: new Map(events.map(([day]) => [`${day}`, DAY(day)])),
  };
}

/** A client of CloudWatch Logs: by group, days on which a session of that name was recorded, one to a page. */
function logs(groups: Readonly<Record<string, readonly number[]>>) {
  const asked: string[] = [];
  const send = ({ input }: { input: { logGroupName: string; nextToken?: string } }) => {
    const days = groups[input.logGroupName];
    asked.push(input.logGroupName);
    if (days === undefined) {
      return Promise.reject(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    }
    const page = Number(input.nextToken ?? 0);
    const day = days[page];
    return Promise.resolve({
      logStreams:
        day === undefined
          ? []
          : [
              {
                logStreamName: `jo-${day}`,
                creationTime: DAY(day).getTime(),
                lastEventTimestamp: DAY(day).getTime() + 1,
              },
            ],
      ...(page + 1 < days.length ? { nextToken: String(page + 1) } : {}),
    });
  };
  return { client: { send } as never, asked };
}

describe("Recordings of a case", () => {
  const found = async (
    groups: Readonly<Record<string, readonly number[]>>,
    ...events: readonly Event[]
  ) =>
    (await findRecordedStreams(logs(groups).client, vault(...events))).map(
      ({ session, machine }) => [session, machine],
    );

  it("are those of its own rooms in a slot's log group, each with the workstation of its time", async () => {
    assert.deepEqual(
      await found(
        { [GROUP]: [2, 6, 12, 16, 21, 26] },
        [5, "opening", { workstation: "i-1", recordings: GROUP }],
        [10, "room", { workstation: "i-2", recordings: GROUP }],
        [15, "closing"],
        // Opened again: of what came between another case may have had the slot.
        [20, "reopening"],
        [22, "room", { workstation: "i-3", recordings: GROUP }],
      ),
      [
        ["jo-6", "i-1"],
        ["jo-12", "i-2"],
        ["jo-21", "i-2"],
        ["jo-26", "i-3"],
      ],
    );
  });

  it("are in the log group that its room had by then, and not in one that it left", async () => {
    assert.deepEqual(
      await found(
        { [GROUP]: [6, 12], [OTHER]: [6, 12] },
        [5, "opening", { workstation: "i-1", recordings: GROUP }],
        [10, "room", { workstation: "i-2", recordings: OTHER }],
      ),
      [
        ["jo-6", "i-1"],
        ["jo-12", "i-2"],
      ],
    );
  });

  it("are not looked for where all rooms recorded into one log group: whose they are it does not say", async () => {
    const { client, asked } = logs({});
    const records = vault([5, "opening", { workstation: "i-1" }]);
    assert.deepEqual(await findRecordedStreams(client, records), []);
    assert.deepEqual(asked, []);
  });
});

describe("Sessions that Session Manager tells of no more", () => {
  const older = async (
    groups: Readonly<Record<string, readonly number[]>>,
    records: WrittenRecords,
    sessions: { SessionId: string }[] = [],
  ) => {
    const room = { aws: { logs: logs(groups).client }, settings: { region: "us-east-1" } };
    return findOlder(room as never, records, recordingsOf(records), sessions);
  };
  const opened = vault([5, "opening", { workstation: "i-1", recordings: GROUP }]);

  it("are listed by their recordings, the newest first, and those that it tells of once", async () => {
    const { found, notFound } = await older({ [GROUP]: [6, 7, 8] }, opened, [
      { SessionId: "jo-7" },
    ]);
    assert.deepEqual(
      found.map(({ session }) => session),
      ["jo-8", "jo-6"],
    );
    assert.deepEqual(notFound, []);
  });

  it("are not said to be none where these credentials may not list them: the command is told", async () => {
    const { found, notFound } = await older({}, opened);
    assert.deepEqual(found, []);
    assert.match(notFound[0] ?? "", /^What older sessions were recorded as could not be looked up/);
    assert.match(notFound[1] ?? "", new RegExp(`describe-log-streams .* ${GROUP}$`));
  });

  it("are told to be elsewhere where the room recorded into what all shared", async () => {
    const { notFound } = await older({}, vault([5, "opening", { workstation: "i-1" }]));
    assert.match(notFound.join(), /those of other rooms among them: .* \/clean-room\/sessions$/);
  });

  it("are not looked for in a room that is younger", async () => {
    const young = vault([5, "opening", { workstation: "i-1", recordings: GROUP }]);
    const now = new Map([...young.written.keys()].map((key) => [key, new Date()]));
    assert.deepEqual(await older({}, { ...young, written: now }), { found: [], notFound: [] });
  });
});

describe("A recording's name", () => {
  it("is given to a shell where it is a session's, and no other: root of a workstation can invent it", () => {
    for (const name of ["jane.doe@example.edu-0a1b2c3d", "i-0123", "a+b=c,d-1"]) {
      assert.equal(isSessionId(name), true, name);
    }
    for (const name of ["x; reboot", "$(id)", "--help", "", "a\nb", "`id`", "\u001b[2J"]) {
      assert.equal(isSessionId(name), false, name);
    }
  });
});

describe("Whoever audits", function () {
  this.timeout(60_000);

  it("may list and read recordings by the policy that the foundation places", async () => {
    const { policies } = await placed();
    const identity = [policies["auditor"] as object];
    for (const action of ["logs:DescribeLogStreams", "logs:FilterLogEvents"]) {
      const resource = `arn:aws:logs:us-east-1:111122223333:log-group:${GROUP}`;
      const asked = { principal: ROLES.auditor, action, resource, identity };
      const context = { "aws:RequestedRegion": "us-east-1" };
      assert.equal(await isAllowed({ ...asked, context }), true, action);
    }
  });
});
