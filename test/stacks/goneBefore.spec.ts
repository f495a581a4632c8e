import assert from "node:assert/strict";

import { notCovered } from "../../components/evidence/records/closings";
import type { PreservedCopy } from "../../components/evidence/copies/preservedCopies";
import type { ClosingFacts } from "../../components/evidence/records/closingRecord";
import type { Made } from "../../stacks/comparison";
import { goneBefore } from "../../stacks/goneBefore";
import { INSTANCE, VOLUME } from "../../stacks/madeForRoom";
import type { StateResource } from "../../stacks/stateResources";

const MACHINE = "i-0123456789abcdef0";
const DISK = "vol-0123456789abcdef0";
const COPY = "snap-0a0a0a0a0a0a0a0a0";

const resource = (type: string, id: string): StateResource => ({ type, name: id, id, outputs: {} });
const STATE = [
  resource(INSTANCE, MACHINE),
  resource(VOLUME, DISK),
  resource("aws:ebs/snapshotCopy:SnapshotCopy", COPY),
  resource("aws:iam/role:Role", "workstation-INC-2026-0042"),
];
const made = (type: string, id: string): Made => ({ type, name: id, id });
const ALL = [made(INSTANCE, MACHINE), made(VOLUME, DISK)];
const COPIES = [{ copySnapshotId: COPY } as PreservedCopy];

describe("What is gone before a room is closed", () => {
  it("is nothing while AWS has all of it", () => {
    assert.deepEqual(goneBefore(STATE, ALL, COPIES), []);
  });

  it("is each machine, volume and copy that the engine has and AWS has not", () => {
    assert.deepEqual(goneBefore(STATE, ALL.slice(1), COPIES), [MACHINE]);
    assert.deepEqual(goneBefore(STATE, ALL.slice(0, 1), COPIES), [DISK]);
    assert.deepEqual(goneBefore(STATE, ALL, []), [COPY]);
    assert.deepEqual(goneBefore(STATE, [], []), [MACHINE, COPY, DISK]);
  });

  it("lets the room go by a record that says so, and by no other", () => {
    const record = (gone: readonly string[]) =>
      ({
        existed: { room: {}, evidence: [] },
        remains: { preservedSnapshots: [] },
        destruction: { workingVolumes: [] },
        goneBeforeClosing: gone,
      }) as unknown as ClosingFacts;
    const recorded = { workstation: MACHINE, workstations: [{ instance: "i-2" }] };
    const both = { preservedCopies: [], workingVolumes: [], workstations: [MACHINE, "i-2", "i-3"] };
    const named = { ...record([]), existed: { room: recorded } } as unknown as ClosingFacts;
    assert.deepEqual(notCovered(named, both), ["i-3"]);
    const has = { preservedCopies: [COPY], workingVolumes: [DISK], workstations: [MACHINE] };
    assert.deepEqual(notCovered(record([MACHINE, COPY, DISK]), has), []);
    assert.deepEqual(notCovered(record([DISK]), has), [COPY, MACHINE]);
  });
});
