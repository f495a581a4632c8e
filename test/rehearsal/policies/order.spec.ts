import assert from "node:assert/strict";

import { toldStacks } from "../../../rehearsal/policies/mutants/toldStacks";
import {
  ALL_CASES,
  type JudgedCase,
  judgeCases,
  packFor,
} from "../../../rehearsal/policies/judgedCases";
import type { Finding, ToldResource } from "../../../rehearsal/policies/packInProcess";

/** Another order for each seed, the same for the same one. */
function shuffledBy(seed: number) {
  return (resources: readonly ToldResource[]): readonly ToldResource[] =>
    resources
      .map((resource, index) => ({ resource, at: ((index + 1) * 7919 * (seed + 1)) % 104_729 }))
      .sort((one, other) => one.at - other.at)
      .map(({ resource }) => resource);
}

const said = (findings: readonly Finding[]) =>
  findings.map(({ policy, resource, message }) => `${policy}: ${resource}: ${message}`).sort();

const verdicts = (judged: readonly JudgedCase[]) =>
  judged.map(({ what, defect, near }) => ({ what, defect: said(defect), near: said(near) }));

describe("The policy pack's verdict", () => {
  it("is the same in whatever order resources complete", async function () {
    this.timeout(300_000);
    const asDeclared = verdicts(await judgeCases(ALL_CASES));
    for (const reordered of [(all: readonly ToldResource[]) => [...all].reverse(), shuffledBy(1)]) {
      assert.deepEqual(verdicts(await judgeCases(ALL_CASES, reordered)), asDeclared);
    }
  });

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
