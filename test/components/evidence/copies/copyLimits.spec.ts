import assert from "node:assert/strict";

import { noCopyPlace, tooSlow } from "../../../../components/evidence/copies/copyLimits";

const disk = (sizeGiB: number, sourceSnapshotId = "snap-1") => ({ sourceSnapshotId, sizeGiB });

describe("What EBS copies at best", () => {
  it("is compared with the time for one snapshot, and the fewest minutes are told", () => {
    assert.match(tooSlow([disk(1024)], 30).join(), /^snap-1 has 1024 GiB.*copyMinutes to 45/);
    assert.deepEqual(tooSlow([disk(1024)], 45), []);
  });

  it("is compared with the time for all of them together", () => {
    const eight = Array.from({ length: 8 }, (_, index) => disk(1024, `snap-${index}`));
    assert.match(tooSlow(eight, 45).join(), /^Together they have 8192 GiB.*copyMinutes to 75/);
    assert.deepEqual(tooSlow(eight, 75), []);
  });

  it("is nobody's concern without a time", () => {
    assert.deepEqual(tooSlow([disk(65536)], undefined), []);
  });

  it("is no copy more where twenty are pending; where AWS does not tell, nothing is refused", () => {
    assert.match(noCopyPlace(0, "us-east-1").join(), /^20 copies are pending in us-east-1/);
    assert.deepEqual(noCopyPlace(1, "us-east-1"), []);
    assert.deepEqual(noCopyPlace(undefined, "us-east-1"), []);
  });
});
