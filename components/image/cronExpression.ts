const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** What a field takes: numbers from and to, names of the first ones, signs that stand for a day of their own. */
const FIELDS: readonly {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
  readonly signs?: RegExp;
}[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31, signs: /^(LW?|([1-9]|[12]\d|3[01])W)$/i },
  { from: 1, to: 12, names: MONTHS },
  { from: 1, to: 7, names: DAYS, signs: /^(L|([1-7]|sun|mon|tue|wed|thu|fri|sat)(L|#[1-5]))$/i },
  { from: 1970, to: 2199 },
];

/**
 * Whether EC2 Image Builder takes a schedule: `cron(…)` with minute, hour, day, month, day of the week and year.
 *
 * Source: Image Builder user guide, "Use cron expressions in Image Builder".
 */
export function isCronExpression(schedule: string): boolean {
  const fields = /^cron\(([^()]*)\)$/.exec(schedule)?.[1]?.split(" ") ?? [];
  return (
    fields.length === FIELDS.length &&
    FIELDS.every((field, index) => {
      const text = fields[index] ?? "";
      return (text === "?" && field.signs) || text.split(",").every((part) => isPart(part, field));
    }) &&
    // One of the two days follows from the other.
    (fields[2] === "?") !== (fields[4] === "?")
  );
}

/** `*`, a value or a range of them, each with a step or without. */
function isPart(part: string, field: (typeof FIELDS)[number]): boolean {
  if (field.signs?.test(part) === true) {
    return true;
  }
  const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  if (range === "" || Number(step ?? 1) < 1) {
    return false;
  }
  if (range === "*") {
    return true;
  }
  const ends = range.split("-").map((end) => valueOf(end, field));
  const [first, last = first] = ends;
  return ends.length <= 2 && first !== undefined && last !== undefined && first <= last;
}

function valueOf(text: string, { from, to, names = [] }: (typeof FIELDS)[number]) {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= from && value <= to ? value : undefined;
}
