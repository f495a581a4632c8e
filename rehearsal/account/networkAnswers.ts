import type { Account, Entry } from "./account";
import type { Ec2Answers } from "./ec2Endpoint";
import { PEERING } from "./peerings";

const SUBNET = "aws:ec2/subnet:Subnet";
const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ROUTE = "aws:ec2/route:Route";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";

/**
 * What EC2 tells of an account's networks to who asks it without Pulumi, whatever it is asked to filter by: VPCs, subnets,
 * route tables, interfaces, peering connections.
 *
 * @param read The account as it is when somebody asks.
 */
export function networkAnswersOf(read: () => Account): Ec2Answers {
  return {
    DescribeVpcs: () => ({
      vpcSet: read()
        .ofType("aws:ec2/vpc:Vpc")
        .map(({ id, properties }) => ({
          vpcId: id,
          ownerId: properties["ownerId"],
          cidrBlock: properties["cidrBlock"],
        })),
    }),
    DescribeSubnets: () => ({
      subnetSet: read()
        .ofType(SUBNET)
        .map(({ id, properties }) => ({
          subnetId: id,
          vpcId: properties["vpcId"],
          cidrBlock: properties["cidrBlock"],
        })),
    }),
    DescribeRouteTables: () => {
      const account = read();
      return { routeTableSet: account.ofType(ROUTE_TABLE).map((table) => tableOf(account, table)) };
    },
    DescribeNetworkInterfaces: () => ({
      networkInterfaceSet: read()
        .ofType(INTERFACE)
        .map(({ id, properties }) => ({
          networkInterfaceId: id,
          vpcId: properties["vpcId"],
          subnetId: properties["subnetId"],
          attachment: { instanceId: properties["instanceId"] },
          privateIpAddressesSet: [{ privateIpAddress: properties["privateIp"] }],
          groupSet: (properties["securityGroups"] as string[]).map((groupId) => ({ groupId })),
        })),
    }),
    DescribeVpcPeeringConnections: () => ({
      vpcPeeringConnectionSet: read()
        .ofType(PEERING)
        .map(({ id, state, tags, properties }) => ({
          vpcPeeringConnectionId: id,
          status: { code: state },
          requesterVpcInfo: { vpcId: properties["vpcId"], ownerId: properties["ownerId"] },
          accepterVpcInfo: { vpcId: properties["peerVpcId"], ownerId: properties["peerOwnerId"] },
          tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
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
      ...ofTable(ROUTE).map(({ state, properties }) => ({
        destinationCidrBlock: properties["destinationCidrBlock"],
        vpcPeeringConnectionId: properties["vpcPeeringConnectionId"],
        transitGatewayId: properties["transitGatewayId"],
        gatewayId: properties["gatewayId"],
        natGatewayId: properties["natGatewayId"],
        origin: "CreateRoute",
        state,
      })),
    ],
  };
}
