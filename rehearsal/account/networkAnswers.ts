import type { Account, Entry } from "./account";
import type { QueryAnswers } from "./awsEndpoint";
import { told } from "./ec2Entries";
import { PEERING } from "./peerings";

const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ROUTE = "aws:ec2/route:Route";
const MIRROR = "aws:ec2/trafficMirror";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";

/**
 * What EC2 tells of an account's networks to who asks it without Pulumi, whatever it is asked to filter by: VPCs, subnets,
 * route tables, interfaces, peering connections, traffic mirrors.
 *
 * @param read The account as it is when somebody asks.
 */
export function networkAnswersOf(read: () => Account): QueryAnswers {
  const all = (type: string, fields: string) =>
    read()
      .ofType(type)
      .map((entry) => told(entry, fields));
  return {
    DescribeVpcs: () => ({ vpcSet: all("aws:ec2/vpc:Vpc", "vpcId=id ownerId cidrBlock") }),
    DescribeSubnets: () => ({
      subnetSet: all("aws:ec2/subnet:Subnet", "subnetId=id vpcId cidrBlock"),
    }),
    DescribeRouteTables: () => {
      const account = read();
      return { routeTableSet: account.ofType(ROUTE_TABLE).map((table) => tableOf(account, table)) };
    },
    DescribeNetworkInterfaces: () => ({
      networkInterfaceSet: read()
        .ofType(INTERFACE)
        .map((entry) => ({
          ...told(entry, "networkInterfaceId=id vpcId subnetId"),
          attachment: { instanceId: entry.properties["instanceId"] },
          privateIpAddressesSet: [{ privateIpAddress: entry.properties["privateIp"] }],
          groupSet: (entry.properties["securityGroups"] as string[]).map((groupId) => ({
            groupId,
          })),
        })),
    }),
    DescribeTrafficMirrorTargets: () => ({
      trafficMirrorTargetSet: all(
        `${MIRROR}Target:TrafficMirrorTarget`,
        "trafficMirrorTargetId=id",
      ),
    }),
    DescribeTrafficMirrorSessions: () => ({
      trafficMirrorSessionSet: all(
        `${MIRROR}Session:TrafficMirrorSession`,
        "trafficMirrorSessionId=id networkInterfaceId sessionNumber",
      ),
    }),
    DescribeTrafficMirrorFilters: () => ({
      trafficMirrorFilterSet: read()
        .ofType(`${MIRROR}Filter:TrafficMirrorFilter`)
        .map((filter) => {
          const rules = (direction: string) =>
            read()
              .ofType(`${MIRROR}FilterRule:TrafficMirrorFilterRule`)
              .filter(
                ({ properties }) =>
                  properties["trafficMirrorFilterId"] === filter.id &&
                  properties["trafficDirection"] === direction,
              )
              .map(({ id }) => ({ trafficMirrorFilterRuleId: id }));
          return {
            ...told(filter, "trafficMirrorFilterId=id"),
            ingressFilterRuleSet: rules("ingress"),
            egressFilterRuleSet: rules("egress"),
          };
        }),
    }),
    DescribeVpcPeeringConnections: () => ({
      vpcPeeringConnectionSet: read()
        .ofType(PEERING)
        .map((entry) => ({
          ...told(entry, "vpcPeeringConnectionId=id"),
          status: { code: entry.state },
          requesterVpcInfo: told(entry, "vpcId ownerId"),
          accepterVpcInfo: told(entry, "vpcId=peerVpcId ownerId=peerOwnerId"),
        })),
    }),
  };
}

function tableOf(account: Account, { id, partOf, properties: { vpcId } }: Entry) {
  const ofTable = (type: string) =>
    account.ofType(type).filter(({ properties }) => properties["routeTableId"] === id);
  const network = account.find("aws:ec2/vpc:Vpc", vpcId);
  return {
    routeTableId: id,
    vpcId,
    associationSet: [
      ...(partOf === vpcId ? [{ main: true }] : []),
      ...ofTable(ASSOCIATION).map(({ properties }) => ({
        main: false,
        subnetId: properties["subnetId"],
      })),
    ],
    routeSet: [
      {
        destinationCidrBlock: network?.properties["cidrBlock"],
        gatewayId: "local",
        origin: "CreateRouteTable",
      },
      ...ofTable(ROUTE).map((route) => ({
        ...told(
          route,
          "destinationCidrBlock vpcPeeringConnectionId transitGatewayId gatewayId natGatewayId state",
        ),
        origin: "CreateRoute",
      })),
    ],
  };
}
