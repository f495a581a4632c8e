import { type Act, MEMBER, member, REGION } from "./requests";

const there = (action: string, resource: string, context: Act["context"] = {}): Act =>
  member({
    action,
    resource: `arn:aws:${resource.startsWith("instance/") ? "ec2" : "ssm"}:${REGION}:${MEMBER}:${resource}`,
    context,
  });
const INSTANCE = "instance/i-0123456789abcdef0";
const send = (resource: string, context: Act["context"] = {}) =>
  there("ssm:SendCommand", resource, context);
const tag = (context: Act["context"]) =>
  there("ec2:CreateTags", INSTANCE, {
    "aws:RequestTag/incident-response": "quarantine:INC-2026-0042",
    "aws:TagKeys": ["incident-response", "notification"],
    ...context,
  });
const follow = (region: string): Act =>
  member({
    action: "ssm:GetCommandInvocation",
    resource: "*",
    context: { "aws:RequestedRegion": region },
  });

/** What may be wanted to acquire a running machine of a member account. */
export const ACQUISITION: Readonly<Record<string, Act>> = {
  "send the document that acquires": send("document/clean-room-acquire"),
  "send another document": send("document/AWS-RunShellScript"),
  "send a document to a suspect": send(INSTANCE, {
    "ssm:resourceTag/incident-response": "quarantine:INC-2026-0042",
  }),
  "send a document to a machine without a ticket": send(INSTANCE),
  "send a document to a machine that says something else": send(INSTANCE, {
    "ssm:resourceTag/incident-response": "none",
  }),
  "send a document to a suspect in another Region": member({
    action: "ssm:SendCommand",
    resource: `arn:aws:ec2:ap-southeast-2:${MEMBER}:${INSTANCE}`,
    context: { "ssm:resourceTag/incident-response": "quarantine:INC-2026-0042" },
  }),
  "change the document that acquires": there("ssm:UpdateDocument", "document/clean-room-acquire"),
  "give a machine without a ticket one": tag({}),
  "give a machine another ticket": tag({
    "aws:ResourceTag/incident-response": "quarantine:INC-2026-0043",
  }),
  "give a machine a ticket and more": tag({ "aws:TagKeys": ["incident-response", "Owner"] }),
  "give a machine a ticket of no incident": tag({ "aws:RequestTag/incident-response": "none" }),
  "give a disk of the member a ticket": member({
    action: "ec2:CreateTags",
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:volume/vol-0123456789abcdef0`,
    context: {
      "aws:RequestTag/incident-response": "quarantine:INC-2026-0042",
      "aws:TagKeys": ["incident-response", "notification"],
    },
  }),
  "see what became of a command": follow(REGION),
  "see what became of a command in another Region": follow("ap-southeast-2"),
};
