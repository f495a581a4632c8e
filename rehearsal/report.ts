import { columns } from "../cli/columns";
import type { StepResult } from "./runSteps";
import type { Thing } from "./world";

/** How many characters of a result the table shows; failures are printed in full below it. */
const RESULT_WIDTH = 44;

/** What a rehearsal ends with; `--json` writes it to a file. */
export interface Report {
  readonly passed: boolean;

  /** Seconds from the first step to the last; some play beside others. */
  readonly seconds: number;
  readonly steps: readonly StepResult[];

  /** How many resources are left in the account, by type token; a state other than the usual one follows it. */
  readonly left: Readonly<Record<string, number>>;
}

/** Sums a rehearsal up. */
export function report(
  steps: readonly StepResult[],
  things: readonly Pick<Thing, "type" | "state">[],
  seconds: number,
): Report {
  const left: Record<string, number> = {};
  for (const { type, state } of things) {
    const kind = state === "PendingDeletion" ? `${type} (pending deletion)` : type;
    left[kind] = (left[kind] ?? 0) + 1;
  }
  return {
    passed: steps.every(({ outcome }) => outcome === "passed"),
    seconds,
    steps,
    left,
  };
}

/** The report for a person: a table of the steps, what is left, and the verdict as the last line. */
export function reportText({ passed, seconds, steps, left }: Report): string {
  const failed = steps.filter(({ outcome }) => outcome === "failed");
  return [
    "",
    ...columns([
      ["step", "expected", "result", "seconds"],
      ...steps.map((step) => [
        step.name,
        step.expected,
        step.outcome === "failed" ? `FAILED: ${short(step.result)}` : short(step.result),
        step.seconds.toFixed(1),
      ]),
    ]),
    "",
    "left in the account when it ended:",
    ...columns(
      Object.entries(left)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([type, count]) => [`  ${type}`, String(count)]),
    ),
    "",
    ...failed.flatMap(({ name, result }) => [`${name}:`, ...indented(result), ""]),
    passed
      ? `rehearsal passed (${steps.length} steps, ${seconds.toFixed(0)} s)`
      : `rehearsal failed: ${failed.map(({ name }) => name).join("; ")}`,
  ].join("\n");
}

function short(result: string): string {
  const line = result.split("\n")[0] ?? "";
  return line.length > RESULT_WIDTH ? `${line.slice(0, RESULT_WIDTH - 1)}…` : line;
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
