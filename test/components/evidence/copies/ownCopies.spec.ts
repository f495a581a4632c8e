import assert from "node:assert/strict";

import { joinEvidence } from "../../../../components/evidence/copies/evidenceItem";
import { missingOwnCopies } from "../../../../components/evidence/copies/copyReasons";
import { type PreservedCopy } from "../../../../components/evidence/copies/preservedCopies";

const SOURCE = "snap-0123456789abcdef0";
const ENTRY = {
  snapshot: SOURCE,
  account: "222233334444",
  workstation: "main",
  attach: true,
  withdrawn: false,
};

function copy(copySnapshotId: string, state = "completed", source = SOURCE): PreservedCopy {
  return {
    copySnapshotId,
    sourceSnapshotId: source,
    sourceAccount: "222233334444",
    state,
    said: undefined,
    archived: false,
    begun: undefined,
    sizeGiB: 8,
  };
}

/** The one entry, joined with these copies. */
function joined(copies: readonly PreservedCopy[], own: string | undefined, preserved?: string) {
  const ownIds = new Map(own === undefined ? [] : [[SOURCE, own]]);
  return joinEvidence([{ ...ENTRY, preserved }], copies, [], ownIds);
}

function reasons(...of: Parameters<typeof joined>): readonly string[] {
  return missingOwnCopies(joined(...of), "inc-1");
}

describe("The copies of an open room", () => {
  it("are those that the engine made, whatever else was made of the source", () => {
    const copies = [copy("snap-a"), copy("snap-b")];
    const taken = (...of: Parameters<typeof joined>) => joined(...of)[0]?.copy?.copySnapshotId;
    assert.equal(taken(copies, "snap-b"), "snap-b");
    assert.equal(taken(copies, undefined, "snap-a"), "snap-a");
    assert.equal(taken(copies.slice(0, 1), undefined), "snap-a");
    // One of another source is none of its own, whoever names it.
    assert.equal(
      taken([copy("snap-c", "completed", "snap-other")], undefined, "snap-c"),
      undefined,
    );
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
