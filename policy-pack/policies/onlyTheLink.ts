import { linkPartOf, mistakenName, OVER } from "../link";
import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown } from "../unknownValues";

/** Settings of both sides of a connection. */
const SIDES = ["requester", "accepter"];

/** What a route could lead to beside a link's connection, or its transit gateway. */
const OTHER_TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "vpcEndpointId",
];

/** What a mirror could lead to beside the workstation. */
const OTHER_RECEIVERS = ["gatewayLoadBalancerEndpointId", "networkLoadBalancerArn"];

/** Other forms of where a route leads, which may be everywhere. */
const OTHER_DESTINATIONS = ["destinationIpv6CidrBlock", "destinationPrefixListId"];

/** Prefix lengths, at least: of the suspect's subnets, and of a slot, which is a /28. */
const NARROWEST = { "to-": 16, "from-": 24 } as const;

/**
 * A room has no way out; its link to the suspect is the one exception, and by its name. What is named like it is held to
 * what it is.
 */
export const onlyTheLink = ofResource(
  {
    name: "only-the-link",
    displayName: "A room's one way out is its link to the suspect",
    description:
      "Checks that connections and routes of a room are its link's, by name: within the Region, without name resolution, a route to a subnet or a slot and over the link's connection or a transit gateway only; and that what mirrors and is shared is its capture's: to an interface, with one account of the organisation.",
    severity: "critical",
    tags: ["network"],
    remediationSteps: "Remove it, or set link in the room's settings.",
  },
  (subject) => (subject.kind === "incident" ? mistakesOf(subject) : []),
);

function mistakesOf(subject: Subject): string[] {
  const part = linkPartOf(subject);
  switch (part) {
    case undefined:
    case "rule":
    case "filter":
    case "session":
    case "shared":
      return [];
    case "target":
      return targetMistakes(subject);
    case "share":
      return shareMistakes(subject);
    case "shared with":
      return /^\d{12}$/.test(String(subject.at("principal")))
        ? []
        : [
            `principal is ${shown(subject.at("principal"))}; required: the suspect's account, 12 digits.\nName it, and not an organisation, a unit of one or a role.`,
          ];
    case "stranger":
      return [mistakenName(subject)];
    case "connection":
    case "accepter":
      return [
        ...(subject.at("peerRegion") === undefined
          ? []
          : [
              `peerRegion is ${shown(subject.at("peerRegion"))}; required: not set.\nA link reaches no other Region: remove it.`,
            ]),
        ...SIDES.map((side) => `${side}.allowRemoteVpcDnsResolution`).flatMap((field) =>
          [undefined, false].includes(subject.at(field) as undefined)
            ? []
            : [
                `${field} is ${shown(subject.at(field))}; required: not set, or false.\nNames are a way out that no rule sees: remove it.`,
              ],
        ),
      ];
    case "to-":
    case "from-":
      return routeMistakes(subject, NARROWEST[part]);
  }
}

function targetMistakes(target: Subject): string[] {
  return [
    ...(isNotSet(target, "networkInterfaceId")
      ? [`networkInterfaceId is not set; required: the workstation's.\nName it.`]
      : []),
    ...OTHER_RECEIVERS.filter((field) => !isNotSet(target, field)).map(
      (field) =>
        `${field} is ${shown(target.at(field))}; required: not set.\nWhat is mirrored comes to the workstation's interface: remove it.`,
    ),
  ];
}

function shareMistakes(share: Subject): string[] {
  return [
    ...(share.at("allowExternalPrincipals") === false
      ? []
      : [
          `allowExternalPrincipals is ${shown(share.at("allowExternalPrincipals"))}; required: false.\nWhat is shared stays within the organisation: set it.`,
        ]),
    ...(isNotSet(share, "permissionArns")
      ? []
      : [
          `permissionArns is ${shown(share.at("permissionArns"))}; required: not set.\nWhoever has the target may mirror to it, and no more: remove it.`,
        ]),
  ];
}

function isNotSet(subject: Subject, field: string): boolean {
  const value = subject.at(field);
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function routeMistakes(route: Subject, narrowest: number): string[] {
  const cidr = route.at("destinationCidrBlock");
  const prefix = typeof cidr === "string" ? Number(cidr.split("/")[1] ?? 0) : 0;
  const set = [...OTHER_TARGETS, ...OTHER_DESTINATIONS].filter(
    (field) => ![undefined, ""].includes(route.at(field) as undefined),
  );
  return [
    ...(prefix >= narrowest
      ? []
      : [
          `destinationCidrBlock is ${shown(cidr)}; required: a range of /${narrowest} or narrower that the preview knows.\nLead to the suspect's subnet, or to the slot.`,
        ]),
    ...set.map(
      (field) =>
        `${field} is ${shown(route.at(field))}; required: not set.\nA link leads over its connection, or over a transit gateway, only: remove it.`,
    ),
    ...overMistakes(route),
  ];
}

/** A connection may be made by the same deployment; a transit gateway is there already, and its id known. */
function overMistakes(route: Subject): string[] {
  const gateway = route.at(OVER.gateway);
  if (isNotSet(route, OVER.connection)) {
    return isNotSet(route, OVER.gateway)
      ? [
          `${OVER.connection} is not set; required: the link's connection, or ${OVER.gateway}.\nName it.`,
        ]
      : typeof gateway === "string" && /^tgw-[0-9a-z]+$/.test(gateway)
        ? []
        : [
            `${OVER.gateway} is ${shown(gateway)}; required: a transit gateway that is there, tgw-….\nWrite its id out.`,
          ];
  }
  return isNotSet(route, OVER.gateway)
    ? []
    : [
        `${OVER.gateway} is ${shown(gateway)}; required: not set beside ${OVER.connection}.\nRemove it: a link leads over one of them.`,
      ];
}
