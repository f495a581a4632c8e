import type { Account, Entry } from "./account";
import { AwsError } from "./awsError";
import { uuidOf } from "./identifiers";
import { key, topic } from "./references";
import type { ResourceType } from "./resourceType";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** SNS topics, EventBridge rules and CloudWatch alarms. */
export const messagingTypes: Readonly<Record<string, ResourceType>> = {
  [TOPIC]: {
    // A topic that is there already becomes this one: creating one twice is no error.
    id: ({ account, inputs }) =>
      `arn:aws:sns:${account.region}:${account.id}:${String(inputs["name"])}`,
    arn: "{id}",
    taggable: true,
    autoname: "name",
    references: [key("kmsMasterKeyId")],
    outputs: ({ account }) => ({ fifoTopic: false, owner: account.id }),
    remove: (account, entry) => {
      partsOf(account, entry).forEach((part) => account.remove(part));
      account.remove(entry);
    },
  },
  [TOPIC_POLICY]: {
    id: ({ inputs }) => String(inputs["arn"]),
    taggable: false,
    references: [topic("arn")],
    outputs: ({ account }) => ({ owner: account.id }),
  },
  [TOPIC_SUBSCRIPTION]: {
    // An address that is subscribed already keeps its subscription: SNS API reference, Subscribe.
    id: ({ inputs: { topic: to, protocol, endpoint } }) =>
      `${String(to)}:${uuidOf(`${String(protocol)} ${String(endpoint)}`)}`,
    arn: "{id}",
    taggable: false,
    references: [topic("topic")],
    outputs: ({ account, inputs }) => ({
      confirmationWasAuthenticated: !asksFirst(inputs["protocol"]),
      ownerId: account.id,
      pendingConfirmation: asksFirst(inputs["protocol"]),
    }),
  },
  [RULE]: {
    id: ({ inputs }) => onBus("/", inputs["eventBusName"], inputs["name"]),
    arn: "events:{region}:{account}:rule/{id}",
    taggable: true,
    autoname: "name",
    outputs: () => ({ eventBusName: "default", state: "ENABLED" }),
    held: () => new AwsError("ValidationException", "Rule can't be deleted since it has targets."),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    id: ({ inputs }) =>
      onBus("-", inputs["eventBusName"], `${String(inputs["rule"])}-${String(inputs["targetId"])}`),
    taggable: false,
    autoname: "targetId",
    references: [
      {
        at: "rule",
        to: [RULE],
        holds: true,
        missing: (value) =>
          new AwsError(
            "ResourceNotFoundException",
            `Rule ${value} does not exist on the EventBus.`,
          ),
        names: (entry, value) => entry.properties["name"] === value,
      },
    ],
    outputs: () => ({ eventBusName: "default" }),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    // An alarm that is there already becomes this one: putting one twice is no error.
    id: ({ inputs }) => String(inputs["name"]),
    arn: "cloudwatch:{region}:{account}:alarm:{id}",
    taggable: true,
    autoname: "name",
    references: [topic("alarmActions[]")],
  },
};

/** What goes with a topic: its policy and whoever subscribed. */
function partsOf(account: Account, { id }: Entry): Entry[] {
  return account
    .ofType(TOPIC_POLICY, TOPIC_SUBSCRIPTION)
    .filter(({ properties }) => properties["arn"] === id || properties["topic"] === id);
}

/** A person has to confirm a subscription first; another service of AWS does not. */
function asksFirst(protocol: unknown): boolean {
  return ["email", "email-json", "http", "https"].includes(String(protocol));
}

function onBus(separator: string, bus: unknown, name: unknown): string {
  return typeof bus === "string" && bus !== "default"
    ? `${bus}${separator}${String(name)}`
    : String(name);
}
