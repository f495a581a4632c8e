import type { STSClient } from "@aws-sdk/client-sts";

import type { Ec2Answers } from "./ec2Endpoint";
import type { MemberAccounts } from "./memberAccounts";

/**
 * What STS tells of its caller to who asks it without Pulumi.
 *
 * Source: AWS STS API reference, GetCallerIdentity.
 *
 * @param accountId The account, 12 digits.
 * @param role Name of the role whose credentials are used.
 */
function callerIdentity(accountId: string, role: string) {
  const session = "rehearsal";
  return {
    Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`,
    UserId: `AROASIMULATED:${session}`,
    Account: accountId,
  };
}

/** The same over HTTP, beside what EC2 answers. */
export function callerAnswers(accountId: string, role: string): Ec2Answers {
  return {
    GetCallerIdentity: () => ({ GetCallerIdentityResult: callerIdentity(accountId, role) }),
  };
}

/** What an access key begins with that is of another account, which follows. */
const ASSUMED = "assumed-";

/** The account that a request's credentials are of, by what signs it; undefined for the account itself. */
export function accountOfKey(authorization = ""): string | undefined {
  return new RegExp(`Credential=${ASSUMED}(\\d{12})/`).exec(authorization)?.[1];
}

/** Credentials of a role that is assumed in one of these accounts; STS gives them to who asks it without Pulumi. */
export function assumedIn(members: MemberAccounts): Ec2Answers {
  return {
    AssumeRole: (asked) => {
      const { id } = members.assume(asked.get("RoleArn") ?? "").read();
      const secrets = {
        AccessKeyId: `${ASSUMED}${id}`,
        SecretAccessKey: "simulated",
        SessionToken: "simulated",
      };
      return {
        AssumeRoleResult: { Credentials: { ...secrets, Expiration: "2036-11-21T00:00:00Z" } },
      };
    },
  };
}

/** The same as a client of a command. */
export function stsOf(accountId: string, role: string): Pick<STSClient, "send"> {
  const send = () => Promise.resolve(callerIdentity(accountId, role));
  return { send: send };
}
