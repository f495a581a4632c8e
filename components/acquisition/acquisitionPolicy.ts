import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { EVERY_CASE } from "../case";
import { policyDocument } from "../policies/document";
import { TICKET_TAG } from "../tags";
import { ACQUISITION_DOCUMENT } from "./acquisitionDocument";

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
  const { accountId, regions } = access;
  const inRegions = (service: string, resource: string) =>
    regions.map((region) => arnIn({ region, accountId }, service, resource));
  const document = inRegions("ssm", `document/${ACQUISITION_DOCUMENT}`);
  const machines = inRegions("ec2", "instance/*");
  return policyDocument(
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
    {
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: ["ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": [...regions] } },
    },
  );
}
