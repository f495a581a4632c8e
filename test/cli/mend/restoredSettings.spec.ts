import assert from "node:assert/strict";

import {
  CUSTODY_RECORD,
  type CustodyRecord,
} from "../../../components/evidence/records/recordSchema";
import { incidentTags } from "../../../components/tags";
import { restoredEvidence } from "../../../cli/mend/restoredEvidence";
import { restoredSettings } from "../../../cli/mend/restoredSettings";
import { asText, type IncidentSettings, parseSettings } from "../../../settings/parseSettings";
import { arnOf, deploy, idOf } from "../../support/deployment";
import {
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  SNAPSHOT,
  STACK,
  TICKET,
} from "../../support/examples";

const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const KEY = "arn:aws:kms:us-east-1:222233334444:key/0f1e2d3c-0000-4000-8000-000000000000";

/** Settings that a record tells of, each otherwise than by default. */
const EVERYTHING = {
  "clean-room:tags": { "cost-centre": "4711" },
  "clean-room:tools": ["encase", "syslog"],
  "clean-room:ports": [
    { name: "collector", protocol: "tcp", fromPort: 9000, toPort: 9001, initiator: "suspect" },
    { name: "console", protocol: "udp", fromPort: 9100, toPort: 9100, initiator: "room" },
    { name: "talk", protocol: "tcp", fromPort: 9200, toPort: 9200, initiator: "either" },
  ],
  "clean-room:suspectCidrs": ["10.20.30.40/32", "10.20.31.0/24"],
  "clean-room:responderRoles": [ROLE],
  "clean-room:investigators": ["arn:aws:iam::111122223333:role/investigator"],
  "clean-room:suspectKeys": [
    {
      keyArn: KEY,
      assumeRole: "arn:aws:iam::222233334444:role/clean-room/transfer-key-grants",
    },
  ],
  "clean-room:instanceType": "r6i.2xlarge",
  "clean-room:workstations": [{ name: "windows", instanceType: "r6i.4xlarge" }],
  "clean-room:evidence": [
    {
      snapshot: SNAPSHOT,
      account: "222233334444",
      device: "/dev/sdf",
      workstation: "windows",
      sourceVolume: "vol-0123456789abcdef0",
      sourceInstance: "i-0aaaaaaaaaaaaaaaa",
      sourceDevice: "/dev/xvda",
      sourceTaken: "2026-11-21T03:00:00Z",
      sha256: "ab".repeat(32),
    },
  ],
};

/** The records that a room writes, by key, in the order in which they are declared. */
async function recordsOf(config: Readonly<Record<string, unknown>>) {
  const account = { snapshots: { [SNAPSHOT]: { ownerId: "222233334444", state: "completed" } } };
  const room = await deploy(STACK, incidentConfig(config), {
    answers: answersOf(account),
    ec2: ec2Of(account),
    foundation: FOUNDATION_OUTPUTS,
  });
  const objects = room
    .ofType(OBJECT)
    .map(({ inputs }) => inputs as { key: string; content: string });
  return new Map(
    objects.map(({ key, content }): [string, CustodyRecord] => [
      key,
      CUSTODY_RECORD.parse(JSON.parse(content)),
    ]),
  );
}

function parsed(config: Readonly<Record<string, unknown>>): IncidentSettings {
  return parseSettings({
    project: "clean-room",
    stack: STACK,
    values: asText(config),
  }) as IncidentSettings;
}

describe("A room's settings, restored from its records", () => {
  for (const [title, config] of [
    ["with everything that a record tells", EVERYTHING],
    ["with what a room needs and no more", {}],
  ] as const) {
    it(`are what they were, ${title}`, async () => {
      const before = incidentConfig(config);
      const records = await recordsOf(config);
      const written = new Map([...records.keys()].map((key, at) => [key, new Date(at)]));
      const room = [...records.values()].find(({ event }) => event === "room");
      assert.ok(room?.event === "room");
      const settings = parsed(before);
      const restored = restoredSettings({
        ticket: TICKET,
        auditStack: settings.auditStack,
        room: room.facts.room,
        tags: incidentTags(settings),
        evidence: restoredEvidence(
          { records, written },
          arnOf("incident-key"),
          [],
          new Map([[idOf("machine-windows-instance"), "windows"]]),
        ).entries,
        instanceTypes: new Map([
          ["main", settings.instanceType],
          ...settings.workstations.map(({ name }) => [name, "r6i.4xlarge"] as const),
        ]),
        closing: false,
      });
      assert.deepEqual(parsed(restored), settings);
      assert.deepEqual(Object.keys(restored).sort(), Object.keys(before).sort());
    });
  }

  it("name a workstation that is there and in no record, as where the engine was killed before it wrote one", async () => {
    const records = await recordsOf({});
    const room = [...records.values()].find(({ event }) => event === "opening");
    assert.ok(room?.event === "opening");
    const restored = restoredSettings({
      ticket: TICKET,
      auditStack: "audit",
      room: room.facts.room,
      tags: incidentTags(parsed(incidentConfig())),
      evidence: [],
      instanceTypes: new Map([
        ["windows", "r6i.4xlarge"],
        ["main", "r6i.xlarge"],
        ["No Name!", "r6i.xlarge"],
      ]),
      closing: false,
    });
    assert.deepEqual(restored["clean-room:workstations"], [
      { name: "windows", instanceType: "r6i.4xlarge" },
    ]);
    parsed(restored);
  });

  it("name another audit stack, and that the room is being closed", async () => {
    const records = await recordsOf({});
    const room = [...records.values()].find(({ event }) => event === "opening");
    assert.ok(room?.event === "opening");
    const restored = restoredSettings({
      ticket: TICKET,
      auditStack: "acme/clean-room/audit-west",
      room: room.facts.room,
      tags: incidentTags(parsed(incidentConfig())),
      evidence: [],
      instanceTypes: new Map(),
      closing: true,
    });
    const { auditStack, closing } = parsed(restored);
    assert.deepEqual([auditStack, closing], ["acme/clean-room/audit-west", true]);
  });
});

describe("A room's evidence, restored from its records", () => {
  const source = { account: "222233334444", ownerCompared: true as const };
  const preserved = { snapshot: "snap-0bbbbbbbbbbbbbbbb", key: KEY, sizeGiB: 8 };
  const common = { form: "clean-room/record/3" as const, ticket: TICKET };
  const evidence = (snapshot: string, claimed: object = {}): CustodyRecord => ({
    ...common,
    event: "evidence",
    facts: { source: { ...source, snapshot }, preserved, claimed },
  });
  const attachment = (snapshot: string, device: string): CustodyRecord => ({
    ...common,
    event: "attachment",
    facts: {
      source: snapshot,
      preserved: preserved.snapshot,
      working: { volume: "vol-0a", key: KEY, instance: "i-0a", device, hashRecord: "" },
    },
  });
  const withdrawal = (snapshot: string): CustodyRecord => ({
    ...common,
    event: "withdrawal",
    facts: { source: { ...source, snapshot }, preserved },
  });
  const restored = (
    records: readonly CustodyRecord[],
    volumes: { sourceSnapshotId: string; device: string | undefined }[] = [],
  ) => {
    const keys = records.map((_, at) => `records/${TICKET}/${String(at)}.json`);
    return restoredEvidence(
      {
        records: new Map(records.map((record, at) => [keys[at] ?? "", record])),
        // The vault lists by name, whatever was written when.
        written: new Map(keys.map((key, at) => [key, new Date(at)])),
      },
      KEY,
      volumes,
    );
  };

  it("has the newest claims, and the device that EC2 says", () => {
    const records = [
      evidence("snap-0a"),
      attachment("snap-0a", "/dev/sdf"),
      evidence("snap-0a", { sourceDevice: "/dev/xvda" }),
    ];
    const entry = { snapshot: "snap-0a", account: source.account, sourceDevice: "/dev/xvda" };
    assert.deepEqual(
      restored(records, [{ sourceSnapshotId: "snap-0a", device: "/dev/sdg" }]).entries,
      [{ ...entry, device: "/dev/sdg" }],
    );
    assert.deepEqual(restored(records).entries, [{ ...entry, device: "/dev/sdf" }]);
  });

  it("is withdrawn, or not attached, where its newest record says so", () => {
    const { entries } = restored([
      evidence("snap-0a"),
      attachment("snap-0a", "/dev/sdf"),
      withdrawal("snap-0a"),
      evidence("snap-0b"),
    ]);
    assert.deepEqual(entries, [
      { snapshot: "snap-0a", account: source.account, withdrawn: true },
      { snapshot: "snap-0b", account: source.account, attach: false },
    ]);
  });

  it("leaves out what only an earlier room had, and says which copy this one works on", () => {
    const closing = (key: string): CustodyRecord =>
      ({
        ...common,
        event: "closing",
        facts: {
          existed: {
            evidence: ["snap-0a", "snap-0b"].map((snapshot) => ({
              source: { ...source, snapshot },
            })),
          },
          destruction: { key },
        },
      }) as unknown as CustodyRecord;
    const records = [evidence("snap-0a"), evidence("snap-0b")];
    const earlier = restored(
      [...records, closing("arn:aws:kms:us-east-1:111122223333:key/earlier")],
      [{ sourceSnapshotId: "snap-0b", device: "/dev/sdf" }],
    );
    assert.deepEqual(earlier.ofEarlierRooms, ["snap-0a"]);
    assert.deepEqual(earlier.entries, [
      {
        snapshot: "snap-0b",
        account: source.account,
        device: "/dev/sdf",
        preserved: preserved.snapshot,
      },
    ]);
    // Its own closing takes nothing away.
    assert.equal(restored([...records, closing(KEY)]).entries.length, 2);
  });

  it("says why a disk has no hash, as its closing record does", () => {
    const closing = {
      ...common,
      event: "closing",
      facts: {
        existed: {
          evidence: [
            { source: { ...source, snapshot: "snap-0a" }, unhashed: "the agent was gone" },
          ],
        },
        destruction: { key: KEY },
      },
    } as unknown as CustodyRecord;
    const [entry] = restored([evidence("snap-0a"), closing]).entries;
    assert.equal(entry?.["unhashed"], "the agent was gone");
  });
});
