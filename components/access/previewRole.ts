import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { previewRoleName, ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import { previewPolicy, type StateOfStack } from "./previewPolicy";
import { type AllowedWorkflows, previewTrust } from "./previewTrust";

/** Inputs to {@link PreviewRole}. */
export interface PreviewRoleArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Whose workflows take it. */
  readonly allowed: AllowedWorkflows;

  /** Where the stack's state is; undefined where that is not in S3. */
  readonly state: StateOfStack | undefined;

  /** ARNs of the foundation's buckets. */
  readonly bucketArns: pulumi.Input<string>[];

  /** ARNs of its keys. */
  readonly keyArns: pulumi.Input<string>[];

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** The role by which workflows of a repository preview the foundation: it reads what that is made of, and no evidence. */
export class PreviewRole extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the role.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: PreviewRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:access:PreviewRole", name, {}, opts);
    const { region, accountId, allowed, state, tags } = args;
    const kept = { parent: this, protect: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        // Keys name it before it is there.
        name: previewRoleName(region),
        path: ROLE_PATH,
        description: "Previews the foundation for a repository's workflows: changes nothing",
        assumeRolePolicy: JSON.stringify(previewTrust({ region, accountId }, allowed)),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: pulumi.jsonStringify(
          pulumi
            .all([pulumi.all(args.bucketArns), pulumi.all(args.keyArns)])
            .apply(([bucketArns, keyArns]) =>
              previewPolicy({ region, accountId, bucketArns, keyArns, state }),
            ),
        ),
      },
      kept,
    );
    this.registerOutputs();
  }
}
