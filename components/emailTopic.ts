import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Tags } from "./tags";

/** What a topic that e-mails is made from. */
export interface EmailTopicArgs {
  /** Who it is from, in the e-mails: letters, digits and spaces, which no mail program quotes. */
  readonly displayName: string;

  /**
   * ARN of the key of its messages; its policy has to allow whoever publishes. Without one SNS encrypts
   * nothing: for messages without a secret, which no key can keep from being sent.
   */
  readonly keyArn?: pulumi.Input<string>;

  /** Whom it tells; AWS asks each of them to confirm. */
  readonly addresses: readonly string[];
  readonly tags: Tags;
}

/** A topic that tells people by e-mail, and whom. */
export interface EmailTopic {
  /** ARN of the topic. */
  readonly arn: pulumi.Output<string>;

  /** Name of the topic. */
  readonly name: pulumi.Output<string>;

  /** Whom it tells, each by a subscription of its own. */
  readonly subscriptions: readonly {
    readonly address: string;
    readonly subscription: aws.sns.TopicSubscription;
  }[];
}

/** Makes a topic that tells people by e-mail. */
export function emailTopic(
  name: string,
  { displayName, keyArn, addresses, tags }: EmailTopicArgs,
  kept: pulumi.CustomResourceOptions,
): EmailTopic {
  const topic = new aws.sns.Topic(
    name,
    { ...(keyArn === undefined ? {} : { kmsMasterKeyId: keyArn }), displayName, tags },
    kept,
  );
  const subscriptions = addresses.map((address) => ({
    address,
    subscription: new aws.sns.TopicSubscription(
      `${name}-to-${address}`,
      { topic: topic.arn, protocol: "email", endpoint: address },
      kept,
    ),
  }));
  return { arn: topic.arn, name: topic.name, subscriptions };
}
