import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { isEverybody } from "../openRanges";
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
  "aws:ec2/vpnGateway:VpnGateway",
];

const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INTERFACE_ADDRESS = ["associatePublicIpAddress", "ipv6AddressCount", "ipv6Addresses"];

/** Fields that give a public address, unless they are false, 0 or empty. */
const PUBLIC_ADDRESS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/instance:Instance": INTERFACE_ADDRESS,
  "aws:ec2/subnet:Subnet": ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation"],
  "aws:ec2/vpc:Vpc": ["assignGeneratedIpv6CidrBlock"],
};

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
    "Checks that no VPC, but those named in internetVpcs, has an internet, NAT or VPN gateway, a public address or a default route.",
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
    return DESTINATIONS.flatMap((field) => routeMistakes(field, given(resource, field)));
  }
  if (ROUTE_TABLES.includes(type)) {
    return eachOf(resource, "routes", INLINE_DESTINATIONS, routeMistakes);
  }
  return (PUBLIC_ADDRESS[type] ?? []).flatMap((field) =>
    addressMistakes(field, given(resource, field)),
  );
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

function addressMistakes(field: string, value: unknown): string[] {
  // A launch template writes its booleans as strings.
  const none = !value || value === "false" || (Array.isArray(value) && value.length === 0);
  return none ? [] : [`${field} is ${shown(value)}; required: no public address.`];
}

function routeMistakes(field: string, destination: unknown): string[] {
  return destination === UNKNOWN || isEverybody(destination)
    ? [`${field} is ${shown(destination)}; required: no default route.`]
    : [];
}
