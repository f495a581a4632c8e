import { ofStack, type Mistake } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import { shown, UNKNOWN } from "../unknownValues";

const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const ASSOCIATION =
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";

const EVERY_NAME = /^\*\.?$|^\*\.(com|net|org|io)\.?$/;

/** The resolver answers past every security group: what is not listed is not looked up. */
export const dnsFirewallClosed = ofStack(
  {
    name: "dns-firewall-closed",
    displayName: "The resolver answers for listed names, and for no other",
    description:
      "Checks that a DNS firewall fails closed, allows no list that holds every name, ends with a rule that blocks every name, and is associated with a VPC.",
    severity: "critical",
    tags: ["network"],
    remediationSteps:
      "Set firewallFailOpen: DISABLED; allow names one by one, and block * with the highest priority.",
  },
  (graph) => [
    ...failingOpen(graph),
    ...allowingAll(graph),
    ...withoutEnd(graph),
    ...unguarded(graph),
  ],
);

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
      const lists = graph.referredTo(subject, "firewallDomainListId");
      const open = lists.filter((list) =>
        domainsOf(list.at("domains")).some((d) => EVERY_NAME.test(d)),
      );
      return [
        ...(action === "ALLOW" || action === UNKNOWN
          ? []
          : [
              `action is ${shown(action)}; required: ALLOW for listed names, BLOCK for the rest.\nALERT lets every name through.`,
            ]),
        ...open.map(
          (list) =>
            `firewallDomainListId is ${list.name}, which holds every name; required: names one by one.\nList the endpoints' names.`,
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
        graph
          .referredTo(rule, "firewallDomainListId")
          .some((list) => domainsOf(list.at("domains")).includes("*")),
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

function domainsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === "string")
    : [];
}
