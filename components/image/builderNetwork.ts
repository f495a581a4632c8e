import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { keepFlowLog } from "../flowLog";
import type { Tags } from "../tags";

/** Range of the build network. Nothing is ever linked to it, so it may overlap any other. */
const CIDR = "192.168.255.0/26";

/**
 * Ports that Linux asks from, so that answers come in there: a list knows no connections. What AWS itself serves,
 * names and time among them, passes it.
 *
 * Source: Linux, Documentation/networking/ip-sysctl, `ip_local_port_range`; VPC user guide, "Network ACL basics".
 */
const ANSWERS = [32_768, 60_999] as const;

/** Machines of one build and the next have nothing to say to each other. */
const NOT_EACH_OTHER = {
  ruleNo: 90,
  action: "deny",
  protocol: "-1",
  cidrBlock: CIDR,
  fromPort: 0,
  toPort: 0,
};

/** A router's word that a packet is too large, without which a connection hangs. */
const TOO_LARGE = {
  ruleNo: 110,
  action: "allow",
  protocol: "icmp",
  icmpType: 3,
  icmpCode: 4,
  cidrBlock: "0.0.0.0/0",
  fromPort: 0,
  toPort: 0,
};

/** Inputs to {@link BuilderNetwork}. */
export interface BuilderNetworkArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Where the build machines run; one zone is enough for builds. */
  readonly availabilityZone: string;

  /** ARN of the customer managed key that encrypts the flow logs. */
  readonly logKeyArn: pulumi.Input<string>;

  /** Days the flow logs are kept; one of the values CloudWatch Logs accepts. */
  readonly logRetentionDays: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * The network that images are built in, apart from every room: a public subnet, no NAT gateway to
 * pay for, nothing comes in, and HTTPS goes out to the package archives; what came and went is logged.
 *
 * The policy pack's configuration exempts this one VPC by its name.
 */
export class BuilderNetwork extends pulumi.ComponentResource {
  /** `vpc-…`. */
  public readonly vpcId: pulumi.Output<string>;

  /** `subnet-…`. */
  public readonly subnetId: pulumi.Output<string>;

  /** `sg-…`. */
  public readonly securityGroupId: pulumi.Output<string>;

  /**
   * @param name Unique name of this component and of its VPC; children are named `${name}-…`.
   * @param args Inputs of the network.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: BuilderNetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:image:BuilderNetwork", name, {}, opts);
    const { availabilityZone, tags } = args;
    const kept = { parent: this, protect: true } as const;

    const vpc = new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: CIDR,
        availabilityZoneNames: [availabilityZone],
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Public", cidrMask: 27 }],
        natGateways: { strategy: "None" },
        enableDnsHostnames: true,
        tags,
      },
      kept,
    );
    const group = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      { vpcId: vpc.vpcId, description: "Image builds: nothing in, HTTPS out", tags },
      kept,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        description: "Package archives, Systems Manager, Image Builder",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        // The archives have no addresses of their own; what they send is checked by its hash.
        cidrIpv4: "0.0.0.0/0",
        tags,
      },
      kept,
    );

    // The VPC's own list lets everything in, whatever group a machine has.
    new aws.ec2.NetworkAcl(
      `${name}-acl`,
      {
        vpcId: vpc.vpcId,
        subnetIds: vpc.publicSubnetIds,
        egress: [NOT_EACH_OTHER, tcp("0.0.0.0/0", 443, 443)],
        ingress: [NOT_EACH_OTHER, tcp("0.0.0.0/0", ...ANSWERS), TOO_LARGE],
        tags: { ...tags, Name: name },
      },
      kept,
    );
    // Whoever names no group gets the VPC's own, which lets everything out.
    new aws.ec2.DefaultSecurityGroup(`${name}-default-sg`, { vpcId: vpc.vpcId, tags }, kept);
    keepFlowLog(name, { ...args, vpcId: vpc.vpcId }, kept);

    this.vpcId = vpc.vpcId;
    this.subnetId = vpc.publicSubnetIds.apply(([subnetId]) => subnetId as string);
    this.securityGroupId = group.id;
    this.registerOutputs({ subnetId: this.subnetId, securityGroupId: this.securityGroupId });
  }
}

/** A rule of a network ACL. */
function tcp(cidrBlock: string, fromPort: number, toPort: number) {
  return { ruleNo: 100, action: "allow", protocol: "tcp", cidrBlock, fromPort, toPort };
}
