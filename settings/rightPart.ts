import type { z } from "zod";

import { typeOf } from "./configText";

/** Of a value that is of the wrong type nothing else is said, such as how long it is. */
export function withoutConsequences(
  issues: readonly z.core.$ZodIssue[],
): readonly z.core.$ZodIssue[] {
  const wrong = issues.filter(({ code }) => code === "invalid_type").map(pathOf);
  const first = new Map(issues.map((issue) => [`${pathOf(issue)} ${issue.message}`, issue]));
  return [...first.values()].filter(
    (issue) => issue.code === "invalid_type" || !wrong.includes(pathOf(issue)),
  );
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.join(".");
}

/**
 * What is right in a setting that is not: rules about several settings are to find the mistakes of the rest.
 *
 * @returns of an object its right fields; of a list its right entries with their places in it, and the right
 *   fields of those that are objects.
 */
export function rightPart(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): { readonly value: unknown; readonly places: readonly number[] } {
  const type = typeOf(schema);
  if (type === "array" && Array.isArray(value)) {
    const right = value.flatMap((entry: unknown, index) => {
      const own = issues.flatMap(({ code, path: [at, ...path] }) =>
        at === index ? [{ code, path }] : [],
      );
      if (own.length > 0) {
        const inFields = own.every(
          ({ code, path }) => path.length > 0 || code === "custom" || code === "unrecognized_keys",
        );
        return inFields && typeof entry === "object" && entry !== null
          ? [{ index, entry: without(entry, own) }]
          : [];
      }
      // With its defaults, unless the list has to have more than one.
      const [whole] = (schema.safeParse([entry]).data ?? [entry]) as unknown[];
      return [{ index, entry: whole }];
    });
    return {
      value: right.map(({ entry }) => entry),
      places: right.map(({ index }) => index),
    };
  }
  return type === "object" && typeof value === "object" && value !== null
    ? { value: schema.safeParse(without(value, issues)).data, places: [] }
    : { value: undefined, places: [] };
}

/** An object without the fields in which something is wrong. */
function without(
  value: object,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): object {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => issues.every(({ path }) => path[0] !== name)),
  );
}

/** The key of a mistake in a list of which only the right entries were looked at. */
export function inPlace(key: string, places: ReadonlyMap<string, readonly number[]>): string {
  const [name = "", index, ...rest] = key.split(".");
  const place = places.get(name)?.[Number(index)];
  return place === undefined ? key : [name, place, ...rest].join(".");
}
