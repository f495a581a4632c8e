import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { placeRules, type SecurityGroupRule } from "../securityGroupRules";
import { RELEASED_TAG, type Tags } from "../tags";

/** Inputs to {@link IsolationGroup}. */
export interface IsolationGroupArgs {
  /** VPC whose instances can be put into the group. */
  readonly vpcId: string;

  /** Region of the VPC. */
  readonly region: string;

  /** What is opened towards the workstations; nothing else is. */
  readonly rules: readonly SecurityGroupRule[];

  /** Whether the group may go: it loses its protection, and says so in a tag. */
  readonly released: boolean;
  readonly tags: Tags;
}

/** What responders look for in an account they have never seen. */
const NAME = "clean-room-isolation";

/**
 * The security group that a compromised instance is put into: it talks to the rooms' workstations, on
 * the tools' ports, and to nobody else.
 */
export class IsolationGroup extends pulumi.ComponentResource {
  /** `sg-…`. */
  public readonly securityGroupId: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the group.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: IsolationGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:member:IsolationGroup", name, args, opts);
    const { region, released, tags } = args;

    // The provider takes away the rule that lets everything out, which AWS gives every new group.
    const group = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      {
        name: NAME,
        vpcId: args.vpcId,
        region,
        description: "Compromised instances: reached by forensics workstations only",
        tags: released ? { ...tags, [RELEASED_TAG]: "true" } : tags,
      },
      { parent: this, protect: !released },
    );
    // Rules come and go with ranges and tools. AWS does not let a group go that an instance is in, and
    // the group is protected: what a rule lets through is all that can be lost with it.
    placeRules(name, { securityGroupId: group.id, region, tags }, args.rules, { parent: this });

    this.securityGroupId = group.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
