import { z } from "zod";

/** Pulumi keeps lists and objects, and nothing else, as JSON text that begins with a bracket. */
export function fromConfig(value: string): unknown {
  if (/^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  return value;
}

/** What a setting is of JSON's types. */
export function typeOf(schema: z.ZodType): string | undefined {
  return (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { type?: string })
    .type;
}

/** Numbers and booleans come as text: reads them where the setting is one. */
export function readable(schema: z.ZodType, value: unknown): unknown {
  // What a setting is zod says by making a JSON schema of it: it is asked where that decides something.
  if (typeof value !== "string" || !/^(-?\d+|true|false)$/.test(value)) {
    return value;
  }
  const isNumber = /\d/.test(value);
  const kind = typeOf(schema);
  if (isNumber && (kind === "integer" || kind === "number")) {
    return Number(value);
  }
  return !isNumber && kind === "boolean" ? value === "true" : value;
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
}
