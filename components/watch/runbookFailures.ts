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

/**
 * When a rule's alarm goes off: an event of it reached nothing. EventBridge counts an event once it
 * has given it up, up to 24 hours later, and no event of Systems Manager tells of that.
 *
 * Source: EventBridge user guide, "Monitoring Amazon EventBridge", FailedInvocations.
 */
export const FAILED_INVOCATION = {
  namespace: "AWS/Events",
  metricName: "FailedInvocations",
  statistic: "Sum",
  period: 300,
  evaluationPeriods: 1,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  // There is a count only where something failed.
  treatMissingData: "notBreaching",
} as const;
