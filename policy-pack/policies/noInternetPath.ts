import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

const ANYWHERE: readonly unknown[] = ["0.0.0.0/0", "::/0"];

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

/** Fields that give a public address where they are true. */
const PUBLIC_ADDRESS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/instance:Instance": ["associatePublicIpAddress"],
  "aws:ec2/subnet:Subnet": ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation"],
  "aws:ec2/vpc:Vpc": ["assignGeneratedIpv6CidrBlock"],
};

/** Types with routes of their own, and where they have them. */
const ROUTES: Readonly<Record<string, (props: never) => readonly Route[]>> = {
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ({ routes }: RouteTable) => routes ?? [],
  "aws:ec2/route:Route": ({ destinationCidrBlock, destinationIpv6CidrBlock }: SingleRoute) => [
    {
      ...(destinationCidrBlock === undefined ? {} : { cidrBlock: destinationCidrBlock }),
      ...(destinationIpv6CidrBlock === undefined
        ? {}
        : { ipv6CidrBlock: destinationIpv6CidrBlock }),
    },
  ],
  "aws:ec2/routeTable:RouteTable": ({ routes }: RouteTable) => routes ?? [],
};

interface Route {
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
}

interface RouteTable {
  readonly routes?: readonly Route[];
}

interface SingleRoute {
  readonly destinationCidrBlock?: string;
  readonly destinationIpv6CidrBlock?: string;
}

/** Types this policy knows. */
export const INTERNET_TYPES = [...GATEWAYS, ...Object.keys(PUBLIC_ADDRESS), ...Object.keys(ROUTES)];

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
      if (mistakes.length > 0 && !mayReachInternet(resource, config)) {
        mistakes.forEach((mistake) =>
          reportViolation(`${resource.name}: ${mistake}`, resource.urn),
        );
      }
    }
  },
};

function waysOut(resource: PolicyResource): string[] {
  const { type, props } = resource;
  if (GATEWAYS.includes(type)) {
    return [`type is ${type}; required: no gateway and no public address in this VPC.`];
  }
  const addresses = (PUBLIC_ADDRESS[type] ?? []).flatMap((field) => {
    const value = reading(() => props[field] as unknown);
    return value === undefined || value === false || value === null
      ? []
      : [`${field} is ${shown(value)}; required: false.`];
  });
  const routes = reading(() => ROUTES[type]?.(props as never) ?? []);
  if (routes === UNKNOWN) {
    return [...addresses, "routes are not known in the preview; required: known, and no default."];
  }
  const defaults = routes.flatMap((_, index) =>
    (["cidrBlock", "ipv6CidrBlock"] as const).flatMap((field) => {
      const destination = reading(() => routes[index]?.[field]);
      return destination === UNKNOWN || ANYWHERE.includes(destination)
        ? [`the route's destination is ${shown(destination)}; required: no default route.`]
        : [];
    }),
  );
  return [...addresses, ...defaults];
}
