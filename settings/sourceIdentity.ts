import type { Mistake } from "./mistake";

/** What is asked for of whoever takes the role, for a refusal. */
export const VOUCHED_FOR =
  "a role that people take with a source identity of their identity provider's: with sourceIdentity: demanded no session of IAM Identity Center gets in, as it has none";

/**
 * Whether a role is IAM Identity Center's own, or a pattern that stands for nothing else. Its trust policy, which only
 * Identity Center writes, lets nobody set a source identity.
 *
 * Source: IAM Identity Center user guide, "Permission sets": roles in /aws-reserved/sso.amazonaws.com/.
 */
export function isOfIdentityCenter(arn: string): boolean {
  return arn.includes(":role/aws-reserved/");
}

/** Auditors whom a demanded source identity would keep out. */
export function sourceIdentityMistakes({
  sourceIdentity,
  auditors = [],
}: {
  readonly sourceIdentity?: "off" | "demanded";
  readonly auditors?: readonly string[];
}): Mistake[] {
  return auditors.flatMap((found, index) =>
    sourceIdentity === "demanded" && isOfIdentityCenter(found)
      ? [
          {
            key: `auditors.${index}`,
            found,
            required: `${VOUCHED_FOR}; or leave sourceIdentity off`,
          },
        ]
      : [],
  );
}
