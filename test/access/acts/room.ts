import { TICKET } from "../../support/examples";
import { OTHER_TICKET } from "../documents";
import {
  ACCOUNT,
  type Act,
  CASE_ROLE,
  CHECKED,
  ELSEWHERE,
  INSTANCE,
  log,
  machineOf,
  MEMBER,
  openToAll,
  OTHER_ORGANIZATION,
  REGION,
  ssm,
  STRANGER,
} from "./requests";

/** Where the foundation demands that people come with a source identity. */
const takeByName = (sourceIdentity: string | undefined, sessionName: string): Act => ({
  action: "sts:AssumeRole",
  resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/investigator-${OTHER_TICKET}`,
  policy: "other investigator's trust",
  context: {
    "sts:RoleSessionName": sessionName,
    // Whoever asks can say this one.
    "sts:SourceIdentity": sessionName,
    ...(sourceIdentity === undefined ? {} : { "aws:SourceIdentity": sourceIdentity }),
  },
});

/** The document of a slot's sessions, by what its name ends with; without that, of rooms of before. */
const DOCUMENT = (slot: string) =>
  `arn:aws:ssm:${REGION}:${ACCOUNT}:document/clean-room-session${slot}`;

/** What may be wanted in a room. */
export const ROOM: Readonly<Record<string, Act>> = {
  "log in on the workstation": ssm("StartSession", INSTANCE, machineOf(TICKET)),
  "log in on the other room's workstation": ssm("StartSession", INSTANCE, machineOf(OTHER_TICKET)),
  "be recorded": ssm("StartSession", DOCUMENT("-us-east-1a-1"), CHECKED),
  "be recorded among another room's": ssm("StartSession", DOCUMENT("-us-east-1a-2"), CHECKED),
  "be recorded among earlier rooms'": ssm("StartSession", DOCUMENT(""), CHECKED),
  "end one's own session": ssm("TerminateSession", `arn:aws:ssm:${REGION}:${ACCOUNT}:session/x`, {
    "ssm:resourceTag/aws:ssmmessages:session-id": "AROAEXAMPLE:me",
    "aws:userid": "AROAEXAMPLE:me",
  }),
  "report to Systems Manager": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:ResourceAccount": ACCOUNT,
  }),
  "open a session's channel": { action: "ssmmessages:OpenDataChannel", resource: "*" },
  "record a session": log("PutLogEvents", "/clean-room/sessions/us-east-1a-1"),
  "record among another room's sessions": log("PutLogEvents", "/clean-room/sessions/us-east-1a-2"),
  "see who is recorded in another room": log(
    "DescribeLogStreams",
    "/clean-room/sessions/us-east-1a-2",
  ),
  "record among earlier rooms' sessions": log("PutLogEvents", "/clean-room/sessions"),
  "look for the sessions' log": {
    action: "logs:DescribeLogGroups",
    resource: "*",
  },
  "write into the flow logs": log("PutLogEvents", "/clean-room/flow"),
  "take the investigator's role": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:${CASE_ROLE}`,
    policy: "investigator's trust",
  },
  "take an investigator's role by one's own name": takeByName("jane.doe", "jane.doe"),
  "take an investigator's role by a colleague's name": takeByName("jane.doe", "john.roe"),
  "take an investigator's role as nobody knows whom": takeByName(undefined, "jane.doe"),
  "take the intake role": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/intake-${TICKET}-${MEMBER}`,
    policy: "intake's trust",
  },

  "log in without a document": ssm("StartSession", INSTANCE, {
    ...machineOf(TICKET),
    "ssm:SessionDocumentAccessCheck": "false",
  }),
  "log in on a machine of no room": ssm("StartSession", INSTANCE, CHECKED),
  "log in on a managed machine elsewhere": ssm(
    "StartSession",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:managed-instance/mi-0123456789abcdef0`,
    machineOf(TICKET),
  ),
  "be recorded without the check": ssm("StartSession", DOCUMENT("-us-east-1a-1"), {
    "ssm:SessionDocumentAccessCheck": "false",
  }),
  "forward a port": ssm(
    "StartSession",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:document/AWS-StartPortForwardingSession`,
    CHECKED,
  ),
  "resume one's own session": ssm("ResumeSession", `arn:aws:ssm:${REGION}:${ACCOUNT}:session/x`, {
    "ssm:resourceTag/aws:ssmmessages:session-id": "AROAEXAMPLE:me",
    "aws:userid": "AROAEXAMPLE:me",
  }),
  "resume a colleague's session": ssm(
    "ResumeSession",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:session/x`,
    {
      "ssm:resourceTag/aws:ssmmessages:session-id": "AROAEXAMPLE:colleague",
      "aws:userid": "AROAEXAMPLE:me",
    },
  ),
  "end one's own session in another Region": ssm(
    "TerminateSession",
    `arn:aws:ssm:eu-west-1:${ACCOUNT}:session/x`,
    {
      ...ELSEWHERE,
      "ssm:resourceTag/aws:ssmmessages:session-id": "AROAEXAMPLE:me",
      "aws:userid": "AROAEXAMPLE:me",
    },
  ),
  "report as a machine elsewhere": ssm(
    "UpdateInstanceInformation",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:managed-instance/mi-0123456789abcdef0`,
    { "aws:ResourceAccount": ACCOUNT },
  ),
  "open an agent's channel": { action: "ssmmessages:OpenControlChannel", resource: "*" },
  "make an agent's channel": { action: "ssmmessages:CreateControlChannel", resource: "*" },
  "open a session's channel in another Region": {
    action: "ssmmessages:OpenDataChannel",
    resource: "*",
    context: ELSEWHERE,
  },
  // Of an account of one's own: what only the endpoint can refuse.
  "open a channel of a stranger's account": {
    action: "ssmmessages:OpenDataChannel",
    resource: "*",
    owner: STRANGER,
  },
  "look for a stranger's log groups": {
    action: "logs:DescribeLogGroups",
    resource: "*",
    owner: STRANGER,
  },
  "look for a stranger's parameters": {
    action: "ssm:DescribeParameters",
    resource: "*",
    owner: STRANGER,
  },
  "write into a stranger's log group": openToAll(
    "logs:PutLogEvents",
    `arn:aws:logs:${REGION}:${STRANGER}:log-group:x:log-stream:x`,
  ),
  "write a stranger's parameter": openToAll(
    "ssm:PutParameter",
    `arn:aws:ssm:${REGION}:${STRANGER}:parameter/x`,
  ),
  "write into a log group of the account that is open to all": openToAll(
    "logs:PutLogEvents",
    `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:x:log-stream:x`,
  ),
  "read a parameter of the account that is open to all": openToAll(
    "ssm:GetParameter",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/x`,
  ),
  "report on another machine of the room's VPC": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:EC2InstanceSourcePrivateIPv4": "10.66.0.4",
    "aws:VpcSourceIp": "10.66.0.20",
  }),
  "report where the endpoint tells no address": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:EC2InstanceSourcePrivateIPv4": "10.66.0.4",
  }),
  "report where EC2 tells no address": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:VpcSourceIp": "10.66.0.4",
  }),
  "report on one's own machine": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:EC2InstanceSourcePrivateIPv4": "10.66.0.4",
    "aws:VpcSourceIp": "10.66.0.4",
  }),
  "take the investigator's role from another organisation": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:${CASE_ROLE}`,
    policy: "investigator's trust",
    context: { "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  },
  "take the intake role from another organisation": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/intake-${TICKET}-${MEMBER}`,
    policy: "intake's trust",
    context: { "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  },
};
