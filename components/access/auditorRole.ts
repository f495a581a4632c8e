import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { auditorRoleName, ROLE_PATH } from "../names";
import { policyDocument } from "../policies/document";
import { sourceIdentityDemanded } from "../policies/sourceIdentity";
import { trustedRoles } from "../policies/trustedRoles";
import type { Tags } from "../tags";
import { auditorPolicy } from "./auditorPolicy";

/** Inputs to {@link AuditorRole}. */
export interface AuditorRoleArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of the roles that may assume it; may end in `*`. */
  readonly auditors: readonly string[];

  /** ARN of the vault. */
  readonly vaultArn: pulumi.Input<string>;

  /** ARNs of the buckets of its access logs and of the trail's log files. */
  readonly logBucketArns: pulumi.Input<string>[];

  /** ARN of the vault's key. */
  readonly evidenceKeyArn: pulumi.Input<string>;

  /** ARN of the key that the trail's log files are under. */
  readonly foundationKeyArn: pulumi.Input<string>;

  /** Whether auditors have to come with a source identity, under its name. */
  readonly sourceIdentity: "demanded" | "off";

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * The role that cases are verified with: it reads everything of every case, of open rooms and of closed
 * ones, and changes nothing. A role and no policy to attach: whoever takes it has its rights alone, so that
 * what an auditor's own role may do besides is no part of the audit.
 */
export class AuditorRole extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the role.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: AuditorRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:access:AuditorRole", name, {}, opts);
    const { region, accountId, auditors, organizationId, tags } = args;
    const kept = { parent: this, protect: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        // Keys and the vault name it before it is there.
        name: auditorRoleName(region),
        path: ROLE_PATH,
        description: "Verifies cases: reads everything of the clean room, changes nothing",
        assumeRolePolicy: JSON.stringify(
          policyDocument(
            trustedRoles("Auditors", auditors, organizationId, true),
            ...(args.sourceIdentity === "demanded" ? sourceIdentityDemanded() : []),
          ),
        ),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    const { vaultArn, logBucketArns, evidenceKeyArn, foundationKeyArn } = args;
    const made = pulumi.output({ vaultArn, logBucketArns, evidenceKeyArn, foundationKeyArn });
    new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: pulumi.jsonStringify(
          made.apply((arns) => auditorPolicy({ region, accountId, ...arns })),
        ),
      },
      kept,
    );
    this.registerOutputs();
  }
}
