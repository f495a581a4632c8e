import { isEverybody, isPublic } from "../openRanges";
import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { isFields, shown } from "../unknownValues";
import { type InternetConfig, internetSchema, mayReachInternet } from "../vpcs";

const DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl";
const ACL = "aws:ec2/networkAcl:NetworkAcl";
const RULE = "aws:ec2/networkAclRule:NetworkAclRule";
const DIRECTIONS = ["ingress", "egress"];

/** A rule of a network ACL, as it is given inline. */
type AclRule = Readonly<Record<string, unknown>>;

/**
 * A network ACL holds where a security group is forgotten. What allows every address comes after what keeps a VPC's own
 * ranges apart, or it keeps nothing.
 */
export const narrowAcls = ofStack<InternetConfig>(
  {
    name: "narrow-acls",
    displayName: "Network ACLs keep apart what security groups forget",
    description:
      "Checks that a VPC's default network ACL allows nothing, and that no other one allows every address before it denies some, but in VPCs named in internetVpcs.",
    severity: "high",
    tags: ["network"],
    remediationSteps:
      "Name the range that is meant, or deny the VPC's own range with a lower ruleNo.",
    configSchema: internetSchema,
  },
  (graph, config) =>
    graph
      .ofType(DEFAULT_ACL, ACL, RULE)
      .filter((acl) => !mayReachInternet(graph.told(acl), graph.all(), config))
      .flatMap((acl) => mistakesOf(acl, graph)),
);

function mistakesOf(acl: Subject, graph: StackGraph): Mistake[] {
  const sentences =
    acl.type === RULE
      ? ruleMistakes(acl, graph)
      : DIRECTIONS.flatMap((field) => listMistakes(acl, field));
  return sentences.map((sentence) => ({ subject: acl, sentence }));
}

function listMistakes(acl: Subject, field: string): string[] {
  const given = acl.at(field);
  const rules = Array.isArray(given) ? (given as unknown[]) : [];
  const allowing = rules.flatMap((rule, index) =>
    isFields(rule) && rule["action"] !== "deny" ? [{ rule, index }] : [],
  );
  if (acl.type === DEFAULT_ACL) {
    return allowing.length === 0
      ? []
      : [
          `${field} allows ${allowing.map(({ rule }) => rangeOf(rule)).join(", ")}; required: no rules: what nobody placed speaks to nobody.\nRemove ${field} of the default network ACL.`,
        ];
  }
  const denials = rules.filter(isFields).filter((rule) => rule["action"] === "deny");
  return allowing
    .filter(
      ({ rule }) =>
        isOpen(rule) &&
        !denials.some((denial) => Number(denial["ruleNo"]) < Number(rule["ruleNo"])),
    )
    .map(
      ({ rule, index }) =>
        `${field}.${index} allows ${rangeOf(rule)}; required: the range that is meant, or a denial with a ruleNo below ${shown(rule["ruleNo"])}.\nWrite { action: "deny", cidrBlock: <the VPC's range>, … } before it.`,
    );
}

/** A rule that is a resource of its own: what denies before it is another one of the same ACL. */
function ruleMistakes(rule: Subject, graph: StackGraph): string[] {
  const [acl] = graph.referredTo(rule, "networkAclId");
  const others = graph
    .ofType(RULE)
    .filter(
      (other) =>
        other.at("egress") === rule.at("egress") &&
        (acl === undefined
          ? other.at("networkAclId") === rule.at("networkAclId")
          : graph.names(other, "networkAclId", acl)),
    );
  const isDenied = others.some(
    (other) =>
      other.at("ruleAction") === "deny" &&
      Number(other.at("ruleNumber")) < Number(rule.at("ruleNumber")),
  );
  return rule.at("ruleAction") === "deny" || !isOpen(rule.fields) || isDenied
    ? []
    : [
        `it allows ${rangeOf(rule.fields)}; required: the range that is meant, or a denial with a ruleNumber below ${shown(rule.at("ruleNumber"))}.\nName the range in cidrBlock.`,
      ];
}

function isOpen(rule: AclRule): boolean {
  return ["cidrBlock", "ipv6CidrBlock"].some(
    (field) => isEverybody(rule[field]) || isPublic(rule[field], []),
  );
}

function rangeOf(rule: AclRule): string {
  return shown(rule["cidrBlock"] ?? rule["ipv6CidrBlock"]);
}
