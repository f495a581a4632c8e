import type { StoryCast } from "./cast";
import type { Change } from "./deployment";
import type { Observation, StoryStep } from "./story";

/** How one step went. */
export interface StepResult {
  readonly part: StoryStep["part"];
  readonly name: string;
  readonly expected: string;

  /** `not run` when an earlier step that it needs failed. */
  readonly outcome: "passed" | "failed" | "not run";

  /** What came of it in a few words; where it failed, why. */
  readonly result: string;
  readonly seconds: number;

  /** What the engine changed, or would have in a preview. */
  readonly changes: readonly Change[];
}

/** Told about each step when it starts and when it has ended. */
export interface Reporter {
  starts(step: StoryStep): void;
  ended(result: StepResult, beside: boolean): void;
}

/**
 * Runs the steps one after the other, and those that play beside the others one after the other at the same time;
 * of each of these two the first needed one that fails is the last.
 */
export async function runSteps(
  steps: readonly StoryStep[],
  cast: StoryCast,
  reporter: Reporter,
): Promise<StepResult[]> {
  const [beside, others] = [true, false].map((apart) =>
    steps.filter((step) => (step.beside === true) === apart),
  ) as [StoryStep[], StoryStep[]];
  // Who watches is told of those when they have ended, between two others.
  const endOnly: Reporter = {
    starts: () => undefined,
    ended: (result) => reporter.ended(result, true),
  };
  const [first, second] = await Promise.all([
    runInOrder(others, cast, reporter),
    runInOrder(beside, cast, endOnly),
  ]);
  return [...first, ...second];
}

async function runInOrder(
  steps: readonly StoryStep[],
  cast: StoryCast,
  reporter: Reporter,
): Promise<StepResult[]> {
  const all: StepResult[] = [];
  let stopped = false;
  for (const step of steps) {
    if (stopped) {
      const unplayed = { outcome: "not run", result: "not run", seconds: 0, changes: [] } as const;
      all.push({ ...plainly(step), ...unplayed });
      continue;
    }
    reporter.starts(step);
    const result = await runOne(step, cast);
    reporter.ended(result, false);
    all.push(result);
    stopped = result.outcome === "failed" && step.needed === true;
  }
  return all;
}

async function runOne(step: StoryStep, cast: StoryCast): Promise<StepResult> {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  try {
    const { result, changes = [] } = await (step.run as (cast: StoryCast) => Promise<Observation>)(
      cast,
    );
    return { ...plainly(step), outcome: "passed", result, seconds: seconds(), changes };
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error);
    return { ...plainly(step), outcome: "failed", result, seconds: seconds(), changes: [] };
  }
}

function plainly({
  part,
  name,
  expected,
}: StoryStep): Pick<StepResult, "part" | "name" | "expected"> {
  return { part, name, expected };
}
