import { exactly, INSTANCE_ID } from "../aws/ids";
import { REGION_NAME } from "../aws/partition";
import { CENTRAL_RUNBOOK, CONTAINMENT_START_ROLE } from "./containmentNames";
import type { Act } from "./containmentParameters";
import { LIMIT } from "./findingLimit";

/** What may be done when GuardDuty finds something; the first one changes nothing. */
export const FINDING_ACTS = ["observe", "contain"] as const satisfies readonly Act[];

/** What the runbook that findings start is made from. */
export interface FindingRunbookArgs {
  /** ARN of the role that it works as; whoever starts it cannot choose another. */
  readonly roleArn: string;

  /** ARN of the role that Automation works as, to have instances of member accounts contained. */
  readonly administrationRoleArn: string;

  /** ARN of the topic that tells of each start. */
  readonly topicArn: string;

  /** The accounts whose instances it is about, 12 digits each. */
  readonly containmentAccounts: readonly string[];

  /** Whom the tag on a contained instance names, an e-mail address. */
  readonly notification: string;

  /** What is done by itself. */
  readonly act: (typeof FINDING_ACTS)[number];

  /** How many instances findings contain in a day, at most. */
  readonly atMost: number;
}

/** Seconds until an execution that has not ended is told of as one that failed: one that waits for approval, too. */
const PATIENCE = 3600;

const PLACE = "{{ Account }}/{{ Region }}/{{ Instance }}";
const COMMAND = "npx clean-room contain {{ Finding }}";
const FOLLOW = `${COMMAND} --follow {{ start.execution }}`;

/** What people are told to do, by what was done without them. */
const NEXT = {
  observe: `Nothing is changed. What containment would do: ${FOLLOW}\nTo contain it: ${COMMAND} ${PLACE}`,
  contain: `{{ limit.why }}\nTo follow it: ${FOLLOW}\nTo contain it, where it is not: ${COMMAND} ${PLACE}\nTo put it back: ${COMMAND} --roll-back ${PLACE}`,
} as const;

/**
 * The Automation runbook, for `JSON.stringify`, that a finding of GuardDuty starts: it has the finding's instance observed,
 * or contained where the settings say so, by the same call as `npx clean-room contain` makes, tells people of it, and fails
 * unless that succeeds. What it does is written into it: of the finding it takes the instance, its account and Region, each
 * of a form or out of a list, and the finding's id, which is the ticket.
 *
 * Where it contains, it contains so many instances a day, and each of them once: of what comes beyond that, and of a finding
 * that is sent again, the instance is observed.
 *
 * A role's sessions are left where nobody was asked: other machines may have the role, too.
 *
 * Sources: Systems Manager user guide, "aws:executeAwsApi", "aws:executeScript", "aws:waitForAwsResourceProperty",
 * "aws:assertAwsResourceProperty"; API reference, StartAutomationExecution, AutomationExecutionStatus.
 */
export function findingRunbook(args: FindingRunbookArgs) {
  const { roleArn, administrationRoleArn, topicArn, containmentAccounts, notification, act } = args;
  const looking = {
    Service: "ssm",
    Api: "GetAutomationExecution",
    AutomationExecutionId: "{{ start.execution }}",
    PropertySelector: "$.AutomationExecution.AutomationExecutionStatus",
  };
  const succeeded = ["Success", "CompletedWithSuccess"];
  const ended = [
    ...succeeded,
    ...["TimedOut", "Cancelled", "Failed", "Rejected", "Exited", "CompletedWithFailure"],
  ];
  return {
    schemaVersion: "0.3",
    description: "Clean room: has the instance of a finding of GuardDuty looked at or contained",
    assumeRole: roleArn,
    parameters: {
      Account: {
        type: "String",
        description: "The account of the instance",
        allowedValues: [...containmentAccounts].sort(),
      },
      Finding: {
        type: "String",
        description: "Id of the finding",
        allowedPattern: "^[0-9a-f]{32}$",
      },
      Instance: {
        type: "String",
        description: "The instance",
        allowedPattern: exactly(INSTANCE_ID).source,
      },
      Region: {
        type: "String",
        description: "The Region of the instance",
        allowedPattern: exactly(REGION_NAME).source,
      },
    },
    outputs: ["start.execution"],
    mainSteps: [
      ...(act === "contain" ? [limit(args.atMost)] : []),
      {
        name: "start",
        action: "aws:executeAwsApi",
        inputs: {
          Service: "ssm",
          Api: "StartAutomationExecution",
          DocumentName: CENTRAL_RUNBOOK,
          Parameters: {
            AutomationAssumeRole: [administrationRoleArn],
            Ticket: ["{{ Finding }}"],
            Notification: [notification],
            Act: [act === "contain" ? "{{ limit.act }}" : act],
            RoleSessions: [act === "observe" ? "deny" : "leave"],
          },
          TargetParameterName: "Instance",
          TargetLocations: [
            {
              Accounts: ["{{ Account }}"],
              Regions: ["{{ Region }}"],
              ExecutionRoleName: CONTAINMENT_START_ROLE,
              Targets: [{ Key: "ParameterValues", Values: ["{{ Instance }}"] }],
              TargetLocationMaxConcurrency: "1",
              TargetLocationMaxErrors: "0",
              TargetsMaxConcurrency: "1",
              TargetsMaxErrors: "0",
            },
          ],
        },
        outputs: [{ Name: "execution", Selector: "$.AutomationExecutionId", Type: "String" }],
      },
      {
        name: "tell",
        action: "aws:executeAwsApi",
        // It goes on all the same, and fails in the end, of which another topic tells too.
        onFailure: "Continue",
        inputs: {
          Service: "sns",
          Api: "Publish",
          TopicArn: topicArn,
          Subject: "GuardDuty: {{ Instance }} in {{ Account }}",
          Message: `GuardDuty's finding {{ Finding }} is about the instance {{ Instance }} of account {{ Account }} in {{ Region }}.\n${NEXT[act]}`,
        },
      },
      {
        name: "wait",
        action: "aws:waitForAwsResourceProperty",
        timeoutSeconds: PATIENCE,
        inputs: { ...looking, DesiredValues: ended },
      },
      {
        name: "succeeded",
        action: "aws:assertAwsResourceProperty",
        inputs: { ...looking, DesiredValues: succeeded },
        isEnd: true,
      },
    ],
  };
}

/** Whether the instance is one that may be contained still; where nobody can say, nothing is started. */
function limit(most: number) {
  return {
    name: "limit",
    action: "aws:executeScript",
    inputs: {
      Runtime: "python3.11",
      Handler: "limit",
      Script: LIMIT,
      InputPayload: { place: PLACE, most: `${most}` },
    },
    outputs: ["act", "why"].map((name) => ({
      Name: name,
      Selector: `$.Payload.${name}`,
      Type: "String",
    })),
  };
}
