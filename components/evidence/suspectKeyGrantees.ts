import * as aws from "@pulumi/aws";

import { Refusal } from "../refusal";

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
 *
 * @throws Refusal
 */
export async function requireGrantee(incidentDeployers: readonly string[]): Promise<void> {
  // arn:aws:sts::<account>:assumed-role/<name>/<session>: without the role's path, but an account has
  // a role's name once.
  const { arn: deployedBy } = await aws.getCallerIdentity();
  const [, , , , account, session = ""] = deployedBy.split(":");
  const [kind, name] = session.split("/");
  const grantees = suspectKeyGrantees(incidentDeployers);
  const isGrantee = grantees.some(
    (arn) => arn.split(":")[4] === account && arn.split("/").at(-1) === name,
  );
  if (kind !== "assumed-role" || !isGrantee) {
    throw new Refusal("The suspects' keys cannot be granted", [
      `A grant is for one role, and ${deployedBy} is none of those that the audit stack's incidentDeployers names in full (${grantees.join(", ") || "there is none"}). Deploy with one of them, add the role there without a *, or take suspectKeys out.`,
    ]);
  }
}
