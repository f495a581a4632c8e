import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { stackOf } from "../foundationStacks";
import { isEverybody, isPublic } from "../openRanges";
import { kindOf, STACK_KINDS } from "../stackKinds";
import { given, reading, shown, UNKNOWN } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

/** Types that are a way to the internet by being there. */
const GATEWAYS = [
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
  "aws:ec2/eip:Eip",
  "aws:ec2/eipAssociation:EipAssociation",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
  "aws:ec2/vpnGateway:VpnGateway",
];

const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INTERFACE_ADDRESS = [
  "associatePublicIpAddress",
  "enablePrimaryIpv6",
  "ipv6AddressCount",
  "ipv6Addresses",
];

/** Fields that give a public address, unless they are false, 0 or empty. */
const PUBLIC_ADDRESS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/instance:Instance": INTERFACE_ADDRESS,
  "aws:ec2/subnet:Subnet": [
    "mapPublicIpOnLaunch",
    "mapCustomerOwnedIpOnLaunch",
    "assignIpv6AddressOnCreation",
    "enableDns64",
    "ipv6Native",
  ],
  "aws:ec2/vpc:Vpc": ["assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId"],
};

/** Fields that have a range of version 6, which is private or leads out. */
const IPV6_RANGES: Readonly<Record<string, string>> = {
  "aws:ec2/subnet:Subnet": "ipv6CidrBlock",
  "aws:ec2/vpc:Vpc": "ipv6CidrBlock",
};

/** What a route leads over; an endpoint's route is AWS's own. */
const TARGETS = [
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
  "vpcPeeringConnectionId",
];

/** Fields that name where a route leads. */
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock"];
const INLINE_DESTINATIONS = ["cidrBlock", "ipv6CidrBlock"];
const ROUTE = "aws:ec2/route:Route";
const ROUTE_TABLES = [
  "aws:ec2/defaultRouteTable:DefaultRouteTable",
  "aws:ec2/routeTable:RouteTable",
];

/** Evidence, and malware on it, must find no way out. */
export const noInternetPath: StackValidationPolicy = {
  name: "no-internet-path",
  displayName: "No way leads to the internet",
  description:
    "Checks that no VPC, but those named in internetVpcs, has an internet, NAT or VPN gateway, an exclusion from the account's block of the internet, a public address of either version, or a route that leads out of it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["network"],
  remediationSteps: "Remove it, or name the VPC in internetVpcs where egress is what it is for.",
  configSchema: internetSchema,
  validateStack: (args, reportViolation) => {
    const config = args.getConfig<InternetConfig>();
    for (const resource of args.resources) {
      const mistakes = waysOut(resource);
      if (mistakes.length > 0 && !mayReachInternet(resource, args.resources, config)) {
        mistakes.forEach((mistake) =>
          reportViolation(`${resource.name}: ${mistake}`, resource.urn),
        );
      }
    }
  },
};

function waysOut(resource: PolicyResource): string[] {
  const { type } = resource;
  if (GATEWAYS.includes(type)) {
    return [`type is ${type}; required: no gateway and no public address in this VPC.`];
  }
  if (type === LAUNCH_TEMPLATE) {
    return eachOf(resource, "networkInterfaces", INTERFACE_ADDRESS, addressMistakes);
  }
  if (type === ROUTE) {
    return firstOf(
      DESTINATIONS.flatMap((field) => routeMistakes(field, given(resource, field))),
      // A room's routes are its link's, which has a policy of its own.
      kindOf(stackOf(resource.urn), STACK_KINDS) === "incident"
        ? []
        : TARGETS.flatMap((field) => targetMistakes(field, given(resource, field))),
    );
  }
  if (ROUTE_TABLES.includes(type)) {
    return firstOf(
      eachOf(resource, "routes", INLINE_DESTINATIONS, routeMistakes),
      eachOf(resource, "routes", TARGETS, targetMistakes),
      addressMistakes("propagatingVgws", given(resource, "propagatingVgws"), "no gateway's routes"),
    );
  }
  const range = IPV6_RANGES[type];
  return [
    ...(PUBLIC_ADDRESS[type] ?? []).flatMap((field) =>
      addressMistakes(field, given(resource, field)),
    ),
    ...(range !== undefined && isPublic(given(resource, range), [])
      ? [`${range} is ${shown(given(resource, range))}; required: not set, or a range of fc00::/7.`]
      : []),
  ];
}

/** What is wrong in the first of these regards: what leads everywhere is not told of twice. */
function firstOf(...regards: readonly string[][]): string[] {
  return regards.find((mistakes) => mistakes.length > 0) ?? [];
}

function targetMistakes(field: string, target: unknown): string[] {
  return target === undefined || target === "" || target === "local"
    ? []
    : [`${field} is ${shown(target)}; required: not set: a route leads within its VPC only.`];
}

/** What is wrong with these fields of each item of a list. */
function eachOf(
  resource: PolicyResource,
  list: string,
  fields: readonly string[],
  mistakes: (field: string, value: unknown) => string[],
): string[] {
  const items = (given(resource, list) ?? []) as readonly Record<string, unknown>[] | symbol;
  if (typeof items === "symbol") {
    return [`${list} is ${shown(UNKNOWN)}; required: a list that is known.`];
  }
  return Array.from({ length: items.length }, (_, index) =>
    fields.flatMap((field) =>
      mistakes(
        `${list}.${index}.${field}`,
        reading(() => items[index]?.[field]),
      ),
    ),
  ).flat();
}

function addressMistakes(field: string, value: unknown, required = "no public address"): string[] {
  // A launch template writes its booleans as strings.
  const none = !value || value === "false" || (Array.isArray(value) && value.length === 0);
  return none ? [] : [`${field} is ${shown(value)}; required: ${required}.`];
}

function routeMistakes(field: string, destination: unknown): string[] {
  return destination === UNKNOWN || isEverybody(destination)
    ? [`${field} is ${shown(destination)}; required: no default route.`]
    : [];
}
