import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { CAPTURE_SHARE } from "../names";
import type { Tags } from "../tags";
import type { CapturePlan } from "./capturePlan";
import { CAPTURE, CAPTURE_PARTS } from "./linkNames";

/** Inputs to {@link SuspectCapture}. */
export interface SuspectCaptureArgs {
  readonly ticket: string;

  /** The member account, 12 digits, and the link's provider, which works in it. */
  readonly account: string;
  readonly provider: aws.Provider;

  /** The other account's word on the link's connection; undefined where that is somebody else's. */
  readonly accepted: pulumi.Resource | undefined;

  /** Interface of the workstation, `eni-…`. */
  readonly workstationInterfaceId: pulumi.Input<string>;

  readonly plan: CapturePlan;
  readonly tags: Tags;
}

/** Everything: what a filter has no rule for is not mirrored. */
const EVERYWHERE = { sourceCidrBlock: "0.0.0.0/0", destinationCidrBlock: "0.0.0.0/0" };

/**
 * What passes the suspect's interfaces, in either direction, mirrored to the workstation: a target on its interface, shared
 * with the suspect's account alone and within the organisation, and there a filter and a session for each interface.
 */
export class SuspectCapture extends pulumi.ComponentResource {
  /**
   * @param args Inputs of the capture.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(args: SuspectCaptureArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:link:SuspectCapture", CAPTURE, {}, opts);
    const { tags, plan } = args;
    const named = (name: string) => ({ tags: { ...tags, Name: name } });
    const here = { parent: this };
    const there = { parent: this, provider: args.provider };

    const target = new aws.ec2.TrafficMirrorTarget(
      CAPTURE_PARTS.target,
      { networkInterfaceId: args.workstationInterfaceId, ...named(CAPTURE_PARTS.target) },
      here,
    );
    // The other account knows of no target that is not shared with it, nor of one beyond its peers.
    const reachable = [...this.share(target, args), ...(args.accepted ? [args.accepted] : [])];

    const filter = new aws.ec2.TrafficMirrorFilter(
      CAPTURE_PARTS.filter,
      { ...named(CAPTURE_PARTS.filter) },
      there,
    );
    for (const trafficDirection of ["ingress", "egress"] as const) {
      new aws.ec2.TrafficMirrorFilterRule(
        CAPTURE_PARTS.rule(trafficDirection),
        {
          trafficMirrorFilterId: filter.id,
          trafficDirection,
          ruleNumber: 1,
          ruleAction: "accept",
          ...EVERYWHERE,
        },
        there,
      );
    }
    for (const networkInterfaceId of plan.interfaces) {
      new aws.ec2.TrafficMirrorSession(
        CAPTURE_PARTS.session(networkInterfaceId),
        {
          networkInterfaceId,
          trafficMirrorFilterId: filter.id,
          trafficMirrorTargetId: target.id,
          sessionNumber: plan.number,
          virtualNetworkId: plan.number,
          ...named(CAPTURE_PARTS.session(networkInterfaceId)),
        },
        { ...there, dependsOn: reachable },
      );
    }
    this.registerOutputs();
  }

  /** Within the organisation nobody has to accept a share, and outside of it nobody can be given one. */
  private share(
    target: aws.ec2.TrafficMirrorTarget,
    { ticket, account, tags }: SuspectCaptureArgs,
  ): pulumi.Resource[] {
    const here = { parent: this };
    const { arn: resourceShareArn } = new aws.ram.ResourceShare(
      CAPTURE_PARTS.share,
      { name: `${CAPTURE_SHARE}${ticket}`, allowExternalPrincipals: false, tags },
      here,
    );
    return [
      new aws.ram.ResourceAssociation(
        `${CAPTURE_PARTS.share}-target`,
        { resourceShareArn, resourceArn: target.arn },
        here,
      ),
      new aws.ram.PrincipalAssociation(
        `${CAPTURE_PARTS.share}-account`,
        { resourceShareArn, principal: account },
        here,
      ),
    ];
  }
}
