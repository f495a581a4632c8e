/** A parameter of an Automation runbook, as its document declares it. */
interface Declared {
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

/**
 * What Systems Manager starts a runbook with, of what a rule sends it: each parameter is a list of one value here.
 *
 * @returns undefined where it refuses, before a step runs.
 */
export function startedWith(
  parameters: Readonly<Record<string, Declared>>,
  text: string,
): Readonly<Record<string, string>> | undefined {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const isTaken =
    Object.keys(given).every((name) => name in parameters) &&
    Object.entries(parameters).every(([name, { allowedValues, allowedPattern = "" }]) => {
      const [value, ...more] = (given[name] ?? []) as readonly unknown[];
      return (
        typeof value === "string" &&
        more.length === 0 &&
        (allowedValues?.includes(value) ?? new RegExp(allowedPattern).test(value))
      );
    });
  return isTaken
    ? Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, (value as string[])[0] ?? ""]),
      )
    : undefined;
}
