import { FOUNDATION_OUTPUTS } from "../../support/examples";
import { ROLES } from "../../support/parties";
import { ROLE } from "../documents";
import {
  ACCOUNT,
  type Act,
  BOUNDED,
  CASE_ROLE,
  ec2,
  ELSEWHERE,
  HERE,
  iam,
  OF_TICKET,
  parameter,
  PRESERVED,
  REGION,
  SNAPSHOT,
  ssm,
  STRANGER,
  WITH_TICKET,
} from "./requests";

const ADMINISTRATOR = "role/aws-controltower-AuditAdministratorRole";
const METADATA = {
  "ec2:MetadataHttpTokens": "required",
  "ec2:MetadataHttpPutResponseHopLimit": "1",
};
const IN_THE_VPC = {
  "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${FOUNDATION_OUTPUTS.vpcId}`,
};
const ofImage = (context: NonNullable<Act["context"]>): Act => ({
  action: "ec2:RunInstances",
  resource: `arn:aws:ec2:${REGION}::image/ami-0123456789abcdef0`,
  context: {
    "ec2:Owner": ACCOUNT,
    "ec2:Public": "false",
    "aws:ResourceTag/toolbox-digest": "0123",
    ...context,
  },
});

const givingNames = (region?: string): Act => ({
  action: "route53:AssociateVPCWithHostedZone",
  resource: "arn:aws:route53:::hostedzone/Z0123456789",
  context: region === undefined ? {} : { "route53:VPCs": [`VPCId=vpc-1,VPCRegion=${region}`] },
});

const writeFlowLogs = (account: string, ofAccount: string): Act => ({
  action: "sts:AssumeRole",
  resource: ROLE("flow-log-writer"),
  policy: "flow logs' trust",
  context: {
    "aws:SourceAccount": account,
    "aws:SourceArn": `arn:aws:ec2:${REGION}:${ofAccount}:vpc-flow-log/fl-0123456789abcdef0`,
  },
});

const beTheWorkstation = (source?: string): Act => ({
  action: "sts:AssumeRole",
  resource: ROLES.workstation,
  policy: "workstation's trust",
  context: source === undefined ? {} : { "aws:SourceAccount": source },
});

/** What would lead out of the room's VPC, whoever makes it. */
const leadOut = (act: string, type: string, id: string): Act => ({
  action: `ec2:${act}`,
  resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:${type}/${id}`,
  context: { ...HERE, ...WITH_TICKET },
});

/** What may be wanted to open and to close rooms. */
export const ROOMS: Readonly<Record<string, Act>> = {
  "write flow logs": writeFlowLogs(ACCOUNT, ACCOUNT),
  "write flow logs for another account": writeFlowLogs(STRANGER, ACCOUNT),
  "write another account's flow logs": writeFlowLogs(ACCOUNT, STRANGER),
  "be the workstation": beTheWorkstation(),
  "be the workstation of this account": beTheWorkstation(ACCOUNT),
  "be the workstation of another account": beTheWorkstation(STRANGER),
  "add a route to a slot": leadOut("CreateRoute", "route-table", "rtb-0123456789abcdef0"),
  "attach an internet gateway": leadOut("AttachInternetGateway", "vpc", FOUNDATION_OUTPUTS.vpcId),
  "make another endpoint": leadOut("CreateVpcEndpoint", "vpc", FOUNDATION_OUTPUTS.vpcId),
  "widen an endpoint's policy": leadOut(
    "ModifyVpcEndpoint",
    "vpc-endpoint",
    "vpce-0123456789abcdef0",
  ),
  "let a slot's DNS ask for more": {
    action: "route53resolver:UpdateFirewallDomains",
    resource: `arn:aws:route53resolver:${REGION}:${ACCOUNT}:firewall-domain-list/rslvr-fdl-0`,
    context: HERE,
  },
  // What AWS asks beside what is made: for an endpoint's private DNS, and for the topic of an image's builds.
  "give a VPC of the Region the names of an endpoint": givingNames(REGION),
  "give a VPC that AWS does not name the names of an endpoint": givingNames(),
  "give a VPC of another Region the names of an endpoint": givingNames("eu-west-1"),
  "tell of an image's build": {
    action: "sns:Publish",
    resource: `arn:aws:sns:${REGION}:${ACCOUNT}:image-builds-0a1b2c3`,
    context: HERE,
  },
  "look around": { action: "ec2:DescribeInstances", resource: "*", context: HERE },
  "look at a quota": { action: "servicequotas:GetServiceQuota", resource: "*", context: HERE },
  "look at IAM's quotas": { action: "iam:GetAccountSummary", resource: "*", context: HERE },
  "find what carries a ticket": { action: "tag:GetResources", resource: "*", context: HERE },
  "find a slot": ssm("GetParametersByPath", parameter("/clean-room/slots")),
  "claim a slot": ssm("PutParameter", parameter("/clean-room/slots/us-east-1a-1")),
  "publish an image": ssm("PutParameter", parameter(FOUNDATION_OUTPUTS.amiParameter)),
  "start a workstation": ec2("RunInstances", "instance/*", { ...WITH_TICKET, ...METADATA }),
  "start a workstation that answers without a token": ec2("RunInstances", "instance/*", {
    ...WITH_TICKET,
    ...METADATA,
    "ec2:MetadataHttpTokens": "optional",
  }),
  "start a workstation that answers over many hops": ec2("RunInstances", "instance/*", {
    ...WITH_TICKET,
    ...METADATA,
    "ec2:MetadataHttpPutResponseHopLimit": "64",
  }),
  "start it from the forensics image": ofImage({}),
  "start it from a stranger's image": ofImage({ "ec2:Owner": STRANGER }),
  "start it from a public image": ofImage({ "ec2:Public": "true" }),
  "start it from an image of no toolbox": {
    ...ofImage({}),
    context: { "ec2:Owner": ACCOUNT, "ec2:Public": "false" },
  },
  "start it in a subnet of another VPC": ec2("RunInstances", "subnet/subnet-0123456789abcdef0", {
    "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/vpc-2`,
  }),
  "start it in something else of the forensics VPC": ec2(
    "RunInstances",
    "security-group/sg-1",
    IN_THE_VPC,
  ),
  "start it with an interface": ec2("RunInstances", "network-interface/*"),
  "make a volume of the ticket": ec2("CreateVolume", "volume/*", WITH_TICKET),
  "make a volume of no ticket": ec2("CreateVolume", "volume/*"),
  "give up a slot": ssm("DeleteParameter", parameter("/clean-room/slots/us-east-1a-1")),
  "delete another parameter": ssm("DeleteParameter", parameter("/another")),
  "claim a slot that is claimed": ssm("PutParameter", parameter("/clean-room/slots/us-east-1a-1"), {
    "ssm:Overwrite": "true",
  }),
  "write another parameter": ssm("PutParameter", parameter("/another")),
  "start a machine of no ticket": ec2("RunInstances", "instance/*", METADATA),
  "start it in a subnet": ec2("RunInstances", "subnet/subnet-0123456789abcdef0", IN_THE_VPC),
  "start it with its group": ec2("RunInstances", "security-group/sg-1", OF_TICKET),
  "start it with another group": ec2("RunInstances", "security-group/sg-1"),
  "make a group in the forensics VPC": ec2(
    "CreateSecurityGroup",
    `vpc/${FOUNDATION_OUTPUTS.vpcId}`,
  ),
  "make a group in another VPC": ec2("CreateSecurityGroup", "vpc/vpc-2"),
  "tag a root volume": ec2("CreateTags", "volume/vol-1", WITH_TICKET),
  "take over another case's volume": ec2("CreateTags", "volume/vol-1", {
    ...WITH_TICKET,
    "aws:ResourceTag/incident-response": "other",
  }),
  "tag a machine that is being started": ec2("CreateTags", "instance/*", {
    "ec2:CreateAction": "RunInstances",
  }),
  "open a rule of the group": ec2(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-1",
    OF_TICKET,
  ),
  "open a rule of a group of the foundation": ec2(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-1",
  ),
  "make the rule": ec2("AuthorizeSecurityGroupIngress", "security-group-rule/*", WITH_TICKET),
  "change a rule of the group": ec2("ModifySecurityGroupRules", "security-group/sg-1", OF_TICKET),
  "change a rule that leads to S3": {
    action: "ec2:ModifySecurityGroupRules",
    resource: `arn:aws:ec2:${REGION}:aws:prefix-list/pl-63a5400a`,
  },
  "change the groups of an interface in the forensics VPC": ec2(
    "ModifyNetworkInterfaceAttribute",
    "network-interface/eni-1",
    { "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${FOUNDATION_OUTPUTS.vpcId}` },
  ),
  "change the groups of an interface elsewhere": ec2(
    "ModifyNetworkInterfaceAttribute",
    "network-interface/eni-1",
    { "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/vpc-2` },
  ),
  "give an interface the workstation's group": ec2(
    "ModifyNetworkInterfaceAttribute",
    "security-group/sg-1",
    OF_TICKET,
  ),
  "give an interface another group": ec2("ModifyNetworkInterfaceAttribute", "security-group/sg-1"),
  "give the workstation its instance profile anew": ec2(
    "ReplaceIamInstanceProfileAssociation",
    "instance/i-1",
    OF_TICKET,
  ),
  "make a working volume from a copy": ec2("CreateVolume", SNAPSHOT, PRESERVED),
  "end a machine of the ticket": ec2("TerminateInstances", "instance/i-1", OF_TICKET),
  "end any other machine": ec2("TerminateInstances", "instance/i-1"),
  "make a role of the case": iam("iam:CreateRole", CASE_ROLE, BOUNDED),
  "make a role without the boundary": iam("iam:CreateRole", CASE_ROLE),
  "make a role of the foundation": iam("iam:CreateRole", "role/clean-room/x", BOUNDED),
  "let somebody else be the administrator of every account": iam(
    "iam:UpdateAssumeRolePolicy",
    ADMINISTRATOR,
  ),
  "give the administrator of every account what it may do": iam("iam:PutRolePolicy", ADMINISTRATOR),
  "detach a policy from a role of the case": iam("iam:DetachRolePolicy", CASE_ROLE),
  "attach a policy to a role of the case": iam("iam:AttachRolePolicy", CASE_ROLE),
  "remove a role of the case": iam("iam:DeleteRole", CASE_ROLE),
  "look up the role that opens rooms": iam("iam:GetRole", "role/incident-deployer"),
  "look for a room's role that is not there": iam("iam:GetRole", "role/workstation-INC-2026-0042"),
  "look up any other role of the account": iam("iam:GetRole", "role/evidence-custodian"),
  "make an instance profile": iam(
    "iam:CreateInstanceProfile",
    "instance-profile/clean-room/case/x",
  ),
  "give the workstation its role": iam("iam:PassRole", CASE_ROLE, {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
  "give the role to something else": iam("iam:PassRole", CASE_ROLE, {
    "iam:PassedToService": "lambda.amazonaws.com",
  }),
  "change the boundary": iam(
    "iam:CreatePolicyVersion",
    "policy/clean-room/clean-room-case-boundary-us-east-1",
  ),

  "look around in another Region": {
    action: "ec2:DescribeInstances",
    resource: "*",
    context: ELSEWHERE,
  },
  "read any other parameter": ssm("GetParameter", parameter("/another")),
  "start a machine at a spot price": ec2("RunInstances", "spot-instances-request/*", WITH_TICKET),
  "start a machine from a template": ec2("RunInstances", "launch-template/lt-1", OF_TICKET),
  "tag a volume of no ticket": ec2("CreateTags", "volume/vol-1", { "aws:TagKeys": ["owner"] }),
  "give a snapshot a ticket": ec2("CreateTags", SNAPSHOT, WITH_TICKET),
  "tag anything else as it is made": ec2("CreateTags", "vpc-peering-connection/pcx-1", {
    "ec2:CreateAction": "RunInstances",
  }),
  "give an interface another group of the forensics VPC": ec2(
    "ModifyNetworkInterfaceAttribute",
    "security-group/sg-1",
    { "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${FOUNDATION_OUTPUTS.vpcId}` },
  ),
  "change a rule of another group": ec2("ModifySecurityGroupRules", "security-group/sg-1"),
  "make a rule without a ticket": ec2("AuthorizeSecurityGroupIngress", "security-group-rule/*"),
  "make a rule with a ticket in another group": ec2(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-1",
    WITH_TICKET,
  ),
  "make an instance profile elsewhere": iam(
    "iam:CreateInstanceProfile",
    "instance-profile/another",
  ),
  "give the workstation another role": iam("iam:PassRole", "role/administrator", {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
};
