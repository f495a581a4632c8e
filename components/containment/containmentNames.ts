import { iamArn } from "../aws/arn";
import { CONTAINMENT_ROLE_NAME, ROLE_PATH } from "../names";

/** Name of the runbook that contains an instance; an account has one of it in a Region. */
export const CONTAINMENT_RUNBOOK = "clean-room-contain";

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
