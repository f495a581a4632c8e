import { arnIn, iamArn, type Place } from "./aws/arn";
import { EVERY_CASE } from "./case";

/** IAM path of every role of this program: one rule sees every use of any of them. */
export const ROLE_PATH = "/clean-room/";

/**
 * IAM path of the roles of a case: those that come and go with a room. Whoever opens rooms makes and
 * removes roles here, always within the permissions boundary, and touches none of the foundation's.
 */
export const CASE_ROLE_PATH = "/clean-room/case/";

/**
 * How the names of the Audit account's roles that this program makes begin below {@link ROLE_PATH}: those of
 * cases, of auditors and previews, of runbooks, of containment, of flow logs, and of the image.
 */
export const FOUNDATION_ROLES = [
  "case/",
  "clean-room-",
  "containment-administration-",
  "containment-findings-",
  "forensics-flow-log-",
  "image-",
  "snapshot-lock-",
  "vault-hold-",
  "vault-signing-",
] as const;

/** Matches the ARN of every role of a case, for conditions on `aws:PrincipalArn`. */
export function caseRoles(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${CASE_ROLE_PATH}*`);
}

/** Matches the ARNs of the workstations' roles of every case. */
export function workstationRoles(place: Place): string {
  return iamArn(place, `role${CASE_ROLE_PATH}${EVERY_CASE.workstationRole}`);
}

/** Name of the role of the Audit account that verifies cases. IAM is global, the foundation is not: one in each Region. */
export function auditorRoleName(region: string): string {
  return `clean-room-auditor-${region}`;
}

/** ARN of that role. The policies of keys and of the vault name it before it is there. */
export function auditorRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${auditorRoleName(region)}`);
}

/** Name of the role of the runbook that signs custody records; one in each Region. */
export function recordSignerRoleName(region: string): string {
  return `clean-room-record-signer-${region}`;
}

/** ARN of that role. The signing key's policy and the vault's name it before it is there. */
export function recordSignerRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${recordSignerRoleName(region)}`);
}

/** Name of the role of the Audit account by which a repository's workflows preview the foundation; one in each Region. */
export function previewRoleName(region: string): string {
  return `clean-room-preview-${region}`;
}

/** ARN of that role. The policies of keys name it before it is there. */
export function previewRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${previewRoleName(region)}`);
}

/** Name of the role of a member account that hands evidence over; its path is {@link ROLE_PATH}. */
export const RESPONDER_ROLE_NAME = "forensics-responder";

/** Name of the role of a member account that grants its own transfer keys; its path is {@link ROLE_PATH}. */
export const TRANSFER_KEY_GRANTS_ROLE_NAME = "transfer-key-grants";

/** Name of the role of a member account that rooms are linked to suspects by; its path is {@link ROLE_PATH}. */
export const LINK_ROLE_NAME = "suspect-link";

/** Name of the role of a member account that its containment runbook works as; its path is {@link ROLE_PATH}. */
export const CONTAINMENT_ROLE_NAME = "containment-runbook";

/** Name of the role of a member account that the Audit account has that runbook started by; its path is {@link ROLE_PATH}. */
export const CONTAINMENT_START_ROLE_NAME = "containment-start";

/** Name of the role of a member account that its acquisition runbook works as; its path is {@link ROLE_PATH}. */
export const ACQUISITION_ROLE_NAME = "acquisition-runbook";

/** ARN of that role. The roles that upload trust it before it is there. */
export function acquisitionRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${ACQUISITION_ROLE_NAME}`);
}

/** Name of the role of the Audit account that starts it in member accounts; one in each Region. */
export function containmentAdministrationRoleName(region: string): string {
  return `containment-administration-${region}`;
}

/** Name of the role of the runbook that GuardDuty's findings start; one in each Region. */
export function findingsRoleName(region: string): string {
  return `containment-findings-${region}`;
}

/** ARN of that role. The foundation key's policy names it before it is there. */
export function findingsRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${findingsRoleName(region)}`);
}

/** What a member account's own transfer keys are found by, one in each of its Regions. */
export const MEMBER_TRANSFER_KEY_ALIAS = "alias/clean-room/transfer";

/** ARN of the role of a member account that rooms are linked by. */
export function linkRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${LINK_ROLE_NAME}`);
}

/** What the shares of rooms' mirror targets are called, but for the ticket behind it. */
export const CAPTURE_SHARE = "clean-room-capture-";

/** Name of the one policy of a role of a case: written again, it is the same policy. */
export const CASE_POLICY_NAME = "case";

/** A role of the Audit account that functions run as, and the role it may assume in every account. */
export interface AutomationRoleNames {
  /** Name of the role in the Audit account, which Lambda assumes. */
  readonly audit: string;

  /** Name of the role in the account that is worked in. */
  readonly execution: string;

  /** AWS's managed policy of the execution role, without its ARN's beginning. */
  readonly managedPolicy: string;
}

/**
 * The automation roles, under the names that Control Tower gives them: where it has made one side, the
 * other side made here fits it.
 */
export const AUTOMATION_ROLES = {
  "read-only": {
    audit: "aws-controltower-AuditReadOnlyRole",
    execution: "aws-controltower-ReadOnlyExecutionRole",
    managedPolicy: "ReadOnlyAccess",
  },
  administrator: {
    audit: "aws-controltower-AuditAdministratorRole",
    execution: "aws-controltower-AdministratorExecutionRole",
    managedPolicy: "AdministratorAccess",
  },
} as const satisfies Record<string, AutomationRoleNames>;

/** Name of the Automation runbook that locks a preserved copy; one in each Region. */
export const LOCK_RUNBOOK = "clean-room-lock-preserved-copy";

/** Name of the Automation runbook that signs a custody record; one in each Region. */
export const SIGNING_RUNBOOK = "clean-room-sign-record";

/** Alias of the key by which custody records are signed; one in each Region. No ticket's key can have it. */
export const SIGNING_KEY_ALIAS = "alias/clean-room-record-signing";

/** What the aliases of earlier signing keys begin with. Foundation deployers alone may give a key such a name. */
export const EARLIER_SIGNING_KEY_ALIASES = `${SIGNING_KEY_ALIAS}-`;

/** Name of the trail of the vault's events; an account has one of it in a Region. */
export const EVIDENCE_TRAIL_NAME = "clean-room-evidence";

/** ARN of that trail. The policies of its key and of its bucket name it before it is there. */
export function evidenceTrailArn(region: string, accountId: string): string {
  return arnIn({ region, accountId }, "cloudtrail", `trail/${EVIDENCE_TRAIL_NAME}`);
}

/** Where forensics images are published. Image Builder may write below /imagebuilder/ only. */
export const AMI_PARAMETER = "/imagebuilder/clean-room/ami";
