import { overlap, parseCidr } from "../cidr";
import type { SecurityGroupRule } from "../securityGroupRules";
import { gatewayWay } from "./gatewayWay";
import type {
  Connection,
  GroupRule,
  RoomNetwork,
  Route,
  RouteTable,
  Subnet,
  SuspectNetwork,
} from "./network";

/** What a link is made of. */
export interface LinkPlan {
  /** The suspect's VPC, `vpc-…`. */
  readonly peerVpcId: string;

  /** Somebody else's connection or transit gateway that it leads over, `pcx-…` or `tgw-…`; undefined where it makes one. */
  readonly over: string | undefined;

  /** Route table of the room's slot. */
  readonly slotTableId: string;

  /** Ranges of the suspect's subnets, which the slot gets a route to. */
  readonly toSuspect: readonly string[];

  /** Route tables of the suspect's subnets, which get a route to the slot. */
  readonly fromSuspect: readonly string[];

  /** What the isolation group gets, beside what it has of others. */
  readonly rules: readonly SecurityGroupRule[];
}

/** What of a link AWS has, as its parts are named. */
export interface LinkParts {
  readonly connection: string | undefined;

  /** What is there by the logical name, without the link's: the ids by which an engine imports it. */
  readonly routes: ReadonlyMap<string, string>;

  /** The room's rules in the isolation group by their tag `Name`. */
  readonly rules: ReadonlyMap<string, Pick<GroupRule, "ruleId" | "direction">>;
}

/** Whether a link makes its own connection, or leads over the connection or the transit gateway that is there. */
export type LinkedBy = "peering" | "transit-gateway" | "existing";

/** What the routes of a link lead over. */
export interface Way {
  /** `pcx-…` or `tgw-…`; undefined where it is not there. */
  readonly id: string | undefined;

  /** The same where it is somebody else's, and stays. */
  readonly over: string | undefined;

  /** Why there is none, a sentence each. */
  readonly reasons: readonly string[];

  /** What is to be known of it, a sentence each. */
  readonly warnings: readonly string[];
}

/** What is asked for of a link. */
export interface WantedLink {
  readonly mode: LinkedBy;

  /** Value of the ticket's tag. */
  readonly ticketTag: string;

  /** The member account, 12 digits. */
  readonly account: string;

  /** Addresses of the suspect, CIDRs. */
  readonly suspectCidrs: readonly string[];

  /** What the isolation group has to let through for the slot. */
  readonly rules: readonly SecurityGroupRule[];

  /** Quotas of both accounts. */
  readonly quotas: {
    readonly rulesPerGroup: number;
    readonly routesPerTable: number;
    readonly peeringsPerVpc: number;
  };
}

/** What comes of planning a link. */
export interface PlannedLink {
  readonly plan: LinkPlan;

  /** Why it could not be made, a sentence each; none where it can. */
  readonly reasons: readonly string[];

  /** What is to be known of it, a sentence each. */
  readonly warnings: readonly string[];

  /** What of it is there. */
  readonly there: LinkParts;
}

/** States in which a peering connection counts, and no other can be made between its VPCs. */
const ALIVE = ["initiating-request", "pending-acceptance", "provisioning", "active"];

/** Name of the route of the slot's table to a subnet, without the link's. */
export function routeToSuspect(cidr: string): string {
  return `to-${cidr}`;
}

/** Name of the route of a suspect's table to the slot, without the link's. */
export function routeFromSuspect(routeTableId: string): string {
  return `from-${routeTableId}`;
}

/** How a link is made, which what it leads over tells. */
export function linkedBy({ over }: Pick<LinkPlan, "over">): LinkedBy {
  return over === undefined ? "peering" : over.startsWith("tgw-") ? "transit-gateway" : "existing";
}

/**
 * Plans the link of a room, beside what both networks have.
 *
 * Sources: VPC peering guide, "VPC peering limitations" (one connection between two VPCs, no overlapping ranges);
 * VPC user guide, "Amazon VPC quotas" and "Share your VPC subnets" (a participant changes no route table).
 */
export function planLink(
  wanted: WantedLink,
  room: RoomNetwork,
  suspect: SuspectNetwork,
): PlannedLink {
  const { account, suspectCidrs } = wanted;
  const subnets = suspect.subnets.filter(({ cidr }) =>
    suspectCidrs.some((each) => haveInCommon(each, cidr)),
  );
  const tables = tablesOf(subnets, suspect.routeTables);
  const way =
    wanted.mode === "transit-gateway"
      ? gatewayWay(room, suspect, subnets)
      : peeredWay(wanted, room, suspect);
  const { id, over } = way;
  const plan: LinkPlan = {
    peerVpcId: suspect.vpcId,
    over,
    slotTableId: room.slotTable.routeTableId,
    toSuspect: subnets.map(({ cidr }) => cidr).sort(),
    fromSuspect: tables.map(({ routeTableId }) => routeTableId).sort(),
    rules: wanted.rules.filter((rule) => heldByOthers(rule, suspect.rules, wanted) === undefined),
  };
  // Between such VPCs there is no way whatever is there, and without one nothing leads elsewhere.
  const impossible = [...sharedReasons(suspect, account), ...overlapReasons(room, suspect)];
  const wayless = impossible.length > 0 ? impossible : way.reasons;
  return {
    plan,
    reasons: [
      ...wayless,
      ...subnetReasons(suspectCidrs, suspect),
      ...(wayless.length > 0
        ? []
        : [
            ...plan.toSuspect.flatMap((cidr) => elsewhereReasons(room.slotTable, cidr, id, "room")),
            ...tables.flatMap((table) => elsewhereReasons(table, room.slotCidr, id, account)),
          ]),
      ...tableReasons(room.slotTable, plan.toSuspect, wanted),
      ...tables.flatMap((table) => tableReasons(table, [room.slotCidr], wanted)),
      ...ruleReasons(plan.rules, suspect.rules, wanted),
    ],
    warnings: [
      ...tables.flatMap((table) => sharedTableWarnings(table, subnets, suspect)),
      ...way.warnings,
    ],
    there: partsThere(plan, tables, room, suspect, { id, ticketTag: wanted.ticketTag }),
  };
}

/** The peering connection that a link makes, or that somebody else has. */
function peeredWay(wanted: WantedLink, room: RoomNetwork, suspect: SuspectNetwork): Way {
  const between = room.connections.filter(
    ({ peerVpcId, status }) => peerVpcId === suspect.vpcId && ALIVE.includes(status),
  );
  const own = between.filter(({ ticketTag }) => ticketTag === wanted.ticketTag);
  if (wanted.mode === "peering") {
    const reasons = connectionReasons(between, own, room, wanted);
    return { id: own[0]?.connectionId, over: undefined, reasons, warnings: [] };
  }
  const connection = othersConnection(between, own);
  const id = connection?.connectionId;
  return connection === undefined
    ? { id, over: id, reasons: existingReasons(room, suspect), warnings: [] }
    : { id, over: id, reasons: [], warnings: overWarnings(connection) };
}

/** The tables that subnets use: their own one, or the VPC's main one. */
function tablesOf(subnets: readonly Subnet[], tables: readonly RouteTable[]): RouteTable[] {
  return tables.filter((table) =>
    subnets.some(({ subnetId }) =>
      tables.some((each) => each.subnetIds.includes(subnetId))
        ? table.subnetIds.includes(subnetId)
        : table.main,
    ),
  );
}

function sharedReasons({ vpcId, ownerId }: SuspectNetwork, account: string): string[] {
  return ownerId === account
    ? []
    : [
        `${vpcId} is shared with account ${account} and belongs to ${ownerId}: only that account accepts a connection for it and changes its route tables. Set link to none, and have the network's owner lead the slot's range there.`,
      ];
}

function overlapReasons({ vpcCidr }: RoomNetwork, { vpcId, cidrs }: SuspectNetwork): string[] {
  const overlapping = cidrs.filter((cidr) => haveInCommon(cidr, vpcCidr));
  return overlapping.length === 0
    ? []
    : [
        `${overlapping.join(", ")} of ${vpcId} overlaps the forensics VPC (${vpcCidr}): AWS peers no such VPCs, and leads nothing between them otherwise. Set link to none and work on snapshots, or open the room on a foundation with another vpcCidr.`,
      ];
}

function subnetReasons(
  suspectCidrs: readonly string[],
  { vpcId, subnets }: SuspectNetwork,
): string[] {
  const outside = suspectCidrs.filter(
    (cidr) => !subnets.some((subnet) => haveInCommon(subnet.cidr, cidr)),
  );
  return outside.length === 0
    ? []
    : [
        `${outside.join(", ")} of suspectCidrs is in no subnet of ${vpcId}, the isolation group's VPC. Its subnets are ${subnets.map(({ cidr }) => cidr).join(", ") || "none"}.`,
      ];
}

function connectionReasons(
  between: readonly Connection[],
  own: readonly Connection[],
  { connections }: RoomNetwork,
  { quotas }: WantedLink,
): string[] {
  if (own.length > 1) {
    const ids = own.map(({ connectionId }) => connectionId);
    return [
      `${ids.join(" and ")} both carry this ticket: have the one that is not active deleted, aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id <id>.`,
    ];
  }
  const [other] = between.filter((each) => !own.includes(each));
  if (other !== undefined) {
    return [
      `${other.connectionId} connects the forensics VPC with ${other.peerVpcId} already (${other.status}, ${other.ticketTag ?? "of no ticket"}), and AWS takes one connection between two VPCs. Set link to existing, which leads over it and leaves it, or to none.`,
    ];
  }
  const alive = connections.filter(({ status }) => ALIVE.includes(status));
  return own.length === 0 && alive.length >= quotas.peeringsPerVpc
    ? [
        `The forensics VPC has ${alive.length} peering connections, and AWS takes ${quotas.peeringsPerVpc}. Close a room that is linked, or have the quota raised (L-7E9ECCDB) and say so in quotas.peeringsPerVpc.`,
      ]
    : [];
}

/** The connection that somebody else has between the VPCs, once it is active. */
function othersConnection(
  between: readonly Connection[],
  own: readonly Connection[],
): Connection | undefined {
  return between.find((each) => each.status === "active" && !own.includes(each));
}

function existingReasons({ connections }: RoomNetwork, { vpcId }: SuspectNetwork): string[] {
  const others = connections.filter(({ peerVpcId }) => peerVpcId === vpcId);
  const states = others.map(
    ({ connectionId, status, ticketTag }) =>
      `${connectionId}: ${status}, ${ticketTag ?? "no ticket"}`,
  );
  return [
    `No active connection of somebody else leads from the forensics VPC to ${vpcId} (${states.join("; ") || "there is none"}). Set link to peering, which makes one for the room, or to none.`,
  ];
}

/** What is to be known of a connection that is not the room's. */
function overWarnings({ connectionId, ticketTag, resolvesNames }: Connection): string[] {
  return [
    ...(ticketTag === undefined
      ? []
      : [
          `The link leads over ${connectionId}, which is another room's (${ticketTag}) and ends with that: the way to the suspect is gone then.`,
        ]),
    ...(resolvesNames
      ? [
          `${connectionId}, which the link leads over, resolves names of one side on the other: whose it is decides that.`,
        ]
      : []),
  ];
}

/** What of a table leads addresses of a range elsewhere than over this connection or gateway. */
function elsewhereReasons(
  { routeTableId, routes }: RouteTable,
  cidr: string,
  connectionId: string | undefined,
  account: string,
): string[] {
  const whose = account === "room" ? "the slot's route table" : `of account ${account}`;
  return routes
    .filter(
      ({ destination, target }) =>
        target !== "local" && target !== connectionId && takes(destination, cidr),
    )
    .map(
      ({ destination, target }) =>
        `${routeTableId}, ${whose}, leads ${destination} to ${target} already: the link's route to ${cidr} has no place beside it. Have that one taken away, or set link to none.`,
    );
}

/** Whether a route's destination is a range, or a part of it that then goes another way. */
function takes(destination: string, cidr: string): boolean {
  const [part, whole] = [parseCidr(destination), parseCidr(cidr)];
  return (
    part !== undefined &&
    whole !== undefined &&
    part.first >= whole.first &&
    part.last <= whole.last
  );
}

function tableReasons(
  { routeTableId, routes }: RouteTable,
  cidrs: readonly string[],
  { quotas: { routesPerTable } }: WantedLink,
): string[] {
  const more = cidrs.filter((cidr) => routes.every(({ destination }) => destination !== cidr));
  const count = routes.filter(({ counts }) => counts).length;
  // A table with more than the quota is in an account whose quota was raised, to nobody knows what.
  return more.length > 0 && count <= routesPerTable && count + more.length > routesPerTable
    ? [
        `${routeTableId} has ${count} routes, the link makes ${more.length} more, and AWS takes ${routesPerTable}. Have the quota of its account raised (L-93826ACB) and say so in quotas.routesPerTable, or name fewer suspectCidrs.`,
      ]
    : [];
}

function ruleReasons(
  rules: readonly SecurityGroupRule[],
  there: readonly GroupRule[],
  { quotas: { rulesPerGroup }, ticketTag }: WantedLink,
): string[] {
  return (["ingress", "egress"] as const).flatMap((way) => {
    const others = there.filter(
      (rule) => rule.direction === way && rule.ticketTag !== ticketTag,
    ).length;
    const count = rules.filter(({ direction }) => direction === way).length;
    return count > 0 && others <= rulesPerGroup && others + count > rulesPerGroup
      ? [
          `The isolation group has ${others} ${way} rules of others, the link makes ${count}, and AWS takes ${rulesPerGroup}. Name fewer tools, or have the quota of its account raised and say so in quotas.rulesPerGroup.`,
        ]
      : [];
  });
}

/** The rule that is there already and is not this room's: EC2 takes none twice. */
function heldByOthers(
  rule: SecurityGroupRule,
  there: readonly GroupRule[],
  { ticketTag }: Pick<WantedLink, "ticketTag">,
): GroupRule | undefined {
  return there.find((each) => isSame(rule, each) && each.ticketTag !== ticketTag);
}

function isSame(rule: SecurityGroupRule, there: GroupRule): boolean {
  return (["direction", "protocol", "fromPort", "toPort", "cidr"] as const).every(
    (field) => rule[field] === there[field],
  );
}

/** A table that other subnets use, too, leads them to the slot as well. */
function sharedTableWarnings(
  table: RouteTable,
  subnets: readonly Subnet[],
  suspect: SuspectNetwork,
): string[] {
  const others = suspect.subnets.filter(
    (subnet) =>
      !subnets.includes(subnet) &&
      tablesOf([subnet], suspect.routeTables).some((each) => each === table),
  );
  return others.length === 0
    ? []
    : [
        `${table.routeTableId} is the route table of ${others.map(({ subnetId }) => subnetId).join(", ")} as well: they too have a way to the slot while the link is there. The slot has none to them.`,
      ];
}

function partsThere(
  plan: LinkPlan,
  tables: readonly RouteTable[],
  { slotTable, slotCidr }: RoomNetwork,
  { rules }: SuspectNetwork,
  own: { readonly id: string | undefined; readonly ticketTag: string },
): LinkParts {
  const leads = (routes: readonly Route[], cidr: string) =>
    own.id !== undefined &&
    routes.some(({ destination, target }) => destination === cidr && target === own.id);
  return {
    connection: plan.over === undefined ? own.id : undefined,
    routes: new Map([
      ...plan.toSuspect
        .filter((cidr) => leads(slotTable.routes, cidr))
        .map((cidr) => [routeToSuspect(cidr), `${slotTable.routeTableId}_${cidr}`] as const),
      ...tables
        .filter(({ routes }) => leads(routes, slotCidr))
        .map(
          ({ routeTableId }) =>
            [routeFromSuspect(routeTableId), `${routeTableId}_${slotCidr}`] as const,
        ),
    ]),
    rules: new Map(
      rules
        .filter(({ ticketTag, name }) => ticketTag === own.ticketTag && name !== "")
        .map(({ name, ruleId, direction }) => [name, { ruleId, direction }]),
    ),
  };
}

function haveInCommon(one: string, another: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(another)];
  return a !== undefined && b !== undefined && overlap(a, b);
}
