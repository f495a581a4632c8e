import assert from "node:assert/strict";

import { EXECUTION_TO_MESSAGE, failedExecution } from "../../../components/watch/runbookFailures";
import { matches, transformed } from "../../support/eventBridge";

/** As in the Systems Manager user guide, "Amazon EventBridge event examples for Systems Manager". */
const ended = (Definition: string, Status: string) => ({
  version: "0",
  id: "d290ece9-1088-4383-9df6-cd5b4ac42b99",
  "detail-type": "EC2 Automation Execution Status-change Notification",
  source: "aws.ssm",
  account: "111122223333",
  time: "2026-11-29T19:43:35Z",
  region: "us-east-1",
  resources: [
    "arn:aws:ssm:us-east-1:111122223333:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c",
    `arn:aws:ssm:us-east-1:111122223333:automation-definition/${Definition}:1`,
  ],
  detail: {
    ExecutionId: "333ba70b-2333-48db-b17e-a5e69c6f4d1c",
    Definition,
    DefinitionVersion: 1,
    Status,
    EndTime: "Nov 29, 2026 7:43:25 PM",
    StartTime: "Nov 29, 2026 7:43:20 PM",
    Time: 2753,
    ExecutedBy: "arn:aws:sts::111122223333:assumed-role/starter/x",
  },
});

describe("The alarm of runbooks that failed", () => {
  const pattern = failedExecution(["lock-it", "hold-it"]);

  it("goes off when one of them ends without having done its work", () => {
    for (const runbook of ["lock-it", "hold-it"]) {
      for (const status of ["Cancelled", "Failed", "TimedOut"]) {
        assert.ok(matches(pattern, ended(runbook, status)), `${runbook} ${status}`);
      }
    }
  });

  it("is silent while they work, when they have, and about other runbooks", () => {
    for (const status of ["Pending", "InProgress", "Waiting", "Cancelling", "Success"]) {
      assert.ok(!matches(pattern, ended("lock-it", status)), status);
    }
    assert.ok(!matches(pattern, ended("other", "Failed")));
  });

  it("says which, and how to see why, as the one text that EventBridge makes a message of", () => {
    assert.equal(
      JSON.parse(transformed(EXECUTION_TO_MESSAGE, ended("hold-it", "TimedOut"))),
      "The runbook hold-it ended as TimedOut. To see what it was started for, and why: " +
        "aws ssm get-automation-execution --region us-east-1 " +
        "--automation-execution-id 333ba70b-2333-48db-b17e-a5e69c6f4d1c",
    );
  });
});
