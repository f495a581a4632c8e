import type { QueryAnswers } from "../../rehearsal/account/awsEndpoint";
import { FOUNDATION_OUTPUTS, SUSPECTS_MACHINE } from "./examples";

/** The isolation group of the examples, and the VPC that it is in. */
export const GROUP = "sg-0123456789abcdef0";
export const SUSPECTS_VPC = "vpc-0fedcba9876543210";

/** The suspect's interface there. */
export const SUSPECTS_INTERFACE = "eni-0123456789abcdef0";

/** A transit gateway that both VPCs are attached to. */
export const GATEWAY = "tgw-0123456789abcdef0";

/** Their attachments to it, as EC2 tells of them to either account. */
export const ATTACHMENTS = [
  gatewayAttachment("tgw-attach-0a", FOUNDATION_OUTPUTS.vpcId, "subnet-0"),
  gatewayAttachment("tgw-attach-0b", SUSPECTS_VPC, "subnet-a"),
];

function gatewayAttachment(transitGatewayAttachmentId: string, vpcId: string, subnetId: string) {
  const state = { state: "available", subnetIds: [subnetId] };
  return { transitGatewayAttachmentId, transitGatewayId: GATEWAY, vpcId, ...state };
}

/** Both ends of a link, as EC2 tells of them. */
export function linkedNetworks(connections: readonly object[] = []): QueryAnswers {
  const table = (routeTableId: string, vpcId: string, subnetId: string) => ({
    routeTableId,
    vpcId,
    associationSet: [{ main: false, subnetId }],
    routeSet: [],
  });
  return {
    AssumeRole: () => {
      const secret = { AccessKeyId: "a", SecretAccessKey: "b", SessionToken: "c" };
      return {
        AssumeRoleResult: { Credentials: { ...secret, Expiration: "2036-11-21T00:00:00Z" } },
      };
    },
    DescribeSecurityGroups: (asked) =>
      asked.toString().includes(GROUP)
        ? { securityGroupInfo: [{ groupId: GROUP, vpcId: SUSPECTS_VPC }] }
        : {},
    DescribeVpcs: () => ({
      vpcSet: [{ vpcId: SUSPECTS_VPC, ownerId: "222233334444", cidrBlock: "10.20.0.0/16" }],
    }),
    DescribeSubnets: () => ({
      subnetSet: [
        {
          subnetId: "subnet-a",
          vpcId: SUSPECTS_VPC,
          cidrBlock: "10.20.30.0/24",
          availabilityZone: "us-east-1b",
        },
        {
          subnetId: "subnet-0",
          vpcId: FOUNDATION_OUTPUTS.vpcId,
          cidrBlock: "10.66.0.0/28",
          availabilityZone: "us-east-1a",
        },
      ],
    }),
    DescribeRouteTables: () => ({
      routeTableSet: [
        table("rtb-0a", FOUNDATION_OUTPUTS.vpcId, "subnet-0"),
        table("rtb-0b", SUSPECTS_VPC, "subnet-a"),
      ],
    }),
    DescribeNetworkInterfaces: () => ({
      networkInterfaceSet: [
        {
          networkInterfaceId: SUSPECTS_INTERFACE,
          vpcId: SUSPECTS_VPC,
          subnetId: "subnet-a",
          attachment: { instanceId: SUSPECTS_MACHINE },
          privateIpAddressesSet: [{ privateIpAddress: "10.20.30.40", primary: true }],
          groupSet: [{ groupId: GROUP }],
        },
      ],
    }),
    DescribeTransitGatewayVpcAttachments: () => ({ transitGatewayVpcAttachments: ATTACHMENTS }),
    DescribeVpcPeeringConnections: () => ({ vpcPeeringConnectionSet: connections }),
  };
}
