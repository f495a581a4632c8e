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
