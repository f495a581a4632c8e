import { linkPartOf, mistakenName, OVER } from "../link";
import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown } from "../unknownValues";

/** Settings of both sides of a connection. */
const SIDES = ["requester", "accepter"];

/** What a route could lead to beside a link's connection. */
const OTHER_TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
];

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
      "Checks that connections and routes of a room are its link's, by name: within the Region, without name resolution, a route to a subnet or a slot and over the link's connection only.",
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
      return [];
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
        `${field} is ${shown(route.at(field))}; required: not set.\nA link leads over its connection only: remove it.`,
    ),
    ...(route.at(OVER) === undefined
      ? [`${OVER} is not set; required: the link's connection.\nName it.`]
      : []),
  ];
}
