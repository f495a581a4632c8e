import type * as aws from "@pulumi/aws";

import { policyDocument } from "../policies/document";

/** Who publishes to a topic of alarms. */
export interface Publishers {
  /** ARNs of the rules of EventBridge, where some do. */
  readonly rules?: readonly string[];

  /** ARNs of the alarms of CloudWatch. */
  readonly alarms: readonly string[];

  /** The account of the alarms, 12 digits. */
  readonly accountId: string;
}

/**
 * Policy of a topic that alarms of CloudWatch publish to, perhaps rules of EventBridge, and who publishes
 * by a policy of its own.
 *
 * Sources: EventBridge user guide, "Cross-service confused deputy prevention", `aws:SourceArn`; CloudWatch
 * user guide, "Notifying users on alarm changes".
 */
export function alarmTopicPolicy(
  topicArn: string,
  { rules = [], alarms, accountId }: Publishers,
): aws.iam.PolicyDocument {
  const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topicArn } as const;
  return policyDocument(
    ...(rules.length === 0
      ? []
      : [
          {
            // Their ARNs and no more: what else EventBridge tells SNS, its documentation leaves open.
            ...publish,
            Sid: "TheRulesPublish",
            Principal: { Service: "events.amazonaws.com" },
            Condition: { ArnEquals: { "aws:SourceArn": [...rules] } },
          },
        ]),
    {
      ...publish,
      Sid: "AlarmsPublish",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: {
        ArnEquals: { "aws:SourceArn": [...alarms] },
        StringEquals: { "aws:SourceAccount": accountId },
      },
    },
  );
}
