import type * as aws from "@pulumi/aws";

import { arnIn } from "../../aws/arn";
import { linkRoleArn } from "../../names";
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
 * accepts it. IAM knows no condition for where a route leads: the forensics VPC has nothing else that one could.
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
    {
      Sid: "WorkInALinkedAccount",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: linkedAccounts.map((accountId) => linkRoleArn(region, accountId)),
    },
  ];
}
