import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument } from "../../policies/document";
import { MEMBER_TRANSFER_KEY_ALIAS, ROLE_PATH, TRANSFER_KEY_GRANTS_ROLE_NAME } from "../../names";
import type { Tags } from "../../tags";
import { trustedRoles } from "../../policies/trustedRoles";
import { memberTransferKeyPolicy } from "./memberTransferKeyPolicy";
import type { SuspectKey } from "../grants/suspectKeyGrants";
import { suspectKeyGrantsPolicy } from "../grants/suspectKeyGrantsPolicy";

/** Inputs to {@link MemberTransferKeys}. */
export interface MemberTransferKeysArgs {
  /** Region of the stack. */
  readonly region: string;

  /** The Regions that rooms are opened in: a key in each. */
  readonly keyRegions: readonly string[];

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of the roles that open rooms, and grant them the keys; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARN of the permissions boundary that the organisation demands of every role, if any. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Keys of a member account that evidence is handed over under where the Audit account's is not to be
 * used: a copy under a key of the copying account, shared with another one that is granted the key, is
 * what AWS documents.
 *
 * Source: EBS user guide, "Share the KMS key that was used to encrypt a shared snapshot".
 */
export class MemberTransferKeys extends pulumi.ComponentResource {
  /** The keys with the role that grants them, as a room's setting `suspectKeys` wants them. */
  public readonly suspectKeys: pulumi.Output<SuspectKey>[];

  /** ARNs of the keys. */
  public readonly keyArns: pulumi.Output<string>[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the keys.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: MemberTransferKeysArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:evidence:MemberTransferKeys", name, args, opts);
    const { tags } = args;
    const kept = { parent: this, protect: true };
    // Retained, alias included: a key that goes takes with it what was not copied yet.
    const retained = { ...kept, retainOnDelete: true };

    this.keyArns = args.keyRegions.map((region) => {
      const key = new aws.kms.Key(
        `${name}-${region}`,
        {
          region,
          description: "Clean room: snapshots that this account hands over",
          policy: JSON.stringify(memberTransferKeyPolicy({ ...args, region })),
          enableKeyRotation: true,
          deletionWindowInDays: 30,
          tags,
        },
        retained,
      );
      new aws.kms.Alias(
        `${name}-${region}-alias`,
        { region, name: MEMBER_TRANSFER_KEY_ALIAS, targetKeyId: key.id },
        retained,
      );
      return key.arn;
    });

    const role = new aws.iam.Role(
      `${name}-grants`,
      {
        name: TRANSFER_KEY_GRANTS_ROLE_NAME,
        path: ROLE_PATH,
        description: "Grants this account's transfer keys to rooms while they are open",
        assumeRolePolicy: policyDocument(
          trustedRoles("IncidentDeployers", args.incidentDeployers, args.organizationId, true),
        ),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-grants-policy`,
      {
        role: role.name,
        policy: pulumi
          .all(this.keyArns)
          .apply((keyArns) => JSON.stringify(suspectKeyGrantsPolicy({ ...args, keyArns }))),
      },
      kept,
    );
    this.suspectKeys = this.keyArns.map((keyArn) =>
      pulumi.output({ keyArn, assumeRole: role.arn }),
    );
    this.registerOutputs({ suspectKeys: this.suspectKeys });
  }
}
