import { ROLE_PATH } from "../names";
import { CONTAINMENT_RUNBOOK } from "./containmentNames";
import { CONTAINMENT_PARAMETERS } from "./containmentParameters";

/**
 * The Automation runbook of the Audit account, for `JSON.stringify`: it starts a member account's own containment runbook
 * and waits for it. Systems Manager runs it in every account and Region that it is asked for, once for each instance, so
 * many at a time as it is told; what is done, as which role, with whose approval is the member account's runbook's affair.
 *
 * It names no role: in the Audit account Automation works as the one it is given, in a member account as the one that its
 * location names, and both are of this program.
 *
 * Sources: Systems Manager user guide, "Running automations in multiple AWS Regions and accounts" (a custom runbook is
 * shared with each account), "aws:executeAutomation"; API reference, TargetLocation.
 */
export function centralRunbook() {
  return {
    schemaVersion: "0.3",
    description: "Clean room: has instances of member accounts contained, or says how",
    assumeRole: "{{ AutomationAssumeRole }}",
    parameters: {
      AutomationAssumeRole: {
        type: "String",
        description: "The role that Automation works as",
        allowedPattern: `^arn:[a-z-]+:iam::\\d{12}:role${ROLE_PATH}containment-[a-z0-9-]+$`,
      },
      ...CONTAINMENT_PARAMETERS,
    },
    outputs: ["contain.ExecutionId", "contain.Output"],
    mainSteps: [
      {
        name: "contain",
        action: "aws:executeAutomation",
        inputs: {
          DocumentName: CONTAINMENT_RUNBOOK,
          RuntimeParameters: Object.fromEntries(
            Object.keys(CONTAINMENT_PARAMETERS).map((name) => [name, [`{{ ${name} }}`]]),
          ),
        },
        isEnd: true,
      },
    ],
  };
}
