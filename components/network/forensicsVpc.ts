import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { keepFlowLog } from "../flowLog";
import type { Tags } from "../tags";
import { planSubnets } from "./subnetPlan";

/** Inputs to {@link ForensicsVpc}. */
export interface ForensicsVpcArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Network of the VPC, a CIDR from /16 to /25. */
  readonly cidr: string;

  /** One to four Availability Zones of the Region; new ones are appended. */
  readonly availabilityZones: readonly string[];

  /** Workstation slots per Availability Zone. */
  readonly slotsPerZone: number;

  /** ARN of the customer managed key that encrypts the flow logs. */
  readonly logKeyArn: pulumi.Input<string>;

  /** Days the flow logs are kept; one of the values CloudWatch Logs accepts. */
  readonly logRetentionDays: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;

  /** Tags of everything in the VPC. */
  readonly tags: Tags;
}

/** A pre-deployed subnet that one room's workstation takes. */
export interface Slot {
  /** `<Availability Zone>-<n>`. */
  readonly name: string;

  /** `subnet-…`. */
  readonly subnetId: string;

  /** Range, a /28. */
  readonly cidr: string;
  readonly availabilityZone: string;
}

/**
 * The forensics VPC: workstation slots with no way out and no way to each other. There is no
 * gateway and no default route; each slot has a route table of its own, so that the link to one
 * suspect's network is no link to another's.
 */
export class ForensicsVpc extends pulumi.ComponentResource {
  /** `vpc-…`. */
  public readonly vpcId: pulumi.Output<string>;

  /** The workstation slots, by Availability Zone and number. */
  public readonly slots: pulumi.Output<Slot[]>;

  /** Subnets of the interface endpoints, one per Availability Zone. */
  public readonly endpointSubnetIds: pulumi.Output<string>[];

  /** Route tables of the slots, to which the S3 gateway endpoint adds its route. */
  public readonly slotRouteTableIds: pulumi.Output<string>[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the VPC.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: ForensicsVpcArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:network:ForensicsVpc", name, {}, opts);
    const { tags } = args;
    const kept = { parent: this, protect: true } as const;
    const plan = planSubnets(args.cidr, args.availabilityZones, args.slotsPerZone);

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: args.cidr,
        // Both are needed for the private DNS names of interface endpoints.
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { ...tags, Name: name },
      },
      kept,
    );

    // What AWS makes with a VPC admits traffic; without rules it admits none.
    new aws.ec2.DefaultSecurityGroup(`${name}-default-sg`, { vpcId: vpc.id, tags }, kept);
    new aws.ec2.DefaultNetworkAcl(
      `${name}-default-acl`,
      { defaultNetworkAclId: vpc.defaultNetworkAclId, tags },
      // Subnets come and go here by themselves while they are made; none is to stay.
      { ...kept, ignoreChanges: ["subnetIds"] },
    );

    const slots = plan.slots.map((planned) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-slot-${planned.name}`,
        {
          vpcId: vpc.id,
          cidrBlock: planned.cidr,
          availabilityZone: planned.availabilityZone,
          mapPublicIpOnLaunch: false,
          tags: { ...tags, Name: `${name}-slot-${planned.name}` },
        },
        kept,
      );
      const routeTable = new aws.ec2.RouteTable(
        `${name}-slot-${planned.name}-routes`,
        { vpcId: vpc.id, tags: { ...tags, Name: `${name}-slot-${planned.name}` } },
        kept,
      );
      new aws.ec2.RouteTableAssociation(
        `${name}-slot-${planned.name}-association`,
        { subnetId: subnet.id, routeTableId: routeTable.id },
        kept,
      );
      return { planned, subnet, routeTable };
    });

    const endpointRoutes = new aws.ec2.RouteTable(
      `${name}-endpoint-routes`,
      { vpcId: vpc.id, tags: { ...tags, Name: `${name}-endpoints` } },
      kept,
    );
    const endpointSubnets = plan.endpoints.map((planned) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-endpoint-${planned.name}`,
        {
          vpcId: vpc.id,
          cidrBlock: planned.cidr,
          availabilityZone: planned.availabilityZone,
          mapPublicIpOnLaunch: false,
          tags: { ...tags, Name: `${name}-endpoint-${planned.name}` },
        },
        kept,
      );
      new aws.ec2.RouteTableAssociation(
        `${name}-endpoint-${planned.name}-association`,
        { subnetId: subnet.id, routeTableId: endpointRoutes.id },
        kept,
      );
      return subnet;
    });

    const endpointCidrs = plan.endpoints.map(({ cidr }) => cidr);
    new aws.ec2.NetworkAcl(
      `${name}-slot-acl`,
      {
        vpcId: vpc.id,
        subnetIds: slots.map(({ subnet }) => subnet.id),
        ...slotAclRules(args.cidr, endpointCidrs),
        tags: { ...tags, Name: `${name}-slots` },
      },
      kept,
    );
    new aws.ec2.NetworkAcl(
      `${name}-endpoint-acl`,
      {
        vpcId: vpc.id,
        subnetIds: endpointSubnets.map(({ id }) => id),
        ...endpointAclRules(args.cidr),
        tags: { ...tags, Name: `${name}-endpoints` },
      },
      kept,
    );

    keepFlowLog(
      name,
      {
        region: args.region,
        accountId: args.accountId,
        vpcId: vpc.id,
        logKeyArn: args.logKeyArn,
        logRetentionDays: args.logRetentionDays,
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      kept,
    );

    this.vpcId = vpc.id;
    this.slots = pulumi.all(
      slots.map(({ planned, subnet }) => subnet.id.apply((subnetId) => ({ ...planned, subnetId }))),
    );
    this.endpointSubnetIds = endpointSubnets.map(({ id }) => id);
    this.slotRouteTableIds = slots.map(({ routeTable }) => routeTable.id);
    this.registerOutputs({ vpcId: this.vpcId, slots: this.slots });
  }
}

type AclRule = aws.types.input.ec2.NetworkAclIngress;

/** A rule of a network ACL; without ports it is for every protocol. */
function aclRule(
  ruleNo: number,
  action: "allow" | "deny",
  cidrBlock: string,
  tcpPorts?: readonly [number, number],
): AclRule {
  const [fromPort, toPort] = tcpPorts ?? [0, 0];
  return { ruleNo, action, cidrBlock, protocol: tcpPorts ? "tcp" : "-1", fromPort, toPort };
}

const EPHEMERAL: readonly [number, number] = [1024, 65535];
const HTTPS: readonly [number, number] = [443, 443];

/**
 * The slots' network ACL keeps rooms apart, whatever a security group says: of the VPC's range a
 * slot reaches the endpoints only. The last rule opens nothing: no route leads anywhere but to S3
 * and to a linked suspect, and the security groups decide there. S3's addresses cannot be named, as
 * a network ACL takes no prefix list.
 */
function slotAclRules(
  vpcCidr: string,
  endpointCidrs: readonly string[],
): { readonly ingress: AclRule[]; readonly egress: AclRule[] } {
  const rules = (tcpPorts: readonly [number, number]) => [
    ...endpointCidrs.map((cidr, index) => aclRule(100 + index, "allow", cidr, tcpPorts)),
    aclRule(200, "deny", vpcCidr),
    aclRule(300, "allow", "0.0.0.0/0"),
  ];
  return { ingress: rules(EPHEMERAL), egress: rules(HTTPS) };
}

/** The endpoints' network ACL: HTTPS from the VPC, and the answers. */
function endpointAclRules(vpcCidr: string): {
  readonly ingress: AclRule[];
  readonly egress: AclRule[];
} {
  return {
    ingress: [aclRule(100, "allow", vpcCidr, HTTPS)],
    egress: [aclRule(100, "allow", vpcCidr, EPHEMERAL)],
  };
}
