import type { STSClient } from "@aws-sdk/client-sts";

import type { Ec2Answers } from "./ec2Endpoint";

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

/** The same as a client of a command. */
export function stsOf(accountId: string, role: string): Pick<STSClient, "send"> {
  const send = () => Promise.resolve(callerIdentity(accountId, role));
  return { send: send };
}
