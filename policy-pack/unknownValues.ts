import * as sdk from "@pulumi/policy";
import type {
  Policies,
  PolicyResource,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";

// The SDK exports it, but its declarations leave it out.
const { UnknownValueError } = sdk as unknown as {
  UnknownValueError: new (...rest: never[]) => Error;
};

/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = Symbol("unknown");

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

/**
 * Makes a policy that trips over an unknown value report a violation. The SDK turns it into an
 * advice, and the preview passes although a mandatory policy never came to an end.
 */
export function neverSilent(policy: Policies[number]): Policies[number] {
  if ("validateStack" in policy) {
    const { validateStack } = policy;
    return {
      ...policy,
      validateStack: (args, report) => orReport(() => validateStack(args, report), report),
    } satisfies StackValidationPolicy;
  }
  const { validateResource } = policy;
  if (validateResource === undefined) {
    return policy;
  }
  const validations = [validateResource].flat();
  return {
    ...policy,
    validateResource: validations.map(
      (validate): ResourceValidation =>
        (args, report) =>
          orReport(() => validate(args, report), report),
    ),
  } satisfies ResourceValidationPolicy;
}

async function orReport(
  validate: () => Promise<void> | void,
  report: ReportViolation,
): Promise<void> {
  try {
    await validate();
  } catch (error) {
    if (!(error instanceof UnknownValueError)) {
      throw error;
    }
    report(`could not be checked: ${error.message}; required: a value that the preview knows.`);
  }
}
