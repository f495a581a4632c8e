import { type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";

import { failureOf, NotLoggedIn } from "../../components/aws/failure";
import { reasonOf } from "../reasonOf";
import type { Finding } from "./checks";
import type { DeployerAct } from "./deployerActs";

/**
 * Whether a role's own policies, its boundary and the organisation's let it open rooms, as IAM itself answers. What a
 * key's or a bucket's policy says is not in it.
 *
 * Source: IAM API reference, SimulatePrincipalPolicy.
 *
 * @param role Its ARN.
 */
export async function simulateDeployer(
  iam: Pick<IAMClient, "send">,
  role: string,
  acts: readonly DeployerAct[],
): Promise<Finding> {
  if (role.endsWith("*")) {
    return {
      verdict: "know",
      said: `Which roles ${role} stands for is not known here: each of them needs the policies in incidentDeployerPolicyArns.`,
    };
  }
  try {
    const refused = await Promise.all(acts.map((act) => isRefused(iam, role, act)));
    const may = acts.filter((_, index) => refused[index] !== undefined);
    const byOrganisation = refused.includes("organisation");
    return may.length === 0
      ? { verdict: "good", said: `${role} may do what opens a room, says IAM.` }
      : {
          verdict: "mend",
          said: `${role} may not ${may.map(({ does }) => does).join(", nor ")}: ${
            byOrganisation
              ? "a policy of the organisation denies it."
              : "attach the policies in incidentDeployerPolicyArns (docs/foundation.md, step 7), or see what denies it."
          }`,
        };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === "expired") {
      throw new NotLoggedIn("The credentials ended while the account was looked at", error);
    }
    return failure === "absent"
      ? { verdict: "mend", said: `${role}, which incidentDeployers names, is not there.` }
      : {
          verdict: "unknown",
          said: `What ${role} may is not known: ${failure === "denied" ? "these credentials may not ask IAM (iam:SimulatePrincipalPolicy)." : reasonOf(error)}`,
        };
  }
}

async function isRefused(
  iam: Pick<IAMClient, "send">,
  role: string,
  { action, resource, context }: DeployerAct,
): Promise<"role" | "organisation" | undefined> {
  const { EvaluationResults: [result] = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: role,
      ActionNames: [action],
      ResourceArns: [resource],
      ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: "string",
        ContextKeyValues: [value],
      })),
    }),
  );
  return result?.EvalDecision === "allowed"
    ? undefined
    : result?.OrganizationsDecisionDetail?.AllowedByOrganizations === false
      ? "organisation"
      : "role";
}
