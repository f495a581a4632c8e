import type * as aws from "@pulumi/aws";

import { arnAnywhere, iamArn } from "../../aws/arn";
import { policyDocument } from "../../policies/document";
import { OF_AN_INCIDENT } from "../keys/copyingGrants";

/** Whose keys are granted, and to whom. */
export interface SuspectKeyAccounts {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** The keys; all of the account's where none are named. */
  readonly keyArns?: readonly string[];
}

/**
 * What the role of a member account may do that a room's `suspectKeys` names in `assumeRole`: grant the
 * account's keys to roles of the Audit account for copying and nothing else, never the right to grant;
 * and end grants. Whoever assumes the role could otherwise grant a key to anybody, for anything.
 */
export function suspectKeyGrantsPolicy({
  region,
  accountId,
  auditAccountId,
  keyArns,
}: SuspectKeyAccounts): aws.iam.PolicyDocument {
  const keys =
    keyArns === undefined ? arnAnywhere({ region, accountId }, "kms", "key/*") : [...keyArns];
  return policyDocument(
    {
      Sid: "GrantToTheAuditAccount",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: keys,
      Condition: {
        ...OF_AN_INCIDENT,
        StringLike: {
          "kms:GranteePrincipal": iamArn({ region, accountId: auditAccountId }, "role/*"),
        },
      },
    },
    {
      // Of a grant that is revoked KMS tells a policy nothing.
      Sid: "EndGrants",
      Effect: "Allow",
      Action: ["kms:ListGrants", "kms:RevokeGrant"],
      Resource: keys,
    },
  );
}
