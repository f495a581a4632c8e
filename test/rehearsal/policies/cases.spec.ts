import assert from "node:assert/strict";

import { ALL_CASES, judgeCases } from "../../../rehearsal/policies/judgedCases";

describe("Defects, and what is right beside them", () => {
  it("are judged rightly by the policy pack in this process too", async function () {
    this.timeout(120_000);
    const judged = await judgeCases(ALL_CASES);
    assert.deepEqual(
      judged
        .filter(({ defect }) => defect.length === 0)
        .map(({ kind, what }) => `${kind}: ${what}`),
      [],
      "not refused",
    );
    assert.deepEqual(
      judged.flatMap(({ what, near }) =>
        near.map(({ policy, resource, message }) => `${what}: ${policy}: ${resource}: ${message}`),
      ),
      [],
      "wrongly refused",
    );
  });
});
