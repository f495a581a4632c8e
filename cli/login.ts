import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";

import { notTold } from "../components/aws/failure";
import { requireAccount } from "../components/aws/callerRole";

/** What STS is asked by. */
export type Sts = Pick<STSClient, "send">;

/**
 * Asks STS who is calling. It is the first that a command asks AWS: whoever is not logged in reads that, and
 * not what else could not be looked up.
 *
 * @param accountId The account that the command works in, 12 digits. @default any
 * @throws Refusal where AWS does not tell, or the caller is of another account.
 */
export async function requireLogin(sts: Sts, accountId?: string): Promise<void> {
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw notTold(error);
  });
  if (accountId !== undefined) {
    requireAccount(Arn, accountId);
  }
}
