import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
} from "@aws-sdk/client-sns";

import { answerOf } from "../aws/failure";

/** A subscription that should tell somebody by e-mail. */
export interface ExpectedSubscription {
  readonly address: string;

  /** URN of its resource, which it is made anew by. */
  readonly urn: string;
}

/** Where and by what the commands of a sentence are run. */
export interface SubscriptionPlace {
  readonly region: string;

  /** Name of the stack that the topic is of. */
  readonly stack: string;
}

/**
 * What a topic's subscriptions lack, a sentence each with what to do: those that are not confirmed, those
 * that are gone, and those that any reader of the e-mails can end. Pulumi's AWS provider has no data source
 * for them, and its state keeps what they were when they were made. It never fails: what cannot be looked at
 * is a sentence too.
 *
 * Sources: SNS API reference, ListSubscriptionsByTopic, GetSubscriptionAttributes (ConfirmationWasAuthenticated),
 * ConfirmSubscription (AuthenticateOnUnsubscribe), Subscribe (a token is good for two days).
 */
export async function subscriptionsToMend(
  client: SNSClient,
  topicArn: string,
  expected: readonly ExpectedSubscription[],
  place: SubscriptionPlace,
): Promise<string[]> {
  const topic = topicArn.slice(topicArn.lastIndexOf(":") + 1);
  try {
    const found = await findSubscriptions(client, topicArn);
    const sentences = expected.map(async ({ address, urn }) => {
      const states = found.get(address) ?? [];
      const confirmed = states.find((each) => each.startsWith("arn:"));
      if (confirmed !== undefined) {
        return (await endsWithoutCredentials(client, confirmed))
          ? [
              `Whoever reads an e-mail of ${topic} to ${address} can end them for all: they were confirmed by the link. End them, then make them anew: ` +
                `aws sns unsubscribe --region ${place.region} --subscription-arn ${confirmed} && ${anew(urn, place)}`,
            ]
          : [];
      }
      return [
        states.includes(PENDING)
          ? `${address} is not told by ${topic} yet: the subscription is not confirmed. TOKEN is what the link in AWS's e-mail has after Token=, up to the &: ` +
            `aws sns confirm-subscription --region ${place.region} --topic-arn ${topicArn} --authenticate-on-unsubscribe true --token TOKEN`
          : `${address} is not told by ${topic}: the subscription is gone, ended by somebody or not confirmed within two days. Make it anew: ${anew(urn, place)}`,
      ];
    });
    return (await Promise.all(sentences)).flat();
  } catch (error) {
    return [`Whether somebody is told by ${topic} could not be looked at. ${answerOf(error)}`];
  }
}

/** What SNS lists in place of an ARN; of one that was ended it may list `Deleted`. */
const PENDING = "PendingConfirmation";

/** The subscriptions of a topic by e-mail: their ARNs, or what SNS lists in place of them, by address. */
async function findSubscriptions(
  client: SNSClient,
  TopicArn: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
    for (const { Endpoint = "", Protocol, SubscriptionArn = "" } of page.Subscriptions ?? []) {
      if (Protocol === "email") {
        found.set(Endpoint, [...(found.get(Endpoint) ?? []), SubscriptionArn]);
      }
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return found;
}

/** Whether the link in each e-mail ends the subscription, for whoever has the e-mail. */
async function endsWithoutCredentials(
  client: SNSClient,
  SubscriptionArn: string,
): Promise<boolean> {
  const { Attributes } = await client.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn }),
  );
  return Attributes?.["ConfirmationWasAuthenticated"]?.toLowerCase() === "false";
}

/** The state forgets a subscription that is not there, and the next deployment makes it. */
function anew(urn: string, { stack }: SubscriptionPlace): string {
  return `pulumi refresh --yes --stack ${stack} --target '${urn}' && pulumi up --stack ${stack}`;
}
