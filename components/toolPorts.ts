import type { SecurityGroupRule } from "./securityGroupRules";

/** Who opens the connection: the workstation in the room, the suspect, or either of them. */
export type Initiator = "room" | "suspect" | "either";

/** Ports that have to be open between the workstation and the compromised instance. */
export interface ToolPort {
  readonly protocol: "tcp" | "udp";

  /** First port, on the side that is connected to. */
  readonly fromPort: number;

  /** Last port; the same as the first for a single port. */
  readonly toPort: number;

  readonly initiator: Initiator;
}

/** What a port of the catalogue or beside it is called: part of a rule's name, and of records. */
export const PORT_NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** A port that no tool of the catalogue covers, named by the stack. */
export interface CustomPort extends ToolPort {
  /** What it is for; part of the rule's name. */
  readonly name: string;
}

/** What the catalogue knows of a tool. */
export interface Tool {
  readonly ports: readonly ToolPort[];

  /** Where the ports are documented. */
  readonly source: string;
}

function port(protocol: "tcp" | "udp", number: number, initiator: Initiator): ToolPort {
  return { protocol, fromPort: number, toPort: number, initiator };
}

/**
 * Tools by name, with the ports their vendors document. Only entries whose ports were verified; for
 * anything else a stack names its own port.
 */
const TOOL_PORTS = {
  encase: {
    ports: [port("tcp", 4445, "either")],
    source: "EnCase servlet: incident response preparation standard, section on isolation",
  },
  grr: {
    ports: [port("tcp", 8080, "suspect")],
    source: "google/grr, Dockerfile: client frontend",
  },
  lime: {
    ports: [port("tcp", 4444, "room")],
    source: "504ensicsLabs/LiME, README: listens on the suspect, port by convention",
  },
  rdp: { ports: [port("tcp", 3389, "room")], source: "IANA: ms-wbt-server" },
  smb: { ports: [port("tcp", 445, "room")], source: "IANA: microsoft-ds" },
  ssh: { ports: [port("tcp", 22, "room")], source: "IANA: ssh" },
  syslog: {
    ports: [port("tcp", 514, "suspect"), port("udp", 514, "suspect")],
    source: "RFC 5426 (udp); rsyslog, imtcp (tcp)",
  },
  "syslog-tls": { ports: [port("tcp", 6514, "suspect")], source: "RFC 5425" },
  velociraptor: {
    ports: [port("tcp", 8000, "suspect")],
    source: "Velocidex/velociraptor, config/config.go: frontend",
  },
  winrm: {
    ports: [{ protocol: "tcp", fromPort: 5985, toPort: 5986, initiator: "room" }],
    source: "Windows Remote Management, default listeners",
  },
} as const satisfies Record<string, Tool>;

/**
 * VXLAN, in which the suspect's traffic comes that is mirrored to the workstation. Source: VPC Traffic Mirroring guide,
 * "Traffic Mirroring packet format".
 */
export const CAPTURE_PORT: CustomPort = { name: "capture", ...port("udp", 4789, "suspect") };

/** A tool of the catalogue. */
export type ToolName = keyof typeof TOOL_PORTS;

/** The catalogue's names, sorted. */
export const TOOL_NAMES = Object.keys(TOOL_PORTS).sort() as ToolName[];

/** An end of a tool's connection: the workstation in the room, or the compromised instance. */
export type End = "room" | "suspect";

/** A port as one end of the connection has to open it. */
export interface OpenedPort extends CustomPort {
  readonly direction: "ingress" | "egress";
}

/**
 * What an end of the connection has to open for these tools and ports. Security groups are stateful: the end
 * that connects needs its way out, the other one its way in, and no more.
 */
export function portsOpenedAt(
  end: End,
  tools: readonly ToolName[],
  customPorts: readonly CustomPort[],
): OpenedPort[] {
  const ports = [
    ...tools.flatMap((tool) => TOOL_PORTS[tool].ports.map((port) => ({ name: tool, ...port }))),
    ...customPorts,
  ];
  return ports.flatMap((port) =>
    directionsAt(end, port).map((direction) => ({ ...port, direction })),
  );
}

function directionsAt(end: End, { initiator }: ToolPort): ("ingress" | "egress")[] {
  if (initiator === "either") {
    return ["ingress", "egress"];
  }
  return initiator === end ? ["egress"] : ["ingress"];
}

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
