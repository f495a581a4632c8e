import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { CONTAINMENT_ROLE_NAME, CONTAINMENT_START_ROLE_NAME, ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import { containmentStartRolePolicy, containmentStartTrust } from "./centralPolicies";
import { CONTAINMENT_RUNBOOK, containmentRoleArn } from "./containmentNames";
import {
  type ContainedVpc,
  containmentPolicy,
  containmentStartPolicy,
  containmentTrust,
} from "./containmentPolicy";
import { containmentRunbook } from "./containmentRunbook";

/** Inputs to {@link Containment}. */
export interface ContainmentArgs {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The VPCs whose instances can be contained, each with its isolation group. */
  readonly groups: readonly (ContainedVpc & { readonly securityGroupId: pulumi.Output<string> })[];

  /** Name of the role that may start it. */
  readonly responderRoleName: pulumi.Input<string>;

  /** The Audit account, 12 digits, which may have it started. */
  readonly auditAccountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of the roles that open rooms, which follow what they had started; may end in `*`. */
  readonly incidentDeployers: readonly string[];

  /** ARNs of the roles one of which approves each containment; none: it starts at once. */
  readonly approvers: readonly string[];

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** The runbook that contains a member account's instances, in each Region that has an isolation group. */
export class Containment extends pulumi.ComponentResource {
  /** Name of the role by which the Audit account starts runbooks here. */
  public readonly startRoleName: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: ContainmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:containment:Containment", name, {}, opts);
    const { groups, tags } = args;
    const kept = { parent: this, protect: true };
    const regions = [...new Set(groups.map(({ region }) => region))];

    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: CONTAINMENT_ROLE_NAME,
        path: ROLE_PATH,
        description: "The runbook that contains compromised instances",
        assumeRolePolicy: containmentTrust(args),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: containmentPolicy({ ...args, vpcs: groups }) },
      kept,
    );
    for (const region of regions) {
      const here = groups.filter((each) => each.region === region);
      new aws.ssm.Document(
        `${name}-runbook-${region}`,
        {
          name: CONTAINMENT_RUNBOOK,
          region,
          documentType: "Automation",
          documentFormat: "JSON",
          content: pulumi.all(here.map(({ securityGroupId }) => securityGroupId)).apply((ids) =>
            JSON.stringify(
              containmentRunbook({
                roleArn: containmentRoleArn(args.region, args.accountId),
                groups: Object.fromEntries(
                  here.map(({ vpcId }, index) => [vpcId, ids[index] as string]),
                ),
                approvers: args.approvers,
                tags,
              }),
            ),
          ),
          tags,
        },
        { ...kept, dependsOn: policy },
      );
    }
    const central = new aws.iam.Role(
      `${name}-central-role`,
      {
        name: CONTAINMENT_START_ROLE_NAME,
        path: ROLE_PATH,
        description: "Starts the runbook that contains, for the Audit account",
        assumeRolePolicy: containmentStartTrust(args),
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-central-policy`,
      { role: central.name, policy: containmentStartRolePolicy({ ...args, regions }) },
      kept,
    );
    new aws.iam.RolePolicy(
      `${name}-start`,
      { role: args.responderRoleName, policy: containmentStartPolicy({ ...args, regions }) },
      kept,
    );
    this.startRoleName = central.name;
    this.registerOutputs({ startRoleName: this.startRoleName });
  }
}
