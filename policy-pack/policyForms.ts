import type { Policy, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { graphOf, type StackGraph } from "./stackGraph";
import { type Subject, subjectOf } from "./subject";

/** What is said of a policy: everything but how it judges. */
export type PolicyText = Omit<Policy, "enforcementLevel"> &
  Required<Pick<Policy, "displayName" | "severity" | "tags" | "remediationSteps">>;

/** What is wrong with one resource of a stack. */
export interface Mistake {
  readonly subject: Subject;
  readonly sentence: string;
}

/** A policy over one resource, judged before it is made: a pure function. @returns what is wrong */
export function ofResource<C extends object>(
  text: PolicyText,
  judge: (subject: Subject, config: C) => readonly string[],
): ResourceValidationPolicy {
  return {
    ...text,
    enforcementLevel: "mandatory",
    validateResource: (args, report) => {
      judge(subjectOf(args, text.name), args.getConfig<C>()).forEach((mistake) => report(mistake));
    },
  };
}

/**
 * A policy over a stack, judged when all of it has been declared: a pure function. In a deployment without
 * a preview that is after the resources were made.
 *
 * @returns what is wrong
 */
export function ofStack<C extends object>(
  text: PolicyText,
  judge: (graph: StackGraph, config: C) => readonly Mistake[],
): StackValidationPolicy {
  return {
    ...text,
    enforcementLevel: "mandatory",
    validateStack: (args, report) => {
      for (const { subject, sentence } of judge(
        graphOf(args.resources, text.name),
        args.getConfig<C>(),
      )) {
        report(`${subject.name}: ${sentence}`, subject.urn);
      }
    },
  };
}

/** Schema of a list of words in a policy's configuration. @param usual What it is by itself. */
export function listOf(description: string, usual: readonly string[] = []) {
  return {
    type: "array" as const,
    items: { type: "string" as const },
    description,
    default: [...usual],
  };
}
