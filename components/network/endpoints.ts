import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Tags } from "../tags";
import { interfaceEndpointPolicy, s3EndpointPolicy } from "./endpointPolicies";
import type { EndpointServices } from "./endpointServices";

/** Inputs to {@link Endpoints}. */
export interface EndpointsArgs {
  readonly region: string;

  /** Account whose principals and resources the endpoints serve, 12 digits. */
  readonly accountId: string;
  readonly vpcId: pulumi.Input<string>;

  /** Network of the VPC, a CIDR: who may connect to the endpoints. */
  readonly vpcCidr: string;

  /** Subnets of the interface endpoints, one per Availability Zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];

  /** Route tables that get the route to S3. */
  readonly routeTableIds: readonly pulumi.Input<string>[];

  /** What the endpoints connect to. */
  readonly services: EndpointServices;
  readonly tags: Tags;
}

/**
 * The AWS services that rooms reach without leaving the VPC: interface endpoints and the S3 gateway
 * endpoint, each with a policy that limits the caller and the owner of the resource.
 */
export class Endpoints extends pulumi.ComponentResource {
  /** Security group of the interface endpoints, which a workstation's egress names. */
  public readonly securityGroupId: pulumi.Output<string>;

  /** Prefix list of S3, `pl-…`, which a workstation's egress names. */
  public readonly s3PrefixListId: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the endpoints.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:network:Endpoints", name, {}, opts);
    const { region, accountId, vpcId, tags } = args;
    const kept: pulumi.CustomResourceOptions = { parent: this, protect: true };

    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      { vpcId, description: "Interface endpoints of the forensics VPC", tags },
      kept,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-https`,
      {
        securityGroupId: securityGroup.id,
        description: "HTTPS from the forensics VPC",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: args.vpcCidr,
        tags,
      },
      kept,
    );

    for (const [service, serviceName] of Object.entries(args.services.interfaces)) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName,
          subnetIds: [...args.subnetIds],
          securityGroupIds: [securityGroup.id],
          privateDnsEnabled: true,
          policy: JSON.stringify(interfaceEndpointPolicy(service, { region, accountId })),
          tags: { ...tags, Name: `${name}-${service}` },
        },
        kept,
      );
    }
    const s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: args.services.s3Gateway,
        routeTableIds: [...args.routeTableIds],
        policy: JSON.stringify(s3EndpointPolicy(accountId)),
        tags: { ...tags, Name: `${name}-s3` },
      },
      kept,
    );

    this.securityGroupId = securityGroup.id;
    this.s3PrefixListId = s3.prefixListId;
    this.registerOutputs({
      securityGroupId: this.securityGroupId,
      s3PrefixListId: this.s3PrefixListId,
    });
  }
}
