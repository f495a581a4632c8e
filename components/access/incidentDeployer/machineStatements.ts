import type * as aws from "@pulumi/aws";

import { arnIn } from "../../aws/arn";
import { EVIDENCE_TAGS, TICKET_TAG, TOOLBOX_DIGEST_TAG } from "../../tags";
import {
  anySnapshot,
  carriesTicket,
  type IncidentDeployerAccess,
  madeWithTicket,
} from "./incidentDeployerAccess";

/** What of EC2 a room has for itself. */
const OF_ONE_CASE = ["instance/*", "network-interface/*", "security-group/*", "volume/*"];

/** The workstation, its disks and its security group: all of it made with a ticket, and changed only where it carries one. */
export function machineStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "CreateTicketedResources",
      Effect: "Allow",
      Action: ["ec2:CreateSecurityGroup", "ec2:CreateVolume"],
      Resource: ["security-group/*", "volume/*"].map((resource) => arnIn(access, "ec2", resource)),
      Condition: madeWithTicket,
    },
    {
      // Without a token, or over more than one hop, what forwards a request has the role's credentials.
      Sid: "RunTicketedInstances",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: arnIn(access, "ec2", "instance/*"),
      Condition: {
        ...madeWithTicket,
        StringEquals: { "ec2:MetadataHttpTokens": "required" },
        NumericLessThanEquals: { "ec2:MetadataHttpPutResponseHopLimit": "1" },
      },
    },
    {
      // Whoever chooses the image chooses the investigators' machine: it is this account's, and its
      // pipeline's or made as that makes it.
      Sid: "RunFromForensicsImage",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: arnIn({ region: access.region, accountId: "" }, "ec2", "image/*"),
      Condition: {
        StringEquals: { "ec2:Owner": access.accountId },
        Bool: { "ec2:Public": "false" },
        Null: { [`aws:ResourceTag/${TOOLBOX_DIGEST_TAG}`]: "false" },
      },
    },
    {
      Sid: "RunInForensicsVpc",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: arnIn(access, "ec2", "subnet/*"),
      Condition: { ArnEquals: { "ec2:Vpc": arnIn(access, "ec2", `vpc/${access.vpcId}`) } },
    },
    {
      Sid: "GroupsInForensicsVpc",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: arnIn(access, "ec2", `vpc/${access.vpcId}`),
    },
    {
      // What comes with an instance has no tags when it is asked for.
      Sid: "RunSupportingResources",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: ["network-interface/*", "volume/*"].map((part) => arnIn(access, "ec2", part)),
    },
    {
      // The provider tags an instance's root volume once it is there.
      Sid: "TagRootVolumes",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: arnIn(access, "ec2", "volume/*"),
      Condition: { ...madeWithTicket, Null: { [`aws:ResourceTag/${TICKET_TAG}`]: "true" } },
    },
    {
      // The workstation's group carries its ticket; that it is the room's own is for the preview.
      Sid: "RunInRoomGroup",
      Effect: "Allow",
      Action: "ec2:RunInstances",
      Resource: arnIn(access, "ec2", "security-group/*"),
      Condition: carriesTicket,
    },
    {
      Sid: "TagWhatIsMade",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: [
        ...OF_ONE_CASE.map((resource) => arnIn(access, "ec2", resource)),
        arnIn(access, "ec2", "security-group-rule/*"),
        anySnapshot(access),
      ],
      Condition: {
        StringEquals: {
          "ec2:CreateAction": [
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CopySnapshot",
            "CreateSecurityGroup",
            "CreateVolume",
            "RunInstances",
          ],
        },
      },
    },
    {
      // Snapshots are not among them: what a preserved copy says of itself stays.
      Sid: "ChangeTicketedResources",
      Effect: "Allow",
      Action: [
        "ec2:AssociateIamInstanceProfile",
        "ec2:AttachVolume",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:DeleteVolume",
        "ec2:DetachVolume",
        "ec2:DisassociateIamInstanceProfile",
        "ec2:GetInstanceUefiData",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifyVolume",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:StartInstances",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
      ],
      Resource: [...OF_ONE_CASE, "security-group-rule/*"].map((resource) =>
        arnIn(access, "ec2", resource),
      ),
      Condition: carriesTicket,
    },
    {
      // An instance's interface has no tags; only the workstation's group goes with it.
      Sid: "ChangeAnInterfacesGroups",
      Effect: "Allow",
      Action: "ec2:ModifyNetworkInterfaceAttribute",
      Resource: arnIn(access, "ec2", "network-interface/*"),
      Condition: { ArnEquals: { "ec2:Vpc": arnIn(access, "ec2", `vpc/${access.vpcId}`) } },
    },
    {
      // The rule that leads to S3 names AWS's own prefix list.
      Sid: "ChangeARuleToAPrefixList",
      Effect: "Allow",
      Action: "ec2:ModifySecurityGroupRules",
      Resource: arnIn({ region: access.region, accountId: "aws" }, "ec2", "prefix-list/*"),
    },
    {
      // What a handover claims may come later; whom to tell and what the organisation demands may
      // change; what a preserved copy is evidence of stays.
      Sid: "UpdateCopyTags",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: anySnapshot(access),
      Condition: {
        ...carriesTicket,
        "ForAllValues:StringNotEquals": { "aws:TagKeys": [...EVIDENCE_TAGS] },
        Null: { "aws:TagKeys": "false" },
      },
    },
    {
      // A rule that is being made has no tags yet that could be asked for.
      Sid: "MakeRules",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"],
      Resource: arnIn(access, "ec2", "security-group-rule/*"),
      Condition: madeWithTicket,
    },
  ];
}
