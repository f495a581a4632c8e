import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Tags } from "./tags";

/** What a topic that e-mails is made from. */
export interface EmailTopicArgs {
  /** Who it is from, in the e-mails. */
  readonly displayName: string;

  /** ARN of the key of its messages; its policy has to allow whoever publishes. */
  readonly keyArn: pulumi.Input<string>;

  /** Whom it tells; AWS asks each of them to confirm. */
  readonly addresses: readonly string[];
  readonly tags: Tags;
}

/** An encrypted topic that tells people by e-mail. */
export function emailTopic(
  name: string,
  { displayName, keyArn, addresses, tags }: EmailTopicArgs,
  kept: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(name, { kmsMasterKeyId: keyArn, displayName, tags }, kept);
  for (const address of addresses) {
    new aws.sns.TopicSubscription(
      `${name}-to-${address}`,
      { topic: topic.arn, protocol: "email", endpoint: address },
      kept,
    );
  }
  return topic;
}
