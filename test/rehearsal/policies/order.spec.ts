import assert from "node:assert/strict";

import { packFor } from "../../../rehearsal/policies/judgedCases";
import { toldStacks } from "../../../rehearsal/policies/mutants/toldStacks";
import { shuffledBy } from "./shuffled";

describe("The policy pack's verdict", () => {
  it("is nothing against the program's own stacks, in whatever order", async function () {
    this.timeout(120_000);
    for (const { name, resources } of await toldStacks()) {
      const pack = packFor(name);
      for (const seed of [1, 2, 3]) {
        assert.deepEqual(await pack.judge(shuffledBy(seed)(resources)), [], `${name}, ${seed}`);
      }
    }
  });
});
