import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { arnIn } from "../aws/arn";
import { ROLE_PATH } from "../names";
import { policyDocument } from "../policies/document";
import type { RunbookPlace } from "../policies/startRunbook";
import type { Tags } from "../tags";
import {
  ACQUISITION_RUNBOOK,
  ACQUISITION_RUNBOOK_PARAMETERS,
  CENTRAL_ACQUISITION_RUNBOOK,
} from "./acquisitionNames";

/** Inputs to {@link CentralAcquisition}. */
export interface CentralAcquisitionArgs extends RunbookPlace {
  /** The member accounts that it is shared with, 12 digits each. */
  readonly accounts: readonly string[];
  readonly tags: Tags;
}

/**
 * What of an audit stack has machines of member accounts acquired, many at once: a runbook that is shared with them, and
 * who starts it. It works as the role that has instances contained: that may only become those accounts' roles that start.
 */
export class CentralAcquisition extends pulumi.ComponentResource {
  /** ARN of the policy for those who acquire. */
  public readonly startPolicyArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: CentralAcquisitionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:acquisition:CentralAcquisition", name, {}, opts);
    const { region, accounts, tags } = args;
    const kept = { parent: this, protect: true };
    new aws.ssm.Document(
      `${name}-runbook`,
      {
        name: CENTRAL_ACQUISITION_RUNBOOK,
        documentType: "Automation",
        documentFormat: "JSON",
        content: JSON.stringify(centralAcquisitionRunbook()),
        // A map, whose keys are the provider's own.
        permissions: { type: "Share", account_ids: [...accounts].sort().join(",") },
        tags,
      },
      kept,
    );
    this.startPolicyArn = new aws.iam.Policy(
      `${name}-start`,
      {
        // IAM is global, the foundation is not: one in each Region.
        name: `clean-room-acquire-${region}`,
        path: ROLE_PATH,
        description: "To acquire machines of member accounts, many at once",
        policy: JSON.stringify(centralAcquisitionPolicy(args)),
        tags,
      },
      kept,
    ).arn;
    this.registerOutputs({ startPolicyArn: this.startPolicyArn });
  }
}

/** What it takes beside the policy of those who contain, by which the role is passed and executions are found and followed. */
function centralAcquisitionPolicy(place: RunbookPlace): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "StartTheRunbook",
    Effect: "Allow",
    Action: "ssm:StartAutomationExecution",
    Resource: [
      `automation-definition/${CENTRAL_ACQUISITION_RUNBOOK}:*`,
      "automation-execution/*",
      `document/${CENTRAL_ACQUISITION_RUNBOOK}`,
    ].map((resource) => arnIn(place, "ssm", resource)),
  });
}

/**
 * The Automation runbook of the Audit account, for `JSON.stringify`: it starts a member account's own acquisition runbook and
 * waits for it. Systems Manager runs it in every account and Region that it is asked for, once for each machine.
 *
 * Sources: as of the containment's central runbook.
 */
export function centralAcquisitionRunbook() {
  return {
    schemaVersion: "0.3",
    description: "Clean room: has machines of member accounts acquired",
    assumeRole: "{{ AutomationAssumeRole }}",
    parameters: {
      AutomationAssumeRole: {
        type: "String",
        description: "The role that Automation works as",
        allowedPattern: `^arn:[a-z-]+:iam::\\d{12}:role${ROLE_PATH}containment-[a-z0-9-]+$`,
      },
      ...ACQUISITION_RUNBOOK_PARAMETERS,
    },
    outputs: ["acquire.ExecutionId", "acquire.Output"],
    mainSteps: [
      {
        name: "acquire",
        action: "aws:executeAutomation",
        inputs: {
          DocumentName: ACQUISITION_RUNBOOK,
          RuntimeParameters: Object.fromEntries(
            Object.keys(ACQUISITION_RUNBOOK_PARAMETERS).map((name) => [name, [`{{ ${name} }}`]]),
          ),
        },
        isEnd: true,
      },
    ],
  };
}
