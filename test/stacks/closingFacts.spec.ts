import assert from "node:assert/strict";

import { recordFile } from "../../components/evidence/records/custodyRecord";
import type { EvidenceFacts } from "../../components/evidence/records/evidenceForm";
import type { RoomFacts } from "../../components/evidence/records/roomForm";
import { asText, type IncidentSettings, parseSettings } from "../../settings/parseSettings";
import { closingFacts, type ClosingRoom } from "../../stacks/closingFacts";
import type { Foundation } from "../../stacks/foundation";
import { roomFacts } from "../../stacks/roomFacts";
import {
  FOUNDATION_OUTPUTS,
  incidentConfig,
  STACK,
  SUSPECT_KEY,
  TICKET,
  TRANSFER_KEY,
} from "../support/examples";

const MEMBER = "222233334444";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/incident";
const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;
const DEPLOYER = "arn:aws:iam::111122223333:role/incident-deployer";

const SETTINGS = parseSettings({
  project: "clean-room",
  stack: STACK,
  values: asText(incidentConfig()),
}) as IncidentSettings;

const ROOM = roomFacts(SETTINGS, FOUNDATION_OUTPUTS as unknown as Foundation, {
  slot: { name: "us-east-1a-1", subnetId: "subnet-0123456789abcdef0" },
  instanceId: "i-0123456789abcdef0",
  amiId: "ami-0123456789abcdef0",
  toolboxDigest: "unknown",
  keyArn: KEY,
  rules: [],
}) as RoomFacts;

/** A disk as evidence; its ids end with the same digit. */
function disk(digit: string, working = true): ClosingRoom["evidence"][number] {
  const facts: EvidenceFacts = {
    source: { snapshot: `snap-1234567${digit}`, account: MEMBER, ownerCompared: true },
    claimed: {},
    preserved: { snapshot: copyOf(digit), key: KEY, sizeGiB: 8 },
    ...(working ? { working: { volume: `vol-1234567${digit}`, key: KEY } } : {}),
  };
  return { facts, records: [recordKey(digit)] };
}

function copyOf(digit: string): string {
  return `snap-8765432${digit}`;
}

function recordKey(digit: string): string {
  return `records/${TICKET}/${digit.repeat(64)}.json`;
}

/** The facts of a closing, which fit the schema of records. */
function factsOf(of: Partial<ClosingRoom> = {}) {
  const facts = closingFacts({
    settings: SETTINGS,
    deployedBy: `${DEPLOYER.replace("iam", "sts")}/ir`.replace(":role/", ":assumed-role/"),
    program: { version: "0.1.0", policyPackVersion: "0.1.0" },
    was: { room: undefined, grants: [], claims: new Map() },
    room: ROOM,
    evidence: [],
    preservedCopies: [],
    records: [recordKey("e"), recordKey("f")],
    transferKey: TRANSFER_KEY,
    grantees: [DEPLOYER],
    gone: [],
    reopenings: [],
    ...of,
  });
  recordFile("closing", TICKET, facts);
  return facts;
}

describe("what a closing record says", () => {
  it("does not depend on the order of the evidence", () => {
    const disks = [disk("0"), disk("1"), disk("2", false)];
    assert.deepEqual(factsOf({ evidence: disks }), factsOf({ evidence: [...disks].reverse() }));
  });

  it("names every copy that carries the ticket once, and every working volume", () => {
    const { remains, destruction } = factsOf({
      evidence: [disk("1"), disk("0", false)],
      preservedCopies: [copyOf("9"), copyOf("1")],
    });
    assert.deepEqual(remains.preservedSnapshots, [copyOf("0"), copyOf("1"), copyOf("9")]);
    assert.deepEqual(destruction.workingVolumes, ["vol-12345671"]);
    assert.deepEqual(remains.records, ["e", "f", "0", "1"].map(recordKey));
  });

  it("names nothing as kept or ended that was gone before, and says that it was", () => {
    const gone = [copyOf("0"), "vol-12345671"];
    const facts = factsOf({ evidence: [disk("0"), disk("1")], gone });
    assert.deepEqual(facts.goneBeforeClosing, gone);
    assert.deepEqual(facts.remains.preservedSnapshots, [copyOf("1")]);
    assert.deepEqual(facts.destruction.workingVolumes, ["vol-12345670"]);
    assert.ok(!("goneBeforeClosing" in factsOf()));
  });

  it("tells of the room as it was recorded last, with the machine and the key that it has", () => {
    const was = {
      room: { ...ROOM, tools: ["ssh"], workstation: "i-0000000000000000a", incidentKey: "old" },
      grants: [],
      claims: new Map(),
    };
    const { room } = factsOf({ was }).existed;
    assert.deepEqual(room, { ...ROOM, tools: ["ssh"] });
    const { workstation: _, image: __, ...without } = ROOM;
    assert.deepEqual(factsOf({ was, room: without }).existed.room, { ...without, tools: ["ssh"] });
  });

  it("keeps what was claimed when the evidence was recorded, and adds what came later", () => {
    const claims = new Map([["snap-12345670", { sourceDevice: "/dev/xvda" }]]);
    const { facts, records } = disk("0");
    const later = { facts: { ...facts, claimed: { sourceVolume: "vol-0a0a0a0a" } }, records };
    const { evidence } = factsOf({
      was: { room: undefined, grants: [], claims },
      evidence: [later],
    }).existed;
    assert.deepEqual(evidence[0]?.claimed, {
      sourceDevice: "/dev/xvda",
      sourceVolume: "vol-0a0a0a0a",
    });
  });

  it("names each grant of the room once, also one that the settings have lost", () => {
    const settings = {
      ...SETTINGS,
      responderRoles: [RESPONDER],
      suspectKeys: [SUSPECT_KEY],
    } as IncidentSettings;
    const lost = { key: TRANSFER_KEY, grantee: "arn:aws:iam::333344445555:role/clean-room/lost" };
    const grants = [lost, { key: TRANSFER_KEY, grantee: RESPONDER }];
    const facts = factsOf({ settings, was: { room: undefined, grants, claims: new Map() } });
    assert.deepEqual(facts.grantsToBeRemoved, [
      { key: TRANSFER_KEY, grantee: RESPONDER },
      lost,
      { key: SUSPECT_KEY.keyArn, grantee: DEPLOYER },
    ]);
    assert.deepEqual(facts.grantsToBeRevoked, [MEMBER, "333344445555"]);
    assert.deepEqual(facts.remains.vaultPrefixes, [
      `cases/${TICKET}/`,
      `intake/${MEMBER}/${TICKET}/`,
      `intake/333344445555/${TICKET}/`,
      `records/${TICKET}/`,
    ]);
  });
});
