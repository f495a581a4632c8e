import { listOf, ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

const GROUPS = [
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/securityGroup:SecurityGroup",
];

/** Field in which a type of rule has its protocol. */
const PROTOCOL: Readonly<Record<string, string>> = {
  "aws:ec2/securityGroupRule:SecurityGroupRule": "protocol",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "ipProtocol",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ipProtocol",
};

/** Configuration of this policy. */
interface NarrowRulesConfig {
  /** Ports and short ranges that rules may open, as `tcp/443` or `tcp/5985-5986`. */
  readonly ports: readonly string[];

  /** Ports beside those. */
  readonly extraPorts: readonly string[];
}

/** HTTPS to endpoints, and what the vendors of forensic tools document. */
const PORTS = [
  "tcp/22",
  "tcp/443",
  "tcp/445",
  "tcp/514",
  "udp/514",
  "tcp/3389",
  "tcp/4444",
  "tcp/4445",
  "tcp/5985-5986",
  "tcp/6514",
  "tcp/8000",
  "tcp/8080",
];

/** VXLAN, in which a suspect's mirrored traffic comes: it comes in, and nothing is sent out so. */
const MIRRORED = "udp/4789";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/** A tool opens its ports; all ports are nobody's tool. */
export const narrowRules = ofResource<NarrowRulesConfig>(
  {
    name: "narrow-rules",
    displayName: "Rules open the tools' ports, one resource each",
    description:
      "Checks that every security group names its VPC, and that every rule is a resource of its own, for tcp or udp, and for ports of the catalogue or of extraPorts, or lets a room's mirrored traffic in.",
    severity: "high",
    tags: ["network"],
    remediationSteps: "Name the tool's port in a rule of its own, or the port in extraPorts.",
    configSchema: {
      properties: {
        ports: listOf("Ports that rules may open: <protocol>/<first>[-<last>].", PORTS),
        extraPorts: listOf("Ports beside those of ports."),
      },
    },
  },
  (subject, config) => [
    ...inlineRules(subject),
    ...withoutVpc(subject),
    ...wideRule(subject, config),
  ],
);

function inlineRules(subject: Subject): string[] {
  return GROUPS.includes(subject.type)
    ? ["ingress", "egress"]
        .filter((field) => {
          const rules = subject.at(field);
          return rules === UNKNOWN || (Array.isArray(rules) && rules.length > 0);
        })
        .map(
          (field) =>
            `${field} is ${shown(subject.at(field))}; required: rules as resources of their own.\nMove each rule into one, with the port of the tool.`,
        )
    : [];
}

function withoutVpc(subject: Subject): string[] {
  const vpc = subject.at("vpcId");
  return GROUPS.includes(subject.type) && (vpc === undefined || vpc === "")
    ? [
        `vpcId is ${shown(vpc)}; required: the VPC meant.\nWithout one it is the default VPC, which leads to the internet: name it.`,
      ]
    : [];
}

function wideRule(rule: Subject, { ports, extraPorts }: NarrowRulesConfig): string[] {
  const field = PROTOCOL[rule.type];
  if (field === undefined) {
    return [];
  }
  const [protocol, from, to] = [field, "fromPort", "toPort"].map((each) => rule.at(each));
  const found = `${shown(protocol)}/${from === to ? shown(from) : `${shown(from)}-${shown(to)}`}`;
  if ([protocol, from, to].includes(UNKNOWN)) {
    return [
      `${field} and ports are ${found}; required: ports that the preview knows.\nWrite them out.`,
    ];
  }
  const own = rule.kind === "incident" && rule.type === INGRESS ? [MIRRORED] : [];
  const allowed = [...ports, ...extraPorts, ...own].map(portsOf);
  const isAllowed = allowed.some(
    (each) => each.protocol === protocol && each.first <= Number(from) && Number(to) <= each.last,
  );
  return isAllowed && typeof from === "number" && typeof to === "number" && from <= to
    ? []
    : [
        `${field} and ports are ${found}; required: ports of the catalogue (${ports.join(", ")}).\nName the tool's port, or configure the pack: { "narrow-rules": { "extraPorts": ["${found}"] } }.`,
      ];
}

function portsOf(text: string): { protocol: string; first: number; last: number } {
  const [protocol = "", range = ""] = text.split("/");
  const [first = "", last = first] = range.split("-");
  return { protocol, first: Number(first), last: Number(last) };
}
