import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { ROLE_PATH } from "../names";
import { assumedBy, forThisAccount } from "../policies/document";
import type { Tags } from "../tags";
import { builderPolicy, type BuilderPolicyArgs } from "./builderPolicy";

/** What the machines are given beside what they may do. */
interface RoleArgs {
  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** Declares what the machines that build the image may do, as their instance profile. */
export function buildMachineProfile(
  name: string,
  args: BuilderPolicyArgs & RoleArgs,
  kept: pulumi.CustomResourceOptions,
): aws.iam.InstanceProfile {
  const role = new aws.iam.Role(
    `${name}-machine`,
    {
      path: ROLE_PATH,
      description: "Build machines of the forensics image",
      assumeRolePolicy: assumedBy("ec2.amazonaws.com", forThisAccount(args.accountId)),
      permissionsBoundary: args.permissionsBoundary,
      tags: args.tags,
    },
    kept,
  );
  new aws.iam.RolePolicy(
    `${name}-machine-policy`,
    { role: role.id, policy: JSON.stringify(builderPolicy(args)) },
    kept,
  );
  return new aws.iam.InstanceProfile(
    `${name}-machine-profile`,
    { path: ROLE_PATH, role: role.name, tags: args.tags },
    kept,
  );
}
