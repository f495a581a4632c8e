import { listOf, ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const ACCOUNT_OF_ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/;

/** Configuration of this policy. */
interface AlarmsConfig {
  /** Logical names of topics without a key: what tells that a key is broken cannot be under it. */
  readonly keylessTopics: readonly string[];
}

const isNone = (value: unknown) =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** An alarm that nobody hears is none. */
export const alarmsOn = ofResource<AlarmsConfig>(
  {
    name: "alarms-on",
    displayName: "Alarms and events are on, and tell somebody",
    description:
      "Checks that alarms act, event rules are enabled, topics have a key, but those named in keylessTopics, subscriptions leave no message out and use no plain HTTP, and nothing is told to another account.",
    severity: "high",
    tags: ["logs", "keys"],
    remediationSteps: "Set alarmActions and kmsMasterKeyId; remove actionsEnabled and state.",
    configSchema: {
      properties: {
        keylessTopics: listOf(
          "Logical names of topics without a key: what tells that a key is broken cannot be under it.",
        ),
      },
    },
  },
  (subject, config) => MISTAKES[subject.type]?.(subject, config) ?? [],
);

/** What is told to another account. */
function toldStrangers(subject: Subject, field: string): string[] {
  const value = subject.at(field);
  const account = typeof value === "string" ? ACCOUNT_OF_ARN.exec(value)?.[1] : undefined;
  return account === undefined ||
    subject.accounts.length === 0 ||
    subject.accounts.includes(account)
    ? []
    : [
        `${field} is ${shown(value)}; required: one of account ${subject.accounts.join(", ")}.\nWhat happens in a clean room is told to nobody else: name one of the own account.`,
      ];
}

const MISTAKES: Readonly<Record<string, (subject: Subject, config: AlarmsConfig) => string[]>> = {
  [ALARM]: (alarm) => {
    const [enabled, actions, missing] = ["actionsEnabled", "alarmActions", "treatMissingData"].map(
      (f) => alarm.at(f),
    );
    return [
      ...(enabled === undefined || enabled === true
        ? []
        : [`actionsEnabled is ${shown(enabled)}; required: not set, or true.\nRemove it.`]),
      ...(isNone(actions)
        ? [`alarmActions is ${shown(actions)}; required: the topic of alarms.\nName it.`]
        : []),
      ...(missing === "ignore"
        ? [
            `treatMissingData is ${shown(missing)}; required: missing, notBreaching or breaching.\nAn ignored gap keeps an old state.`,
          ]
        : []),
    ];
  },
  [EVENT_RULE]: (rule) => {
    const [state, enabled, pattern, schedule] = [
      "state",
      "isEnabled",
      "eventPattern",
      "scheduleExpression",
    ].map((f) => rule.at(f));
    return [
      ...(state === undefined ||
      state === UNKNOWN ||
      (typeof state === "string" && state.startsWith("ENABLED"))
        ? []
        : [`state is ${shown(state)}; required: not set, or ENABLED….\nRemove it.`]),
      ...(enabled === false ? [`isEnabled is false; required: not set, or true.\nRemove it.`] : []),
      ...(isNone(pattern) && isNone(schedule)
        ? [`eventPattern is ${shown(pattern)}; required: the events meant.\nName them.`]
        : []),
    ];
  },
  [TOPIC]: (topic, { keylessTopics }) =>
    isNone(topic.at("kmsMasterKeyId")) && !keylessTopics.includes(topic.name)
      ? [
          `kmsMasterKeyId is ${shown(topic.at("kmsMasterKeyId"))}; required: the ARN of a customer managed key.\nName the foundation's key, or configure the pack: { "alarms-on": { "keylessTopics": ["${topic.name}"] } }.`,
        ]
      : [],
  [TARGET]: (target) => toldStrangers(target, "arn"),
  [SUBSCRIPTION]: (subscription) => {
    const [protocol, filter] = ["protocol", "filterPolicy"].map((f) => subscription.at(f));
    return [
      ...toldStrangers(subscription, "endpoint"),
      ...(protocol === "http"
        ? [
            `protocol is http; required: email, https or a queue.\nWhat an alarm says is not for the network's ears.`,
          ]
        : []),
      ...(isNone(filter) || filter === UNKNOWN
        ? []
        : [
            `filterPolicy is ${shown(filter)}; required: not set: whoever is told is told everything.\nRemove it.`,
          ]),
    ];
  },
};
