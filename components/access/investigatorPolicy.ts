import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { policyDocument } from "../policies/document";
import { Case } from "../case";
import { TICKET_TAG } from "../tags";
import { throughTheVault } from "../policies/vaultUpload";
import type { CaseAccess } from "./caseAccess";

/**
 * What an investigator of a case may do: read what the vault has of it, and log in on its
 * workstation. Writing is the workstation's; of another case nothing can be seen, not even a name.
 */
export function investigatorPolicy(
  access: CaseAccess & {
    /** Name of the Session Manager document that records where the room's sessions are recorded. */
    readonly sessionDocument: string;
  },
): aws.iam.PolicyDocument {
  const ofCase = new Case(access.ticket);
  const { region, accountId, vaultArn } = access;
  // An account's id has twelve digits: with * another case's key could have the ticket further on.
  const prefixes = [ofCase.results, ofCase.uploads("?".repeat(12)), ofCase.records].map(
    (prefix) => `${prefix}*`,
  );
  // Without this check the default document needs no permission.
  const documentIsChecked = { BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" } };
  return policyDocument(
    {
      Sid: "ReadThisCase",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes",
      ],
      Resource: prefixes.map((prefix) => `${vaultArn}/${prefix}`),
    },
    {
      Sid: "ListThisCase",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:ListBucketVersions"],
      Resource: vaultArn,
      Condition: { StringLike: { "s3:prefix": prefixes } },
    },
    {
      Sid: "DecryptThroughTheVault",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: access.evidenceKeyArn,
      Condition: throughTheVault(access),
    },
    {
      Sid: "LogInOnTheWorkstation",
      Effect: "Allow",
      Action: "ssm:StartSession",
      Resource: arnIn({ region, accountId }, "ec2", "instance/*"),
      Condition: {
        ...documentIsChecked,
        StringEquals: { [`ssm:resourceTag/${TICKET_TAG}`]: ofCase.tag },
      },
    },
    {
      // This one is recorded among the room's own, as examiner; those of AWS forward ports or are recorded by nobody.
      Sid: "WithTheRecordedDocument",
      Effect: "Allow",
      Action: "ssm:StartSession",
      Resource: arnIn({ region, accountId }, "ssm", `document/${access.sessionDocument}`),
      Condition: documentIsChecked,
    },
    {
      // The plugin asks for the channel of a session that was started; the session's token is needed
      // as well. AWS names no narrower resource for it.
      Sid: "OpenItsChannel",
      Effect: "Allow",
      Action: "ssmmessages:OpenDataChannel",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "EndOwnSessions",
      Effect: "Allow",
      Action: ["ssm:ResumeSession", "ssm:TerminateSession"],
      Resource: arnIn({ region, accountId }, "ssm", "session/*"),
      Condition: {
        StringLike: { "ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}" },
      },
    },
  );
}
