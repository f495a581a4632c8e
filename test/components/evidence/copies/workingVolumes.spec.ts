import assert from "node:assert/strict";

import {
  workingCopy,
  type WorkingState,
} from "../../../../components/evidence/copies/workingVolumes";

const VOLUME = { volumeId: "vol-1", sourceSnapshotId: "snap-1", keyArn: "", device: undefined };
const ATTACHED = { ...VOLUME, device: "/dev/sdf" };
const WANTED: WorkingState = {
  attach: true,
  withdrawn: false,
  closing: false,
  preserved: true,
  existing: undefined,
  inState: { volume: false, attachment: false },
  recorded: false,
};
const IN_STATE = { volume: true, attachment: true };

describe("Of a working copy is declared", () => {
  const cases: [string, Partial<WorkingState>, boolean, boolean, boolean][] = [
    ["all that is wanted", {}, true, true, false],
    ["nothing without attaching", { attach: false }, false, false, false],
    [
      "the volume that EC2 refused to attach",
      { attach: false, existing: VOLUME },
      true,
      false,
      false,
    ],
    ["nothing of a copy that is under way", { preserved: false }, false, false, false],
    ["on closing, nothing that was never made", { closing: true }, false, false, false],
    [
      "on closing, no attachment that was refused",
      { closing: true, existing: VOLUME },
      true,
      false,
      false,
    ],
    ["on closing, what there is", { closing: true, existing: ATTACHED }, true, true, false],
    ["once more what is withdrawn", { withdrawn: true, existing: ATTACHED }, true, true, true],
    [
      "no attachment that was refused of it",
      { withdrawn: true, existing: VOLUME },
      true,
      false,
      true,
    ],
    ["nothing of it that was never made", { withdrawn: true }, false, false, true],
    [
      "without protection, what EBS gave up after the engine knew of it",
      { attach: false, inState: { volume: true, attachment: false } },
      true,
      false,
      true,
    ],
    [
      "on closing, what was detached by hand and is in the state",
      { closing: true, existing: VOLUME, inState: IN_STATE },
      true,
      true,
      false,
    ],
    [
      "what was taken back and is withdrawn again",
      { withdrawn: true, existing: ATTACHED, inState: IN_STATE },
      true,
      true,
      true,
    ],
    [
      "nothing of it once that is recorded",
      { withdrawn: true, existing: ATTACHED, recorded: true },
      false,
      false,
      true,
    ],
    [
      "all of what is not withdrawn any more",
      { existing: undefined, recorded: true },
      true,
      true,
      false,
    ],
  ];
  for (const [what, state, volume, attachment, leaving] of cases) {
    it(what, () => {
      assert.deepEqual(workingCopy({ ...WANTED, ...state }), { volume, attachment, leaving });
    });
  }
});
