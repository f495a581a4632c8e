import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { containmentAdministrationRoleName, ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import { administrationPolicy, type CentralAccess, centralStartPolicy } from "./centralPolicies";
import { centralRunbook } from "./centralRunbook";
import { CENTRAL_RUNBOOK } from "./containmentNames";
import { containmentTrust } from "./containmentPolicy";

/** Inputs to {@link CentralContainment}. */
export interface CentralContainmentArgs extends CentralAccess {
  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** What of an audit stack has instances of member accounts contained: a runbook that is shared with them, its role, and who starts it. */
export class CentralContainment extends pulumi.ComponentResource {
  /** ARN of the policy for those who contain. */
  public readonly startPolicyArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: CentralContainmentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:containment:CentralContainment", name, {}, opts);
    const { region, containmentAccounts, tags } = args;
    const kept = { parent: this, protect: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: containmentAdministrationRoleName(region),
        path: ROLE_PATH,
        description: "Has instances of member accounts contained",
        assumeRolePolicy: containmentTrust(args),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: administrationPolicy(args) },
      kept,
    );
    new aws.ssm.Document(
      `${name}-runbook`,
      {
        name: CENTRAL_RUNBOOK,
        documentType: "Automation",
        documentFormat: "JSON",
        content: JSON.stringify(centralRunbook()),
        // A map, whose keys are the provider's own.
        permissions: { type: "Share", account_ids: [...containmentAccounts].sort().join(",") },
        tags,
      },
      kept,
    );
    this.startPolicyArn = new aws.iam.Policy(
      `${name}-start`,
      {
        // IAM is global, the foundation is not: one in each Region.
        name: `clean-room-contain-${region}`,
        path: ROLE_PATH,
        description: "To contain instances of member accounts",
        policy: JSON.stringify(centralStartPolicy(args)),
        tags,
      },
      kept,
    ).arn;
    this.registerOutputs({ startPolicyArn: this.startPolicyArn });
  }
}
