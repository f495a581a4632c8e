/** The Audit account; `Pulumi.audit.yaml` names the same one. */
export const AUDIT_ACCOUNT = "111122223333";

/** The member account with the compromised instance. */
export const MEMBER_ACCOUNT = "222233334444";

/** The Region everything happens in. */
export const REGION = "us-east-1";

/** Another one, which only one room has evidence of. */
export const OTHER_MEMBER_ACCOUNT = "333344445555";

/** The tags that everything in the rehearsal has to carry, by the organisation's will. */
export const DEMANDED_TAGS = { "cost-centre": "4711" } as const;

/** The boundary that the organisation has in each account, for every role. */
export function boundaryIn(accountId: string): string {
  return `arn:aws:iam::${accountId}:policy/organisation-boundary`;
}

/** The same demand, as the policy pack and a service control policy say it. */
export const EXTRA_TAGS = { "cost-centre": "^[0-9]{4}$" };
