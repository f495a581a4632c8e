import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type EmailTopic, emailTopic } from "../emailTopic";
import type { Tags } from "../tags";
import { alarmTopicPolicy, type Publishers } from "./alarmTopicPolicy";
import { KEY_CHANGE_TO_MESSAGE, KEY_CHANGED } from "./keyChanges";
import {
  eventsMatched,
  EXECUTION_TO_MESSAGE,
  failedExecution,
  invocationsFailed,
  notificationsFailed,
} from "./runbookFailures";

/** A runbook that somebody is told of when it fails. */
export interface WatchedRunbook {
  readonly documentName: string;

  /** Name of the EventBridge rule that starts it. */
  readonly ruleName: pulumi.Input<string>;

  /** Name of the rule that starts it for events it cannot be told of. */
  readonly unfitRuleName?: pulumi.Input<string> | undefined;
}

/** Inputs to {@link RunbookAlarm}. */
export interface RunbookAlarmArgs {
  /** The account of the runbooks, 12 digits. */
  readonly accountId: string;
  readonly runbooks: readonly WatchedRunbook[];

  /** Runbooks that tell people something themselves, made from the ARN of the topic that they publish to. @default none */
  readonly telling?: (topicArn: pulumi.Output<string>) => readonly WatchedRunbook[];

  /** ARN of the key of what is told of a runbook; its policy has to allow EventBridge and CloudWatch. */
  readonly keyArn: pulumi.Input<string>;

  /** E-mail addresses that are told. */
  readonly addresses: readonly string[];
  readonly tags: Tags;
}

/**
 * Tells when a runbook that an event starts did not do its work: when it failed, and when the event
 * could not even start it. And when somebody ends a key, disables it or gives it another policy.
 *
 * All are told by two topics that have nothing in common but the addresses. Messages of the first name
 * executions and keys, so it is under the key; rules of EventBridge publish to it. The second has no
 * key, and a policy and subscriptions of its own; an alarm publishes to it whenever such a rule has work. The
 * other alarms publish to both, or what one of the topics could not tell to the other. Whatever is lost of
 * one, its key, its policy, its subscriptions or itself, the other tells.
 */
export class RunbookAlarm extends pulumi.ComponentResource {
  /** The topics that tell. */
  public readonly topics: readonly EmailTopic[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the alarm.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: RunbookAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:watch:RunbookAlarm", name, {}, opts);
    const { accountId, addresses, tags } = args;
    const kept = { parent: this, protect: true };

    const topic = emailTopic(
      `${name}-topic`,
      { ...args, displayName: "Clean room runbooks" },
      kept,
    );
    const runbooks = [...args.runbooks, ...(args.telling?.(topic.arn) ?? [])];
    // An alarm says what it is called, of which account, and when: nothing secret.
    const keylessTopic = emailTopic(
      `${name}-keyless-topic`,
      { displayName: "Clean room alarms", addresses, tags },
      kept,
    );
    const ruleOf = (part: string, description: string, eventPattern: object) =>
      new aws.cloudwatch.EventRule(
        `${name}-${part}`,
        { description, eventPattern: JSON.stringify(eventPattern), tags },
        kept,
      );
    const failed = ruleOf(
      "failed",
      "A runbook of the clean room failed",
      failedExecution(runbooks.map(({ documentName }) => documentName)),
    );
    const keyChanged = ruleOf(
      "key-changed",
      "A key was ended or disabled, or has another policy; or a signing key's alias was given or moved",
      KEY_CHANGED,
    );

    const alarms = [
      ...runbooks.flatMap(({ documentName, ruleName, unfitRuleName }) =>
        [
          { part: "not-started", rule: ruleName },
          { part: "unfit-not-started", rule: unfitRuleName },
        ].flatMap(({ part, rule: watched }) =>
          watched === undefined
            ? []
            : {
                part: `${documentName}-${part}`,
                alarmDescription: `An event could not start the runbook ${documentName}`,
                count: invocationsFailed(watched),
                topics: [topic, keylessTopic],
              },
        ),
      ),
      {
        part: "any-failed",
        alarmDescription: "A runbook failed; another e-mail says which, or that way is broken",
        count: eventsMatched(failed.name),
        topics: [keylessTopic],
      },
      {
        part: "any-key-changed",
        alarmDescription:
          "A key was ended or disabled, or has another policy, or a signing key's alias was given or moved; another e-mail says which, or that way is broken",
        count: eventsMatched(keyChanged.name),
        topics: [keylessTopic],
      },
      {
        part: "key-change-not-told",
        alarmDescription: "The e-mail that says which key was changed could not be sent",
        count: invocationsFailed(keyChanged.name),
        topics: [keylessTopic],
      },
      {
        part: "not-told",
        alarmDescription: "A runbook failed, and the e-mail that says which could not be sent",
        count: invocationsFailed(failed.name),
        topics: [keylessTopic],
      },
      {
        part: "not-delivered",
        alarmDescription: "An e-mail about a runbook could not be delivered",
        count: notificationsFailed(topic.name),
        topics: [keylessTopic],
      },
      {
        part: "alarm-not-delivered",
        alarmDescription: "An e-mail about an alarm could not be delivered",
        count: notificationsFailed(keylessTopic.name),
        topics: [topic],
      },
    ].map(({ part, alarmDescription, count, topics }) => ({
      topics,
      alarm: new aws.cloudwatch.MetricAlarm(
        `${name}-${part}`,
        { ...count, alarmDescription, alarmActions: topics.map(({ arn }) => arn), tags },
        kept,
      ),
    }));

    const policyOf = (part: string, { arn }: EmailTopic, publishers: pulumi.Input<Publishers>) =>
      new aws.sns.TopicPolicy(
        `${name}-${part}-policy`,
        {
          arn,
          policy: pulumi.jsonStringify(
            pulumi.all([arn, publishers]).apply((both) => alarmTopicPolicy(...both)),
          ),
        },
        kept,
      );
    const alarmsOf = (each: EmailTopic) =>
      alarms.flatMap(({ topics, alarm }) => (topics.includes(each) ? alarm.arn : []));
    const policy = policyOf(
      "topic",
      topic,
      pulumi.output({ rules: [failed.arn, keyChanged.arn], alarms: alarmsOf(topic), accountId }),
    );
    policyOf(
      "keyless-topic",
      keylessTopic,
      pulumi.output({ alarms: alarmsOf(keylessTopic), accountId }),
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      { rule: failed.name, arn: topic.arn, inputTransformer: EXECUTION_TO_MESSAGE },
      { ...kept, dependsOn: [policy] },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-key-changed-target`,
      { rule: keyChanged.name, arn: topic.arn, inputTransformer: KEY_CHANGE_TO_MESSAGE },
      { ...kept, dependsOn: [policy] },
    );

    this.topics = [topic, keylessTopic];
    this.registerOutputs();
  }
}
