import type * as aws from "@pulumi/aws";

/**
 * Statements of a role's trust policy that keep it for people of whom their identity provider says who they are,
 * under that name. A source identity cannot be changed once it is set, goes along from role to role, and is in
 * every event of the trail; so does, by the second statement, the session's name, which sessions on machines and
 * their recordings are called after, and by which a session is its owner's.
 *
 * Source: IAM user guide, "Monitor and control actions taken with assumed roles".
 */
export function sourceIdentityDemanded(): aws.iam.PolicyStatement[] {
  const everybody = { Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:AssumeRole" } as const;
  return [
    {
      // Not sts:SourceIdentity, which whoever asks says for themselves.
      Sid: "RequireSourceIdentity",
      ...everybody,
      Condition: { Null: { "aws:SourceIdentity": "true" } },
    },
    {
      Sid: "UnderAnotherName",
      ...everybody,
      Condition: { StringNotEquals: { "sts:RoleSessionName": "${aws:SourceIdentity}" } },
    },
  ];
}
