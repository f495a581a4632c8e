import { z } from "zod";

import { ACCOUNT_ID, exactly, SNAPSHOT_ID } from "../components/aws/ids";

// The forms that settings of several kinds are made of; each message says what is required.

/** A text of a form. */
export function text(form: RegExp, required: string) {
  return z.string({ error: required }).regex(form, { error: required });
}

/** A whole number in a range. */
export function whole(lowest: number, highest: number, required: string) {
  return z
    .int({ error: required })
    .min(lowest, { error: required })
    .max(highest, { error: required });
}

/** true or false. */
export function flag() {
  return z.boolean({ error: "true or false" });
}

/** One word of several. */
export function oneOf<const T extends readonly string[]>(choices: T) {
  return z.enum(choices, { error: `one of ${choices.join(", ")}` });
}

/** A list of items of a form. */
export function listOf<T extends z.ZodType>(item: T, required: string) {
  return z.array(item, { error: required });
}

/**
 * Looks at a list also where some of its entries are no such thing: no mistake hides another. A rule has to
 * take entries as it finds them.
 */
export const ANY_LIST = { when: ({ value }: { readonly value: unknown }) => Array.isArray(value) };

/** The same of an object whose fields may be of any type. */
export const ANY_OBJECT = {
  when: ({ value }: { readonly value: unknown }) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A field of what may be no object at all. */
export function fieldOf(item: unknown, name: string): unknown {
  return typeof item === "object" && item !== null && Object.hasOwn(item, name)
    ? (item as Record<string, unknown>)[name]
    : undefined;
}

/** Refuses values that stand in the list twice, or whose field `by` does. */
export function unique<T extends z.ZodType>(list: z.ZodArray<T>, what: string, by?: string) {
  return list.superRefine((items, context) => {
    const keys = items.map((item) => (by === undefined ? item : fieldOf(item, by)));
    keys.forEach((key, index) => {
      if (key !== undefined && keys.indexOf(key) < index) {
        context.addIssue({ code: "custom", path: [index], message: `each ${what} only once` });
      }
    });
  }, ANY_LIST);
}

/** Id of an account. */
export const accountId = () => text(exactly(ACCOUNT_ID), "an AWS account id: 12 digits, in quotes");

/** Id of an organisation. */
export const organizationId = () =>
  text(/^o-[a-z0-9]{10,32}$/, "an organisation id: o- and 10 to 32 letters or digits");

/** Id of a snapshot. */
export const snapshotId = () =>
  text(exactly(SNAPSHOT_ID), "a snapshot id: snap- and 8 to 17 hexadecimal digits");

/** Name of an instance type; whether there is such a one is asked of EC2. */
export const instanceType = () => text(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an EC2 instance type");

/** A SHA-256, of what the message says. */
export const sha256 = (required: string) => text(/^[0-9a-f]{64}$/, required);
