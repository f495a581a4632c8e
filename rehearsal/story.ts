import type { Cast, StoryCast } from "./cast";
import type { Change } from "./deployment";

/** What a step saw. */
export interface Observation {
  /** In a few words. */
  readonly result: string;

  /** What the engine changed, or would have. @default nothing */
  readonly changes?: readonly Change[];
}

/** One step of the story, for those who play a part in it. */
interface StepOf<C extends StoryCast> {
  /** Which stacks it is about; `--only` leaves the others out. */
  readonly part: "audit" | "member" | "incident" | "members";

  /** What is done. */
  readonly name: string;

  /** What has to come of it. */
  readonly expected: string;

  /** Later steps build on it: where it fails, the rehearsal ends. */
  readonly needed?: boolean;

  /** It shares nothing with the other steps, and plays beside them. @default false */
  readonly beside?: boolean;

  /** @throws Error when something else came of it. */
  readonly run: (cast: C) => Promise<Observation>;
}

/** A step that plays in the sandbox. */
export type Step = StepOf<Cast>;

/** A step that plays in every world. */
export type SharedStep = StepOf<StoryCast>;

/** A step of the story; one that a world alone can show says which, and why. */
export type StoryStep =
  | (SharedStep & { readonly only?: never })
  | (Step & { readonly only: "sandbox"; readonly because: string });

/** Steps that the sandbox alone can show. */
export function inSandbox(because: string, ...steps: readonly Step[]): StoryStep[] {
  return steps.map((step) => ({ ...step, only: "sandbox", because }));
}
