import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

import { planSubnets, type VpcInputs } from "./vpcInputs";

/** The token of the component. */
export const VPC_COMPONENT = "awsx:ec2:Vpc";

/**
 * `awsx.ec2.Vpc` as far as this repository uses it: a VPC with an internet gateway, and in every
 * Availability Zone a public subnet with a route table of its own. The children have the names, parents
 * and tags of the real component's. They are ordinary resources, made by whichever AWS provider the
 * engine has.
 */
export class VpcComponent extends pulumi.ComponentResource {
  /** The component's outputs, under the names of `awsx.ec2.Vpc`. */
  readonly outputs: pulumi.Inputs;

  /** @throws Error when the subnets do not fit into the VPC. */
  constructor(name: string, inputs: VpcInputs, options: pulumi.ComponentResourceOptions) {
    const plan = planSubnets(name, inputs);
    super(VPC_COMPONENT, name, {}, options);
    const [{ tags: subnetTags, ...spec }] = inputs.subnetSpecs;
    const tags = { Name: name, ...inputs.tags };

    const vpc = new ec2.Vpc(
      name,
      {
        cidrBlock: inputs.cidrBlock,
        ...(inputs.enableDnsHostnames === undefined
          ? {}
          : { enableDnsHostnames: inputs.enableDnsHostnames }),
        ...(inputs.enableDnsSupport === undefined
          ? {}
          : { enableDnsSupport: inputs.enableDnsSupport }),
        tags,
      },
      { parent: this },
    );
    const internetGateway = new ec2.InternetGateway(name, { vpcId: vpc.id, tags }, { parent: vpc });
    const zones = plan.map(({ name: zone, availabilityZone, cidrBlock }) => {
      const own = { Name: zone, SubnetType: spec.type };
      const subnet = new ec2.Subnet(
        zone,
        {
          vpcId: vpc.id,
          availabilityZone,
          cidrBlock,
          mapPublicIpOnLaunch: true,
          tags: { ...tags, ...subnetTags, ...own },
        },
        { parent: vpc },
      );
      const routeTable = new ec2.RouteTable(
        zone,
        { vpcId: vpc.id, tags: { ...tags, ...own } },
        { parent: subnet },
      );
      const association = new ec2.RouteTableAssociation(
        zone,
        { routeTableId: routeTable.id, subnetId: subnet.id },
        { parent: routeTable },
      );
      const route = new ec2.Route(
        zone,
        {
          routeTableId: routeTable.id,
          destinationCidrBlock: "0.0.0.0/0",
          gatewayId: internetGateway.id,
        },
        { parent: routeTable },
      );
      return { subnet, routeTable, association, route };
    });

    const subnets = zones.map(({ subnet }) => subnet);
    this.outputs = {
      eips: [],
      internetGateway,
      isolatedSubnetIds: [],
      isolatedSubnets: [],
      natGateways: [],
      privateSubnetIds: [],
      privateSubnets: [],
      publicSubnetIds: subnets.map(({ id }) => id),
      publicSubnets: subnets,
      routeTableAssociations: zones.map(({ association }) => association),
      routeTables: zones.map(({ routeTable }) => routeTable),
      routes: zones.map(({ route }) => route),
      subnetLayout: [spec],
      subnets,
      vpc,
      vpcEndpoints: [],
      vpcId: vpc.id,
    };
    this.registerOutputs(this.outputs);
  }
}
