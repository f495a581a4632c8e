import assert from "node:assert/strict";

import { requireCopyPlace, requireSpeed } from "../../../../components/evidence/copies/copyLimits";

const disk = (sizeGiB: number, snapshot = "snap-1") => ({ snapshot, sizeGiB });

describe("What EBS copies at best", () => {
  it("is compared with the time for one snapshot, and the fewest minutes are told", () => {
    assert.throws(() => requireSpeed([disk(1024)], 30), /snap-1 has 1024 GiB.*copyMinutes to 45/);
    requireSpeed([disk(1024)], 45);
  });

  it("is compared with the time for all of them together", () => {
    const eight = Array.from({ length: 8 }, (_, index) => disk(1024, `snap-${index}`));
    assert.throws(() => requireSpeed(eight, 45), /Together they have 8192 GiB.*copyMinutes to 75/);
    requireSpeed(eight, 75);
  });

  it("is nobody's concern without a time", () => {
    requireSpeed([disk(65536)], undefined);
  });

  it("is no copy more where twenty are pending; where AWS does not tell, nothing is refused", () => {
    assert.throws(() => requireCopyPlace(0, "us-east-1"), /20 copies are pending in us-east-1/);
    requireCopyPlace(1, "us-east-1");
    requireCopyPlace(undefined, "us-east-1");
  });
});
