import type { Place } from "../aws/arn";

/** Whose policies they are: of whoever deploys the audit or the member stack of an account and a Region. */
export interface DeployerPolicyArgs extends Place {
  /**
   * ARN of the permissions boundary that the organisation demands of every role, as in the setting. Without one a
   * deployer may give a role of the stack whatever it likes.
   */
  readonly permissionsBoundary?: string | undefined;
}
