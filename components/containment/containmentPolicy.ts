import type * as aws from "@pulumi/aws";

import { arnAnywhere, arnIn, iamArn } from "../aws/arn";
import { EVERY_CASE } from "../case";
import { ROLE_PATH } from "../names";
import { assumedBy, policyDocument } from "../policies/document";
import { TICKET_TAG } from "../tags";
import { CONTAINMENT_RUNBOOK, containmentRoleArn, RECORDS } from "./containmentNames";

/** A VPC whose instances can be contained. */
export interface ContainedVpc {
  /** `vpc-…`. */
  readonly vpcId: string;
  readonly region: string;
}

/** What the policy of the role is made from that the containment runbook works as. */
export interface ContainmentAccess {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;
  readonly vpcs: readonly ContainedVpc[];
}

const madeWithTicket = { StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: EVERY_CASE.tag } };
const carriesTicket = { StringLike: { [`aws:ResourceTag/${TICKET_TAG}`]: EVERY_CASE.tag } };

/**
 * What the containment runbook may do: look; give a ticket to an instance and its parts; and change what carries one. IAM
 * knows no condition for what a role's policy says: whoever may pass this role to a document of his own could give a role
 * that carries a ticket any right. Of this program's own roles it changes none.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys" of the services.
 */
export function containmentPolicy(access: ContainmentAccess): aws.iam.PolicyDocument {
  const { region, accountId, vpcs } = access;
  const ec2 = (resource: string) => arnAnywhere(access, "ec2", resource);
  const vpcArns = vpcs.map((each) => arnIn({ ...each, accountId }, "ec2", `vpc/${each.vpcId}`));
  const machines = [ec2("instance/*"), ec2("network-interface/*"), ec2("volume/*")];
  const roles = iamArn({ region, accountId }, "role/*");
  const records = arnAnywhere(access, "ssm", `parameter${RECORDS}*`);
  return policyDocument(
    {
      // Looking knows no narrower resource.
      Sid: "Look",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingInstances",
        "ec2:DescribeAddresses",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeInstances",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSnapshots",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      Resource: "*",
    },
    {
      Sid: "ReadInstanceProfiles",
      Effect: "Allow",
      Action: "iam:GetInstanceProfile",
      Resource: iamArn({ region, accountId }, "instance-profile/*"),
    },
    {
      Sid: "TagWithTicket",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: [...machines, ec2("elastic-ip/*")],
      Condition: madeWithTicket,
    },
    {
      Sid: "ChangeTicketedResources",
      Effect: "Allow",
      Action: [
        "ec2:AssociateAddress",
        "ec2:DisassociateAddress",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyNetworkInterfaceAttribute",
      ],
      Resource: [...machines, ec2("elastic-ip/*")],
      Condition: carriesTicket,
    },
    {
      // Into the isolation group, and back into whichever it was in.
      Sid: "UseGroupsOfVpcs",
      Effect: "Allow",
      Action: ["ec2:ModifyInstanceAttribute", "ec2:ModifyNetworkInterfaceAttribute"],
      Resource: ec2("security-group/*"),
      Condition: { ArnEquals: { "ec2:Vpc": vpcArns } },
    },
    {
      Sid: "GroupsInVpcs",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: vpcArns,
    },
    {
      Sid: "CreateTicketedGroups",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: ec2("security-group/*"),
      Condition: madeWithTicket,
    },
    {
      Sid: "AuthorizeTicketedRules",
      Effect: "Allow",
      Action: "ec2:AuthorizeSecurityGroupIngress",
      Resource: ec2("security-group-rule/*"),
      Condition: madeWithTicket,
    },
    {
      Sid: "OpenTicketedGroups",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup"],
      Resource: ec2("security-group/*"),
      Condition: carriesTicket,
    },
    {
      Sid: "SnapshotTicketedInstances",
      Effect: "Allow",
      Action: "ec2:CreateSnapshots",
      Resource: [ec2("instance/*"), ec2("volume/*")],
      Condition: carriesTicket,
    },
    {
      Sid: "CreateTicketedSnapshots",
      Effect: "Allow",
      Action: "ec2:CreateSnapshots",
      Resource: arnAnywhere({ ...access, accountId: "" }, "ec2", "snapshot/*"),
      Condition: madeWithTicket,
    },
    {
      Sid: "TagSnapshotsThatAreMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: arnAnywhere({ ...access, accountId: "" }, "ec2", "snapshot/*"),
      Condition: { StringEquals: { "ec2:CreateAction": "CreateSnapshots" } },
    },
    {
      Sid: "TagTheGroupThatIsMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: [ec2("security-group/*"), ec2("security-group-rule/*")],
      Condition: {
        StringEquals: {
          "ec2:CreateAction": ["AuthorizeSecurityGroupIngress", "CreateSecurityGroup"],
        },
      },
    },
    {
      // Groups carry no ticket: they are not the suspect's alone.
      Sid: "MoveInstances",
      Effect: "Allow",
      Action: ["autoscaling:AttachInstances", "autoscaling:DetachInstances"],
      Resource: arnAnywhere(access, "autoscaling", "autoScalingGroup:*"),
    },
    {
      Sid: "MoveTargets",
      Effect: "Allow",
      Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      Resource: arnAnywhere(access, "elasticloadbalancing", "targetgroup/*"),
    },
    {
      Sid: "TagRolesWithTicket",
      Effect: "Allow",
      Action: "iam:TagRole",
      Resource: roles,
      Condition: madeWithTicket,
    },
    {
      Sid: "DenyItsSessions",
      Effect: "Allow",
      Action: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
      Resource: roles,
      Condition: carriesTicket,
    },
    {
      Sid: "NotCleanRoomRoles",
      Effect: "Deny",
      Action: ["iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:TagRole"],
      Resource: iamArn({ region, accountId }, `role${ROLE_PATH}*`),
    },
    {
      Sid: "KeepRecords",
      Effect: "Allow",
      Action: [
        "ssm:AddTagsToResource",
        "ssm:DeleteParameter",
        "ssm:GetParameter",
        "ssm:PutParameter",
      ],
      Resource: records,
    },
  );
}

/** Who may work as that role: the account's own executions of Automation. */
export function containmentTrust({
  accountId,
}: Pick<ContainmentAccess, "accountId">): aws.iam.PolicyDocument {
  return assumedBy("ssm.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId } });
}

/** What the responder may do beside handing over: start the runbook in the Regions that have it, and follow it. */
export function containmentStartPolicy({
  region,
  accountId,
  regions,
}: Pick<ContainmentAccess, "region" | "accountId"> & {
  readonly regions: readonly string[];
}): aws.iam.PolicyDocument {
  return policyDocument(
    {
      Sid: "StartTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: regions.flatMap((each) =>
        [
          `automation-definition/${CONTAINMENT_RUNBOOK}:*`,
          "automation-execution/*",
          `document/${CONTAINMENT_RUNBOOK}`,
        ].map((resource) => arnIn({ region: each, accountId }, "ssm", resource)),
      ),
    },
    {
      Sid: "PassRunbookRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: containmentRoleArn(region, accountId),
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
    {
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: ["ssm:GetAutomationExecution", "ssm:StopAutomationExecution"],
      Resource: regions.map((each) =>
        arnIn({ region: each, accountId }, "ssm", "automation-execution/*"),
      ),
    },
  );
}
