import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";

import { failureOf, lookUpFailure, NotLoggedIn } from "../components/awsFailure";
import { requireAccount } from "../components/callerRole";
import { Refusal } from "../components/refusal";

/** What STS is asked by. */
export type Sts = Pick<STSClient, "send">;

const HEADING = "AWS does not tell who you are; nothing was changed";

/**
 * Asks STS who is calling. It is the first that a command asks AWS: whoever is not logged in reads that, and
 * not what else could not be looked up.
 *
 * @param accountId The account that the command works in, 12 digits. @default any
 * @throws Refusal where AWS does not tell, or the caller is of another account.
 */
export async function requireLogin(sts: Sts, accountId?: string): Promise<void> {
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    // STS tells everybody: what is denied or throttled is the role that the stack assumes.
    throw ["denied", "throttled"].includes(failureOf(error))
      ? new Refusal(HEADING, [lookUpFailure("The caller", error)])
      : new NotLoggedIn(HEADING, error);
  });
  if (accountId !== undefined) {
    requireAccount(Arn, accountId);
  }
}
