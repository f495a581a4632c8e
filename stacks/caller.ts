import * as aws from "@pulumi/aws";

import { failureOf, NotLoggedIn, notTold } from "../components/aws/failure";
import { type Caller, requireAccount, roleNameOf } from "../components/aws/callerRole";

/**
 * Asks AWS who is calling. It is the first that a stack asks: whoever is not logged in reads that, and not
 * what else could not be looked up.
 *
 * @param accountId The stack's account, 12 digits.
 * @throws Refusal where AWS does not tell, or the caller is of another account.
 */
export async function findCaller(accountId: string): Promise<Caller> {
  const { arn } = await aws.getCallerIdentity().catch((error: unknown) => {
    throw notTold(error);
  });
  requireAccount(arn, accountId);
  const name = roleNameOf({ arn });
  return { arn, roleArn: name === undefined ? undefined : await roleArnOf(name) };
}

/** A role's ARN, with the path that STS leaves out. Where it may not be looked up, the name has to do. */
async function roleArnOf(name: string): Promise<string | undefined> {
  try {
    return (await aws.iam.getRole({ name })).arn;
  } catch (error) {
    if (failureOf(error) === "expired") {
      throw new NotLoggedIn("The credentials ended while the account was looked at", error);
    }
    return undefined;
  }
}
