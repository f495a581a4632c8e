import assert from "node:assert/strict";

/** Whether an event matches a rule's pattern: of lists of values, prefixes, wildcards, least numbers, `$or` and `exists`, and nothing finer. */
export function matches(pattern: object, event: object): boolean {
  return Object.entries(pattern).every(([name, wanted]: [string, unknown]) => {
    if (name === "$or") {
      return (wanted as readonly object[]).some((each) => matches(each, event));
    }
    const value = (event as Record<string, unknown>)[name];
    return Array.isArray(wanted)
      ? wanted.some((each) => isWanted(each, value))
      : typeof value === "object" && value !== null && matches(wanted as object, value);
  });
}

/** Source: EventBridge user guide, "Comparison operators for use in event patterns". */
function isWanted(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) {
    return wanted === value;
  }
  const [[operator, operand] = [], ...more] = Object.entries(wanted) as [string, unknown][];
  assert.deepEqual(more, []);
  if (operator === "anything-but") {
    return !isWanted(operand, value);
  }
  if (operator === "exists") {
    return (value !== undefined) === operand;
  }
  if (operator === "prefix") {
    return String(value).startsWith(operand as string);
  }
  if (operator === "numeric") {
    const [comparison, limit, ...further] = operand as [string, number];
    assert.deepEqual([comparison, further], [">=", []]);
    return typeof value === "number" && value >= limit;
  }
  assert.equal(operator, "wildcard", JSON.stringify(wanted));
  return [operand].flat().some((wildcard) => isLike(wildcard as string, String(value)));
}

/** A wildcard: `*` is anything, a backslash takes its meaning from a star or a backslash. */
function isLike(wildcard: string, value: string): boolean {
  const parts = wildcard.match(/\\[*\\]|[^\\]/g) ?? [];
  assert.equal(parts.join(""), wildcard, "EventBridge knows no other escapes");
  const expression = parts.map((part) =>
    part === "*" ? ".*" : part.slice(-1).replace(/[\\^$.*+?()[\]{}|]/, "\\$&"),
  );
  return new RegExp(`^${expression.join("")}$`, "su").test(value);
}

/**
 * What a rule's target is sent: values inside of a text are put in as they are, others with quotation
 * marks around them; nothing is escaped.
 *
 * Source: EventBridge user guide, "Amazon EventBridge input transformation".
 */
export function transformed(
  transformer: {
    readonly inputPaths: Readonly<Record<string, string>>;
    readonly inputTemplate: string;
  },
  event: object,
): string {
  const { inputPaths, inputTemplate } = transformer;
  return inputTemplate.replace(
    /<(\w+)>/g,
    (placeholder: string, name: string, at: number, template: string) => {
      const value = String(valueAt(event, inputPaths[name] ?? placeholder));
      const inText = template.slice(0, at).split('"').length % 2 === 0;
      return inText ? value : `"${value}"`;
    },
  );
}

/** The value that a JSON path such as `$.detail.object.key` leads to. */
function valueAt(event: object, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], event);
}
