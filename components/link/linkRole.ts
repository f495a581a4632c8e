import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { LINK_ROLE_NAME, ROLE_PATH } from "../names";
import { policyDocument } from "../policies/document";
import { trustedRoles } from "../policies/trustedRoles";
import type { Tags } from "../tags";
import { linkRolePolicy } from "./linkRolePolicy";

/** Inputs to {@link LinkRole}. */
export interface LinkRoleArgs {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** The isolation groups that rooms may be linked to, with their VPCs. */
  readonly groups: readonly {
    readonly vpcId: string;
    readonly region: string;
    readonly securityGroupId: pulumi.Output<string>;
  }[];

  /** ARNs of the roles that open rooms; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARN of the permissions boundary that the organisation demands of every role, if any. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** The role of a member account by which a room's link is accepted, led back, and let through. */
export class LinkRole extends pulumi.ComponentResource {
  /** ARN of the role. */
  public readonly roleArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the role.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: LinkRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:link:LinkRole", name, {}, opts);
    const { tags, groups } = args;
    const kept = { parent: this, protect: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: LINK_ROLE_NAME,
        path: ROLE_PATH,
        description: "Links rooms to this account's isolation groups while they are open",
        assumeRolePolicy: policyDocument(
          trustedRoles("IncidentDeployers", args.incidentDeployers, args.organizationId, true),
        ),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: pulumi.all(groups.map(({ securityGroupId }) => securityGroupId)).apply((ids) =>
          JSON.stringify(
            linkRolePolicy({
              ...args,
              groups: groups.map((group, index) => ({
                ...group,
                securityGroupId: ids[index] as string,
              })),
            }),
          ),
        ),
      },
      kept,
    );
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
