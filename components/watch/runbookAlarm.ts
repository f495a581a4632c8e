import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { emailTopic } from "../emailTopic";
import type { Tags } from "../tags";
import { alarmTopicPolicy } from "./alarmTopicPolicy";
import { EXECUTION_TO_MESSAGE, FAILED_INVOCATION, failedExecution } from "./runbookFailures";

/** A runbook that somebody is told of when it fails. */
export interface WatchedRunbook {
  readonly documentName: string;

  /** Name of the EventBridge rule that starts it. */
  readonly ruleName: pulumi.Input<string>;
}

/** Inputs to {@link RunbookAlarm}. */
export interface RunbookAlarmArgs {
  /** The account of the runbooks, 12 digits. */
  readonly accountId: string;
  readonly runbooks: readonly WatchedRunbook[];

  /** ARN of the key of the messages; its policy has to allow EventBridge and CloudWatch. */
  readonly keyArn: pulumi.Input<string>;

  /** E-mail addresses that are told. */
  readonly addresses: readonly string[];
  readonly tags: Tags;
}

/**
 * Tells when a runbook that an event starts did not do its work: when it failed, and when the event
 * could not even start it.
 */
export class RunbookAlarm extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the alarm.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: RunbookAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:watch:RunbookAlarm", name, {}, opts);
    const { accountId, runbooks, tags } = args;
    const kept = { parent: this, protect: true };

    const topic = emailTopic(
      `${name}-topic`,
      { ...args, displayName: "Clean room: a runbook failed" },
      kept,
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-failed`,
      {
        description: "A runbook of the clean room failed",
        eventPattern: JSON.stringify(
          failedExecution(runbooks.map(({ documentName }) => documentName)),
        ),
        tags,
      },
      kept,
    );
    const alarm = (part: string, alarmDescription: string, ruleName: pulumi.Input<string>) =>
      new aws.cloudwatch.MetricAlarm(
        `${name}-${part}`,
        {
          ...FAILED_INVOCATION,
          alarmDescription,
          dimensions: { RuleName: ruleName },
          alarmActions: [topic.arn],
          tags,
        },
        kept,
      );
    const alarms = [
      ...runbooks.map(({ documentName, ruleName }) =>
        alarm(
          `${documentName}-not-started`,
          `An event could not start the runbook ${documentName}`,
          ruleName,
        ),
      ),
      // It goes another way than what it tells of.
      alarm(
        "not-told",
        "A runbook failed, and the e-mail that says which could not be sent",
        rule.name,
      ),
    ];
    const policy = new aws.sns.TopicPolicy(
      `${name}-topic-policy`,
      {
        arn: topic.arn,
        policy: pulumi.jsonStringify(
          pulumi
            .output({ topic: topic.arn, rule: rule.arn, alarms: alarms.map(({ arn }) => arn) })
            .apply((arns) => alarmTopicPolicy(arns.topic, { ...arns, accountId })),
        ),
      },
      kept,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      { rule: rule.name, arn: topic.arn, inputTransformer: EXECUTION_TO_MESSAGE },
      { ...kept, dependsOn: [policy] },
    );
    this.registerOutputs();
  }
}
