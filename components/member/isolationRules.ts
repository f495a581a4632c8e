import type { SecurityGroupRule } from "../securityGroupRules";
import { type CustomPort, directionsAt, portRange, portsOf, type ToolName } from "../toolPorts";

/**
 * The rules of an isolation security group, the mirror image of a room's rules towards the suspect:
 * one per tool, port, direction and range of workstations, and nothing else.
 */
export function isolationRules(
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  workstationCidrs: readonly string[],
): SecurityGroupRule[] {
  return portsOf(tools, customPorts).flatMap((port) =>
    directionsAt("suspect", port).flatMap((direction) =>
      workstationCidrs.map((cidr) => rule(port, direction, cidr)),
    ),
  );
}

function rule(
  { name, protocol, fromPort, toPort }: CustomPort,
  direction: "ingress" | "egress",
  cidr: string,
): SecurityGroupRule {
  const ports = portRange(fromPort, toPort);
  const way = direction === "ingress" ? "from a workstation" : "to a workstation";
  return {
    name: `${name}-${protocol}-${ports}-${direction}-${cidr}`,
    direction,
    protocol,
    fromPort,
    toPort,
    cidr,
    description: `Clean room: ${name} ${protocol}/${ports} ${way}`,
  };
}
