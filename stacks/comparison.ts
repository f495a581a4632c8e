import type { StateResource } from "./stateResources";

/** Something that AWS has for a room, whether the engine knows of it or not. */
export interface Made {
  /** Type token, e.g. `aws:ec2/instance:Instance`. */
  readonly type: string;

  /** What the program calls it in AWS: its name, or its tag `Name`. */
  readonly name: string;

  /** What the engine has it by. */
  readonly id: string;
}

/** What the comparison needs of a resource in the state. */
export type KnownResource = Pick<StateResource, "type" | "name" | "id">;

/** How what AWS has of a room differs from what the engine knows of. */
export interface Comparison {
  /** What AWS has and the engine does not know of: the next `up` takes it on. */
  readonly forgotten: readonly Made[];

  /** The same thing more than once, of which at most one is in the state; the one that is comes first. */
  readonly twice: readonly (readonly Made[])[];

  /** What the state has and AWS does not. */
  readonly gone: readonly KnownResource[];
}

/**
 * Compares what AWS has of a room with what the engine knows of.
 *
 * @param types Type tokens of which everything that AWS has was looked up.
 */
export function compare(
  made: readonly Made[],
  state: readonly KnownResource[],
  types: readonly string[],
): Comparison {
  const known = new Set(state.map(({ type, id }) => `${type} ${id ?? ""}`));
  const there = new Set(made.map(({ type, id }) => `${type} ${id}`));
  const isKnown = ({ type, id }: Made) => known.has(`${type} ${id}`);
  const groups = new Map<string, Made[]>();
  for (const each of made) {
    const key = `${each.type} ${each.name}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const unknown = [...groups.values()].filter((group) => !group.every(isKnown));
  return {
    forgotten: unknown.filter(({ length }) => length === 1).flat(),
    twice: unknown
      .filter(({ length }) => length > 1)
      .map((group) => [...group].sort((a, b) => Number(isKnown(b)) - Number(isKnown(a)))),
    gone: state.filter(
      ({ type, id }) => id !== undefined && types.includes(type) && !there.has(`${type} ${id}`),
    ),
  };
}
