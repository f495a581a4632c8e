import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { linkRoleArn } from "../names";
import { placeRules } from "../securityGroupRules";
import type { Tags } from "../tags";
import { LINK, LINK_CONNECTION, LINK_RULES } from "./linkNames";
import {
  type LinkedBy,
  linkedBy,
  type LinkPlan,
  routeFromSuspect,
  routeToSuspect,
} from "./linkPlan";

/** Inputs to {@link SuspectLink}. */
export interface SuspectLinkArgs {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly account: string;

  /** The forensics VPC, and the range of the room's slot in it. */
  readonly vpcId: string;
  readonly slotCidr: string;

  /** The isolation security group, `sg-…`. */
  readonly isolationGroupId: string;

  readonly plan: LinkPlan;
  readonly tags: Tags;
}

/**
 * The way between a room's slot and the suspect's subnets: a peering connection that the room requests and the member
 * account's role accepts, or a connection or a transit gateway that is somebody else's and stays; a route on either side, and
 * what the isolation group lets through for this slot. Neither side resolves the other one's names, as AWS makes each
 * connection.
 *
 * What another account may take away is no reason to lose a room: only rules that name a group over the connection
 * wait for it.
 */
export class SuspectLink extends pulumi.ComponentResource {
  /** What records say of it. */
  public readonly facts: {
    readonly mode: LinkedBy;
    readonly connection: pulumi.Output<string>;
    readonly vpc: string;
    readonly routes: string[];
    readonly tables: string[];
  };

  /** What works in the suspect's account, by its link role. */
  public readonly provider: aws.Provider;

  /** Once it is there both sides can refer to each other's groups; undefined where they can anyway. */
  public readonly accepted: pulumi.Resource | undefined;

  /**
   * @param args Inputs of the link.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(args: SuspectLinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:link:SuspectLink", LINK, {}, opts);
    const { region, account, plan, slotCidr, tags } = args;
    const provider = new aws.Provider(
      `${LINK}-${account}`,
      {
        region,
        allowedAccountIds: [account],
        // An explicit provider does not read the stack's configuration: the role is assumed by
        // whoever that makes the deployer.
        profile: aws.config.profile,
        assumeRoles: [...(aws.config.assumeRoles ?? []), { roleArn: linkRoleArn(region, account) }],
      },
      { parent: this },
    );
    const there = { parent: this, provider };

    const { accepter, connection } =
      plan.over === undefined
        ? this.connect(args, there)
        : { accepter: undefined, connection: pulumi.output(plan.over) };
    const mode = linkedBy(plan);
    const over =
      mode === "transit-gateway"
        ? { transitGatewayId: connection }
        : { vpcPeeringConnectionId: accepter?.vpcPeeringConnectionId ?? connection };
    for (const cidr of plan.toSuspect) {
      new aws.ec2.Route(
        `${LINK}-${routeToSuspect(cidr)}`,
        { routeTableId: plan.slotTableId, destinationCidrBlock: cidr, ...over },
        { parent: this },
      );
    }
    for (const routeTableId of plan.fromSuspect) {
      new aws.ec2.Route(
        `${LINK}-${routeFromSuspect(routeTableId)}`,
        { routeTableId, destinationCidrBlock: slotCidr, ...over },
        there,
      );
    }
    const group = { securityGroupId: args.isolationGroupId, tags, named: true };
    placeRules(LINK_RULES, group, plan.rules, there);

    this.facts = {
      mode,
      connection,
      vpc: plan.peerVpcId,
      routes: [...plan.toSuspect],
      tables: [...plan.fromSuspect],
    };
    this.provider = provider;
    this.accepted = accepter;
    this.registerOutputs();
  }

  /** The room's own connection. A route to what is not accepted leads nowhere: it is made afterwards, and gone before. */
  private connect(
    { vpcId, account, plan, tags }: SuspectLinkArgs,
    there: pulumi.CustomResourceOptions,
  ) {
    const named = { ...tags, Name: LINK_CONNECTION };
    const connection = new aws.ec2.VpcPeeringConnection(
      LINK_CONNECTION,
      { vpcId, peerVpcId: plan.peerVpcId, peerOwnerId: account, tags: named },
      { parent: this },
    );
    const accepter = new aws.ec2.VpcPeeringConnectionAccepter(
      `${LINK}-accepter`,
      { vpcPeeringConnectionId: connection.id, autoAccept: true, tags: named },
      there,
    );
    return { accepter, connection: connection.id };
  }
}
