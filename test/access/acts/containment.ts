import { ISOLATION_GROUP } from "../documents";
import {
  ACCOUNT,
  type Act,
  MEMBER,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  member,
  OF_TICKET,
  REGION,
  WITH_TICKET,
} from "./requests";

const INSTANCE = "instance/i-0123456789abcdef0";
const INTERFACE = "network-interface/eni-0123456789abcdef0";
const vpcOf = (vpcId: string) => ({ "ec2:Vpc": `arn:aws:ec2:${REGION}:${MEMBER}:vpc/${vpcId}` });
const SUSPECTS_VPC = vpcOf("vpc-0123456789abcdef0");

/** What is asked of a service in the member account's Region. */
const there = (action: string, resource: string, context: Act["context"] = {}): Act =>
  member({
    action,
    resource: `arn:aws:${action.split(":")[0]}:${REGION}:${MEMBER}:${resource}`,
    context,
  });
const roleOf = (action: string, name: string, context: Act["context"] = {}): Act =>
  member({ action: `iam:${action}`, resource: `arn:aws:iam::${MEMBER}:role/${name}`, context });
const be = (account: string): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/containment-runbook`,
    policy: "containment's trust",
    context: { "aws:SourceAccount": account },
  });

const startRole = (context: Act["context"] = {}): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/containment-start`,
    policy: "start of containment's trust",
    context,
  });
const ADMINISTRATION = `arn:aws:iam::${ACCOUNT}:role/clean-room/containment-administration-${REGION}`;
const administration = (account: string): Act => ({
  action: "sts:AssumeRole",
  resource: ADMINISTRATION,
  policy: "administration of containment's trust",
  context: { "aws:SourceAccount": account },
});
const here = (action: string, resource: string): Act => ({
  action,
  resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:${resource}`,
});

/** What may be wanted to contain an instance of a member account. */
export const CONTAINMENT: Readonly<Record<string, Act>> = {
  "be the runbook that contains": be(MEMBER),
  "be the runbook that contains for another account": be("999988887777"),
  "start the runbook that contains": there(
    "ssm:StartAutomationExecution",
    "automation-definition/clean-room-contain:1",
  ),
  "start another runbook of the member": there(
    "ssm:StartAutomationExecution",
    "automation-definition/AWS-StopEC2Instance:1",
  ),
  "pass the role of the runbook that contains": roleOf(
    "PassRole",
    "clean-room/containment-runbook",
    {
      "iam:PassedToService": "ssm.amazonaws.com",
    },
  ),
  "pass the role of the runbook that contains to a machine": roleOf(
    "PassRole",
    "clean-room/containment-runbook",
    { "iam:PassedToService": "ec2.amazonaws.com" },
  ),
  "pass another role of the member to Systems Manager": roleOf("PassRole", "administrator", {
    "iam:PassedToService": "ssm.amazonaws.com",
  }),
  "take the role that starts containment": startRole({ "aws:PrincipalOrgID": ORGANIZATION }),
  "take the role that starts containment from outside the organisation": startRole({
    "aws:PrincipalOrgID": OTHER_ORGANIZATION,
  }),
  "take the role that starts containment for Automation of the account": startRole({
    "aws:SourceAccount": MEMBER,
  }),
  "take the role that starts containment for Automation elsewhere": startRole({
    "aws:SourceAccount": "999988887777",
  }),
  "be the Audit account's role that has instances contained": administration(ACCOUNT),
  "be the Audit account's role that has instances contained from elsewhere":
    administration("999988887777"),
  "take the role that starts containment in an account that is not named": {
    action: "sts:AssumeRole",
    resource: "arn:aws:iam::555566667777:role/clean-room/containment-start",
    owner: "555566667777",
  },
  "start the Audit account's runbook that contains": here(
    "ssm:StartAutomationExecution",
    "automation-definition/clean-room-contain-many:1",
  ),
  "start another runbook of the Audit account": here(
    "ssm:StartAutomationExecution",
    "automation-definition/AWS-StopEC2Instance:1",
  ),
  "pass the role that has instances contained": {
    action: "iam:PassRole",
    resource: ADMINISTRATION,
    context: { "iam:PassedToService": "ssm.amazonaws.com" },
  },
  "pass the role that has instances contained to a machine": {
    action: "iam:PassRole",
    resource: ADMINISTRATION,
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  },
  "see how far the Audit account's containment is": here(
    "ssm:DescribeAutomationStepExecutions",
    "automation-execution/x",
  ),
  "find what was started in the Audit account": {
    action: "ssm:DescribeAutomationExecutions",
    resource: "*",
    context: { "aws:RequestedRegion": REGION },
  },
  "find what was started in another Region of the Audit account": {
    action: "ssm:DescribeAutomationExecutions",
    resource: "*",
    context: { "aws:RequestedRegion": "ap-southeast-2" },
  },
  "stop a runbook of the Audit account": here(
    "ssm:StopAutomationExecution",
    "automation-execution/x",
  ),
  "start the Audit account's runbook in the member account": member({
    action: "ssm:StartAutomationExecution",
    resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-definition/clean-room-contain-many:1`,
  }),
  "start the Audit account's runbook in the member account from another Region": member({
    action: "ssm:StartAutomationExecution",
    resource: `arn:aws:ssm:us-west-2:${ACCOUNT}:automation-definition/clean-room-contain-many:1`,
  }),
  "start the Audit account's runbook in the member account by its document": member({
    action: "ssm:StartAutomationExecution",
    resource: `arn:aws:ssm:us-west-2:${ACCOUNT}:document/clean-room-contain-many`,
  }),
  "pass the role that starts containment": roleOf("PassRole", "clean-room/containment-start", {
    "iam:PassedToService": "ssm.amazonaws.com",
  }),
  "list executions in the member account": member({
    action: "ssm:DescribeAutomationExecutions",
    resource: "*",
    context: { "aws:RequestedRegion": REGION },
  }),
  "list executions of another Region in the member account": member({
    action: "ssm:DescribeAutomationExecutions",
    resource: "*",
    context: { "aws:RequestedRegion": "us-west-2" },
  }),
  "stop a containment": there("ssm:StopAutomationExecution", "automation-execution/x"),
  "look at what scales in the member account": member({
    action: "autoscaling:DescribeAutoScalingInstances",
    resource: "*",
  }),
  "see the role of a suspect": member({
    action: "iam:GetInstanceProfile",
    resource: `arn:aws:iam::${MEMBER}:instance-profile/web`,
  }),
  "give a suspect a ticket": there("ec2:CreateTags", INSTANCE, WITH_TICKET),
  "tag a suspect with anything else": there("ec2:CreateTags", INSTANCE),
  "give a group of the member a ticket": there(
    "ec2:CreateTags",
    "security-group/sg-2",
    WITH_TICKET,
  ),
  "keep a suspect from termination": there("ec2:ModifyInstanceAttribute", INSTANCE, OF_TICKET),
  "change a machine that is no suspect": there("ec2:ModifyInstanceAttribute", INSTANCE),
  "put a suspect into a group of its VPC": there(
    "ec2:ModifyNetworkInterfaceAttribute",
    `security-group/${ISOLATION_GROUP}`,
    SUSPECTS_VPC,
  ),
  "put a suspect into a group of another VPC": there(
    "ec2:ModifyNetworkInterfaceAttribute",
    "security-group/sg-2",
    { ...vpcOf("vpc-2"), ...OF_TICKET },
  ),
  "change an interface of no suspect": there(
    "ec2:ModifyNetworkInterfaceAttribute",
    INTERFACE,
    SUSPECTS_VPC,
  ),
  "make a group in a suspect's VPC": there("ec2:CreateSecurityGroup", "vpc/vpc-0123456789abcdef0"),
  "make a group in another VPC of the member": there(
    "ec2:CreateSecurityGroup",
    "vpc/vpc-2",
    WITH_TICKET,
  ),
  "make a group of a ticket": there("ec2:CreateSecurityGroup", "security-group/*", WITH_TICKET),
  "make a group of no ticket": there("ec2:CreateSecurityGroup", "security-group/*"),
  "open a group of a ticket": there(
    "ec2:AuthorizeSecurityGroupIngress",
    "security-group/sg-3",
    OF_TICKET,
  ),
  "take a group of a ticket away": there(
    "ec2:DeleteSecurityGroup",
    "security-group/sg-3",
    OF_TICKET,
  ),
  "take another group of the member away": there("ec2:DeleteSecurityGroup", "security-group/sg-2"),
  "snapshot a suspect's disks": there("ec2:CreateSnapshots", INSTANCE, OF_TICKET),
  "snapshot the disks of no suspect": there("ec2:CreateSnapshots", INSTANCE, WITH_TICKET),
  "make all of a suspect's snapshots with its ticket": member({
    action: "ec2:CreateSnapshots",
    resource: `arn:aws:ec2:${REGION}::snapshot/*`,
    context: WITH_TICKET,
  }),
  "make all of a suspect's snapshots without a ticket": member({
    action: "ec2:CreateSnapshots",
    resource: `arn:aws:ec2:${REGION}::snapshot/*`,
  }),
  "tag a snapshot of all as it is made": member({
    action: "ec2:CreateTags",
    resource: `arn:aws:ec2:${REGION}::snapshot/*`,
    context: { ...WITH_TICKET, "ec2:CreateAction": "CreateSnapshots" },
  }),
  "give a snapshot of the member a ticket later": member({
    action: "ec2:CreateTags",
    resource: `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`,
    context: WITH_TICKET,
  }),
  "take a suspect out of its Auto Scaling group": there(
    "autoscaling:DetachInstances",
    "autoScalingGroup:x:autoScalingGroupName/web",
  ),
  "take a suspect out of its targets": there(
    "elasticloadbalancing:DeregisterTargets",
    "targetgroup/web/0123456789abcdef",
  ),
  "give a suspect's role a ticket": roleOf("TagRole", "web", WITH_TICKET),
  "tag a suspect's role with anything else": roleOf("TagRole", "web"),
  "deny a suspect's role its sessions": roleOf("PutRolePolicy", "web", OF_TICKET),
  "change the policy of a role without a ticket": roleOf("PutRolePolicy", "web"),
  "change the policy of the member's responder": roleOf(
    "PutRolePolicy",
    "clean-room/forensics-responder",
    OF_TICKET,
  ),
  "take a policy from the member's responder": roleOf(
    "DeleteRolePolicy",
    "clean-room/forensics-responder",
    OF_TICKET,
  ),
  "give the member's responder a ticket": roleOf(
    "TagRole",
    "clean-room/forensics-responder",
    WITH_TICKET,
  ),
  "record how a suspect was": there(
    "ssm:PutParameter",
    "parameter/clean-room/containment/i-0123456789abcdef0",
  ),
  "write another parameter of the member": there("ssm:PutParameter", "parameter/x"),
};
