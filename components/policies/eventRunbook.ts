import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { assumedBy, policyDocument } from "./document";
import { type RunbookPlace, startRunbook } from "./startRunbook";

/** Who may work as a runbook: Automation, for executions in this account and Region. */
export function runbookTrust({ region, accountId }: RunbookPlace): aws.iam.PolicyDocument {
  return trusting("ssm.amazonaws.com", accountId, {
    ArnLike: {
      "aws:SourceArn": arnIn({ region, accountId }, "ssm", "automation-execution/*"),
    },
  });
}

/** What an EventBridge rule may do: start this one runbook. */
export function starterRolePolicy(
  place: RunbookPlace,
  documentName: string,
  runbookRoleArn: string,
): aws.iam.PolicyDocument {
  return policyDocument(...startRunbook(place, documentName, runbookRoleArn));
}

/** Who may start it: EventBridge, for the runbook's own rules. */
export function starterTrust(
  { accountId }: RunbookPlace,
  ruleArns: readonly string[],
): aws.iam.PolicyDocument {
  const source = { ArnEquals: { "aws:SourceArn": [...ruleArns] } };
  return trusting("events.amazonaws.com", accountId, source);
}

/** What the rule's target is called: an Automation runbook in its default version. */
export function runbookTarget({ region, accountId }: RunbookPlace, documentName: string): string {
  return arnIn({ region, accountId }, "ssm", `automation-definition/${documentName}:$DEFAULT`);
}

function trusting(
  service: string,
  accountId: string,
  source: Readonly<Record<string, object>>,
): aws.iam.PolicyDocument {
  return assumedBy(service, { StringEquals: { "aws:SourceAccount": accountId }, ...source });
}
