import { listOf } from "./policyForms";
import type { PolicyResource } from "@pulumi/policy";

import type { StackGraph } from "./stackGraph";
import type { Subject } from "./subject";

/** A VPC, or the remote component that makes one of its own name, with all that is in it. */
const VPCS = ["aws:ec2/vpc:Vpc", "awsx:ec2:Vpc"];

const EIP = "aws:ec2/eip:Eip";

/**
 * Properties that put a resource into a VPC, straight or through another resource. Any other reference,
 * such as a tag that names a VPC, says nothing of where the resource is.
 */
const LINKS = [
  "defaultRouteTableId",
  "instance",
  "instanceId",
  "networkInterface",
  "networkInterfaceId",
  "networkInterfaces",
  "routeTableId",
  "securityGroupId",
  "subnetId",
  "vpcId",
];

/** Configuration of the policies that keep networks closed. */
export interface InternetConfig {
  /** Logical names of the VPCs that may reach the internet. */
  readonly internetVpcs: readonly string[];
}

/** Schema of {@link InternetConfig}. */
export const internetSchema = {
  properties: {
    internetVpcs: listOf("Logical names of the VPCs that may reach the internet."),
  },
};

/**
 * Whether the resource belongs to VPCs that may reach the internet, and to no other. It is traced
 * through the dependency graph, as ids are not known in a preview; what leads to no VPC of the
 * stack may not.
 */
export function mayReachInternet(
  resource: PolicyResource,
  stack: readonly PolicyResource[],
  config: InternetConfig,
): boolean {
  const vpcs = vpcsOf(resource, stack, new Set());
  return vpcs.length > 0 && vpcs.every(({ name }) => config.internetVpcs.includes(name));
}

function vpcsOf(
  resource: PolicyResource,
  stack: readonly PolicyResource[],
  seen: Set<string>,
): PolicyResource[] {
  // What a remote component put out may depend on the component alone: its children are not told of.
  if (VPCS.includes(resource.type)) {
    return [resource];
  }
  if (seen.has(resource.urn)) {
    return [];
  }
  seen.add(resource.urn);
  const within = LINKS.flatMap((property) => resource.propertyDependencies[property] ?? []);
  // An address names no VPC: it is where the gateways and associations are that use it.
  const users = resource.type === EIP ? stack.filter((other) => allocates(other, resource)) : [];
  return [...within, ...users].flatMap((next) => vpcsOf(next, stack, seen));
}

function allocates({ propertyDependencies }: PolicyResource, eip: PolicyResource): boolean {
  return propertyDependencies["allocationId"]?.some(({ urn }) => urn === eip.urn) ?? false;
}

/** What leads out of a VPC by being attached to it. */
const INTERNET_GATEWAYS = [
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
];

/** What a VPC has that rooms are in. */
const OF_ROOMS = ["aws:ec2/subnet:Subnet", "aws:ec2/vpcEndpoint:VpcEndpoint"];

/**
 * Whether a VPC of a foundation is one that rooms are in: it has subnets and endpoints, and no way to the internet, which is
 * another policy's matter.
 */
export function isRoomsNetwork(vpc: Subject, graph: StackGraph): boolean {
  const has = (type: string) => graph.partsOf(vpc, type, "vpcId").length > 0;
  return vpc.kind === "foundation" && OF_ROOMS.every(has) && !INTERNET_GATEWAYS.some(has);
}
