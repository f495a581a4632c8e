import assert from "node:assert/strict";

import { type DisksInAws, diskRows, diskStates } from "../../../cli/evidence/evidenceStatus";
import type { IncidentSettings } from "../../../settings/parseSettings";

const ENTRY = {
  snapshot: "snap-1",
  account: "222233334444",
  workstation: "main",
  attach: true,
  withdrawn: false,
} as IncidentSettings["evidence"][number];

const COPY = {
  copySnapshotId: "snap-c",
  sourceSnapshotId: "snap-1",
  sourceAccount: "222233334444",
  state: "completed",
  said: undefined,
  archived: false,
  begun: undefined,
  sizeGiB: 8,
};

const NOTHING: DisksInAws = {
  copies: [],
  progress: new Map(),
  locks: [],
  volumes: [],
  machines: new Map([
    ["i-1", "main"],
    ["i-2", "windows"],
  ]),
  recorded: [],
  hashes: [],
};

function stateOf(aws: Partial<DisksInAws>, entry: Partial<typeof ENTRY> = {}) {
  const [state, ...more] = diskStates([{ ...ENTRY, ...entry }], { ...NOTHING, ...aws });
  assert.equal(more.length, 0);
  assert.ok(state);
  return state;
}

describe("How far a disk is", () => {
  it("begins with being handed over, and tells the percent of its copy", () => {
    assert.equal(stateOf({}).state, "handed over");
    const copies = [{ ...COPY, state: "pending" }];
    assert.equal(stateOf({ copies }).state, "copying 0%");
    assert.equal(stateOf({ copies, progress: new Map([["snap-c", "45%"]]) }).state, "copying 45%");
    assert.equal(stateOf({ copies: [COPY] }).state, "preserved");
  });

  it("says why a copy failed, and what is withdrawn", () => {
    const copies = [{ ...COPY, state: "error", said: "Given key ID is not accessible" }];
    assert.equal(stateOf({ copies }).state, "error: Given key ID is not accessible");
    assert.equal(stateOf({ copies: [COPY] }, { withdrawn: true }).state, "preserved, withdrawn");
  });

  it("is locked as long as a lock holds, and no longer", () => {
    const until = new Date("2036-11-21T00:00:00Z");
    const lock = (LockState: "compliance" | "expired") =>
      stateOf({
        copies: [COPY],
        locks: [{ SnapshotId: "snap-c", LockState, LockExpiresOn: until }],
      });
    assert.equal(lock("compliance").lockedUntil, until);
    assert.equal(lock("expired").lockedUntil, undefined);
    assert.equal(stateOf({ copies: [COPY] }).lockedUntil, undefined);
  });

  it("is hashed where the vault has the hash of its volume, also once that is gone", () => {
    const volume = {
      volumeId: "vol-1",
      sourceSnapshotId: "snap-1",
      keyArn: "k",
      device: "/dev/sdf",
    };
    const hashes = ["cases/INC/intake/i-1/vol-1.json"];
    assert.equal(stateOf({ volumes: [volume], hashes }).hashed, true);
    assert.equal(stateOf({ recorded: [volume], hashes }).hashed, true);
    assert.equal(stateOf({ volumes: [volume] }).hashed, false);
    assert.equal(
      stateOf({ volumes: [volume], hashes: ["cases/INC/intake/i-1/vol-11.json"] }).hashed,
      false,
    );
  });

  it("is attached as a device, of which workstation as AWS has it where that is not the first", () => {
    const volume = { volumeId: "vol-1", sourceSnapshotId: "snap-1", keyArn: "k" };
    const attachedTo = (instanceId: string) => [{ ...volume, device: "/dev/sdf", instanceId }];
    assert.equal(stateOf({ volumes: attachedTo("i-1") }).device, "/dev/sdf");
    // The line names the one that it is to go to.
    const moved = { workstation: "windows" };
    assert.equal(stateOf({ volumes: attachedTo("i-1") }, moved).device, "/dev/sdf");
    assert.equal(stateOf({ volumes: attachedTo("i-2") }).device, "/dev/sdf of windows");
    assert.equal(stateOf({ volumes: attachedTo("i-3") }).device, "/dev/sdf of i-3");
    assert.equal(stateOf({ volumes: [{ ...volume, device: undefined }] }).device, undefined);
    assert.equal(stateOf({}, moved).device, undefined);
  });

  it("is told of a copy whose line is gone, too", () => {
    const states = diskStates([], { ...NOTHING, copies: [COPY] });
    assert.deepEqual(
      states.map(({ snapshot, copy }) => [snapshot, copy]),
      [["snap-1", "snap-c"]],
    );
  });

  it("has a row under its headings", () => {
    const rows = diskRows([stateOf({ copies: [COPY] })]);
    assert.ok(rows.every((row) => row.length === rows[0]?.length));
    assert.deepEqual(rows[1]?.slice(0, 3), ["snap-1", "222233334444", "preserved"]);
  });
});
