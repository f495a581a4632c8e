import { type Caller, rightPath, worksAs } from "../aws/callerRole";
import type { Check } from "../refusal";

/**
 * Refuses whoever is no incident deployer: the incident key's policy and the vault's would shut them out
 * when half of the room is made.
 */
export function checkIncidentDeployer(caller: Caller, incidentDeployers: readonly string[]): Check {
  return checkDeployer(caller, incidentDeployers, "Rooms are for incident deployers", {
    list: "the audit stack's incidentDeployers",
    otherwise: "Take one of these roles.",
  });
}

/**
 * Refuses whoever is no foundation deployer, an administrator too: KMS makes no key that shuts its maker
 * out, and the vault's policy lets nobody else change it.
 *
 * @param foundationDeployers Those that this deployment will know.
 */
export function checkFoundationDeployer(
  caller: Caller,
  foundationDeployers: readonly string[],
): Check {
  return checkDeployer(caller, foundationDeployers, "The foundation is for foundation deployers", {
    list: "clean-room:foundationDeployers",
    otherwise: `Take one of these roles. Where there is no foundation yet, add the one you have: pulumi config set --path 'clean-room:foundationDeployers[${foundationDeployers.length}]' ${caller.roleArn ?? "<ARN of the role>"}. A foundation that is there knows the roles of its last up alone: one of them deploys the longer list first.`,
  });
}

function checkDeployer(
  caller: Caller,
  deployers: readonly string[],
  heading: string,
  say: { readonly list: string; readonly otherwise: string },
): Check {
  if (worksAs(caller, deployers)) {
    return [heading, []];
  }
  const path = rightPath(caller, deployers);
  return [
    heading,
    [
      path === undefined
        ? `${caller.arn} is none of ${say.list} (${deployers.join(", ")}). ${say.otherwise}`
        : `${caller.roleArn} is not ${path.written}, as ${say.list} name it: AWS compares the path too. Write there ${path.right}, and deploy the audit stack.`,
    ],
  ];
}
