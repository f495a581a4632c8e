import { worksAs } from "../callerRole";
import { Refusal } from "../refusal";

/**
 * Refuses whoever is no incident deployer: the incident key's policy and the vault's would shut them out
 * when half of the room is made.
 *
 * @param caller ARN of whoever deploys, as STS names the caller.
 * @throws Refusal
 */
export function requireIncidentDeployer(
  caller: string,
  incidentDeployers: readonly string[],
): void {
  if (!worksAs(caller, incidentDeployers)) {
    throw new Refusal("Rooms are for incident deployers", [
      `${caller} is none of the audit stack's incidentDeployers (${incidentDeployers.join(", ")}). Take one of these roles.`,
    ]);
  }
}
