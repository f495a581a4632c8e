import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { AUTOMATION_ROLES } from "../names";
import type { Tags } from "../tags";
import { automationPolicy, automationTrust } from "./automationPolicy";

/** Inputs to {@link AutomationRoles}. */
export interface AutomationRolesArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * The roles that functions of the Audit account run as when they work in member accounts: one that
 * reads there and one that administers there. Whoever may give a function the second one is an
 * administrator of every account that has its execution role.
 */
export class AutomationRoles extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the roles.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: AutomationRolesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:access:AutomationRoles", name, args, opts);
    const kept = { parent: this, protect: true };
    for (const [purpose, { audit, execution }] of Object.entries(AUTOMATION_ROLES)) {
      const role = new aws.iam.Role(
        `${name}-${purpose}`,
        {
          name: audit,
          description: `Functions that assume ${execution} in member accounts`,
          assumeRolePolicy: automationTrust(args.accountId),
          permissionsBoundary: args.permissionsBoundary,
          tags: args.tags,
        },
        kept,
      );
      new aws.iam.RolePolicy(
        `${name}-${purpose}-policy`,
        { role: role.name, policy: automationPolicy({ ...args, executionRole: execution }) },
        kept,
      );
    }
    this.registerOutputs({});
  }
}
