import { type CustomPort, portsOf, type ToolName, type ToolPort } from "../toolPorts";

/** A rule of an isolation security group. */
export interface IsolationRule {
  /** Unique within the group, and the same for the same rule in every deployment. */
  readonly name: string;

  /** `ingress`: a workstation connects to the suspect; `egress`: the suspect to a workstation. */
  readonly direction: "ingress" | "egress";
  readonly protocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;

  /** Range of the workstations. */
  readonly cidr: string;

  /** At most 255 characters of the set EC2 allows. */
  readonly description: string;
}

/**
 * The rules of an isolation security group, the mirror image of a room's rules towards the suspect:
 * one per tool, port, direction and range of workstations, and nothing else.
 */
export function isolationRules(
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  workstationCidrs: readonly string[],
): IsolationRule[] {
  return portsOf(tools, customPorts).flatMap((port) =>
    directionsOf(port).flatMap((direction) =>
      workstationCidrs.map((cidr) => rule(port, direction, cidr)),
    ),
  );
}

function directionsOf({ initiator }: ToolPort): ("ingress" | "egress")[] {
  if (initiator === "either") {
    return ["ingress", "egress"];
  }
  return initiator === "room" ? ["ingress"] : ["egress"];
}

function rule(
  { name, protocol, fromPort, toPort }: CustomPort,
  direction: "ingress" | "egress",
  cidr: string,
): IsolationRule {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
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
