import assert from "node:assert/strict";

import { volumePerformance } from "../../../../components/evidence/copies/volumePerformance";

describe("The performance of a working volume", () => {
  it("has the IOPS that its throughput takes, and no more", () => {
    assert.deepEqual(volumePerformance(125, 100), { throughput: 125, iops: 3000 });
    assert.deepEqual(volumePerformance(750, 100), { throughput: 750, iops: 3000 });
    assert.deepEqual(volumePerformance(751, 100), { throughput: 751, iops: 3004 });
    assert.deepEqual(volumePerformance(2000, 1024), { throughput: 2000, iops: 8000 });
  });

  it("is what EC2 takes for a small disk: at most 500 IOPS for each GiB, a quarter of them in MiB/s", () => {
    assert.deepEqual(volumePerformance(2000, 8), { throughput: 1000, iops: 4000 });
    assert.deepEqual(volumePerformance(1000, 1), { throughput: 750, iops: 3000 });
  });
});
