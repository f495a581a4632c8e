import assert from "node:assert/strict";

import { diskResults } from "../../docs/disks";
import { COLUMNS, DISK_TYPES } from "../ami/diskTypes";

describe("The table of disks", () => {
  const { disks, collections } = diskResults();

  it("has every type and every cell, as they were asked", () => {
    assert.deepEqual(
      Object.keys(disks),
      DISK_TYPES.map(({ name }) => name),
    );
    for (const [name, found] of Object.entries(disks)) {
      assert.deepEqual(Object.keys(found), [...COLUMNS], name);
    }
  });

  it("has for every no its reason and what works, and for nothing else", () => {
    for (const { name, no, notShown = [] } of DISK_TYPES) {
      for (const column of COLUMNS) {
        const found = disks[name]?.[column] ?? "";
        assert.match(found, /^(yes|no|nothing to replay|not shown)/);
        assert.equal(found === "no", column in no, `${name}: ${column}`);
        assert.equal(found === "not shown", notShown.includes(column), `${name}: ${column}`);
        const way = no[column]?.way ?? "";
        if ((COLUMNS as readonly string[]).includes(way)) {
          assert.match(disks[name]?.[way] ?? "", /^yes/, `${name}: ${way}`);
        }
      }
    }
  });

  it("has no image of a collection that was refused without a way, hung or changed", () => {
    for (const [name, { silent, hung, changed }] of Object.entries(collections ?? {})) {
      assert.deepEqual([silent, hung, changed], [0, 0, 0], name);
    }
  });
});
