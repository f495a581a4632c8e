import { ACCOUNT, type Act, MEMBER, member, REGION } from "./requests";

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

const be = (account: string): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/acquisition-runbook`,
    policy: "acquisition's trust",
    context: { "aws:SourceAccount": account },
  });
const passTo = (service: string): Act =>
  member({
    action: "iam:PassRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/acquisition-runbook`,
    context: { "iam:PassedToService": service },
  });
const start = (account: string, document: string): Act => ({
  action: "ssm:StartAutomationExecution",
  resource: `arn:aws:ssm:${REGION}:${account}:automation-definition/${document}:1`,
});
const memoryIn = (region: string): Act =>
  member({
    action: "ec2:DescribeInstanceTypes",
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
  "be the runbook that acquires": be(MEMBER),
  "be the runbook that acquires for another account": be("999988887777"),
  "start the runbook that acquires": member(start(MEMBER, "clean-room-acquire-one")),
  "start the Audit account's runbook that acquires": start(ACCOUNT, "clean-room-acquire-many"),
  "start the Audit account's runbook that acquires in the member account": member(
    start(ACCOUNT, "clean-room-acquire-many"),
  ),
  "pass the role of the runbook that acquires": passTo("ssm.amazonaws.com"),
  "pass the role of the runbook that acquires to a machine": passTo("ec2.amazonaws.com"),
  "see which memory a machine has": memoryIn(REGION),
  "see which memory a machine has in another Region": memoryIn("ap-southeast-2"),
  // The bucket's policy, which is the organisation's, has to let it, too.
  "read a program that is carried to suspects": member({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::tools-bucket-0a1b2c3/carry/avml",
  }),
  "read another object of the tools bucket": member({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::tools-bucket-0a1b2c3/other",
  }),
  "upload as another account's role of a room": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/intake-INC-2026-0042-555566667777`,
  },
};
