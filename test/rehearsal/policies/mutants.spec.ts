import assert from "node:assert/strict";

import { judgeMutants } from "../../../rehearsal/policies/mutants/judgedMutants";

describe("One-line mutants of the program's stacks", () => {
  it("are refused by the policy pack, but those that are listed with a reason", async function () {
    this.timeout(300_000);
    const began = Date.now();
    const { mutants, refused, listed, missed, wronged, needless } = await judgeMutants();
    console.log(
      `      ${mutants} mutants, ${refused} refused, ${listed} listed (${Math.round((Date.now() - began) / 1000)} s)`,
    );
    assert.deepEqual(wronged, [], "the stacks as they are are accepted");
    assert.deepEqual(
      missed,
      [],
      "rehearsal/policies/mutants/listedMutants.ts says why one may pass",
    );
    assert.deepEqual(needless, [], "nothing is listed that is refused");
    assert.ok(mutants > 3000 && refused > mutants / 2);
  });
});
