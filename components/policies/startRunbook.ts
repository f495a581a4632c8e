import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";

/** Where a runbook works. */
export interface RunbookPlace {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;
}

/**
 * Statements of a policy that lets somebody start this one runbook, with the runbook's own role.
 *
 * Source: Service Authorization Reference, StartAutomationExecution; its execution has no name
 * beforehand.
 */
export function startRunbook(
  place: RunbookPlace,
  documentName: string,
  runbookRoleArn: string,
): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "StartTheRunbook",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: [
        arnIn(place, "ssm", `automation-definition/${documentName}:*`),
        arnIn(place, "ssm", "automation-execution/*"),
        arnIn(place, "ssm", `document/${documentName}`),
      ],
    },
    {
      Sid: "PassRunbookRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: runbookRoleArn,
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
  ];
}
