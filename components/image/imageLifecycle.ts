import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { ROLE_PATH } from "../names";
import { assumedBy, forThisAccount } from "../policies/document";
import type { Tags } from "../tags";
import { lifecycleRolePolicy } from "./lifecycleRolePolicy";

/** A room was opened from an image lately when it was launched within so many days. */
const IN_USE_DAYS = 90;

/** What {@link imageLifecycle} is made from. */
interface ImageLifecycleArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** How many of the newest images are kept, 1 to 1000. */
  readonly keep: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Declares what becomes of old images: they go with their snapshots, but never one that a room was opened from lately.
 *
 * @param recipe Name of the recipe they are made by.
 */
export function imageLifecycle(
  name: string,
  recipe: string,
  args: ImageLifecycleArgs,
  kept: pulumi.CustomResourceOptions,
): void {
  const { tags } = args;
  const role = new aws.iam.Role(
    `${name}-lifecycle`,
    {
      path: ROLE_PATH,
      description: "Removes old forensics images",
      assumeRolePolicy: assumedBy("imagebuilder.amazonaws.com", forThisAccount(args.accountId)),
      permissionsBoundary: args.permissionsBoundary,
      tags,
    },
    kept,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-lifecycle-policy`,
    { role: role.id, policy: JSON.stringify(lifecycleRolePolicy(args.region)) },
    kept,
  );
  new aws.imagebuilder.LifecyclePolicy(
    `${name}-retention`,
    {
      name: recipe,
      description: "Keeps the newest forensics images and those in use",
      resourceType: "AMI_IMAGE",
      executionRole: role.arn,
      // Versions are hashes: all of them.
      resourceSelection: { recipes: [{ name: recipe, semanticVersion: "x.x.x" }] },
      policyDetails: [
        {
          action: { type: "DELETE", includeResources: { amis: true, snapshots: true } },
          filter: { type: "COUNT", value: args.keep },
          exclusionRules: {
            // Without isPublic the provider loses track of its own answer.
            amis: { isPublic: false, lastLaunched: { unit: "DAYS", value: IN_USE_DAYS } },
          },
        },
      ],
      tags,
    },
    { ...kept, dependsOn: [policy] },
  );
}
