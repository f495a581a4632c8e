import assert from "node:assert/strict";

import type { SNSClient } from "@aws-sdk/client-sns";

import { subscriptionsToMend } from "../../components/watch/subscriptions";
import type { ToldSubscription } from "../../rehearsal/account/sns";
import { type Deployment, deploy } from "../support/deployment";
import { auditConfig } from "../support/examples";

const ADDRESS = "aws-operations@example.edu";
const TOPICS = ["runbook-alarm-topic", "runbook-alarm-keyless-topic", "image-builds"];
const TOPIC_ARN = "arn:aws:sns:us-east-1:111122223333:builds";
const SUBSCRIPTION_ARN = `${TOPIC_ARN}:0a1b2c3d`;
const PLACE = { region: "us-east-1", stack: "audit" };

type Told = Pick<ToldSubscription, "arn" | "authenticated"> | undefined;

/** What SNS tells of a subscription, and what the operator is told to do. */
const STATES: readonly [what: string, told: Told, sentence: RegExp | undefined][] = [
  ["confirmed with credentials", { arn: SUBSCRIPTION_ARN, authenticated: true }, undefined],
  [
    "not confirmed",
    { arn: "PendingConfirmation", authenticated: false },
    /is not told by \S+ yet: .* aws sns confirm-subscription --region us-east-1 --topic-arn \S+ --authenticate-on-unsubscribe true --token TOKEN$/,
  ],
  [
    "ended a moment ago",
    { arn: "Deleted", authenticated: false },
    /is not told by \S+: the subscription is gone.* pulumi refresh --yes --stack audit --target 'urn:\S+' && pulumi up --stack audit$/,
  ],
  [
    "not there any more",
    undefined,
    /is not told by \S+: the subscription is gone.* pulumi refresh --yes --stack audit --target 'urn:\S+' && pulumi up --stack audit$/,
  ],
  [
    "confirmed by the link in the e-mail, so that anybody can end it",
    { arn: SUBSCRIPTION_ARN, authenticated: false },
    /can end them for all.* aws sns unsubscribe --region us-east-1 --subscription-arn \S+:0a1b2c3d && pulumi refresh --yes /,
  ],
];

describe("Subscriptions of an audit stack", () => {
  function deployAudit(told: Told): Promise<Deployment> {
    const base = { id: "ami-0123456789abcdef0" };
    return deploy("audit", auditConfig(), {
      answers: { "aws:ec2/getAmi:getAmi": () => base },
      subscribed: () => told,
    });
  }

  for (const [what, told, sentence] of STATES) {
    it(`${what}: ${sentence === undefined ? "nothing is said" : "said at every up, with the command, of every topic"}`, async () => {
      const deployment = await deployAudit(told);
      const { warnings, outputs } = deployment;
      assert.deepEqual(
        deployment.ofType("aws:sns/topic:Topic").map(({ name }) => name),
        TOPICS,
        "every topic there is",
      );
      assert.deepEqual(outputs["subscriptionsToMend"], warnings);
      assert.equal(warnings.length, sentence === undefined ? 0 : TOPICS.length);
      for (const [index, topic] of TOPICS.entries()) {
        if (sentence !== undefined) {
          assert.match(warnings[index] ?? "", sentence);
          assert.match(
            warnings[index] ?? "",
            new RegExp(`\\b${topic}\\b.*\\b${ADDRESS}|${ADDRESS}.*\\b${topic}\\b`),
          );
        }
      }
    });
  }

  it("that cannot be looked at are said, and stop nothing", async () => {
    const denied = () => Promise.reject(new Error("not authorized: sns:ListSubscriptionsByTopic"));
    const client = { send: denied } as unknown as SNSClient;
    assert.deepEqual(
      await subscriptionsToMend(client, TOPIC_ARN, [{ address: ADDRESS, urn: "urn:x" }], PLACE),
      [
        "Whether somebody is told by builds could not be looked at. AWS answered: not authorized: sns:ListSubscriptionsByTopic",
      ],
    );
  });

  it("are looked for to the last page, by e-mail only", async () => {
    const pages = [
      [{ Protocol: "sms", Endpoint: ADDRESS, SubscriptionArn: SUBSCRIPTION_ARN }],
      [{ Protocol: "email", Endpoint: ADDRESS, SubscriptionArn: "Deleted" }],
      [{ Protocol: "email", Endpoint: ADDRESS, SubscriptionArn: SUBSCRIPTION_ARN }],
    ];
    const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      if (command.constructor.name === "GetSubscriptionAttributesCommand") {
        assert.deepEqual(command.input, { SubscriptionArn: SUBSCRIPTION_ARN });
        return Promise.resolve({ Attributes: { ConfirmationWasAuthenticated: "true" } });
      }
      const page = Number(command.input["NextToken"] ?? 0);
      return Promise.resolve({
        Subscriptions: pages[page],
        NextToken: page + 1 < pages.length ? `${page + 1}` : undefined,
      });
    };
    const expected = [{ address: ADDRESS, urn: "urn:x" }];
    const client = { send } as unknown as SNSClient;
    assert.deepEqual(await subscriptionsToMend(client, TOPIC_ARN, expected, PLACE), []);
  });
});
