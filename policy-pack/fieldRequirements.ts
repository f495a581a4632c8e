import type { Subject } from "./subject";
import { shown, UNKNOWN } from "./unknownValues";

/** What a field of a resource may be. */
export interface FieldRequirement {
  /** Path of the field, e.g. `rootBlockDevice.deleteOnTermination`. */
  readonly field: string;

  /** Whether a value is right; `undefined` is one that the program does not give. */
  readonly accepts: (value: unknown) => boolean;

  /** What is required, for the message. */
  readonly required: string;

  /** The message's second line: why, and the line to write. */
  readonly mend: string;
}

/** What each type's fields may be. */
export type TypeRequirements = Readonly<Record<string, readonly FieldRequirement[]>>;

/** Whether a value is one of these; with `undefined` among them the field may be left out. */
export const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

/** Whether a field is not set, or empty. */
export function isUnset(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** What is wrong with the fields of a resource; what a preview does not know yet `up` judges before it is made. */
export function fieldMistakes(subject: Subject, requirements: TypeRequirements): string[] {
  return (requirements[subject.type] ?? []).flatMap(({ field, accepts, required, mend }) => {
    const value = subject.at(field);
    return value === UNKNOWN || accepts(value)
      ? []
      : [`${field} is ${shown(value)}; required: ${required}.\n${mend}`];
  });
}
