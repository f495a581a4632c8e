import { isDeepStrictEqual } from "node:util";
import type { Deployment } from "./deployment";
import type { Thing } from "./world";

/** Something went otherwise than the rehearsal expects; the message is a sentence for its reader. */
export class UnexpectedError extends Error {}

/** Demands that the deployment succeeded. */
export function expectSuccess(deployment: Deployment, what: string): void {
  if (!deployment.succeeded) {
    throw new UnexpectedError(`${what} failed: ${deployment.problems.join("\n")}`);
  }
}

/** Demands that the deployment succeeded and changed nothing. */
export function expectNoChanges(deployment: Deployment, what: string): void {
  expectSuccess(deployment, what);
  if (deployment.changes.length > 0) {
    throw new UnexpectedError(`${what} should change nothing, but would ${list(deployment)}`);
  }
}

/** Demands that the deployment succeeded, made resources of these types, each at least once, and did nothing else. */
export function expectOnlyNew(deployment: Deployment, types: readonly string[], what: string) {
  expectSuccess(deployment, what);
  const others = deployment.changes.filter(
    ({ op, type }) => op !== "create" || !types.includes(type),
  );
  if (others.length > 0) {
    throw new UnexpectedError(
      `${what} should only make ${types.join(", ")}, but also: ${list({ changes: others })}`,
    );
  }
  const missing = types.filter((type) =>
    deployment.changes.every((change) => change.type !== type),
  );
  if (missing.length > 0) {
    throw new UnexpectedError(`${what} made no ${missing.join(", ")}`);
  }
}

/** Demands that the deployment was refused, and that each of these patterns is among the reasons. */
export function expectRefusal(
  deployment: Deployment,
  reasons: readonly RegExp[],
  what: string,
): void {
  if (deployment.succeeded) {
    throw new UnexpectedError(`${what} should be refused, but succeeded`);
  }
  for (const reason of reasons) {
    if (!deployment.problems.some((problem) => reason.test(problem))) {
      throw new UnexpectedError(
        `${what} was refused, but not because of ${String(reason)}: ${deployment.problems.join("\n")}`,
      );
    }
  }
}

/** Demands that these resources are what they were, in every property. */
export function expectUntouched(
  before: readonly Thing[],
  after: readonly Thing[],
  what: string,
): void {
  if (before.length === 0) {
    throw new UnexpectedError(`${what}: there was nothing to compare with`);
  }
  const identify = ({ type, id }: Thing) => `${type} ${id}`;
  const now = new Map(after.map((entry) => [identify(entry), entry]));
  const then = new Map(before.map((entry) => [identify(entry), entry]));
  const touched = [
    ...before
      .filter((entry) => !now.has(identify(entry)))
      .map((entry) => `${identify(entry)} is gone`),
    ...after
      .filter((entry) => !then.has(identify(entry)))
      .map((entry) => `${identify(entry)} is new`),
    ...before
      .filter((entry) => now.has(identify(entry)))
      .filter((entry) => !isDeepStrictEqual(entry, now.get(identify(entry))))
      .map((entry) => `${identify(entry)} is changed`),
  ];
  if (touched.length > 0) {
    throw new UnexpectedError(`${what} should be as before, but ${touched.join(", ")}`);
  }
}

/** Demands a fact. */
export function expect(holds: boolean, sentence: string): void {
  if (!holds) {
    throw new UnexpectedError(sentence);
  }
}

function list({ changes }: Pick<Deployment, "changes">): string {
  return changes.map(({ op, type, name }) => `${op} ${type} ${name}`).join(", ");
}
