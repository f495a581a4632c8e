import type * as aws from "@pulumi/aws";

import { arnAnywhere, arnIn } from "../aws/arn";
import { EVERY_CASE } from "../case";
import { policyDocument } from "../policies/document";
import { TICKET_TAG } from "../tags";

/** An isolation group that rooms are linked to. */
export interface LinkedGroup {
  /** `vpc-…`. */
  readonly vpcId: string;
  readonly region: string;

  /** `sg-…`. */
  readonly securityGroupId: string;
}

/** What the policy of a member account's link role is made from. */
export interface LinkRoleAccess {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;
  readonly groups: readonly LinkedGroup[];
}

const madeWithTicket = { StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: EVERY_CASE.tag } };
const carriesTicket = { StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag } };

/**
 * What a room does in the suspect's account by the link role, and no more: look at the isolation group's network, accept
 * the Audit account's connection to it, make and take away routes in its route tables and rules of a ticket in the
 * group, and mirror what passes interfaces of these VPCs to the Audit account. IAM knows no condition for where a route
 * leads, nor for which rule of a group is taken away: whoever assumes the role could lead these VPCs' traffic to something
 * that is in them or that they are attached to, and close an isolation group.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2"; VPC peering guide,
 * "Identity and access management".
 */
export function linkRolePolicy(access: LinkRoleAccess): aws.iam.PolicyDocument {
  const { auditAccountId, groups } = access;
  const anywhere = (resource: string) => arnAnywhere(access, "ec2", resource);
  const at = (region: string, resource: string) => arnIn({ ...access, region }, "ec2", resource);
  const vpcs = groups.map(({ region, vpcId }) => at(region, `vpc/${vpcId}`));
  const isolation = groups.map((group) =>
    at(group.region, `security-group/${group.securityGroupId}`),
  );
  return policyDocument(
    {
      // Looking knows no narrower resource.
      Sid: "LookAtTheNetwork",
      Effect: "Allow",
      Action: [
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTrafficMirrorFilterRules",
        "ec2:DescribeTrafficMirrorFilters",
        "ec2:DescribeTrafficMirrorSessions",
        "ec2:DescribeTransitGatewayVpcAttachments",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:DescribeVpcs",
      ],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:RequestedRegion": [...new Set(groups.map(({ region }) => region))] },
      },
    },
    {
      // Of a room nobody here knows the VPC beforehand: whoever may assume the role is of that account.
      Sid: "AcceptWhatARoomRequests",
      Effect: "Allow",
      Action: "ec2:AcceptVpcPeeringConnection",
      Resource: anywhere("vpc-peering-connection/*"),
      Condition: {
        ArnLike: {
          "ec2:RequesterVpc": arnAnywhere({ ...access, accountId: auditAccountId }, "ec2", "vpc/*"),
        },
      },
    },
    {
      Sid: "AcceptForVpcs",
      Effect: "Allow",
      Action: "ec2:AcceptVpcPeeringConnection",
      Resource: vpcs,
    },
    {
      // A connection has no tags of this account's side when it is accepted.
      Sid: "TagAcceptedConnections",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: anywhere("vpc-peering-connection/*"),
      Condition: madeWithTicket,
    },
    {
      Sid: "LeadTheSuspectToTheRoom",
      Effect: "Allow",
      Action: ["ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ReplaceRoute"],
      Resource: anywhere("route-table/*"),
      Condition: { ArnEquals: { "ec2:Vpc": vpcs } },
    },
    {
      Sid: "OpenTheIsolationGroup",
      Effect: "Allow",
      Action: [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ],
      Resource: isolation,
    },
    {
      // A rule that is being made has no tags yet that could be asked for.
      Sid: "AuthorizeTicketedRules",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"],
      Resource: anywhere("security-group-rule/*"),
      Condition: madeWithTicket,
    },
    {
      Sid: "TagRulesThatAreMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: anywhere("security-group-rule/*"),
      Condition: {
        StringEquals: {
          "ec2:CreateAction": ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"],
        },
      },
    },
    {
      // The member stack's own rules carry no ticket.
      Sid: "ChangeARoomsRulesOnly",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:ModifySecurityGroupRules"],
      Resource: anywhere("security-group-rule/*"),
      Condition: carriesTicket,
    },
    ...captureStatements(access, vpcs),
    {
      Sid: "UpdateConnectionTags",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: anywhere("vpc-peering-connection/*"),
      Condition: carriesTicket,
    },
  );
}

/** Mirrors of these VPCs' interfaces to targets of the Audit account, which carry a ticket. */
function captureStatements(
  access: LinkRoleAccess,
  vpcs: readonly string[],
): aws.iam.PolicyStatement[] {
  const anywhere = (resource: string) => arnAnywhere(access, "ec2", resource);
  const filters = anywhere("traffic-mirror-filter/*");
  const sessions = anywhere("traffic-mirror-session/*");
  return [
    {
      Sid: "MirrorForARoom",
      Effect: "Allow",
      Action: ["ec2:CreateTrafficMirrorFilter", "ec2:CreateTrafficMirrorSession"],
      Resource: [filters, sessions],
      Condition: madeWithTicket,
    },
    {
      Sid: "OfTheseVpcs",
      Effect: "Allow",
      Action: "ec2:CreateTrafficMirrorSession",
      Resource: anywhere("network-interface/*"),
      Condition: { ArnEquals: { "ec2:Vpc": [...vpcs] } },
    },
    {
      // Evidence is not mirrored to anybody else.
      Sid: "ToTheAuditAccount",
      Effect: "Allow",
      Action: "ec2:CreateTrafficMirrorSession",
      Resource: arnAnywhere(
        { ...access, accountId: access.auditAccountId },
        "ec2",
        "traffic-mirror-target/*",
      ),
    },
    {
      Sid: "TagMirrorsThatAreMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: [filters, sessions],
      Condition: {
        StringEquals: {
          "ec2:CreateAction": ["CreateTrafficMirrorFilter", "CreateTrafficMirrorSession"],
        },
      },
    },
    {
      Sid: "ChangeARoomsMirrorsOnly",
      Effect: "Allow",
      Action: [
        "ec2:CreateTags",
        "ec2:CreateTrafficMirrorFilterRule",
        "ec2:CreateTrafficMirrorSession",
        "ec2:DeleteTags",
        "ec2:DeleteTrafficMirrorFilter",
        "ec2:DeleteTrafficMirrorFilterRule",
        "ec2:DeleteTrafficMirrorSession",
        "ec2:ModifyTrafficMirrorFilterRule",
        "ec2:ModifyTrafficMirrorSession",
      ],
      Resource: [filters, sessions],
      Condition: carriesTicket,
    },
    {
      // Rules carry no tags: their filter has to be a room's.
      Sid: "WithTheirRules",
      Effect: "Allow",
      Action: [
        "ec2:CreateTrafficMirrorFilterRule",
        "ec2:DeleteTrafficMirrorFilterRule",
        "ec2:ModifyTrafficMirrorFilterRule",
      ],
      Resource: anywhere("traffic-mirror-filter-rule/*"),
    },
  ];
}
