import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { HOLD_RUNBOOK } from "../../components/evidence/runbooks/holdRunbook";
import { LOCK_RUNBOOK, SIGNING_KEY_ALIAS, SIGNING_RUNBOOK } from "../../components/names";
import { EXECUTION_TO_MESSAGE, failedExecution } from "../../components/watch/runbookFailures";
import { type Deployment, deploy } from "../support/deployment";
import { auditConfig } from "../support/examples";
import { matches } from "../support/eventBridge";
import { isAllowed } from "../support/simulator";

const ADDRESS = "aws-operations@example.edu";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/foundation";

/** Topics by what the rest calls them. */
const FIRST = "runbook-alarm-topic";
const KEYLESS = "runbook-alarm-keyless-topic";

/** What the mocks call a thing, as a topic's ARN, which the simulator knows. */
const arn = (name: string) => `arn:aws:sns:us-east-1:111122223333:${name}`;

/** A document that is placed, about things of those ARNs. */
function documentOf(deployment: Deployment, name: string): object {
  const text = deployment.named(name).inputs["policy"] as string;
  return JSON.parse(text.replaceAll("arn:aws:mock:", "arn:aws:sns:")) as object;
}

/** Something happened that somebody is to be told of. */
interface Mishap {
  readonly what: string;

  /** The counts that rise, each with the rule it is of. */
  readonly counts: readonly (readonly [metric: string, rule: string])[];

  /** Rules whose target is told of it. */
  readonly rules: readonly string[];
}

const FAILED: Mishap = {
  what: "a runbook failed",
  counts: [["TriggeredRules", "runbook-alarm-failed-0a1b2c3"]],
  rules: ["runbook-alarm-failed-0a1b2c3"],
};
const KEY_CHANGED: Mishap = {
  what: "a key was ended",
  counts: [["TriggeredRules", "runbook-alarm-key-changed-0a1b2c3"]],
  rules: ["runbook-alarm-key-changed-0a1b2c3"],
};
const NOT_STARTED = ["snapshot-lock-event", "vault-hold-event", "vault-hold-unfit-event"].map(
  (rule): Mishap => ({
    what: `${rule} could not start a runbook`,
    counts: [["FailedInvocations", `${rule}-0a1b2c3`]],
    rules: [],
  }),
);

/** Parts that can be lost: a key that is disabled, a topic, its policy, whoever subscribed to it. */
type Lost = "the key" | `${"policy of" | "subscriptions of" | "all of"} ${string}` | "nothing";

/** Who tells when what is lost. */
const TABLE: readonly [lost: Lost, failed: string[], notStarted: string[]][] = [
  ["nothing", [FIRST, KEYLESS], [FIRST, KEYLESS]],
  ["the key", [KEYLESS], [KEYLESS]],
  [`policy of ${FIRST}`, [KEYLESS], [KEYLESS]],
  [`subscriptions of ${FIRST}`, [KEYLESS], [KEYLESS]],
  [`all of ${FIRST}`, [KEYLESS], [KEYLESS]],
  [`policy of ${KEYLESS}`, [FIRST], [FIRST]],
  [`subscriptions of ${KEYLESS}`, [FIRST], [FIRST]],
  [`all of ${KEYLESS}`, [FIRST], [FIRST]],
];

describe("The alarms of an audit stack", () => {
  let deployment: Deployment;

  before(async () => {
    const vault = { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true };
    deployment = await deploy("audit", auditConfig({ image: "off", vault }));
  });

  /** The topics that a mishap is told by, when something is lost. */
  async function toldBy({ counts, rules }: Mishap, lost: Lost): Promise<string[]> {
    const byRules = deployment
      .ofType("aws:cloudwatch/eventTarget:EventTarget")
      .filter(({ inputs }) => rules.includes(inputs["rule"] as string))
      .map(({ inputs }) => ({
        service: "events.amazonaws.com",
        source: arn((inputs["rule"] as string).replace(/-0a1b2c3$/, "")),
        topics: [inputs["arn"] as string],
      }));
    const byAlarms = deployment
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .filter(({ inputs }) =>
        counts.some(
          ([metric, rule]) =>
            inputs["metricName"] === metric &&
            (inputs["dimensions"] as Record<string, string>)["RuleName"] === rule,
        ),
      )
      .map(({ name, inputs }) => ({
        service: "cloudwatch.amazonaws.com",
        source: arn(name),
        topics: inputs["alarmActions"] as string[],
      }));
    const told: string[] = [];
    for (const { service, source, topics } of [...byRules, ...byAlarms]) {
      for (const topic of topics.map((each) => each.slice(each.lastIndexOf(":") + 1))) {
        if (await arrives(service, source, topic, lost)) {
          told.push(topic);
        }
      }
    }
    return told.sort().reverse();
  }

  /** Whether what a service publishes to a topic reaches somebody. */
  async function arrives(service: string, source: string, topic: string, lost: Lost) {
    const request = {
      principal: service,
      context: {
        "aws:PrincipalServiceName": service,
        "aws:SourceArn": source,
        "aws:SourceAccount": "111122223333",
      },
    };
    const policies = deployment
      .ofType("aws:sns/topicPolicy:TopicPolicy")
      .filter(({ inputs }) => (inputs["arn"] as string).endsWith(`:${topic}`));
    const published =
      lost !== `all of ${topic}` &&
      lost !== `policy of ${topic}` &&
      policies.length === 1 &&
      (await isAllowed({
        ...request,
        action: "sns:Publish",
        resource: arn(topic),
        resourcePolicy: documentOf(deployment, policies[0]?.name ?? ""),
      }));
    const encrypted =
      deployment.named(topic).inputs["kmsMasterKeyId"] === undefined ||
      (lost !== "the key" &&
        (await isAllowed({
          principal: service,
          action: "kms:GenerateDataKey",
          resource: KEY,
          context: {
            "aws:PrincipalServiceName": service,
            "kms:EncryptionContext:aws:sns:topicArn": arn(topic),
          },
          resourcePolicy: documentOf(deployment, "keys-foundation"),
        })));
    const subscribed =
      lost !== `subscriptions of ${topic}` &&
      deployment
        .ofType("aws:sns/topicSubscription:TopicSubscription")
        .some(({ inputs }) => (inputs["topic"] as string).endsWith(`:${topic}`));
    return published && encrypted && subscribed;
  }

  for (const [lost, failed, notStarted] of TABLE) {
    it(`with ${lost} lost, ${failed.join(" and ")} tell of a runbook that failed or was not started, and of a key that was ended`, async () => {
      for (const mishap of [FAILED, KEY_CHANGED]) {
        assert.deepEqual(await toldBy(mishap, lost), failed, mishap.what);
      }
      for (const mishap of NOT_STARTED) {
        assert.deepEqual(await toldBy(mishap, lost), notStarted, mishap.what);
      }
    });
  }

  it("go off when a key is ended, disabled or has another policy, and of aliases when a signing key's is given or moved", () => {
    const pattern = JSON.parse(
      deployment.named("runbook-alarm-key-changed").inputs["eventPattern"] as string,
    ) as object;
    const asked = (eventName: string, requestParameters: object, more: object = {}) =>
      matches(pattern, {
        source: "aws.kms",
        "detail-type": "AWS API Call via CloudTrail",
        detail: { eventSource: "kms.amazonaws.com", eventName, requestParameters, ...more },
      });
    for (const name of ["DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"]) {
      assert.ok(asked(name, { keyId: "0a" }), name);
      assert.ok(!asked(name, { keyId: "0a" }, { errorCode: "AccessDenied" }), name);
    }
    for (const name of ["DeleteAlias", "UpdateAlias"]) {
      assert.ok(asked(name, { aliasName: SIGNING_KEY_ALIAS }), name);
      // A room's goes with the room.
      assert.ok(!asked(name, { aliasName: "alias/clean-room/inc-2026-0042" }), name);
    }
    assert.ok(!asked("CreateAlias", { aliasName: SIGNING_KEY_ALIAS }));
    // It says which other key records are verified by.
    for (const name of ["CreateAlias", "UpdateAlias"]) {
      assert.ok(asked(name, { aliasName: `${SIGNING_KEY_ALIAS}-2026` }), name);
    }
  });

  it("tell by one topic what the other could not send or deliver", () => {
    const watched = deployment
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ inputs }) => [
        inputs["namespace"],
        inputs["metricName"],
        ...Object.entries(inputs["dimensions"] as Record<string, string>).flat(),
        inputs["alarmActions"],
      ]);
    const mock = (name: string) => arn(name).replace(":sns:", ":mock:");
    for (const [namespace, metric, dimension, of, told] of [
      ["AWS/Events", "FailedInvocations", "RuleName", "runbook-alarm-failed-0a1b2c3", KEYLESS],
      ["AWS/Events", "FailedInvocations", "RuleName", "runbook-alarm-key-changed-0a1b2c3", KEYLESS],
      ["AWS/SNS", "NumberOfNotificationsFailed", "TopicName", `${FIRST}-0a1b2c3`, KEYLESS],
      ["AWS/SNS", "NumberOfNotificationsFailed", "TopicName", `${KEYLESS}-0a1b2c3`, FIRST],
    ] as const) {
      const row = [namespace, metric, dimension, of, [mock(told)]];
      assert.ok(
        watched.some((each) => JSON.stringify(each) === JSON.stringify(row)),
        JSON.stringify(row),
      );
    }
  });

  it("go off at the first count, and are silent where nothing was counted", () => {
    for (const { name, inputs } of deployment.ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      const { statistic, period, evaluationPeriods, comparisonOperator, threshold } = inputs;
      assert.deepEqual(
        [statistic, period, evaluationPeriods, comparisonOperator, threshold],
        ["Sum", 300, 1, "GreaterThanThreshold", 0],
        name,
      );
      assert.equal(inputs["treatMissingData"], "notBreaching", name);
    }
  });

  it("say which runbook failed under the key, and nothing of an execution without one", () => {
    assert.deepEqual(
      JSON.parse(deployment.named("runbook-alarm-failed").inputs["eventPattern"] as string),
      failedExecution([LOCK_RUNBOOK, SIGNING_RUNBOOK, HOLD_RUNBOOK]),
    );
    const { inputs, options } = deployment.named("runbook-alarm-target");
    assert.deepEqual(inputs["inputTransformer"], EXECUTION_TO_MESSAGE);
    // The topic's policy: an event that comes before it is lost.
    assert.equal((options.dependsOn as unknown[]).length, 1);
    const toKeyless = deployment
      .ofType("aws:cloudwatch/eventTarget:EventTarget")
      .filter((target) => (target.inputs["arn"] as string).endsWith(`:${KEYLESS}`));
    assert.deepEqual(toKeyless, []);
  });

  it("are tried, before a room is opened, by the documentation's commands for what there is", () => {
    const page = readFileSync(join(__dirname, "../../docs/foundation.md"), "utf8");
    const [, trial = ""] = /Try the alarms[^]*?```sh([^]*?)```/.exec(page) ?? [];
    const documents = deployment.ofType("aws:ssm/document:Document");
    const alarms = deployment.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    const [, documentName, parameter = "", value = ""] =
      /--document-name (\S+)[^]*--parameters (\w+)=(\S+)/.exec(trial) ?? [];
    const runbook = documents.find(({ inputs }) => inputs["name"] === documentName);
    const { parameters } = JSON.parse(runbook?.inputs["content"] as string) as {
      parameters: Record<string, { allowedPattern: string }>;
    };
    assert.match(value, new RegExp(parameters[parameter]?.allowedPattern ?? "no such parameter"));
    const [, prefix = "?"] = /--alarm-name-prefix (\S+)\)/.exec(trial) ?? [];
    const named = alarms.filter(({ name }) => name.startsWith(prefix));
    assert.deepEqual(
      named.map(({ inputs }) => (inputs["alarmActions"] as string[]).length),
      [2],
    );
    assert.match(trial, /aws ssm stop-automation-execution .*--type Cancel/);
    assert.match(trial, /aws cloudwatch set-alarm-state .*--state-value ALARM/);
  });

  it("go to every address by either topic", () => {
    const subscriptions = deployment
      .ofType("aws:sns/topicSubscription:TopicSubscription")
      .map(({ inputs }) => [
        (inputs["topic"] as string).split(":").at(-1),
        inputs["protocol"],
        inputs["endpoint"],
      ]);
    assert.deepEqual(subscriptions.sort(), [
      [KEYLESS, "email", ADDRESS],
      [FIRST, "email", ADDRESS],
    ]);
  });
});
