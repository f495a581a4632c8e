import type { AccountStore } from "./accountStore";
import { type Asker, type AwsAnswers, AwsEndpoint, type Listening } from "./awsEndpoint";
import { assumedIn, callerAnswers } from "./callerIdentity";
import { trailAnswersOf } from "./cloudTrail";
import { ec2AnswersOf } from "./ec2Answers";
import { kmsAnswersOf } from "./kms";
import type { MemberAccounts } from "./memberAccounts";
import { quotaAnswersOf } from "./serviceQuotas";
import { s3Of } from "./s3";
import { sentCommands } from "./sentCommands";
import { subscriptionAnswers, subscriptionsIn } from "./sns";
import { ssmAnswersOf } from "./ssm";
import { taggingAnswersOf, tagsGivenIn } from "./tagging";

/** The simulated account, and those beside it that a role is assumed in. */
interface Accounts {
  readonly account: AccountStore;
  readonly members: MemberAccounts;
}

/**
 * Starts to answer what a program or a command asks of an account's services by AWS's SDK, in any process.
 *
 * @param role Name of the role that asks, where its credentials do not say.
 */
export function endpointsOf(accounts: Accounts, role: string): Promise<Listening> {
  return new AwsEndpoint((asker) => answersTo(accounts, role, asker)).listen();
}

function answersTo({ account, members }: Accounts, usual: string, asker: Asker): AwsAnswers {
  const { accountId = account.read().id, role = usual, region } = asker;
  const store = accountId === account.read().id ? account : members.of(accountId);
  const read = () => store.read();
  return {
    query: {
      ...ec2AnswersOf(read),
      ...tagsGivenIn(store),
      ...subscriptionAnswers((topicArn) => subscriptionsIn(read(), topicArn)),
      ...callerAnswers(accountId, role),
      ...assumedIn(members),
    },
    json: {
      ...kmsAnswersOf(store, members),
      ...ssmAnswersOf(store),
      ...sentCommands(store, members, role),
      ...taggingAnswersOf(store, region),
      ...trailAnswersOf(read),
      ...quotaAnswersOf(read),
    },
    s3: s3Of(store),
  };
}
