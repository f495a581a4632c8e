import { type CustomPort, portsOf, type ToolName, type ToolPort } from "../toolPorts";

/** How a rule can name the suspect: by its address range, or by its isolation security group. */
export type Suspect = { readonly cidrs: readonly string[] } | { readonly securityGroup: string };

/** A rule of the workstation's security group. */
export interface SuspectRule {
  /** Unique within the room, and the same for the same rule in every deployment. */
  readonly name: string;

  /** The tool of the catalogue, or the name of the custom port. */
  readonly tool: string;

  /** `ingress`: the suspect connects to the workstation; `egress`: the workstation to the suspect. */
  readonly direction: "ingress" | "egress";
  readonly protocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;

  /** Exactly one of `cidr` and `securityGroup` names the suspect. */
  readonly cidr?: string;

  /** `sg-…` in the room's VPC, or `<account>/sg-…` in a peered one. */
  readonly securityGroup?: string;

  /** At most 255 characters of the set EC2 allows. */
  readonly description: string;
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
    directionsOf(port).flatMap((direction) =>
      names.map((peer) => rule(ticket, port, direction, peer)),
    ),
  );
}

function directionsOf({ initiator }: ToolPort): ("ingress" | "egress")[] {
  if (initiator === "either") {
    return ["ingress", "egress"];
  }
  return initiator === "suspect" ? ["ingress"] : ["egress"];
}

function rule(
  ticket: string,
  { name, protocol, fromPort, toPort }: CustomPort,
  direction: "ingress" | "egress",
  peer: { readonly cidr: string } | { readonly securityGroup: string },
): SuspectRule {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
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
