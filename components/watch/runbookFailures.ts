import type * as pulumi from "@pulumi/pulumi";

/**
 * Event pattern of an execution of one of these runbooks that ended without having done its work.
 *
 * Sources: Systems Manager user guide, "Amazon EventBridge event examples for Systems Manager"; API
 * reference, AutomationExecution.
 *
 * @param documentNames Names of the runbooks.
 */
export function failedExecution(documentNames: readonly string[]) {
  return {
    source: ["aws.ssm"],
    "detail-type": ["EC2 Automation Execution Status-change Notification"],
    detail: { Definition: [...documentNames], Status: ["Cancelled", "Failed", "TimedOut"] },
  };
}

/** How that event becomes a message: what failed, and how to see why. */
export const EXECUTION_TO_MESSAGE = {
  inputPaths: {
    execution: "$.detail.ExecutionId",
    region: "$.region",
    runbook: "$.detail.Definition",
    status: "$.detail.Status",
  },
  inputTemplate:
    '"The runbook <runbook> ended as <status>. To see what it was started for, and why: aws ssm get-automation-execution --region <region> --automation-execution-id <execution>"',
} as const;

/** A count that an alarm watches: it goes off as soon as there is one. */
export interface WatchedCount {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum";

  /** Seconds that are counted together. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly comparisonOperator: "GreaterThanThreshold";
  readonly threshold: number;
  readonly treatMissingData: "notBreaching";
}

/**
 * Events of a rule that reached nothing. EventBridge counts an event once it has given it up, up to 24
 * hours later, and no event of Systems Manager tells of that.
 *
 * Source: EventBridge user guide, "Monitoring Amazon EventBridge", FailedInvocations.
 */
export function invocationsFailed(ruleName: pulumi.Input<string>): WatchedCount {
  return anyOf("AWS/Events", "FailedInvocations", { RuleName: ruleName });
}

/**
 * Events that a rule was there for, whatever became of them.
 *
 * Source: EventBridge user guide, "Monitoring Amazon EventBridge", TriggeredRules.
 */
export function eventsMatched(ruleName: pulumi.Input<string>): WatchedCount {
  return anyOf("AWS/Events", "TriggeredRules", { RuleName: ruleName });
}

/**
 * Messages of a topic that SNS gave up to deliver. One that nobody is subscribed to is none of them.
 *
 * Source: SNS developer guide, "Monitoring Amazon SNS topics using CloudWatch",
 * NumberOfNotificationsFailed.
 */
export function notificationsFailed(topicName: pulumi.Input<string>): WatchedCount {
  return anyOf("AWS/SNS", "NumberOfNotificationsFailed", { TopicName: topicName });
}

function anyOf(
  namespace: string,
  metricName: string,
  dimensions: WatchedCount["dimensions"],
): WatchedCount {
  return {
    namespace,
    metricName,
    dimensions,
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    // There is a count only where something happened.
    treatMissingData: "notBreaching",
  };
}
