import * as sdk from "@pulumi/policy";
import type { PolicyResource } from "@pulumi/policy";

// The SDK exports it, but its declarations leave it out.
const { UnknownValueError } = sdk as unknown as {
  UnknownValueError: new (...rest: never[]) => Error;
};

/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = Symbol("unknown");

/** Whether an error is of a value that a preview does not know yet. */
export function isUnknownValueError(error: unknown): error is Error {
  return error instanceof UnknownValueError;
}

/**
 * Reads a property; in a preview it may depend on what is not made yet.
 *
 * @returns what was read, or {@link UNKNOWN}.
 */
export function reading<T>(read: () => T): T | typeof UNKNOWN {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return UNKNOWN;
    }
    throw error;
  }
}

/**
 * What the program gave for a field of a resource. A stack policy sees outputs: in a preview, a field
 * that was left out for AWS to fill in is as unknown as one that was given an unknown value. Only the
 * latter is among the property dependencies, which name every property that was given.
 *
 * @returns the value, {@link UNKNOWN} where an unknown one was given, or undefined where none was.
 */
export function given({ props, propertyDependencies }: PolicyResource, field: string): unknown {
  const value = reading(() => props[field] as unknown);
  return value === UNKNOWN && !(field in propertyDependencies) ? undefined : value;
}

/** Reads a value through and through, and puts {@link UNKNOWN} in place of what a preview does not know. */
export function knownTree(read: () => unknown): unknown {
  const value = reading(read);
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) =>
      knownTree(() => value[index] as unknown),
    );
  }
  if (isFields(value)) {
    return Object.fromEntries(Object.keys(value).map((key) => [key, knownTree(() => value[key])]));
  }
  return value;
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for a message. */
export function shown(value: unknown): string {
  if (value === UNKNOWN) {
    return "not known in the preview";
  }
  if (value === undefined || value === null) {
    return "not set";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
