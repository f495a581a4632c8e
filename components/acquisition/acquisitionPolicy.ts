import type * as aws from "@pulumi/aws";

import { arnAnywhere, arnIn, bucketArn } from "../aws/arn";
import { EVERY_CASE } from "../case";
import { acquisitionRoleArn } from "../names";
import { assumedBy, policyDocument } from "../policies/document";
import { TICKET_TAG } from "../tags";
import { ACQUISITION_DOCUMENT, type AcquisitionPins } from "./acquisitionDocument";
import { ACQUISITION_RUNBOOK, CENTRAL_ACQUISITION_RUNBOOK } from "./acquisitionNames";
import { type CarriedFrom, intakeRoleArn, vaultOf } from "./acquisitionRunbook";

/** A member account whose running machines can be acquired. */
export interface AcquisitionAccess {
  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Regions that have the document. */
  readonly regions: readonly string[];
}

/**
 * What the responder may do beside handing over: send this one document to machines that carry a ticket, give one to a
 * machine that has none, and see what became of it. How far a command is, IAM knows no narrower than for the Region.
 *
 * Sources: Service Authorization Reference, SendCommand (the document and each machine are asked for); Systems Manager
 * user guide, "Restricting Run Command access based on tags".
 */
export function acquisitionPolicy(access: AcquisitionAccess): aws.iam.PolicyDocument {
  return policyDocument(
    ...sending(access),
    followingCommands(access, ["ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"]),
  );
}

/** What the policies of the runbook that acquires are made from. */
export interface AcquisitionRunbookAccess extends AcquisitionAccess {
  /** The stack's Region. */
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;
  readonly pins: AcquisitionPins;
  readonly tools: CarriedFrom;
}

/**
 * What the runbook may do: what the responder may, see which memory a machine has, read the programs, and be the role
 * that uploads for this account, of whichever open room.
 */
export function acquisitionRunbookPolicy(access: AcquisitionRunbookAccess): aws.iam.PolicyDocument {
  const { pins, tools } = access;
  const { region } = vaultOf(pins.vault);
  return policyDocument(
    ...sending(access),
    followingCommands(access, [
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeInstances",
      "ssm:DescribeInstanceInformation",
      "ssm:GetCommandInvocation",
    ]),
    {
      Sid: "ReadCarriedPrograms",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [tools.avml, tools.busybox, tools.winpmem]
        .filter((key) => key !== undefined)
        .map((key) => bucketArn(region, `${tools.bucket}/${key}`)),
    },
    {
      Sid: "UploadForOpenRooms",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: intakeRoleArn(access, "*"),
    },
  );
}

/** Who may work as that role: the account's own executions of Automation. */
export function acquisitionRunbookTrust({ accountId }: AcquisitionAccess): aws.iam.PolicyDocument {
  return assumedBy("ssm.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId } });
}

/** What the role that starts containment may do beside: start the runbook, for the Audit account's, with its role. */
export function acquisitionRunbookStartPolicy(
  access: Pick<AcquisitionRunbookAccess, "region" | "accountId" | "auditAccountId" | "regions">,
): aws.iam.PolicyDocument {
  const { region, accountId, auditAccountId, regions } = access;
  const inRegions = (resource: string) =>
    regions.map((each) => arnIn({ region: each, accountId }, "ssm", resource));
  // It is in the foundation's Region alone; which Region AWS names where it works in another is documented nowhere.
  const central = (resource: string) =>
    arnAnywhere({ region, accountId: auditAccountId }, "ssm", resource);
  return policyDocument(
    {
      Sid: "StartBothRunbooks",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: [
        ...inRegions(`automation-definition/${ACQUISITION_RUNBOOK}:*`),
        ...inRegions(`document/${ACQUISITION_RUNBOOK}`),
        central(`automation-definition/${CENTRAL_ACQUISITION_RUNBOOK}:*`),
        central(`document/${CENTRAL_ACQUISITION_RUNBOOK}`),
      ],
    },
    {
      Sid: "PassRunbookRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: acquisitionRoleArn(region, accountId),
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
  );
}

function followingCommands(
  { regions }: AcquisitionAccess,
  Action: string[],
): aws.iam.PolicyStatement {
  return {
    Sid: "FollowExecutions",
    Effect: "Allow",
    Action,
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": [...regions] } },
  };
}

/** To send this one document, after a look at it, to machines that carry a ticket, and to give one to a machine that has none. */
function sending(access: AcquisitionAccess): aws.iam.PolicyStatement[] {
  const { accountId, regions } = access;
  const inRegions = (service: string, resource: string) =>
    regions.map((region) => arnIn({ region, accountId }, service, resource));
  const document = inRegions("ssm", `document/${ACQUISITION_DOCUMENT}`);
  const machines = inRegions("ec2", "instance/*");
  return [
    {
      Sid: "SendTheDocument",
      Effect: "Allow",
      Action: ["ssm:GetDocument", "ssm:SendCommand"],
      Resource: document,
    },
    {
      Sid: "ToWhatCarriesATicket",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: machines,
      Condition: { StringLike: { [`ssm:resourceTag/${TICKET_TAG}`]: EVERY_CASE.tag } },
    },
    {
      // What is held for an incident stays held for that one.
      Sid: "TagWithTicket",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: machines,
      Condition: {
        StringLike: { [`aws:RequestTag/${TICKET_TAG}`]: EVERY_CASE.tag },
        "ForAllValues:StringEquals": { "aws:TagKeys": [TICKET_TAG, "notification"] },
        Null: { [`aws:ResourceTag/${TICKET_TAG}`]: "true" },
      },
    },
  ];
}
