import assert from "node:assert/strict";

import { ALL_CASES, type JudgedCase, judgeCases } from "../../../rehearsal/policies/judgedCases";
import type { Finding, ToldResource } from "../../../rehearsal/policies/packInProcess";
import { shuffledBy } from "./shuffled";

const said = (findings: readonly Finding[]) =>
  findings.map(({ policy, resource, message }) => `${policy}: ${resource}: ${message}`).sort();

const verdicts = (judged: readonly JudgedCase[]) =>
  judged.map(({ what, defect, near }) => ({ what, defect: said(defect), near: said(near) }));

describe("Defects, and what is right beside them", function () {
  this.timeout(300_000);
  let judged: readonly JudgedCase[];

  before(async () => {
    judged = await judgeCases(ALL_CASES);
  });

  it("are judged rightly by the policy pack in this process too", () => {
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

  it("are judged the same in whatever order resources complete", async () => {
    for (const reordered of [(all: readonly ToldResource[]) => [...all].reverse(), shuffledBy(1)]) {
      assert.deepEqual(verdicts(await judgeCases(ALL_CASES, reordered)), verdicts(judged));
    }
  });
});
