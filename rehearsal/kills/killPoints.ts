import type { Act } from "../account/faultInjection";

/** What is done in a room's life, each by a command that is killed. */
export const PHASES = ["open", "evidence", "tools", "closing", "destroy"] as const;

/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** A change that a phase makes when nothing disturbs it. */
export interface UsualChange {
  readonly phase: Phase;
  readonly act: Act;

  /** Type token. */
  readonly type: string;
}

/** When a phase's command is killed. */
export type KillPoint = { readonly life: number; readonly phase: Phase } & (
  | {
      /** Between AWS's doing and its answer, which is held back for it. */
      readonly when: "window";
      readonly act: Act;
      readonly type: string;

      /** Which one of this act and type, 1 for the first. */
      readonly number: number;
    }
  | {
      /** Some time after so many changes, whatever the engine does then. */
      readonly when: "time";
      readonly changes: number;
      readonly milliseconds: number;
    }
);

/** Of ten kills of a phase so many come at some time, the others in the window. */
const TIMED_OF_TEN = 3;

/** How long after a change a kill may come, at most. */
const MOST_MILLISECONDS = 200;

/**
 * Draws one kill for every phase of every life. In the window each kind of change has its turn before one has
 * a second.
 *
 * @param seed The same seed draws the same points of the same changes.
 * @param usual What a life changes when nothing disturbs it.
 */
export function killPoints(
  seed: number,
  lives: number,
  usual: readonly UsualChange[],
): readonly KillPoint[] {
  const random = randomNumbers(seed);
  return PHASES.flatMap((phase) => {
    const changes = usual.filter((change) => change.phase === phase);
    const kinds = shuffled(
      [...new Set(changes.map(({ act, type }) => `${act} ${type}`))].sort(),
      random,
    );
    const timed = Math.round((lives * TIMED_OF_TEN) / 10);
    const order = shuffled(
      Array.from({ length: lives }, (_, index) => index),
      random,
    );
    return order.map((life, place): KillPoint => {
      if (place < timed) {
        const most = Math.max(1, Math.floor(changes.length / 2));
        const milliseconds = changes.length > 2 ? Math.floor(random() * MOST_MILLISECONDS) : 0;
        return {
          life,
          phase,
          when: "time",
          changes: 1 + Math.floor(random() * most),
          milliseconds,
        };
      }
      const [act, type] = (kinds[(place - timed) % kinds.length] ?? "").split(" ") as [Act, string];
      const ofKind = changes.filter((change) => change.act === act && change.type === type);
      const number = 1 + Math.floor(random() * ofKind.length);
      return { life, phase, when: "window", act, type, number };
    });
  });
}

/** Numbers from 0 up to 1, the same for one seed: the generator mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** In another order. */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
