import { listOf, type Mistake, ofStack } from "../policyForms";
import { isUnset } from "../fieldRequirements";
import type { StackGraph } from "../stackGraph";
import { shown, UNKNOWN } from "../unknownValues";
import { isRoomsNetwork } from "../vpcs";

const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
const LISTED = "firewallDomainListId";
const GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const ASSOCIATION =
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";

const VPC = "aws:ec2/vpc:Vpc";

/** Domains below which anybody has a name: whoever may ask for every one of them may ask for an attacker's. */
const EVERYBODYS =
  /^([a-z0-9-]+|amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws|cloudfront\.net|(ac|co|com|edu|gov|net|org)\.[a-z]{2}|github\.io|githubusercontent\.com|azurewebsites\.net|blob\.core\.windows\.net|appspot\.com|herokuapp\.com)$/i;

/** Answers for a name that is blocked which name nobody else. */
const ANSWERS = ["NODATA", "NXDOMAIN"];

/** Configuration of this policy. */
interface DnsConfig {
  /** Logical names of VPCs whose DNS firewall another stack associates. */
  readonly guardedElsewhere: readonly string[];
}

/** The resolver answers past every security group: what is not listed is not looked up. */
export const dnsFirewallClosed = ofStack<DnsConfig>(
  {
    name: "dns-firewall-closed",
    displayName: "The resolver answers for listed names, and for no other",
    description:
      "Checks that every VPC of a foundation with subnets and endpoints, but without an internet gateway, has a DNS firewall, or is named in guardedElsewhere, and that a DNS firewall fails closed, allows lists of the stack alone, none of which holds every name or every name of a domain where anybody has one, ends with a rule that blocks every name without another answer, and is associated with a VPC.",
    severity: "critical",
    tags: ["network"],
    remediationSteps:
      "Set firewallFailOpen: DISABLED; allow names one by one, and block * with the highest priority.",
    configSchema: {
      properties: {
        guardedElsewhere: listOf(
          "Logical names of VPCs whose DNS firewall another stack associates.",
        ),
      },
    },
  },
  (graph, { guardedElsewhere }) => [
    ...withoutFirewall(graph, guardedElsewhere),
    ...failingOpen(graph),
    ...allowingAll(graph),
    ...withoutEnd(graph),
    ...answeringOtherwise(graph),
    ...unguarded(graph),
  ],
);

/** The resolver of a network of rooms answers whether anybody thought of it or not. */
function withoutFirewall(graph: StackGraph, guardedElsewhere: readonly string[]): Mistake[] {
  return graph
    .ofType(VPC)
    .filter((vpc) => isRoomsNetwork(vpc, graph) && !guardedElsewhere.includes(vpc.name))
    .filter((vpc) => graph.partsOf(vpc, ASSOCIATION, "vpcId").length === 0)
    .map((subject) => ({
      subject,
      sentence: `ResolverFirewallRuleGroupAssociation is missing; required: a DNS firewall for every VPC with machines, as its resolver answers past every security group.\nAssociate a rule group with vpcId: ${subject.name}.id, or configure the pack, where another stack does: { "dns-firewall-closed": { "guardedElsewhere": ["${subject.name}"] } }.`,
    }));
}

function failingOpen(graph: StackGraph): Mistake[] {
  const configs = graph
    .ofType(CONFIG)
    .filter((config) => config.at("firewallFailOpen") !== "DISABLED")
    .map((subject) => ({
      subject,
      sentence: `firewallFailOpen is ${shown(subject.at("firewallFailOpen"))}; required: DISABLED.\nA resolver that is overloaded answers everything otherwise.`,
    }));
  const lonely = graph
    .ofType(ASSOCIATION)
    .filter((association) => {
      const [vpc] = graph.referredTo(association, "vpcId");
      const resource = association.at("vpcId");
      return !graph
        .ofType(CONFIG)
        .some((config) =>
          vpc === undefined
            ? config.at("resourceId") === resource
            : graph.names(config, "resourceId", vpc),
        );
    })
    .map((subject) => ({
      subject,
      sentence:
        "ResolverFirewallConfig is missing for its VPC; required: one with firewallFailOpen: DISABLED.\nA resolver that is overloaded answers everything otherwise.",
    }));
  return [...configs, ...lonely];
}

function allowingAll(graph: StackGraph): Mistake[] {
  return graph
    .ofType(RULE)
    .filter((rule) => rule.at("action") !== "BLOCK")
    .flatMap((subject) => {
      const action = subject.at("action");
      const lists = graph.ofType(LIST).filter((list) => graph.names(subject, LISTED, list));
      const open = lists.flatMap((list) => {
        const domain = domainsOf(list.at("domains")).find(holdsEverybodys);
        return domain === undefined ? [] : [{ list, domain }];
      });
      return [
        ...(action === "ALLOW" || action === UNKNOWN
          ? []
          : [
              `action is ${shown(action)}; required: ALLOW for listed names, BLOCK for the rest.\nALERT lets every name through.`,
            ]),
        ...(action === "ALLOW" && lists.length === 0
          ? [
              `${LISTED} is ${shown(subject.at(LISTED))}; required: a list of this stack.\nWhat another list holds nobody sees: declare a ResolverFirewallDomainList with the endpoints' names.`,
            ]
          : []),
        ...open.map(
          ({ list, domain }) =>
            `${LISTED} is ${list.name}, which holds ${domain}; required: names one by one.\nList the endpoints' names, such as kms.us-east-1.amazonaws.com.`,
        ),
      ].map((sentence) => ({ subject, sentence }));
    });
}

/** A firewall that no VPC has guards nothing. */
function unguarded(graph: StackGraph): Mistake[] {
  return graph
    .ofType(GROUP)
    .filter((group) => graph.partsOf(group, ASSOCIATION, "firewallRuleGroupId").length === 0)
    .map((subject) => ({
      subject,
      sentence:
        "ResolverFirewallRuleGroupAssociation is missing; required: one of this rule group with the VPC.\nThe resolver answers for every name otherwise: add it.",
    }));
}

/** A group that is associated ends with a rule for every name. */
function withoutEnd(graph: StackGraph): Mistake[] {
  return graph.ofType(GROUP).flatMap((subject) => {
    const rules = graph.partsOf(subject, RULE, "firewallRuleGroupId");
    const ends = rules.filter(
      (rule) =>
        rule.at("action") === "BLOCK" &&
        // Of one type of question it is no end.
        isUnset(rule.at("qType")) &&
        graph
          .ofType(LIST)
          .some(
            (list) =>
              graph.names(rule, LISTED, list) && domainsOf(list.at("domains")).includes("*"),
          ),
    );
    const last = Math.max(...rules.map((rule) => Number(rule.at("priority"))));
    return ends.some((rule) => Number(rule.at("priority")) === last)
      ? []
      : [
          {
            subject,
            sentence:
              "its last rule does not block every name; required: a rule with action BLOCK for *, and the highest priority.\nWhat no rule is about is answered otherwise.",
          },
        ];
  });
}

/** A name that is blocked is answered with nobody's address. */
function answeringOtherwise(graph: StackGraph): Mistake[] {
  return graph
    .ofType(RULE)
    .filter((rule) => rule.at("action") === "BLOCK")
    .filter((rule) => ![UNKNOWN, ...ANSWERS].includes(rule.at("blockResponse") as string))
    .map((subject) => ({
      subject,
      sentence: `blockResponse is ${shown(subject.at("blockResponse"))}; required: NODATA or NXDOMAIN.\nSet blockResponse: "NODATA": another answer leads the question to somebody.`,
    }));
}

/** Whether a pattern holds every name, or every name of a domain where anybody has one. */
function holdsEverybodys(pattern: string): boolean {
  const domain = pattern.replace(/\.$/, "");
  return domain === "*" || (domain.startsWith("*.") && EVERYBODYS.test(domain.slice(2)));
}

function domainsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === "string")
    : [];
}
