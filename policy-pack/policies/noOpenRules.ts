import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { isEverybody, isPublic } from "../openRanges";
import { listOf } from "../policyForms";
import { given, reading, shown, UNKNOWN } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

const EGRESS = "egress";
const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INLINE = ["ingress", EGRESS];
const LISTS = ["cidrBlocks", "ipv6CidrBlocks"];
const ENTRY = "cidr";
const NETWORK = "cidrBlock";
const SINGLE = ["cidrIpv4", "cidrIpv6"];

/** Fields in which a type names the ranges it opens to. */
const RANGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": INLINE,
  // A rule that names a prefix list is as open as the list.
  "aws:ec2/managedPrefixList:ManagedPrefixList": ["entries"],
  "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry": [ENTRY],
  "aws:ec2/securityGroup:SecurityGroup": INLINE,
  "aws:ec2/securityGroupRule:SecurityGroupRule": LISTS,
  [EGRESS_RULE]: SINGLE,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": SINGLE,
  // What a network takes for its own addresses nobody else is reached at.
  "aws:ec2/subnet:Subnet": [NETWORK],
  "aws:ec2/vpc:Vpc": [NETWORK],
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": [NETWORK],
  "awsx:ec2:Vpc": [NETWORK],
};

/** Configuration of this policy. */
interface OpenRulesConfig extends InternetConfig {
  /** Ranges on the internet that are the organisation's own. */
  readonly ownRanges: readonly string[];
}

/** A rule for everybody is no rule, and a room has nobody on the internet to speak to. */
export const noOpenRules: StackValidationPolicy = {
  name: "no-open-rules",
  displayName: "No security group is open to everybody",
  description:
    "Checks that every range of a security group rule, of a prefix list, of a VPC and of a subnet is of private addresses, or of ownRanges, in either direction; 0.0.0.0/0 is for egress rules in VPCs named in internetVpcs.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["network"],
  remediationSteps: "Name the range, the security group or the prefix list that is meant.",
  configSchema: {
    properties: {
      ...internetSchema.properties,
      ownRanges: listOf("Ranges on the internet that are the organisation's own, CIDRs."),
    },
  },
  validateStack: (args, reportViolation) => {
    const config = args.getConfig<OpenRulesConfig>();
    for (const resource of args.resources) {
      const open = (RANGE_FIELDS[resource.type] ?? []).flatMap((field) =>
        openTo(given(resource, field), config).map((range) => ({ field, range })),
      );
      // To reach the internet is no reason to be reached from it.
      const mayGoOut = open.length > 0 && mayReachInternet(resource, args.resources, config);
      const refused = open.filter(({ field }) => !(mayGoOut && isEgress(resource, field)));
      for (const { field, range } of refused) {
        reportViolation(
          `${resource.name}: ${field} is ${shown(range)}; required: ${required(range)}`,
          resource.urn,
        );
      }
    }
  },
};

/** Whether a range in this field is one that traffic leaves to. A SecurityGroupRule has a `type`. */
function isEgress({ type, props }: PolicyResource, field: string): boolean {
  return (
    field === EGRESS || type === EGRESS_RULE || reading(() => props["type"] as unknown) === EGRESS
  );
}

/** What a range has to be in place of this one. */
function required(range: unknown): string {
  return typeof range !== "string" || isEverybody(range)
    ? "the range meant."
    : `a range of private addresses.\nName it, or configure the pack, where this one is your own: { "no-open-rules": { "ownRanges": ["${range}"] } }.`;
}

/** Ranges of a field that hold everybody or somebody on the internet, or that the preview does not know. */
function openTo(value: unknown, config: OpenRulesConfig): unknown[] {
  if (value === UNKNOWN || isEverybody(value) || isPublic(value, config.ownRanges)) {
    return [value];
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) =>
      openTo(
        reading(() => value[index] as unknown),
        config,
      ),
    ).flat();
  }
  if (typeof value === "object" && value !== null) {
    const rule = value as Readonly<Record<string, unknown>>;
    return [...LISTS, ENTRY].flatMap((field) =>
      openTo(
        reading(() => rule[field]),
        config,
      ),
    );
  }
  return [];
}
