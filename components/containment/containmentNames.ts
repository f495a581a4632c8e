import { iamArn } from "../aws/arn";
import {
  CONTAINMENT_ROLE_NAME,
  CONTAINMENT_START_ROLE_NAME,
  containmentAdministrationRoleName,
  ROLE_PATH,
} from "../names";

/** Name of the runbook that contains an instance; an account has one of it in a Region. */
export const CONTAINMENT_RUNBOOK = "clean-room-contain";

/** Name of the Audit account's runbook that has it started in member accounts; one in each Region. */
export const CENTRAL_RUNBOOK = "clean-room-contain-many";

/** Name of the Audit account's runbook that GuardDuty's findings start, which runs that one; one in each Region. */
export const FINDINGS_RUNBOOK = "clean-room-contain-on-finding";

/** Where Systems Manager keeps how an instance was before: below it one parameter per instance. */
export const RECORDS = "/clean-room/containment/";

/** What the name of the group begins with that ends an instance's connections, for the moment that takes. */
export const UNTRACKING_GROUP = "clean-room-untrack-";

/** Name of the policy that denies a role's sessions. */
export const DENIAL = "clean-room-contained";

/** ARN of the role that the runbook works as. */
export function containmentRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${CONTAINMENT_ROLE_NAME}`);
}

/**
 * The role of a member account that Automation starts its containment runbook as, when the Audit account asks for it: its
 * name as `TargetLocation` takes it, with its path.
 */
export const CONTAINMENT_START_ROLE = `${ROLE_PATH.slice(1)}${CONTAINMENT_START_ROLE_NAME}`;

/** ARN of that role. */
export function containmentStartRoleArn(region: string, accountId: string): string {
  return iamArn({ region, accountId }, `role/${CONTAINMENT_START_ROLE}`);
}

/** ARN of the role of the Audit account that Automation works as there. @param of Its Region; `*` for those of all */
export function containmentAdministrationRoleArn(
  region: string,
  accountId: string,
  of: string = region,
): string {
  return iamArn({ region, accountId }, `role${ROLE_PATH}${containmentAdministrationRoleName(of)}`);
}
