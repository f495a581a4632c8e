const ONE_REQUEST =
  "who says who they are does so in the request that presents the assertion; AWS's example has both actions in one statement";

/** What the Service Authorization Reference does not know and policies name none the less, and why. */
export const JUSTIFIED: Readonly<Record<string, string>> = {
  "keys-foundation.policy LogGroups: kms:Describe* has no kms:EncryptionContext:aws:logs:arn":
    "AWS's own statement for CloudWatch Logs has it there; a service that looks at the key needs none of it",
  "roles-securityaudit.assumeRolePolicy Federation: sts:SetSourceIdentity has no SAML:aud":
    ONE_REQUEST,
  "roles-securityresponse.assumeRolePolicy Federation: sts:SetSourceIdentity has no SAML:aud":
    ONE_REQUEST,
  "docs/deployers/member-stack.json MakeKeys: kms:CreateKey has no kms:ResourceAliases":
    "a key that is being made has no alias, which ForAllValues lets pass; tagging one that has an alias of others is what it refuses",
  ...Object.fromEntries(
    ["aud", "sub"].map((claim) => [
      `preview-role.assumeRolePolicy Workflows: sts:AssumeRoleWithWebIdentity has no token.actions.githubusercontent.com:${claim}`,
      "what an issuer's token says has the issuer's name in front, which no reference lists",
    ]),
  ),
};
