import type * as aws from "@pulumi/aws";
import { accountRoot } from "../aws/arn";

/**
 * Statement of a role's trust policy for roles of any account of the organisation, by their ARNs, of
 * which each may end in `*`. They are named by condition: IAM refuses a principal that does not exist,
 * knows no `*` in one, and forgets one that is made anew under the same name.
 *
 * Both sides have to agree: the roles' own policies have to allow `sts:AssumeRole` too.
 *
 * @param sessionTags Whether whoever assumes it may bring session tags: many identity providers, GitHub's
 *   action and EKS send some with every request, which is refused otherwise. Not where a tag gives rights.
 */
export function trustedRoles(
  Sid: string,
  roles: readonly string[],
  organizationId: string,
  sessionTags: boolean,
): aws.iam.PolicyStatement {
  const accounts = new Set(roles.map((arn) => accountRoot(arn)));
  return {
    Sid,
    Effect: "Allow",
    Principal: { AWS: [...accounts].sort() },
    // Whoever says who they are has to be let, or the role cannot be assumed.
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity", ...(sessionTags ? ["sts:TagSession"] : [])],
    Condition: {
      ArnLike: { "aws:PrincipalArn": [...roles].sort() },
      StringEquals: { "aws:PrincipalOrgID": organizationId },
    },
  };
}
