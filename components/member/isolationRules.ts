import type { SecurityGroupRule } from "../securityGroupRules";
import { type CustomPort, rulesAt, type ToolName } from "../toolPorts";

/** The rules of an isolation security group: the mirror image of a room's rules towards the suspect. */
export function isolationRules(
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  workstationCidrs: readonly string[],
): SecurityGroupRule[] {
  const peers = workstationCidrs.map((cidr) => ({ cidr }));
  return rulesAt("suspect", tools, customPorts, peers, "Clean room").map(
    // It is among the inputs of the group's component, which would seem to change with it.
    ({ tool: _, ...rule }) => rule,
  );
}
