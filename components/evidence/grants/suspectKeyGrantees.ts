import { type Caller, worksAs } from "../../aws/callerRole";
import type { Check } from "../../refusal";

/**
 * The incident deployers that a key can be granted to: KMS takes the ARN of one role, and knows no `*`
 * in it.
 */
export function suspectKeyGrantees(incidentDeployers: readonly string[]): readonly string[] {
  return incidentDeployers.filter((arn) => !arn.endsWith("*"));
}

/**
 * Refuses to go on where whoever deploys is none of them: EBS would answer the copy at once and fail it
 * later.
 */
export function checkGrantee(caller: Caller, incidentDeployers: readonly string[]): Check {
  const grantees = suspectKeyGrantees(incidentDeployers);
  const reasons = worksAs(caller, grantees)
    ? []
    : [
        `A grant is for one role, and ${caller.arn} is none of those that the audit stack's incidentDeployers names in full (${grantees.join(", ") || "there is none"}). Deploy with one of them, add the role there without a *, or take suspectKeys out.`,
      ];
  return ["The suspects' keys cannot be granted", reasons];
}
