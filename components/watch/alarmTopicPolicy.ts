import type * as aws from "@pulumi/aws";

/**
 * Policy of a topic that rules of EventBridge and alarms of CloudWatch publish to, and who publishes
 * by a policy of its own.
 *
 * Sources: EventBridge user guide, "Using resource-based policies"; CloudWatch user guide, "Notifying
 * users on alarm changes".
 *
 * @param sources ARNs of the rules and alarms.
 * @param accountId The account they are in, 12 digits.
 */
export function alarmTopicPolicy(
  topicArn: string,
  sources: readonly string[],
  accountId: string,
): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RulesAndAlarmsPublish",
        Effect: "Allow",
        Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnEquals: { "aws:SourceArn": [...sources] },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
    ],
  };
}
