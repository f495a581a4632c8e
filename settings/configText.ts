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

const kinds = new WeakMap<z.ZodType, string>();

/** What a setting is of JSON's types. zod says it by making a JSON schema of the setting: once is enough. */
export function typeOf(schema: z.ZodType): string {
  const known = kinds.get(schema);
  if (known !== undefined) {
    return known;
  }
  const kind = String(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).type);
  kinds.set(schema, kind);
  return kind;
}

/** Numbers and booleans come as text: reads them where the setting is one. */
export function readable(schema: z.ZodType, value: unknown): unknown {
  const kind = typeOf(schema);
  if (typeof value === "string" && (kind === "integer" || kind === "number")) {
    return /^-?\d+$/.test(value) ? Number(value) : value;
  }
  if (kind === "boolean" && (value === "true" || value === "false")) {
    return value === "true";
  }
  return value;
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
}
