import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Tags } from "./tags";

/** A rule of a security group, towards the other side of a tool's connection. */
export interface SecurityGroupRule {
  /** Unique within the group, and the same for the same rule in every deployment. */
  readonly name: string;
  readonly direction: "ingress" | "egress";
  readonly protocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;

  /** Exactly one of `cidr` and `securityGroup` names the other side. */
  readonly cidr?: string;

  /** `sg-…` in the same VPC, or `<account>/sg-…` in a peered one. */
  readonly securityGroup?: string;

  /** At most 255 characters of the set EC2 allows. */
  readonly description: string;
}

/** The group that rules are placed in. */
interface RuledGroup {
  readonly securityGroupId: pulumi.Input<string>;

  /** Region of the group, where it is not the provider's. */
  readonly region?: string;
  readonly tags: Tags;

  /**
   * Whether each rule carries its name as tag `Name`, by which one that was made and not written down is
   * found again. @default false
   */
  readonly named?: boolean;
}

/** Places rules in a group, each as a resource of its own named `${name}-${rule.name}`. */
export function placeRules(
  name: string,
  { named = false, ...group }: RuledGroup,
  rules: readonly SecurityGroupRule[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const rule of rules) {
    const Rule =
      rule.direction === "ingress"
        ? aws.vpc.SecurityGroupIngressRule
        : aws.vpc.SecurityGroupEgressRule;
    new Rule(
      `${name}-${rule.name}`,
      {
        ...group,
        tags: named ? { ...group.tags, Name: `${name}-${rule.name}` } : group.tags,
        description: rule.description,
        ipProtocol: rule.protocol,
        fromPort: rule.fromPort,
        toPort: rule.toPort,
        ...(rule.cidr === undefined ? {} : { cidrIpv4: rule.cidr }),
        ...(rule.securityGroup === undefined
          ? {}
          : { referencedSecurityGroupId: rule.securityGroup }),
      },
      opts,
    );
  }
}
