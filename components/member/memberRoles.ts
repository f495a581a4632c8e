import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { iamArn } from "../aws/arn";
import { AUTOMATION_ROLES, RESPONDER_ROLE_NAME, ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import { executionTrust, responderTrust, samlTrust } from "./memberTrust";
import { responderPolicy } from "./responderPolicy";

/** Inputs to {@link MemberRoles}. */
export interface MemberRolesArgs {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of the transfer keys, one per Region that rooms are opened in. */
  readonly transferKeyArns: readonly string[];

  /** ARNs of the account's own transfer keys, in the same Regions; none where it has none. */
  readonly ownTransferKeyArns: readonly pulumi.Output<string>[];

  /** ARNs of other accounts' keys that disks of this one are under. */
  readonly foreignKeyArns: readonly string[];

  /** Who may assume the responder role: ARNs of roles, which may end in `*`, and `saml`. */
  readonly responderPrincipals: readonly string[];

  /** ARN of the account's SAML provider; without it there are no federated roles. */
  readonly samlProviderArn?: string | undefined;

  /** What the federated roles' names begin with. */
  readonly namespace?: string | undefined;

  /** The longest that a session of a federated role lasts, in hours. */
  readonly federatedSessionHours: number;

  /** Whether the execution roles are made here. */
  readonly executionRoles: boolean;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** The federated roles: what their names end with, and AWS's managed policy of each. */
const FEDERATED_ROLES = {
  securityaudit: "SecurityAudit",
  securityresponse: "AdministratorAccess",
} as const;

/** The roles by which a member account is looked into, responded in and handed over from. */
export class MemberRoles extends pulumi.ComponentResource {
  /** ARN of the forensics responder role, and its name. */
  public readonly responderRoleArn: pulumi.Output<string>;
  public readonly responderRoleName: pulumi.Output<string>;

  /** ARNs of the federated roles. */
  public readonly federatedRoleArns: pulumi.Output<string>[];

  /** ARNs of the execution roles that are made here. */
  public readonly executionRoleArns: pulumi.Output<string>[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the roles.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: MemberRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:member:MemberRoles", name, {}, opts);
    const { region, namespace, samlProviderArn, permissionsBoundary, tags } = args;
    const kept = { parent: this, protect: true };

    const managedRole = (
      role: string,
      roleArgs: Pick<
        aws.iam.RoleArgs,
        "name" | "description" | "assumeRolePolicy" | "maxSessionDuration"
      >,
      managedPolicy: string,
    ) => {
      const made = new aws.iam.Role(
        `${name}-${role}`,
        { ...roleArgs, permissionsBoundary, tags },
        kept,
      );
      new aws.iam.RolePolicyAttachment(
        `${name}-${role}-policy`,
        {
          role: made.name,
          policyArn: iamArn({ region, accountId: "aws" }, `policy/${managedPolicy}`),
        },
        kept,
      );
      return made.arn;
    };

    const responder = new aws.iam.Role(
      `${name}-responder`,
      {
        name: RESPONDER_ROLE_NAME,
        path: ROLE_PATH,
        description: "Snapshots volumes and hands them over to the clean room",
        // A handover waits for hours. Who comes from another role has one hour, whatever this says.
        maxSessionDuration: 43200,
        assumeRolePolicy: responderTrust({ ...args, principals: args.responderPrincipals }),
        permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-responder-policy`,
      {
        role: responder.name,
        // Without keys that are made along with it, it is known beforehand.
        policy:
          args.ownTransferKeyArns.length === 0
            ? responderPolicy({ ...args, ownTransferKeyArns: [] })
            : pulumi
                .all([...args.ownTransferKeyArns])
                .apply((own) =>
                  JSON.stringify(responderPolicy({ ...args, ownTransferKeyArns: own })),
                ),
      },
      kept,
    );

    this.federatedRoleArns =
      samlProviderArn === undefined || namespace === undefined
        ? []
        : Object.entries(FEDERATED_ROLES).map(([suffix, managedPolicy]) =>
            managedRole(
              suffix,
              {
                name: `${namespace}-saml-${suffix}`,
                description: `Federated: ${managedPolicy}`,
                assumeRolePolicy: samlTrust(samlProviderArn, region),
                maxSessionDuration: args.federatedSessionHours * 3600,
              },
              managedPolicy,
            ),
          );
    this.executionRoleArns = args.executionRoles
      ? Object.entries(AUTOMATION_ROLES).map(([purpose, { audit, execution, managedPolicy }]) =>
          managedRole(
            `${purpose}-execution`,
            {
              name: execution,
              description: `Assumed by ${audit} of the Audit account`,
              assumeRolePolicy: executionTrust({ ...args, auditRole: audit }),
            },
            managedPolicy,
          ),
        )
      : [];

    this.responderRoleArn = responder.arn;
    this.responderRoleName = responder.name;
    this.registerOutputs({
      responderRoleArn: this.responderRoleArn,
      federatedRoleArns: this.federatedRoleArns,
      executionRoleArns: this.executionRoleArns,
    });
  }
}
