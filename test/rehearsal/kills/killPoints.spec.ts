import assert from "node:assert/strict";

import {
  type KillPoint,
  killPoints,
  PHASES,
  type UsualChange,
} from "../../../rehearsal/kills/killPoints";

/** What a life changes, as far as the drawing looks at it. */
const USUAL: readonly UsualChange[] = PHASES.flatMap((phase) =>
  ["role", "key", "key", "volume", "rule", "rule", "rule"].map((type) => ({
    phase,
    act: phase === "destroy" ? ("delete" as const) : ("create" as const),
    type,
  })),
);

const SEEDS = [0, 1, 7, 42, 4711, 2 ** 31];

describe("Kill points", () => {
  const inWindow = (points: readonly KillPoint[]) =>
    points.flatMap((point) => (point.when === "window" ? [point] : []));

  for (const seed of SEEDS) {
    it(`are fifty for ten lives, thirty at least of them in the window, by seed ${seed}`, () => {
      const points = killPoints(seed, 10, USUAL);
      assert.equal(points.length, 50);
      assert.ok(inWindow(points).length >= 30, `only ${inWindow(points).length}`);
    });

    it(`are one for every phase of every life, by seed ${seed}`, () => {
      const drawn = killPoints(seed, 10, USUAL).map(({ life, phase }) => `${life} ${phase}`);
      const all = PHASES.flatMap((phase) =>
        Array.from({ length: 10 }, (_, life) => `${life} ${phase}`),
      );
      assert.deepEqual(drawn.sort(), all.sort());
    });

    it(`are at changes that are made, every kind of them before one a second time, by seed ${seed}`, () => {
      for (const phase of PHASES) {
        const points = inWindow(killPoints(seed, 10, USUAL)).filter((each) => each.phase === phase);
        for (const { act, type, number } of points) {
          const made = USUAL.filter(
            (each) => each.phase === phase && each.act === act && each.type === type,
          );
          assert.ok(number >= 1 && number <= made.length, `${act} ${type} ${number}`);
        }
        const kinds = new Set(points.map(({ type }) => type));
        assert.equal(
          kinds.size,
          Math.min(points.length, new Set(USUAL.map(({ type }) => type)).size),
        );
      }
    });
  }

  it("are the same for one seed, and others for another", () => {
    assert.deepEqual(killPoints(42, 10, USUAL), killPoints(42, 10, USUAL));
    assert.notDeepEqual(killPoints(42, 10, USUAL), killPoints(43, 10, USUAL));
  });
});
