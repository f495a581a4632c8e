import { credentialsOf, type QueryAnswers } from "./awsEndpoint";
import type { MemberAccounts } from "./memberAccounts";

const SESSION = "rehearsal";

/**
 * What STS tells of its caller to who asks it without Pulumi.
 *
 * Source: AWS STS API reference, GetCallerIdentity.
 *
 * @param accountId The account, 12 digits.
 * @param role Name of the role whose credentials are used.
 */
export function callerAnswers(accountId: string, role: string): QueryAnswers {
  return {
    GetCallerIdentity: () => ({
      GetCallerIdentityResult: {
        Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${SESSION}`,
        UserId: `AROASIMULATED:${SESSION}`,
        Account: accountId,
      },
    }),
  };
}

/** Credentials of a role that is assumed in one of the accounts; STS gives them to who asks it without Pulumi. */
export function assumedIn(members: MemberAccounts): QueryAnswers {
  return {
    AssumeRole: (asked) => {
      const roleArn = asked.get("RoleArn") ?? "";
      const { id } = members.assume(roleArn).read();
      const { accessKeyId, secretAccessKey } = credentialsOf(id, roleArn.split("/").at(-1) ?? "");
      const seconds = Number(asked.get("DurationSeconds") ?? 3600);
      const Credentials = {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: "simulated",
        Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
      };
      return { AssumeRoleResult: { Credentials } };
    },
  };
}
