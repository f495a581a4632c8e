import type { AccountStore } from "./accountStore";
import type { Listening } from "./answerThisProcess";
import { ec2AnswersOf } from "./ec2Answers";
import { type Ec2Answers, Ec2Endpoint } from "./ec2Endpoint";
import { ListedGrants } from "./listedGrants";
import { s3Of } from "./s3";
import { S3Endpoint } from "./s3Endpoint";
import { SnsEndpoint, subscriptionsIn } from "./snsEndpoint";

/**
 * Starts to answer what a program or a command asks of an account's services by AWS's SDK, in any process.
 *
 * @param caller What STS says of who asks.
 */
export async function endpointsOf(store: AccountStore, caller: Ec2Answers): Promise<Listening> {
  const all = await Promise.all([
    new Ec2Endpoint({ ...ec2AnswersOf(() => store.read()), ...caller }).listen(),
    new ListedGrants(store).listen(),
    new S3Endpoint(s3Of(store)).listen(),
    new SnsEndpoint((topicArn) => subscriptionsIn(store.read(), topicArn)).listen(),
  ]);
  return {
    environment: Object.assign(
      {},
      ...all.map(({ environment }) => environment),
    ) as Listening["environment"],
    end: () => all.forEach(({ end }) => end()),
  };
}
