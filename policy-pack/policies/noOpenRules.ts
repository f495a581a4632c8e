import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

import { isEverybody } from "../openRanges";
import { given, reading, shown, UNKNOWN } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

const EGRESS = "egress";
const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INLINE = ["ingress", EGRESS];
const LISTS = ["cidrBlocks", "ipv6CidrBlocks"];
const ENTRY = "cidr";
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
};

/** Types this policy knows. */
export const RULE_TYPES = Object.keys(RANGE_FIELDS);

/** A rule for everybody is no rule. */
export const noOpenRules: StackValidationPolicy = {
  name: "no-open-rules",
  displayName: "No security group is open to everybody",
  description:
    "Checks that no security group rule and no prefix list names 0.0.0.0/0 or ::/0, or most of it, in either direction, but egress rules in VPCs named in internetVpcs.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["network"],
  remediationSteps: "Name the range, the security group or the prefix list that is meant.",
  configSchema: internetSchema,
  validateStack: (args, reportViolation) => {
    const config = args.getConfig<InternetConfig>();
    for (const resource of args.resources) {
      const open = (RANGE_FIELDS[resource.type] ?? []).flatMap((field) =>
        openTo(given(resource, field)).map((range) => ({ field, range })),
      );
      // To reach the internet is no reason to be reached from it.
      const mayGoOut = open.length > 0 && mayReachInternet(resource, args.resources, config);
      const refused = open.filter(({ field }) => !(mayGoOut && isEgress(resource, field)));
      for (const { field, range } of refused) {
        reportViolation(
          `${resource.name}: ${field} is ${shown(range)}; required: the range meant.`,
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

/** Ranges of a field that hold everybody, or that the preview does not know. */
function openTo(value: unknown): unknown[] {
  if (value === UNKNOWN || isEverybody(value)) {
    return [value];
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) =>
      openTo(reading(() => value[index] as unknown)),
    ).flat();
  }
  if (typeof value === "object" && value !== null) {
    const rule = value as Readonly<Record<string, unknown>>;
    return [...LISTS, ENTRY].flatMap((field) => openTo(reading(() => rule[field])));
  }
  return [];
}
