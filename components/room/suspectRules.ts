import { CAPTURE_PORT, type CustomPort, rulesAt, type ToolName, type ToolRule } from "../toolPorts";

/** How a rule can name the suspect: by its address range, or by its isolation security group. */
export type Suspect = { readonly cidrs: readonly string[] } | { readonly securityGroup: string };

/** The rules of the workstation's security group that let these tools reach the suspect, and nothing else. */
export function suspectRules(
  ticket: string,
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  suspect: Suspect,
): ToolRule[] {
  const peers = "cidrs" in suspect ? suspect.cidrs.map((cidr) => ({ cidr })) : [suspect];
  return rulesAt("room", tools, customPorts, peers, ticket);
}

/**
 * The rules that let the suspect's mirrored traffic in: always by its addresses, as it is the network that sends that
 * traffic and not an interface with a security group.
 */
export function captureRules(ticket: string, suspectCidrs: readonly string[]): ToolRule[] {
  const peers = suspectCidrs.map((cidr) => ({ cidr }));
  return rulesAt("room", [], [CAPTURE_PORT], peers, ticket);
}
