import { isUnset } from "../fieldRequirements";
import { listOf, ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** Configuration of this policy. */
interface AlarmsConfig {
  /** Logical names of topics without a key: what tells that a key is broken cannot be under it. */
  readonly keylessTopics: readonly string[];
}

/** Documents that run scripts on machines, and addresses on the internet. */
const NOT_FOR_EVENTS =
  /^arn:[\w-]+:(ssm:[\w-]*:\d*:document\/|events:[\w-]*:\d*:api-destination\/|execute-api:)/;

/** Alarms that end, stop or restart machines. */
const ENDING = /^arn:[\w-]+:(automate:|swf:).*(ec2|EC2)/;

/** An alarm that nobody hears is none. */
export const alarmsOn = ofResource<AlarmsConfig>(
  {
    name: "alarms-on",
    displayName: "Alarms and events are on, and tell somebody",
    description:
      "Checks that alarms act, event rules are enabled, topics have a key, but those named in keylessTopics, subscriptions leave no message out and use no plain HTTP, and neither ends a machine, runs a script or goes to an address on the internet.",
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

const MISTAKES: Readonly<Record<string, (subject: Subject, config: AlarmsConfig) => string[]>> = {
  [ALARM]: (alarm) => {
    const [enabled, actions, missing] = ["actionsEnabled", "alarmActions", "treatMissingData"].map(
      (f) => alarm.at(f),
    );
    return [
      ...(enabled === undefined || enabled === true
        ? []
        : [`actionsEnabled is ${shown(enabled)}; required: not set, or true.\nRemove it.`]),
      ...(isUnset(actions)
        ? [`alarmActions is ${shown(actions)}; required: the topic of alarms.\nName it.`]
        : []),
      ...["alarmActions", "okActions", "insufficientDataActions"].flatMap((field) =>
        [alarm.at(field)]
          .flat()
          .filter((action) => typeof action === "string" && ENDING.test(action))
          .map(
            (action) =>
              `${field} has ${shown(action)}; required: a topic: an alarm ends no machine.\nRemove it: evidence in memory is gone with the machine.`,
          ),
      ),
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
      ...(isUnset(pattern) && isUnset(schedule)
        ? [`eventPattern is ${shown(pattern)}; required: the events meant.\nName them.`]
        : []),
    ];
  },
  [TOPIC]: (topic, { keylessTopics }) =>
    isUnset(topic.at("kmsMasterKeyId")) && !keylessTopics.includes(topic.name)
      ? [
          `kmsMasterKeyId is ${shown(topic.at("kmsMasterKeyId"))}; required: the ARN of a customer managed key.\nName the foundation's key, or configure the pack: { "alarms-on": { "keylessTopics": ["${topic.name}"] } }.`,
        ]
      : [],
  [TARGET]: (target) => [
    ...(isUnset(target.at("runCommandTargets"))
      ? []
      : [
          `runCommandTargets is ${shown(target.at("runCommandTargets"))}; required: not set: no event runs a script on machines.\nRemove it: start a runbook, which is recorded.`,
        ]),
    ...(NOT_FOR_EVENTS.test(String(target.at("arn")))
      ? [
          `arn is ${shown(target.at("arn"))}; required: a topic, a queue or a runbook of the stack's own.\nWhat happens in a clean room goes to no address and runs no script: name another target.`,
        ]
      : []),
  ],
  [SUBSCRIPTION]: (subscription) => {
    const [protocol, filter] = ["protocol", "filterPolicy"].map((f) => subscription.at(f));
    return [
      ...(protocol === "http"
        ? [
            `protocol is http; required: email, https or a queue.\nWhat an alarm says is not for the network's ears.`,
          ]
        : []),
      ...(isUnset(filter) || filter === UNKNOWN
        ? []
        : [
            `filterPolicy is ${shown(filter)}; required: not set: whoever is told is told everything.\nRemove it.`,
          ]),
    ];
  },
};
