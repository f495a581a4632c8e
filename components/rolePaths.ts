import { partitionOf } from "./partition";

/** IAM path of every role of this program: one rule sees every use of any of them. */
export const ROLE_PATH = "/clean-room/";

/**
 * IAM path of the roles of a case: those that come and go with a room. Whoever opens rooms makes and
 * removes roles here, always within the permissions boundary, and touches none of the foundation's.
 */
export const CASE_ROLE_PATH = "/clean-room/case/";

/** Matches the ARN of every role of a case, for conditions on `aws:PrincipalArn`. */
export function caseRoles(region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:iam::${accountId}:role${CASE_ROLE_PATH}*`;
}

/** Name of the role of a member account that hands evidence over; its path is {@link ROLE_PATH}. */
export const RESPONDER_ROLE_NAME = "forensics-responder";

/** Name of the role of a member account that grants its own transfer keys; its path is {@link ROLE_PATH}. */
export const TRANSFER_KEY_GRANTS_ROLE_NAME = "transfer-key-grants";

/** Name of the one policy of a role of a case: written again, it is the same policy. */
export const CASE_POLICY_NAME = "case";
