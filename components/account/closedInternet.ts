import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Tags } from "../tags";

/** Inputs to {@link ClosedInternet}. */
export interface ClosedInternetArgs {
  /** `vpc-…` of the one network that may go out; none where no image is built. */
  readonly builderVpcId: pulumi.Input<string> | undefined;
  readonly tags: Tags;
}

/**
 * No internet gateway of the account in the Region carries anything, whoever makes one and whatever its
 * routes say; the image builder's network may go out.
 *
 * Source: VPC user guide, "Block public access to VPCs and subnets".
 */
export class ClosedInternet extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of it.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    { builderVpcId, tags }: ClosedInternetArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:account:ClosedInternet", name, {}, opts);
    const kept = { parent: this, protect: true, retainOnDelete: true };
    const excluded =
      builderVpcId === undefined
        ? []
        : [
            new aws.ec2.VpcBlockPublicAccessExclusion(
              `${name}-builder`,
              {
                vpcId: builderVpcId,
                // A machine with an address of its own goes out by no other: egress alone is for NAT and egress-only gateways.
                // What comes in, its security group refuses.
                internetGatewayExclusionMode: "allow-bidirectional",
                tags,
              },
              kept,
            ),
          ];
    new aws.ec2.VpcBlockPublicAccessOptions(
      `${name}-block`,
      { internetGatewayBlockMode: "block-bidirectional" },
      // A build that runs meanwhile goes on.
      { ...kept, dependsOn: excluded },
    );
    this.registerOutputs();
  }
}
