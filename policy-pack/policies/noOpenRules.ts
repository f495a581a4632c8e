import type { StackValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

const ANYWHERE: readonly unknown[] = ["0.0.0.0/0", "::/0"];

interface InlineRule {
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
}

interface InlineRules {
  readonly ingress?: readonly InlineRule[];
  readonly egress?: readonly InlineRule[];
}

interface SingleRule {
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
}

const inline = ({ ingress, egress }: InlineRules) =>
  [...(ingress ?? []), ...(egress ?? [])].flatMap(both);
const both = ({ cidrBlocks, ipv6CidrBlocks }: InlineRule) => [
  ...(cidrBlocks ?? []),
  ...(ipv6CidrBlocks ?? []),
];
const single = ({ cidrIpv4, cidrIpv6 }: SingleRule) => [cidrIpv4, cidrIpv6];

/** Where a type names the ranges it opens to. */
const RANGES: Readonly<Record<string, (props: never) => readonly (string | undefined)[]>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": inline,
  "aws:ec2/securityGroup:SecurityGroup": inline,
  "aws:ec2/securityGroupRule:SecurityGroupRule": both,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": single,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": single,
};

/** Types this policy knows. */
export const RULE_TYPES = Object.keys(RANGES);

/** A rule for everybody is no rule. */
export const noOpenRules: StackValidationPolicy = {
  name: "no-open-rules",
  displayName: "No security group is open to everybody",
  description:
    "Checks that no security group rule names 0.0.0.0/0 or ::/0, in either direction, but in VPCs named in internetVpcs.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["network"],
  remediationSteps: "Name the range, the security group or the prefix list that is meant.",
  configSchema: internetSchema,
  validateStack: (args, reportViolation) => {
    const config = args.getConfig<InternetConfig>();
    for (const resource of args.resources) {
      const ranges = reading(() => RANGES[resource.type]?.(resource.props as never) ?? []);
      const open =
        ranges === UNKNOWN
          ? [shown(UNKNOWN)]
          : ranges.filter((range) => ANYWHERE.includes(range)).map(String);
      if (open.length > 0 && !mayReachInternet(resource, config)) {
        reportViolation(
          `${resource.name}: the rule's range is ${open.join(", ")}; required: the range that is meant, known in the preview.`,
          resource.urn,
        );
      }
    }
  },
};
