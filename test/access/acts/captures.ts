import {
  ACCOUNT,
  type Act,
  ec2,
  MEMBER,
  member,
  OF_TICKET,
  REGION,
  STRANGER,
  WITH_TICKET,
} from "./requests";

const TARGET = "traffic-mirror-target/tmt-1";
const SESSION = "traffic-mirror-session/tms-1";
const FILTER = "traffic-mirror-filter/tmf-1";
const SHARE = `arn:aws:ram:${REGION}:${ACCOUNT}:resource-share/1`;

const ram = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action: `ram:${action}`,
  resource,
  context,
});
/** Within the organisation only. */
const INSIDE = { "ram:RequestedAllowsExternalPrincipals": "false" };
const CAPTURES = {
  ...OF_TICKET,
  "ram:ResourceShareName": "clean-room-capture-INC-2026-0042",
  "ram:AllowsExternalPrincipals": "false",
};
const OTHERS = { ...CAPTURES, "ram:ResourceShareName": "network" };

/** What is asked of EC2 in the member account, of something of an account. */
const there = (
  action: string,
  resource: string,
  context: Act["context"] = {},
  account = MEMBER,
): Act =>
  member({
    action: `ec2:${action}`,
    resource: `arn:aws:ec2:${REGION}:${account}:${resource}`,
    context,
  });
const inVpc = (vpcId: string) => ({ "ec2:Vpc": `arn:aws:ec2:${REGION}:${MEMBER}:vpc/${vpcId}` });

/** What may be wanted to mirror a suspect's traffic to a room, on either side. */
export const CAPTURES_OF_ROOMS: Readonly<Record<string, Act>> = {
  "make a room's mirror target": ec2("CreateTrafficMirrorTarget", TARGET, WITH_TICKET),
  "make a mirror target of no ticket": ec2("CreateTrafficMirrorTarget", TARGET),
  "mirror to an interface": ec2("CreateTrafficMirrorTarget", "network-interface/eni-1"),
  "mirror to an endpoint": ec2("CreateTrafficMirrorTarget", "vpc-endpoint/vpce-1", WITH_TICKET),
  "tag a mirror target as it is made": ec2("CreateTags", TARGET, {
    ...WITH_TICKET,
    "ec2:CreateAction": "CreateTrafficMirrorTarget",
  }),
  "give a ticket to a mirror target that is there": ec2("CreateTags", TARGET, WITH_TICKET),
  "end a room's mirror target": ec2("DeleteTrafficMirrorTarget", TARGET, OF_TICKET),
  "end the organisation's mirror target": ec2("DeleteTrafficMirrorTarget", TARGET),
  "make a room's share": ram("CreateResourceShare", "*", { ...WITH_TICKET, ...INSIDE }),
  "make a share of no ticket": ram("CreateResourceShare", "*", INSIDE),
  "make a share for outside the organisation": ram("CreateResourceShare", "*", {
    ...WITH_TICKET,
    "ram:RequestedAllowsExternalPrincipals": "true",
  }),
  "make a share with another account": ram("CreateResourceShare", "*", {
    ...WITH_TICKET,
    ...INSIDE,
    "ram:Principal": STRANGER,
  }),
  "make a share of a subnet": ram("CreateResourceShare", "*", {
    ...WITH_TICKET,
    ...INSIDE,
    "ram:RequestedResourceType": "ec2:Subnet",
  }),
  "say whose a share is": ram("TagResource", SHARE, WITH_TICKET),
  "say something else of a share": ram("TagResource", SHARE),
  "give a ticket to a permission of RAM": ram(
    "TagResource",
    `arn:aws:ram:${REGION}:${ACCOUNT}:permission/mine`,
    WITH_TICKET,
  ),
  "share a mirror target with a linked account": ram("AssociateResourceShare", SHARE, {
    ...CAPTURES,
    "ram:Principal": MEMBER,
  }),
  "share a mirror target with another account": ram("AssociateResourceShare", SHARE, {
    ...CAPTURES,
    "ram:Principal": STRANGER,
  }),
  "put a subnet into a room's share": ram("AssociateResourceShare", SHARE, {
    ...CAPTURES,
    "ram:RequestedResourceType": "ec2:Subnet",
  }),
  "share by a share for outside the organisation": ram("AssociateResourceShare", SHARE, {
    ...CAPTURES,
    "ram:AllowsExternalPrincipals": "true",
  }),
  "share by the organisation's share that was given a ticket": ram(
    "AssociateResourceShare",
    SHARE,
    OTHERS,
  ),
  "share by a share of no ticket": ram("AssociateResourceShare", SHARE, {
    ...CAPTURES,
    "aws:ResourceTag/incident-response": "",
  }),
  "end a room's share": ram("DeleteResourceShare", SHARE, CAPTURES),
  "end the organisation's share that was given a ticket": ram("DeleteResourceShare", SHARE, OTHERS),
  "end a share of no ticket": ram("DeleteResourceShare", SHARE, {
    ...CAPTURES,
    "aws:ResourceTag/incident-response": "",
  }),
  "look at shares": ram("GetResourceShares", "*"),
  "mirror a suspect by a session of a ticket": there(
    "CreateTrafficMirrorSession",
    SESSION,
    WITH_TICKET,
  ),
  "mirror a suspect by a session of no ticket": there("CreateTrafficMirrorSession", SESSION),
  "mirror an interface of a VPC with an isolation group": there(
    "CreateTrafficMirrorSession",
    "network-interface/eni-1",
    inVpc("vpc-0123456789abcdef0"),
  ),
  "mirror an interface of another VPC": there(
    "CreateTrafficMirrorSession",
    "network-interface/eni-1",
    inVpc("vpc-2"),
  ),
  "mirror to a target of the Audit account": there(
    "CreateTrafficMirrorSession",
    TARGET,
    {},
    ACCOUNT,
  ),
  "mirror to a stranger's target": there("CreateTrafficMirrorSession", TARGET, {}, STRANGER),
  "tag a session as it is made": there("CreateTags", SESSION, {
    ...WITH_TICKET,
    "ec2:CreateAction": "CreateTrafficMirrorSession",
  }),
  "give a ticket to a session that is there": there("CreateTags", SESSION, WITH_TICKET),
  "end a room's session": there("DeleteTrafficMirrorSession", SESSION, OF_TICKET),
  "end the organisation's session": there("DeleteTrafficMirrorSession", SESSION),
  "make a rule of a mirror filter": there(
    "CreateTrafficMirrorFilterRule",
    "traffic-mirror-filter-rule/*",
  ),
  "make it in a room's filter": there("CreateTrafficMirrorFilterRule", FILTER, OF_TICKET),
  "make it in the organisation's filter": there("CreateTrafficMirrorFilterRule", FILTER),
};
