/** A route table, as far as a link is concerned. */
export interface RouteTable {
  /** `rtb-…`. */
  readonly routeTableId: string;

  /** Whether subnets without a table of their own use it. */
  readonly main: boolean;

  /** Subnets that it is associated with, `subnet-…`. */
  readonly subnetIds: readonly string[];

  readonly routes: readonly Route[];
}

/** A route of a table. */
export interface Route {
  /** CIDR, or id of a prefix list. */
  readonly destination: string;

  /** What it leads to, `pcx-…`, `tgw-…`, `local` and so on. */
  readonly target: string;

  /** Whether it counts against the quota: neither the VPC's own one nor one that is propagated does. */
  readonly counts: boolean;
}

/** A subnet of the suspect's VPC. */
export interface Subnet {
  /** `subnet-…`. */
  readonly subnetId: string;

  /** Range, a CIDR. */
  readonly cidr: string;

  /** Availability Zone. */
  readonly zone: string;
}

/** A network interface in the suspect's VPC. */
export interface Interface {
  /** `eni-…`. */
  readonly interfaceId: string;

  /** `i-…`; undefined where no instance has it. */
  readonly instanceId: string | undefined;

  /** Private IPv4 addresses, the primary one first. */
  readonly addresses: readonly string[];

  /** Security groups, `sg-…`. */
  readonly groupIds: readonly string[];
}

/** A rule that a group has. */
export interface GroupRule {
  /** `sgr-…`. */
  readonly ruleId: string;
  readonly direction: "ingress" | "egress";
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;

  /** The other side's range; undefined where it is named otherwise. */
  readonly cidr: string | undefined;

  /** What it is called, its tag `Name`; empty where it has none. */
  readonly name: string;

  /** The ticket's tag. */
  readonly ticketTag: string | undefined;
}

/** A peering connection that the forensics VPC has. */
export interface Connection {
  /** `pcx-…`. */
  readonly connectionId: string;

  /** The VPC on the other side, and its account. */
  readonly peerVpcId: string;
  readonly peerAccount: string;

  /** AWS's word for its state. */
  readonly status: string;

  /** The ticket's tag. */
  readonly ticketTag: string | undefined;

  /** Whether one of the sides resolves the other one's names. */
  readonly resolvesNames: boolean;
}

/** An attachment of a VPC to a transit gateway. */
export interface Attachment {
  /** `tgw-attach-…`. */
  readonly attachmentId: string;

  /** `tgw-…`. */
  readonly gatewayId: string;

  /** AWS's word for its state. */
  readonly status: string;

  /** Availability Zones that it has a subnet in: of others nothing is led there. */
  readonly zones: readonly string[];
}

/** The suspect's network, as the member account tells of it. */
export interface SuspectNetwork {
  /** `vpc-…`, of the isolation security group. */
  readonly vpcId: string;

  /** Account that owns the VPC, 12 digits: of a shared one it is not the suspect's. */
  readonly ownerId: string;

  /** All IPv4 ranges of the VPC. */
  readonly cidrs: readonly string[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly interfaces: readonly Interface[];

  /** What the isolation group has. */
  readonly rules: readonly GroupRule[];

  /** To transit gateways; none where the link leads over none. */
  readonly attachments: readonly Attachment[];
}

/** The room's own side. */
export interface RoomNetwork {
  /** Ranges of the forensics VPC, and of the room's slot: CIDRs. */
  readonly vpcCidr: string;
  readonly slotCidr: string;

  /** Availability Zone of the slot. */
  readonly slotZone: string;

  /** Route table of the slot. */
  readonly slotTable: RouteTable;

  /** Peering connections of the forensics VPC, in whatever state. */
  readonly connections: readonly Connection[];

  /** To transit gateways; none where the link leads over none. */
  readonly attachments: readonly Attachment[];
}
