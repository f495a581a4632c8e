import assert from "node:assert/strict";

import { fewAtATime } from "../../../components/aws/fewAtATime";

describe("Things that are done a few at a time", () => {
  it("are answered in their order, and never more under way than allowed", async () => {
    let underWay = 0;
    let most = 0;
    const answers = await fewAtATime([5, 1, 4, 2, 3, 0], 3, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, item));
      underWay -= 1;
      return item * 10;
    });
    assert.deepEqual(answers, [50, 10, 40, 20, 30, 0]);
    assert.equal(most, 3);
  });

  it("are none where there is none", async () => {
    assert.deepEqual(await fewAtATime([], 3, () => Promise.reject(new Error("asked"))), []);
  });

  it("end with the first that fails, and begin nothing after it", async () => {
    const begun: number[] = [];
    const act = async (item: number) => {
      begun.push(item);
      await Promise.resolve();
      throw new Error(`no ${item}`);
    };
    await assert.rejects(fewAtATime([1, 2, 3, 4], 2, act), /no 1/);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(begun, [1, 2]);
  });
});
