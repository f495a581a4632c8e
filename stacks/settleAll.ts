import { NotLoggedIn } from "../components/aws/failure";
import { type Check, Refusal } from "../components/refusal";

/** What several reasons against a room leave undone. */
export const LEFT_AS_IT_IS = "The room is left as it is";

/** What several reasons against an audit or a member stack leave undone. */
export const NOTHING_CHANGED = "Nothing was changed";

/** What came of several checks. */
export interface Settled<T> {
  /** Their answers, in order; none where any refused. */
  readonly values: T;

  /** What they refused; each once, as what builds on a look-up that failed fails with it. */
  readonly refusals: readonly Refusal[];
}

/**
 * Waits for all checks, so that every reason can be told and not the first.
 *
 * @throws NotLoggedIn where one did: without credentials no other reason is worth reading.
 * @throws Error where one failed otherwise than by refusing.
 */
export async function settleAll<T extends readonly unknown[]>(checks: {
  readonly [K in keyof T]: T[K] | Promise<T[K]>;
}): Promise<Settled<T>> {
  const results = await Promise.allSettled(checks);
  const failures = [
    ...new Set(
      results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : [])),
    ),
  ];
  const fault =
    failures.find((failure) => failure instanceof NotLoggedIn) ??
    failures.find((failure) => !(failure instanceof Refusal));
  if (fault !== undefined) {
    throw fault;
  }
  const values = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return { values: values as never, refusals: failures as Refusal[] };
}

/**
 * Waits for all checks; where some refuse, throws one Refusal with the reasons of every one of them.
 *
 * @param heading What their refusal leaves undone, without a full stop.
 * @returns their answers, in order.
 */
export async function allOrEveryReason<T extends readonly unknown[]>(
  heading: string,
  checks: { readonly [K in keyof T]: T[K] | Promise<T[K]> },
): Promise<T> {
  const { values, refusals } = await settleAll<T>(checks);
  if (refusals.length === 0) {
    return values;
  }
  throw joined(heading, refusals);
}

/** A check of which the heading is known, and the reasons perhaps not yet. */
type Pending = readonly [heading: string, reasons: readonly string[] | Promise<readonly string[]>];

/**
 * Waits for all checks and refuses, in one Refusal, for every reason that they give. Of one check it has the heading of
 * that; a look-up that failed and refused for that counts as a check.
 *
 * @param heading What the reasons of several checks leave undone, without a full stop.
 * @param lookUps What else may refuse, and is waited for.
 * @throws Refusal
 */
export async function refuseFor(
  heading: string,
  checks: readonly (Pending | Promise<Check>)[],
  ...lookUps: readonly Promise<unknown>[]
): Promise<void> {
  const { refusals } = await settleAll<readonly unknown[]>([
    ...checks.map(async (check) => {
      const [about, given] = await check;
      const reasons = await given;
      if (reasons.length > 0) {
        throw new Refusal(about, reasons);
      }
    }),
    ...lookUps,
  ]);
  const [only, another] = refusals;
  if (only !== undefined) {
    throw another === undefined ? only : joined(heading, refusals);
  }
}

/** All of them as one; each says what it is about, unless that is what all are about. */
function joined(heading: string, refusals: readonly Refusal[]): Refusal {
  return new Refusal(
    heading,
    refusals.flatMap((refusal) =>
      refusal.heading === heading
        ? refusal.reasons
        : `${refusal.heading}: ${refusal.reasons.join(" ")}`,
    ),
  );
}
