import type {
  Policies,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";

import { citation } from "./clauses";
import { lineToWrite } from "./remediation";
import { isUnknownValueError } from "./unknownValues";

/**
 * Makes whatever keeps a policy from its end a violation: an unknown value, which the SDK turns into an
 * advice; an error, of which the engine shows the stack trace; a key of the configuration that is none of
 * the policy's, of which nobody tells. Whatever is reported says in a second line how to mend it.
 */
export function guarded(policy: Policies[number]): Policies[number] {
  const keys = Object.keys(policy.configSchema?.properties ?? {});
  // What is wrong, then how to mend it: the CLI itself shows no remediation steps.
  const inTwoLines = (message: string) =>
    `${message.includes("\n") ? message : `${message}\n${lineToWrite(policy.name, message) ?? policy.remediationSteps ?? ""}`.trimEnd()}${citation(policy.name, message)}`;
  const guard = <A extends { getConfig(): object }>(
    validate: (args: A, report: ReportViolation) => Promise<void> | void,
  ) => {
    const told = new Set<string>();
    return async (args: A, plain: ReportViolation): Promise<void> => {
      const report: ReportViolation = (message, urn) => plain(inTwoLines(message), urn);
      for (const key of Object.keys(args.getConfig()).filter((each) => !keys.includes(each))) {
        // Once: it is the pack's fault, and no resource's.
        if (!told.has(key)) {
          told.add(key);
          report(
            `configuration of ${policy.name} has ${key}; required: ${keys.join(", ") || "no configuration"}.\nCorrect the file that --policy-pack-config names.`,
          );
        }
      }
      try {
        await validate(args, report);
      } catch (error) {
        if (isNotApplicable(error)) {
          throw error;
        }
        report(
          isUnknownValueError(error)
            ? `could not be checked: ${error.message}; required: a value that the preview knows.\nWrite it out, or let pulumi up judge it.`
            : `could not be checked: ${error instanceof Error ? error.message : String(error)}; required: a resource that ${policy.name} can read.\nWhat it looks like is a fault of the pack: tell its maintainers.`,
        );
      }
    };
  };
  if ("validateStack" in policy) {
    return {
      ...policy,
      validateStack: guard(policy.validateStack),
    } satisfies StackValidationPolicy;
  }
  const { validateResource } = policy;
  if (validateResource === undefined) {
    return policy;
  }
  const validations = [validateResource].flat();
  return {
    ...policy,
    validateResource: validations.map((validate): ResourceValidation => guard(validate)),
  } satisfies ResourceValidationPolicy;
}

/** The SDK throws it where a policy says that it does not apply, and exports no class of it. */
function isNotApplicable(error: unknown): boolean {
  return error instanceof Error && "reason" in error;
}
