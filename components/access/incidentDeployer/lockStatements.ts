import type * as aws from "@pulumi/aws";

import { arnIn } from "../../aws/arn";
import { LOCK_RUNBOOK } from "../../names";
import { startRunbook } from "../../policies/startRunbook";
import type { IncidentDeployerAccess } from "./incidentDeployerAccess";

/** Locking a preserved copy by the runbook. */
export function lockStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    // Should the event that starts it get lost: the document says what is locked, and for how long.
    ...startRunbook(access, LOCK_RUNBOOK, access.runbookRoleArn),
    {
      // Whether it locked, failed, or left the snapshot alone; an execution has no name beforehand.
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: "ssm:GetAutomationExecution",
      Resource: arnIn(access, "ssm", "automation-execution/*"),
    },
  ];
}
