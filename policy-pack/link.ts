import type { Subject } from "./subject";
import { shown } from "./unknownValues";

// How a room's link to the suspect is told from everything else that leads out: by the names of its parts, which the
// program does not give to anything else.

/** What the names of its parts begin with. */
const LINK = "link-";

/** The fields of a route that name what a link leads over: its connection, or a transit gateway. */
export const OVER = { connection: "vpcPeeringConnectionId", gateway: "transitGatewayId" } as const;

const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";
const ROUTE = "aws:ec2/route:Route";
const MIRROR = "aws:ec2/trafficMirror";
const FILTER = `${MIRROR}Filter:TrafficMirrorFilter`;
const FILTER_RULE = `${MIRROR}FilterRule:TrafficMirrorFilterRule`;
const SESSION = `${MIRROR}Session:TrafficMirrorSession`;
const TARGET = `${MIRROR}Target:TrafficMirrorTarget`;
const SHARE = "aws:ram/resourceShare:ResourceShare";
const SHARED = "aws:ram/resourceAssociation:ResourceAssociation";
const SHARED_WITH = "aws:ram/principalAssociation:PrincipalAssociation";
const RULES = [
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/**
 * Which part of a room's link a resource is: `to-` is a route of its slot, `from-` one of the suspect's tables. `stranger`
 * is what only a link may have, under another name. undefined: it is none of what a link is made of.
 */
export type LinkPart =
  | "connection"
  | "accepter"
  | "to-"
  | "from-"
  | "rule"
  | "filter"
  | "session"
  | "target"
  | "share"
  | "shared"
  | "shared with"
  | "stranger";

/** Types that a room has of its link only, whatever they are called. */
const TYPES: readonly string[] = [
  CONNECTION,
  ACCEPTER,
  ROUTE,
  FILTER,
  FILTER_RULE,
  SESSION,
  TARGET,
  SHARE,
  SHARED,
  SHARED_WITH,
];

/** The part of a link that a resource of a room is. */
export function linkPartOf(subject: Subject): LinkPart | undefined {
  const { type, name } = subject;
  if (RULES.includes(type)) {
    return name.startsWith(`${LINK}isolation-`) ? "rule" : undefined;
  }
  if (!TYPES.includes(type)) {
    return undefined;
  }
  const wanted: readonly (readonly [LinkPart, string, string])[] = [
    ["connection", CONNECTION, `${LINK}connection`],
    ["accepter", ACCEPTER, `${LINK}accepter`],
    ["to-", ROUTE, `${LINK}to-${shownAs(subject, "destinationCidrBlock")}`],
    ["from-", ROUTE, `${LINK}from-${shownAs(subject, "routeTableId")}`],
    ["filter", FILTER, `${LINK}capture-filter`],
    ["filter", FILTER_RULE, `${LINK}capture-filter-${shownAs(subject, "trafficDirection")}`],
    ["session", SESSION, `${LINK}capture-session-${shownAs(subject, "networkInterfaceId")}`],
    ["target", TARGET, `${LINK}capture-target`],
    ["share", SHARE, `${LINK}capture-share`],
    ["shared", SHARED, `${LINK}capture-share-target`],
    ["shared with", SHARED_WITH, `${LINK}capture-share-account`],
  ];
  return wanted.find(([, ofType, called]) => ofType === type && called === name)?.[0] ?? "stranger";
}

/** Parts that are made in the suspect's account. */
export function isInSuspectsAccount(subject: Subject): boolean {
  const part = linkPartOf(subject);
  return ["accepter", "from-", "rule", "filter", "session"].includes(part ?? "");
}

/** What is said of a stranger. */
export function mistakenName({ type, name }: Subject): string {
  return `name is ${shown(name)}; required: a part of the room's link, which is the only one that may have a ${type}.\nRemove it: a room is linked by its setting link, and its suspect captured by its setting capture.`;
}

function shownAs(subject: Subject, field: string): string {
  const value = subject.at(field);
  return typeof value === "string" ? value : "";
}
