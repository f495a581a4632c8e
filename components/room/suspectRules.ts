import type { SecurityGroupRule } from "../securityGroupRules";
import { type CustomPort, directionsAt, portRange, portsOf, type ToolName } from "../toolPorts";

/** How a rule can name the suspect: by its address range, or by its isolation security group. */
export type Suspect = { readonly cidrs: readonly string[] } | { readonly securityGroup: string };

/** A rule of the workstation's security group. */
export interface SuspectRule extends SecurityGroupRule {
  /** The tool of the catalogue, or the name of the custom port. */
  readonly tool: string;
}

/**
 * The rules that let these tools reach the suspect, and nothing else: one per tool, port, direction
 * and name of the suspect. Security groups are stateful, so a connection needs the rule of the side
 * that opens it only.
 */
export function suspectRules(
  ticket: string,
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  suspect: Suspect,
): SuspectRule[] {
  const names =
    "cidrs" in suspect
      ? suspect.cidrs.map((cidr) => ({ cidr }))
      : [{ securityGroup: suspect.securityGroup }];
  return portsOf(tools, customPorts).flatMap((port) =>
    directionsAt("room", port).flatMap((direction) =>
      names.map((peer) => rule(ticket, port, direction, peer)),
    ),
  );
}

function rule(
  ticket: string,
  { name, protocol, fromPort, toPort }: CustomPort,
  direction: "ingress" | "egress",
  peer: { readonly cidr: string } | { readonly securityGroup: string },
): SuspectRule {
  const ports = portRange(fromPort, toPort);
  const peerName = "cidr" in peer ? peer.cidr : peer.securityGroup;
  const way = direction === "ingress" ? "from the suspect" : "to the suspect";
  return {
    name: `${name}-${protocol}-${ports}-${direction}-${peerName}`,
    tool: name,
    direction,
    protocol,
    fromPort,
    toPort,
    ...peer,
    description: `${ticket}: ${name} ${protocol}/${ports} ${way}`,
  };
}
