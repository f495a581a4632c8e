import { FOUNDATION_OUTPUTS } from "../../support/examples";
import { ISOLATION_GROUP } from "../documents";
import {
  ACCOUNT,
  type Act,
  ec2,
  HERE,
  MEMBER,
  member,
  OF_TICKET,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  REGION,
  STRANGER,
  WITH_TICKET,
} from "./requests";

const vpcOf = (account: string, vpcId: string) => `arn:aws:ec2:${REGION}:${account}:vpc/${vpcId}`;
const ROOMS_VPC = vpcOf(ACCOUNT, FOUNDATION_OUTPUTS.vpcId);
const SUSPECTS_VPC = vpcOf(MEMBER, "vpc-0123456789abcdef0");
const CONNECTION = "vpc-peering-connection/pcx-1";

/** What is asked of EC2 in the member account. */
const there = (action: string, resource: string, context: Act["context"] = {}): Act =>
  member({
    action: `ec2:${action}`,
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:${resource}`,
    context,
  });

const toAccount = (account: string) => ({
  "ec2:AccepterVpc": vpcOf(account, "vpc-0fedcba9876543210"),
});
const slotTable = { "ec2:Vpc": ROOMS_VPC, "aws:ResourceTag/Name": "forensics-slot-us-east-1a-1" };
const take = (organization: string): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/suspect-link`,
    policy: "link's trust",
    context: { "aws:ResourceOrgID": ORGANIZATION, "aws:PrincipalOrgID": organization },
  });

/** What may be wanted to link a room to a suspect, on either side. */
export const LINKS: Readonly<Record<string, Act>> = {
  "request a connection of the forensics VPC": ec2(
    "CreateVpcPeeringConnection",
    `vpc/${FOUNDATION_OUTPUTS.vpcId}`,
  ),
  "request a connection of another VPC": ec2("CreateVpcPeeringConnection", "vpc/vpc-2"),
  "connect to a linked account": ec2("CreateVpcPeeringConnection", CONNECTION, {
    ...WITH_TICKET,
    ...toAccount(MEMBER),
  }),
  "connect to a linked account without a ticket": ec2("CreateVpcPeeringConnection", CONNECTION, {
    ...toAccount(MEMBER),
  }),
  "connect to a stranger's account": ec2("CreateVpcPeeringConnection", CONNECTION, {
    ...WITH_TICKET,
    ...toAccount(STRANGER),
  }),
  "tag a connection as it is made": ec2("CreateTags", CONNECTION, {
    ...WITH_TICKET,
    "ec2:CreateAction": "CreateVpcPeeringConnection",
  }),
  "give a ticket to a connection that is there": ec2("CreateTags", CONNECTION, WITH_TICKET),
  "end a room's connection": ec2("DeleteVpcPeeringConnection", CONNECTION, OF_TICKET),
  "end the organisation's connection": ec2("DeleteVpcPeeringConnection", CONNECTION),
  "resolve names over a connection": ec2(
    "ModifyVpcPeeringConnectionOptions",
    CONNECTION,
    OF_TICKET,
  ),
  "lead a slot to a suspect": ec2("CreateRoute", "route-table/rtb-1", slotTable),
  "lead the endpoints to a suspect": ec2("CreateRoute", "route-table/rtb-1", {
    ...slotTable,
    "aws:ResourceTag/Name": "forensics-endpoints",
  }),
  "lead another VPC somewhere": ec2("CreateRoute", "route-table/rtb-1", {
    ...slotTable,
    "ec2:Vpc": vpcOf(ACCOUNT, "vpc-2"),
  }),
  "attach the forensics VPC to a transit gateway": ec2(
    "CreateTransitGatewayVpcAttachment",
    `vpc/${FOUNDATION_OUTPUTS.vpcId}`,
  ),
  "look at transit gateways of the forensics VPC": {
    action: "ec2:DescribeTransitGatewayVpcAttachments",
    resource: "*",
    context: HERE,
  },
  "take the role that links rooms": take(ORGANIZATION),
  "take the role that links rooms from outside the organisation": take(OTHER_ORGANIZATION),
  "look at the member's network": member({
    action: "ec2:DescribeRouteTables",
    resource: "*",
    context: HERE,
  }),
  "look at transit gateways of the member's VPCs": member({
    action: "ec2:DescribeTransitGatewayVpcAttachments",
    resource: "*",
    context: HERE,
  }),
  "attach the suspect's VPC to a transit gateway": there(
    "CreateTransitGatewayVpcAttachment",
    "vpc/vpc-0123456789abcdef0",
  ),
  "look at the member's network in a Region without a group": member({
    action: "ec2:DescribeRouteTables",
    resource: "*",
    context: { "aws:RequestedRegion": "ap-south-1" },
  }),
  "accept a room's connection": there("AcceptVpcPeeringConnection", CONNECTION, {
    "ec2:RequesterVpc": ROOMS_VPC,
  }),
  "accept a stranger's connection": there("AcceptVpcPeeringConnection", CONNECTION, {
    "ec2:RequesterVpc": vpcOf(STRANGER, "vpc-1"),
  }),
  "accept a connection for a VPC with an isolation group": there(
    "AcceptVpcPeeringConnection",
    "vpc/vpc-0123456789abcdef0",
  ),
  "accept a connection for another VPC of the member": there(
    "AcceptVpcPeeringConnection",
    "vpc/vpc-2",
  ),
  "say whose an accepted connection is": there("CreateTags", CONNECTION, WITH_TICKET),
  "say something else of the organisation's connection": there("CreateTags", CONNECTION),
  "say more of a room's connection": there("CreateTags", CONNECTION, OF_TICKET),
  "untag the organisation's connection": there("DeleteTags", CONNECTION),
  "lead the suspect to a room": there("CreateRoute", "route-table/rtb-1", {
    "ec2:Vpc": SUSPECTS_VPC,
  }),
  "lead another VPC of the member somewhere": there("CreateRoute", "route-table/rtb-1", {
    "ec2:Vpc": vpcOf(MEMBER, "vpc-2"),
  }),
  "open the isolation group": there(
    "AuthorizeSecurityGroupIngress",
    `security-group/${ISOLATION_GROUP}`,
  ),
  "open another group of the member": there("AuthorizeSecurityGroupIngress", "security-group/sg-2"),
  "open another group of the member by a rule of a ticket": there(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-2",
    WITH_TICKET,
  ),
  "open it by a rule of a ticket": there(
    "AuthorizeSecurityGroupIngress",
    "security-group-rule/*",
    WITH_TICKET,
  ),
  "open it by a rule of no ticket": there("AuthorizeSecurityGroupIngress", "security-group-rule/*"),
  "tag the rule as it is made": there("CreateTags", "security-group-rule/*", {
    "ec2:CreateAction": "AuthorizeSecurityGroupIngress",
  }),
  "give a ticket to a rule of the member stack": there(
    "CreateTags",
    "security-group-rule/sgr-0123456789abcdef0",
    WITH_TICKET,
  ),
  "untag the suspect's machine": there("DeleteTags", "instance/i-0123456789abcdef0", OF_TICKET),
  "take a rule of the isolation group back": there(
    "RevokeSecurityGroupIngress",
    `security-group/${ISOLATION_GROUP}`,
  ),
  "say more of a room's rule in it": there(
    "CreateTags",
    "security-group-rule/sgr-0123456789abcdef0",
    OF_TICKET,
  ),
  "untag a rule of the member stack": there(
    "DeleteTags",
    "security-group-rule/sgr-0123456789abcdef0",
  ),
};
