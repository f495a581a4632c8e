import type { AccountStore } from "./accountStore";
import type { Listening } from "./answerThisProcess";
import { assumedIn } from "./callerIdentity";
import { CloudTrailEndpoint, trailsIn } from "./cloudTrailEndpoint";
import { ec2AnswersOf } from "./ec2Answers";
import { type Ec2Answers, Ec2Endpoint } from "./ec2Endpoint";
import { kmsOf } from "./kms";
import { KmsEndpoint } from "./kmsEndpoint";
import type { MemberAccounts } from "./memberAccounts";
import { s3Of } from "./s3";
import { S3Endpoint } from "./s3Endpoint";
import { SnsEndpoint, subscriptionsIn } from "./snsEndpoint";
import { ssmOf } from "./ssm";
import { SsmEndpoint } from "./ssmEndpoint";
import { taggingOf } from "./tagging";
import { TaggingEndpoint } from "./taggingEndpoint";

/**
 * Starts to answer what a program or a command asks of an account's services by AWS's SDK, in any process.
 *
 * @param account The account, and those beside it that a role is assumed in.
 * @param caller What STS says of who asks.
 */
export async function endpointsOf(
  { account: store, members }: { readonly account: AccountStore; readonly members: MemberAccounts },
  caller: Ec2Answers,
): Promise<Listening> {
  const all = await Promise.all([
    new Ec2Endpoint(
      { ...ec2AnswersOf(() => store.read()), ...caller, ...assumedIn(members) },
      (accountId) => ({
        ...ec2AnswersOf(() => members.of(accountId).read()),
        ...assumedIn(members),
      }),
    ).listen(),
    new KmsEndpoint(kmsOf(store, members)).listen(),
    new S3Endpoint(s3Of(store)).listen(),
    new CloudTrailEndpoint(() => trailsIn(store.read())).listen(),
    new SnsEndpoint((topicArn) => subscriptionsIn(store.read(), topicArn)).listen(),
    new SsmEndpoint(ssmOf(store)).listen(),
    new TaggingEndpoint(taggingOf(store)).listen(),
  ]);
  return {
    environment: Object.assign(
      {},
      ...all.map(({ environment }) => environment),
    ) as Listening["environment"],
    end: () => all.forEach(({ end }) => end()),
  };
}
