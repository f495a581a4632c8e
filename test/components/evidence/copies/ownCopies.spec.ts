import assert from "node:assert/strict";

import {
  copyOf,
  type PreservedCopy,
  requireOwnCopies,
} from "../../../../components/evidence/copies/preservedCopies";
import { Refusal } from "../../../../components/refusal";

const SOURCE = "snap-0123456789abcdef0";
const entry = { snapshot: SOURCE, account: "222233334444", attach: true, withdrawn: false };

function copy(snapshotId: string, state = "completed"): PreservedCopy {
  return {
    snapshotId,
    source: SOURCE,
    sourceAccount: "222233334444",
    state,
    said: undefined,
    archived: false,
    begun: undefined,
    sizeGiB: 8,
  };
}

function reasons(
  copies: readonly PreservedCopy[],
  own: string | undefined,
  preserved?: string,
): readonly string[] {
  const ownIds = new Map(own === undefined ? [] : [[SOURCE, own]]);
  try {
    requireOwnCopies([{ ...entry, preserved }], copies, ownIds, "inc-1");
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.reasons;
  }
  return [];
}

describe("The copies of an open room", () => {
  it("are those that the engine made, whatever else was made of the source", () => {
    const copies = [copy("snap-a"), copy("snap-b")];
    assert.equal(copyOf(entry, copies, "snap-b")?.snapshotId, "snap-b");
    assert.equal(
      copyOf({ ...entry, preserved: "snap-a" }, copies, undefined)?.snapshotId,
      "snap-a",
    );
    assert.equal(copyOf(entry, copies.slice(0, 1), undefined)?.snapshotId, "snap-a");
    assert.deepEqual(reasons(copies, "snap-b"), []);
  });

  it("are refused where one was taken away, with the commands that heal it", () => {
    const [reason, ...others] = reasons([], "snap-a");
    assert.deepEqual(others, []);
    assert.match(reason ?? "", /snap-a of snap-0123456789abcdef0 is gone/);
    assert.match(reason ?? "", /pulumi refresh --stack inc-1, then pulumi up --stack inc-1/);
    // Another one is not taken for it without a word.
    assert.match(reasons([copy("snap-b")], "snap-a").join(""), /snap-a .* is gone/);
  });

  it("are not chosen between: both are named, with the line to add, a complete one first", () => {
    const copies = [copy("snap-a", "pending"), copy("snap-b")];
    const [reason, ...others] = reasons(copies, undefined);
    assert.deepEqual(others, []);
    assert.match(reason ?? "", /snap-a \(pending\) and snap-b \(completed\).*preserved: snap-b$/);
    assert.deepEqual(reasons(copies, undefined, "snap-b"), []);
    assert.deepEqual(reasons(copies.slice(0, 1), undefined), []);
  });
});
