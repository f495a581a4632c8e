/** What makes a role of a stack, and gives it what it may do. */
export const MAKING_ROLES = [
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:PutRolePolicy",
] as const;

/** What changes a role of a stack, neither what it may do nor what bounds it. */
export const KEEPING_ROLES = [
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
] as const;

/**
 * Actions and condition of a statement that makes roles and gives them what they may do: with a boundary that the
 * organisation demands, on roles within it only. Putting a boundary on a role belongs here, too: IAM compares the
 * condition with the one that is asked for. Without the condition a role would be made within the boundary, and then
 * given another.
 */
export function withinBoundary(boundary: string | undefined, actions: readonly string[]) {
  return boundary === undefined
    ? { Action: [...actions] }
    : {
        Action: [...actions, "iam:PutRolePermissionsBoundary"],
        Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
      };
}
