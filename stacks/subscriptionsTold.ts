import { SNSClient } from "@aws-sdk/client-sns";
import * as pulumi from "@pulumi/pulumi";

import type { EmailTopic } from "../components/emailTopic";
import { subscriptionsToMend } from "../components/watch/subscriptions";
import { lookUpSettings } from "./sdkSettings";

/**
 * Warns of each subscription that tells nobody, or that anybody can end; stops nothing.
 * @returns the warnings: as an output they are waited for, and can be looked up.
 */
export function tellOfSubscriptions(
  topics: readonly EmailTopic[],
  region: string,
): pulumi.Output<string[]> {
  const client = new SNSClient(lookUpSettings(region));
  const stack = pulumi.getStack();
  const sentences = topics.map(({ arn, subscriptions }) =>
    pulumi
      // Their ARNs: they are there before they are looked at.
      .all([
        arn,
        pulumi.all(
          subscriptions.map(({ address, subscription }) =>
            pulumi.output({ address, urn: subscription.urn, arn: subscription.arn }),
          ),
        ),
      ])
      .apply(([topicArn, expected]) =>
        subscriptionsToMend(client, topicArn, expected, { region, stack }),
      ),
  );
  return pulumi.all(sentences).apply((all) => {
    all.flat().forEach((sentence) => void pulumi.log.warn(sentence));
    return all.flat();
  });
}
