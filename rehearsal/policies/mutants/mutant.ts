import type { ToldResource } from "../packInProcess";

/** One line of the program, written otherwise. */
export interface Mutant {
  /** What is done, e.g. `drop`, `widen`, `unprotect`. */
  readonly act: string;

  /** Where: path within the resource's properties; empty where it is the resource itself or an option of it. */
  readonly path: string;

  /** What it is made; undefined where the whole resource is left out. */
  readonly resource: ToldResource | undefined;
}

/** What one line can do to a value within a resource's properties. */
export interface Change {
  readonly act: string;
  readonly path: readonly (string | number)[];

  /** Undefined takes the value away. */
  readonly value: unknown;
}

/** Puts a value at a path: objects and lists on the way are copied, an item that is taken away leaves no gap. */
export function changed(
  tree: unknown,
  path: readonly (string | number)[],
  value: unknown,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  if (Array.isArray(tree)) {
    return tree.flatMap((item: unknown, index) => {
      if (index !== key) {
        return [item];
      }
      const made = changed(item, rest, value);
      return made === undefined ? [] : [made];
    });
  }
  const fields = (tree ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries({ ...fields, [key]: changed(fields[key], rest, value) }).filter(
      ([, each]) => each !== undefined,
    ),
  );
}
