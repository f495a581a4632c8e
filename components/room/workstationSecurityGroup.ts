import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { placeRules } from "../securityGroupRules";
import type { Tags } from "../tags";
import type { ToolRule } from "../toolPorts";

/** Inputs to {@link WorkstationSecurityGroup}. */
export interface WorkstationSecurityGroupArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly ticket: string;

  /** What is opened towards the suspect. */
  readonly suspectRules: readonly ToolRule[];

  /** Security group of the interface endpoints. */
  readonly endpointSecurityGroupId: pulumi.Input<string>;

  /** Prefix list of S3, `pl-…`. */
  readonly s3PrefixListId: pulumi.Input<string>;

  /** What has to be there before a rule can name the suspect's group; none where that is there anyway. */
  readonly afterLink?: pulumi.Resource;

  /** Whether the room is open: then the group is not replaced or destroyed. */
  readonly open: boolean;
  readonly tags: Tags;
}

/**
 * The workstation's security group: HTTPS to the endpoints and to S3, the tools' ports towards the
 * suspect, and nothing else in either direction.
 */
export class WorkstationSecurityGroup extends pulumi.ComponentResource {
  /** `sg-…`. */
  public readonly securityGroupId: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the security group.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: WorkstationSecurityGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    // What it waits for is no input of its own.
    super("cleanroom:room:WorkstationSecurityGroup", name, { ...args, afterLink: undefined }, opts);
    const { ticket, tags } = args;

    const group = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      {
        vpcId: args.vpcId,
        description: `Forensics workstation of ${ticket}`,
        tags: { ...tags, Name: `${name}-sg` },
      },
      { parent: this, protect: args.open },
    );
    const securityGroupId = group.id;

    // Rules come and go with the tools, so they are not protected.
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, securityGroupId };
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-endpoints`,
      {
        ...https,
        tags: { ...tags, Name: `${name}-endpoints` },
        description: `${ticket}: HTTPS to the interface endpoints`,
        referencedSecurityGroupId: args.endpointSecurityGroupId,
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-s3`,
      {
        ...https,
        tags: { ...tags, Name: `${name}-s3` },
        description: `${ticket}: HTTPS to S3 through the gateway endpoint`,
        prefixListId: args.s3PrefixListId,
      },
      { parent: this },
    );
    placeRules(name, { securityGroupId, tags, named: true }, args.suspectRules, {
      parent: this,
      ...(args.afterLink === undefined ? {} : { dependsOn: args.afterLink }),
    });

    this.securityGroupId = securityGroupId;
    this.registerOutputs({ securityGroupId });
  }
}
