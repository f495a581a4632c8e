import {
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type RouteTable as DescribedTable,
  type Tag,
} from "@aws-sdk/client-ec2";

import { pages } from "../aws/pages";
import { TICKET_TAG } from "../tags";
import type {
  Attachment,
  Connection,
  GroupRule,
  RouteTable,
  Subnet,
  SuspectNetwork,
} from "./network";

type Ec2 = Pick<EC2Client, "send">;

/** The forensics VPC's side: its tables, and the connections that it has. */
export interface ForensicsNetwork {
  readonly routeTables: readonly RouteTable[];
  readonly connections: readonly Connection[];
}

/**
 * Looks up the tables and the peering connections of the forensics VPC. Whatever EC2's filters let through is looked
 * at again.
 *
 * @throws Error as AWS refuses.
 */
export async function findForensicsNetwork(ec2: Ec2, vpcId: string): Promise<ForensicsNetwork> {
  const [routeTables, connections] = await Promise.all([
    findRouteTables(ec2, vpcId),
    pages((NextToken) => ec2.send(new DescribeVpcPeeringConnectionsCommand({ NextToken }))),
  ]);
  return {
    routeTables,
    connections: connections
      .flatMap(({ VpcPeeringConnections = [] }) => VpcPeeringConnections)
      .flatMap(({ VpcPeeringConnectionId = "", Status, Tags, ...sides }): Connection[] => {
        const { RequesterVpcInfo: one, AccepterVpcInfo: another } = sides;
        const peer = one?.VpcId === vpcId ? another : another?.VpcId === vpcId ? one : undefined;
        return peer === undefined
          ? []
          : [
              {
                connectionId: VpcPeeringConnectionId,
                peerVpcId: peer.VpcId ?? "",
                peerAccount: peer.OwnerId ?? "",
                status: Status?.Code ?? "",
                ticketTag: tagOf(Tags, TICKET_TAG),
                resolvesNames: [one, another].some(
                  (side) => side?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc === true,
                ),
              },
            ];
      }),
  };
}

/**
 * Looks up the network that the isolation group is in, with credentials of its account.
 *
 * @param groupId `sg-…`.
 * @returns undefined where there is no such group in the client's Region.
 * @throws Error as AWS refuses.
 */
export async function findSuspectNetwork(
  ec2: Ec2,
  groupId: string,
): Promise<Omit<SuspectNetwork, "attachments"> | undefined> {
  // Asked for by a filter: a group that is not there is no error then.
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-id", Values: [groupId] }] }),
  );
  const vpcId = SecurityGroups.find((group) => group.GroupId === groupId)?.VpcId;
  if (vpcId === undefined) {
    return undefined;
  }
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const [{ Vpcs = [] }, subnets, routeTables, interfaces, rules] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] })),
    findSubnets(ec2, vpcId),
    findRouteTables(ec2, vpcId),
    pages((NextToken) => ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }))),
    pages((NextToken) =>
      ec2.send(
        new DescribeSecurityGroupRulesCommand({
          Filters: [{ Name: "group-id", Values: [groupId] }],
          NextToken,
        }),
      ),
    ),
  ]);
  const vpc = Vpcs.find((each) => each.VpcId === vpcId);
  const cidrs = (vpc?.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => CidrBlockState?.State !== "disassociated")
    .flatMap(({ CidrBlock }) => CidrBlock ?? []);
  return {
    vpcId,
    ownerId: vpc?.OwnerId ?? "",
    cidrs: [...new Set([...cidrs, ...(vpc?.CidrBlock === undefined ? [] : [vpc.CidrBlock])])],
    subnets,
    routeTables,
    interfaces: interfaces
      .flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces)
      .filter((each) => each.VpcId === vpcId)
      .map(({ NetworkInterfaceId = "", Attachment, PrivateIpAddresses = [], Groups = [] }) => ({
        interfaceId: NetworkInterfaceId,
        instanceId: Attachment?.InstanceId,
        addresses: [...PrivateIpAddresses]
          .sort((a, b) => Number(b.Primary === true) - Number(a.Primary === true))
          .flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
        groupIds: Groups.flatMap(({ GroupId }) => GroupId ?? []),
      })),
    rules: rules
      .flatMap(({ SecurityGroupRules = [] }) => SecurityGroupRules)
      .filter((each) => each.GroupId === groupId)
      .map(({ SecurityGroupRuleId = "", IsEgress, Tags, ...rule }): GroupRule => ({
        ruleId: SecurityGroupRuleId,
        direction: IsEgress === true ? "egress" : "ingress",
        protocol: rule.IpProtocol ?? "",
        fromPort: Number(rule.FromPort),
        toPort: Number(rule.ToPort),
        cidr: rule.CidrIpv4,
        name: tagOf(Tags, "Name") ?? "",
        ticketTag: tagOf(Tags, TICKET_TAG),
      })),
  };
}

/**
 * Looks up a VPC's attachments to transit gateways, with credentials of the account that owns the VPC.
 *
 * @throws Error as AWS refuses.
 */
export async function findAttachments(ec2: Ec2, vpcId: string): Promise<Attachment[]> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const [attachments, subnets] = await Promise.all([
    pages((NextToken) =>
      ec2.send(new DescribeTransitGatewayVpcAttachmentsCommand({ Filters, NextToken })),
    ),
    findSubnets(ec2, vpcId),
  ]);
  return attachments
    .flatMap(({ TransitGatewayVpcAttachments = [] }) => TransitGatewayVpcAttachments)
    .filter((each) => each.VpcId === vpcId)
    .map(({ TransitGatewayAttachmentId = "", TransitGatewayId = "", State, SubnetIds = [] }) => ({
      attachmentId: TransitGatewayAttachmentId,
      gatewayId: TransitGatewayId,
      status: State ?? "",
      zones: [
        ...new Set(
          subnets
            .filter(({ subnetId }) => SubnetIds.includes(subnetId))
            .map(({ zone }) => zone)
            .sort(),
        ),
      ],
    }));
}

async function findSubnets(ec2: Ec2, vpcId: string): Promise<Subnet[]> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const found = await pages((NextToken) =>
    ec2.send(new DescribeSubnetsCommand({ Filters, NextToken })),
  );
  return found
    .flatMap(({ Subnets = [] }) => Subnets)
    .filter((each) => each.VpcId === vpcId)
    .map(({ SubnetId = "", CidrBlock = "", AvailabilityZone = "" }) => ({
      subnetId: SubnetId,
      cidr: CidrBlock,
      zone: AvailabilityZone,
    }));
}

async function findRouteTables(ec2: Ec2, vpcId: string): Promise<RouteTable[]> {
  const found = await describedTables(ec2, "vpc-id", vpcId);
  return found.filter((each) => each.VpcId === vpcId).map(routeTableOf);
}

/** The route table that a subnet is in by its own association; undefined where it has none. @throws Error as AWS refuses. */
export async function findRouteTableOf(
  ec2: Ec2,
  subnetId: string,
): Promise<RouteTable | undefined> {
  const found = await describedTables(ec2, "association.subnet-id", subnetId);
  return found.map(routeTableOf).find(({ subnetIds }) => subnetIds.includes(subnetId));
}

async function describedTables(ec2: Ec2, Name: string, value: string): Promise<DescribedTable[]> {
  const Filters = [{ Name, Values: [value] }];
  const found = await pages((NextToken) =>
    ec2.send(new DescribeRouteTablesCommand({ Filters, NextToken })),
  );
  return found.flatMap(({ RouteTables = [] }) => RouteTables);
}

function routeTableOf({ RouteTableId = "", Associations = [], Routes = [] }: DescribedTable) {
  return {
    routeTableId: RouteTableId,
    main: Associations.some(({ Main }) => Main === true),
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    routes: Routes.map((route) => {
      const target =
        route.VpcPeeringConnectionId ??
        route.TransitGatewayId ??
        route.NatGatewayId ??
        route.NetworkInterfaceId ??
        route.GatewayId ??
        route.CoreNetworkArn ??
        "something else";
      return {
        destination: route.DestinationCidrBlock ?? route.DestinationPrefixListId ?? "",
        target,
        counts: target !== "local" && route.Origin !== "EnableVgwRoutePropagation",
      };
    }),
  };
}

/** Value of a tag. */
export function tagOf(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}
