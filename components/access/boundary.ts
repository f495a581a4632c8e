import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { directReading } from "../policies/directReading";
import { policyDocument } from "../policies/document";
import { EVERY_CASE } from "../case";
import { viaService } from "../policies/viaService";
import { TICKET_TAG } from "../tags";
import type { CaseAccess } from "./caseAccess";
import {
  SESSION_DOCUMENT,
  SESSION_LOG_GROUP,
  sessionDocumentOf,
  sessionLogGroupOf,
} from "./sessionDocument";

/** What the boundary is made from. */
export interface BoundaryArgs extends Omit<CaseAccess, "ticket"> {
  /** The forensics VPC: an agent's channels open from there alone. */
  readonly vpcId: string;

  /** Whether workstations read preserved copies by EBS's direct APIs. */
  readonly directReading: boolean;
}

/**
 * Permissions boundary of the roles of a case: the most that any of their policies can give. It grants
 * nothing by itself. Whoever opens rooms writes these policies; within the boundary none of them
 * deletes, releases or shares evidence, touches the foundation, logs in on a machine that is no room's or
 * without being recorded, or becomes another identity.
 */
export function boundaryPolicy(access: BoundaryArgs): aws.iam.PolicyDocument {
  const { region, vaultArn } = access;
  const instances = arnIn(access, "ec2", "instance/*");
  const fromTheRoom = { StringEquals: { "aws:SourceVpc": access.vpcId } };
  // Without this check the default document, which records nothing, needs no permission.
  const documentIsChecked = { BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" } };
  return policyDocument(
    {
      // The transfer key lets EC2 grant itself its use for whoever is of the organisation, which a
      // boundary that is merely silent would not take back.
      Sid: "NoGrants",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
    },
    {
      Sid: "TheVault",
      Effect: "Allow",
      Action: [
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      Resource: [vaultArn, `${vaultArn}/*`],
    },
    {
      Sid: "ItsKeyThroughS3",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: access.evidenceKeyArn,
      Condition: { StringEquals: { "kms:ViaService": viaService(access, "s3") } },
    },
    {
      // A machine that no room has tagged, such as the one that builds the image, is none of theirs.
      Sid: "LogInOnWorkstations",
      Effect: "Allow",
      Action: "ssm:StartSession",
      Resource: instances,
      Condition: {
        ...documentIsChecked,
        StringLike: { [`ssm:resourceTag/${TICKET_TAG}`]: EVERY_CASE.tag },
      },
    },
    {
      // The others forward ports, or are recorded by nobody. Which slot's, the role's own policy says: a
      // boundary that names every slot does not fit.
      Sid: "WithTheRecordedDocument",
      Effect: "Allow",
      Action: "ssm:StartSession",
      Resource: [SESSION_DOCUMENT, sessionDocumentOf("*")].map((name) =>
        arnIn(access, "ssm", `document/${name}`),
      ),
      Condition: documentIsChecked,
    },
    {
      Sid: "TheirOwnSessions",
      Effect: "Allow",
      Action: ["ssm:ResumeSession", "ssm:TerminateSession"],
      Resource: arnIn(access, "ssm", "session/*"),
      Condition: {
        StringLike: { "ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}" },
      },
    },
    {
      // Session Manager's channels are no resources. Those of people open from anywhere, with the token
      // of a session that was started.
      Sid: "TheirChannel",
      Effect: "Allow",
      Action: "ssmmessages:OpenDataChannel",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      // Who could open these elsewhere would play a workstation's agent.
      Sid: "TheAgentsChannels",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
      ],
      Resource: "*",
      Condition: fromTheRoom,
    },
    {
      Sid: "TheAgentReports",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceInformation",
      Resource: instances,
      Condition: fromTheRoom,
    },
    {
      Sid: "TheirRecording",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [SESSION_LOG_GROUP, sessionLogGroupOf("*")].map((group) =>
        arnIn(access, "logs", `log-group:${group}:*`),
      ),
      Condition: fromTheRoom,
    },
    {
      // Looking knows no narrower resource.
      Sid: "TheLogGroups",
      Effect: "Allow",
      Action: "logs:DescribeLogGroups",
      Resource: "*",
      Condition: fromTheRoom,
    },
    ...(access.directReading ? directReading(access, EVERY_CASE.tag) : []),
  );
}
