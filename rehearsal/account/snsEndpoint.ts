import { createServer, type Server } from "node:http";

import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import type { Account } from "./account";

/** A subscription as SNS tells of it. */
export interface ToldSubscription {
  readonly topicArn: string;

  /** E-mail address. */
  readonly endpoint: string;

  /** What SNS lists as its ARN: the ARN, `PendingConfirmation` or `Deleted`. */
  readonly arn: string;

  /** Whether it was confirmed with credentials, so that only with credentials it can be ended. */
  readonly authenticated: boolean;
}

/**
 * SNS over HTTP, for who asks it without Pulumi what subscriptions there are, and for nothing else.
 *
 * Source: SNS API reference, ListSubscriptionsByTopic, GetSubscriptionAttributes.
 */
export class SnsEndpoint {
  private readonly server: Server;

  /** @param subscriptions What subscriptions there are to a topic, when somebody asks; throws what SNS refuses. */
  public constructor(subscriptions: (topicArn: string) => readonly ToldSubscription[]) {
    const told = new Map<string, ToldSubscription>();
    const answers: Readonly<Record<string, (asked: URLSearchParams) => string>> = {
      ListSubscriptionsByTopic: (asked) => {
        const listed = subscriptions(asked.get("TopicArn") ?? "");
        listed.forEach((each) => told.set(each.arn, each));
        const members = listed.map(
          ({ topicArn, endpoint, arn }) =>
            `<member><TopicArn>${topicArn}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>${endpoint}</Endpoint></member>`,
        );
        return `<Subscriptions>${members.join("")}</Subscriptions>`;
      },
      GetSubscriptionAttributes: (asked) => {
        const authenticated = told.get(asked.get("SubscriptionArn") ?? "")?.authenticated === true;
        return `<Attributes><entry><key>ConfirmationWasAuthenticated</key><value>${authenticated}</value></entry></Attributes>`;
      },
    };
    this.server = createServer((request, response) => {
      let asked = "";
      request.on("data", (chunk: Buffer) => (asked += chunk.toString("utf8")));
      request.on("end", () => {
        const parameters = new URLSearchParams(asked);
        const action = parameters.get("Action") ?? "";
        const content = answers[action]?.(parameters);
        response.writeHead(content === undefined ? 400 : 200, { "content-type": "text/xml" });
        response.end(
          content === undefined
            ? "<ErrorResponse><Error><Code>InvalidAction</Code><Message>it tells of subscriptions, and of nothing else</Message></Error></ErrorResponse>"
            : `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${content}</${action}Result></${action}Response>`,
        );
      });
    });
  }

  /** Starts to answer whatever SNS is asked by AWS's SDK. */
  public listen(): Promise<Listening> {
    return listen(this.server, ["AWS_ENDPOINT_URL_SNS"]);
  }

  /** The same for this process. @returns what ends it. */
  public answerThisProcess(): Promise<() => void> {
    return answerThisProcess(this.listen());
  }
}

/** The subscriptions by e-mail in a simulated account, where nobody has confirmed anything. */
export function subscriptionsIn(account: Account, topicArn: string): ToldSubscription[] {
  return account
    .ofType("aws:sns/topicSubscription:TopicSubscription")
    .filter(({ properties }) => properties["topic"] === topicArn)
    .map(({ properties }) => ({
      topicArn,
      endpoint: String(properties["endpoint"]),
      arn: "PendingConfirmation",
      authenticated: false,
    }));
}
