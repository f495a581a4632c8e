import type { Subject } from "./subject";
import { shown } from "./unknownValues";

// How a room's link to the suspect is told from everything else that leads out: by the names of its parts, which the
// program does not give to anything else.

/** What the names of its parts begin with. */
const LINK = "link-";

/** The field that names the connection that a route leads over. */
export const OVER = "vpcPeeringConnectionId";

const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";
const ROUTE = "aws:ec2/route:Route";
const RULES = [
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/**
 * Which part of a room's link a resource is: `to-` is a route of its slot, `from-` one of the suspect's tables. `stranger`
 * is what only a link may have, under another name. undefined: it is none of what a link is made of.
 */
export type LinkPart = "connection" | "accepter" | "to-" | "from-" | "rule" | "stranger";

/** The part of a link that a resource of a room is. */
export function linkPartOf(subject: Subject): LinkPart | undefined {
  const { type, name } = subject;
  if (RULES.includes(type)) {
    return name.startsWith(`${LINK}isolation-`) ? "rule" : undefined;
  }
  if (![CONNECTION, ACCEPTER, ROUTE].includes(type)) {
    return undefined;
  }
  const wanted: readonly (readonly [LinkPart, string, string])[] = [
    ["connection", CONNECTION, `${LINK}connection`],
    ["accepter", ACCEPTER, `${LINK}accepter`],
    ["to-", ROUTE, `${LINK}to-${shownAs(subject, "destinationCidrBlock")}`],
    ["from-", ROUTE, `${LINK}from-${shownAs(subject, "routeTableId")}`],
  ];
  return wanted.find(([, ofType, called]) => ofType === type && called === name)?.[0] ?? "stranger";
}

/** Parts that are made in the suspect's account. */
export function isInSuspectsAccount(subject: Subject): boolean {
  const part = linkPartOf(subject);
  return part === "accepter" || part === "from-" || part === "rule";
}

/** What is said of a stranger. */
export function mistakenName({ type, name }: Subject): string {
  return `name is ${shown(name)}; required: a part of the room's link, which is the only one that may have a ${type}.\nRemove it: a room is linked by its setting link.`;
}

function shownAs(subject: Subject, field: string): string {
  const value = subject.at(field);
  return typeof value === "string" ? value : "";
}
