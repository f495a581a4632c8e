import type { Account } from "./account";
import type { QueryAnswers } from "./awsEndpoint";

/** A subscription as SNS tells of it. */
export interface ToldSubscription {
  /** E-mail address. */
  readonly endpoint: string;

  /** What SNS lists as its ARN: the ARN, `PendingConfirmation` or `Deleted`. */
  readonly arn: string;

  /** Whether it was confirmed with credentials, so that only with credentials it can be ended. */
  readonly authenticated: boolean;
}

/**
 * What SNS tells of subscriptions to who asks it without Pulumi.
 *
 * Source: SNS API reference, ListSubscriptionsByTopic, GetSubscriptionAttributes.
 *
 * @param subscriptions What subscriptions there are to a topic, when somebody asks.
 */
export function subscriptionAnswers(
  subscriptions: (topicArn: string) => readonly ToldSubscription[],
): QueryAnswers {
  /** Of an ARN that was listed. */
  const authenticated = new Map<string, boolean>();
  return {
    ListSubscriptionsByTopic: (asked) => {
      const TopicArn = asked.get("TopicArn") ?? "";
      const listed = subscriptions(TopicArn);
      listed.forEach((each) => authenticated.set(each.arn, each.authenticated));
      const Subscriptions = listed.map(({ arn, endpoint }) => ({
        TopicArn,
        Protocol: "email",
        SubscriptionArn: arn,
        Endpoint: endpoint,
      }));
      return { ListSubscriptionsByTopicResult: { Subscriptions } };
    },
    GetSubscriptionAttributes: (asked) => {
      const value = authenticated.get(asked.get("SubscriptionArn") ?? "") === true;
      const Attributes = { entry: { key: "ConfirmationWasAuthenticated", value } };
      return { GetSubscriptionAttributesResult: { Attributes } };
    },
  };
}

/** The subscriptions by e-mail in a simulated account, where nobody has confirmed anything. */
export function subscriptionsIn(account: Account, topicArn: string): ToldSubscription[] {
  return account
    .ofType("aws:sns/topicSubscription:TopicSubscription")
    .filter(({ properties }) => properties["topic"] === topicArn)
    .map(({ properties }) => ({
      endpoint: String(properties["endpoint"]),
      arn: "PendingConfirmation",
      authenticated: false,
    }));
}
