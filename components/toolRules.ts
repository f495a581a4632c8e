import type { SecurityGroupRule } from "./securityGroupRules";
import { type CustomPort, type End, portsOpenedAt, type ToolName } from "./toolPorts";

/** How a rule names the other end: by its address range, or by its security group. */
export type Peer = { readonly cidr: string } | { readonly securityGroup: string };

/** A rule for a tool's port. */
export interface ToolRule extends SecurityGroupRule {
  /** The tool of the catalogue, or the name of the custom port. */
  readonly tool: string;
}

/** What the other end is called in a rule's description. */
const OTHER_END = { room: "the suspect", suspect: "a workstation" } as const;

/**
 * The rules that let an end use these tools, and nothing else: one per tool, port, direction and name of the
 * other end.
 *
 * @param about What a description begins with.
 */
export function rulesAt(
  end: End,
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
  peers: readonly Peer[],
  about: string,
): ToolRule[] {
  return portsOpenedAt(end, tools, customPorts).flatMap(
    ({ name, direction, protocol, fromPort, toPort }) => {
      const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
      const way = `${direction === "ingress" ? "from" : "to"} ${OTHER_END[end]}`;
      return peers.map((peer) => ({
        name: `${name}-${protocol}-${ports}-${direction}-${"cidr" in peer ? peer.cidr : peer.securityGroup}`,
        tool: name,
        direction,
        protocol,
        fromPort,
        toPort,
        ...peer,
        description: `${about}: ${name} ${protocol}/${ports} ${way}`,
      }));
    },
  );
}
