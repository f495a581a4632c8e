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

/** Credentials of a role that is assumed in one of these accounts; STS gives them to who asks it without Pulumi. */
export function assumedIn(members: MemberAccounts): Ec2Answers {
  return {
    AssumeRole: (asked) => {
      members.assume(asked.get("RoleArn") ?? "");
      const secrets = {
        AccessKeyId: "simulated",
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
