import type * as aws from "@pulumi/aws";

/**
 * Trust policy for roles of any account of the organisation, by their ARNs, of which each may end in
 * `*`. They are named by condition: IAM refuses a principal that does not exist, and one that is made
 * anew under the same name would no longer be the one that was named.
 *
 * Both sides have to agree: the roles' own policies have to allow `sts:AssumeRole` too.
 */
export function roleTrust(
  roles: readonly string[],
  organizationId: string,
): aws.iam.PolicyDocument {
  const accounts = new Set(roles.map((arn) => `${arn.split(":").slice(0, 5).join(":")}:root`));
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: [...accounts].sort() },
        // A caller that names its source identity needs both.
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
        Condition: {
          ArnLike: { "aws:PrincipalArn": [...roles].sort() },
          StringEquals: { "aws:PrincipalOrgID": organizationId },
        },
      },
    ],
  };
}
