import type * as aws from "@pulumi/aws";

import { iamArn } from "../../aws/arn";
import { policyDocument } from "../../policies/document";
import { RESPONDER_ROLE_NAME, ROLE_PATH, TRANSFER_KEY_GRANTS_ROLE_NAME } from "../../names";
import { viaService } from "../../policies/viaService";
import { grantsOfEc2ForTheAuditAccount, OF_AN_INCIDENT } from "./copyingGrants";
import { ADMINISTRATION, EBS_USE } from "./keyStatements";

/** Where a member account's own transfer key is, and whom what is under it is handed over to. */
export interface MemberTransferKeyArgs {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;
}

/** What the account's own policies may allow: everything but use, grants and the key's end. */
const KEEPING = [
  ...ADMINISTRATION,
  "kms:CancelKeyDeletion",
  "kms:DisableKey",
  "kms:EnableKey",
].sort();

/** The longest window that KMS has: until then a handover is still readable. */
const LONGEST_WINDOW_DAYS = "30";

/**
 * Policy of a member account's own transfer key. Its responder copies snapshots under it; a room copies
 * from it, by grants that the account's granting role makes while the room is open.
 *
 * Keeping it is left to the account's own policies, whoever its stack is deployed by: KMS refuses a key
 * whose maker may not change its policy, and at that moment no tag of the key counts, so the policy of
 * whoever deploys has to allow kms:PutKeyPolicy without asking for one.
 */
export function memberTransferKeyPolicy(args: MemberTransferKeyArgs): aws.iam.PolicyDocument {
  const { region, accountId, auditAccountId } = args;
  const iam = (account: string, resource: string) =>
    iamArn({ region, accountId: account }, `${resource}`);
  const Principal = { AWS: iam(accountId, "root") };
  const role = (name: string) => ({
    // By condition: KMS refuses a principal that does not exist yet.
    ArnEquals: { "aws:PrincipalArn": iam(accountId, `role${ROLE_PATH}${name}`) },
  });
  const throughEc2 = { StringEquals: { "kms:ViaService": viaService(args, "ec2") } };
  const statement = (Sid: string, Action: string | string[], Condition?: object) => ({
    Sid,
    Effect: "Allow" as const,
    Principal,
    Action,
    Resource: "*",
    ...(Condition === undefined ? {} : { Condition }),
  });
  return policyDocument(
    statement("Keeping", KEEPING),
    statement("EndWithTheLongestWindow", "kms:ScheduleKeyDeletion", {
      NumericGreaterThanEquals: {
        "kms:ScheduleKeyDeletionPendingWindowInDays": LONGEST_WINDOW_DAYS,
      },
    }),
    statement("UseThroughEc2", EBS_USE, { ...throughEc2, ...role(RESPONDER_ROLE_NAME) }),
    statement("GrantsOfEc2", "kms:CreateGrant", {
      ...throughEc2,
      ...role(RESPONDER_ROLE_NAME),
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    statement("GrantsOfAnOpenIncident", "kms:CreateGrant", {
      ...OF_AN_INCIDENT,
      ...role(TRANSFER_KEY_GRANTS_ROLE_NAME),
      StringLike: { "kms:GranteePrincipal": iam(auditAccountId, "role/*") },
    }),
    grantsOfEc2ForTheAuditAccount({ region, accountId: auditAccountId }),
  );
}
