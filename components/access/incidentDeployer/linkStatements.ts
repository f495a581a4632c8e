import type * as aws from "@pulumi/aws";

import { arnIn } from "../../aws/arn";
import { CAPTURE_SHARE, linkRoleArn } from "../../names";
import {
  carriesTicket,
  type IncidentDeployerAccess,
  madeWithTicket,
} from "./incidentDeployerAccess";

/** What it takes to link rooms to suspects, beside opening them. */
export type LinkAccess = Pick<IncidentDeployerAccess, "region" | "accountId" | "vpcId"> & {
  /** The accounts that rooms may be linked to, 12 digits each. */
  readonly linkedAccounts: readonly string[];
};

/** What the Name of every slot's route table begins with. */
const SLOT_TABLES = "forensics-slot-*";

/**
 * Links to suspects: a connection to one of the named accounts, its routes in the slots' tables, and the role there that
 * accepts it. IAM knows no condition for where a route leads: the forensics VPC has nothing else that one could, but
 * transit gateways that the organisation has attached it to.
 */
export function linkStatements(access: LinkAccess): aws.iam.PolicyStatement[] {
  const { region, linkedAccounts } = access;
  const vpc = arnIn(access, "ec2", `vpc/${access.vpcId}`);
  const connections = arnIn(access, "ec2", "vpc-peering-connection/*");
  return [
    {
      Sid: "RequestAConnection",
      Effect: "Allow",
      Action: "ec2:CreateVpcPeeringConnection",
      Resource: vpc,
    },
    {
      // Of the other side there is only this: a connection to anybody would be a way out for evidence.
      Sid: "ToALinkedAccount",
      Effect: "Allow",
      Action: "ec2:CreateVpcPeeringConnection",
      Resource: connections,
      Condition: {
        ...madeWithTicket,
        ArnLike: {
          "ec2:AccepterVpc": linkedAccounts.map((accountId) =>
            arnIn({ region, accountId }, "ec2", "vpc/*"),
          ),
        },
      },
    },
    {
      Sid: "TagAConnection",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: connections,
      Condition: { StringEquals: { "ec2:CreateAction": "CreateVpcPeeringConnection" } },
    },
    {
      Sid: "EndARoomsConnection",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteVpcPeeringConnection"],
      Resource: connections,
      Condition: carriesTicket,
    },
    {
      Sid: "LeadASlotToTheSuspect",
      Effect: "Allow",
      Action: ["ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ReplaceRoute"],
      Resource: arnIn(access, "ec2", "route-table/*"),
      Condition: {
        ArnEquals: { "ec2:Vpc": vpc },
        // The endpoints' table is no room's.
        StringLike: { "aws:ResourceTag/Name": SLOT_TABLES },
      },
    },
    ...captureStatements(access),
    {
      Sid: "WorkInALinkedAccount",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: linkedAccounts.map((accountId) => linkRoleArn(region, accountId)),
    },
  ];
}

/** Targets of what is mirrored in linked accounts, and shares of them with these accounts alone. */
function captureStatements(access: LinkAccess): aws.iam.PolicyStatement[] {
  const targets = arnIn(access, "ec2", "traffic-mirror-target/*");
  const shares = arnIn(access, "ram", "resource-share/*");
  // What a request says of neither, it does not share.
  const targetsWithLinkedAccounts = {
    StringEqualsIfExists: {
      "ram:Principal": [...access.linkedAccounts],
      "ram:RequestedResourceType": "ec2:TrafficMirrorTarget",
    },
  };
  const aRoomsShare = {
    StringLike: { ...carriesTicket.StringLike, "ram:ResourceShareName": `${CAPTURE_SHARE}*` },
  };
  return [
    {
      Sid: "MirrorToARoom",
      Effect: "Allow",
      Action: "ec2:CreateTrafficMirrorTarget",
      Resource: targets,
      Condition: madeWithTicket,
    },
    {
      // A workstation's interface carries no tags.
      Sid: "ToAnInterface",
      Effect: "Allow",
      Action: "ec2:CreateTrafficMirrorTarget",
      Resource: arnIn(access, "ec2", "network-interface/*"),
    },
    {
      Sid: "TagATarget",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: targets,
      Condition: { StringEquals: { "ec2:CreateAction": "CreateTrafficMirrorTarget" } },
    },
    {
      Sid: "EndARoomsTarget",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteTrafficMirrorTarget"],
      Resource: targets,
      Condition: carriesTicket,
    },
    {
      Sid: "ShareATarget",
      Effect: "Allow",
      Action: "ram:CreateResourceShare",
      Resource: "*",
      Condition: {
        ...madeWithTicket,
        ...targetsWithLinkedAccounts,
        Bool: { "ram:RequestedAllowsExternalPrincipals": "false" },
      },
    },
    {
      Sid: "SayWhoseAShareIs",
      Effect: "Allow",
      Action: "ram:TagResource",
      Resource: shares,
      Condition: madeWithTicket,
    },
    {
      Sid: "WithALinkedAccount",
      Effect: "Allow",
      Action: ["ram:AssociateResourceShare", "ram:DisassociateResourceShare"],
      Resource: shares,
      Condition: {
        ...aRoomsShare,
        ...targetsWithLinkedAccounts,
        Bool: { "ram:AllowsExternalPrincipals": "false" },
      },
    },
    {
      // Its name is no tag that could be given to another share.
      Sid: "EndARoomsShare",
      Effect: "Allow",
      Action: ["ram:DeleteResourceShare", "ram:ListResourceSharePermissions"],
      Resource: shares,
      Condition: aRoomsShare,
    },
    {
      // Looking knows no narrower resource.
      Sid: "LookAtShares",
      Effect: "Allow",
      Action: ["ram:GetResourceShareAssociations", "ram:GetResourceShares"],
      Resource: "*",
    },
  ];
}
