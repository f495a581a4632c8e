import { linkPartOf, OVER } from "../link";
import { haveInCommon } from "../openRanges";
import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";
const ROUTE = "aws:ec2/route:Route";
const RULES = [
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/**
 * A transit gateway leads to every VPC that is attached to it: a route of a link leads where the rules beside it do, and all
 * of them over the same.
 */
export const oneWay = ofStack(
  {
    name: "one-way",
    displayName: "A room's link leads one way, and where its rules do",
    description:
      "Checks that all routes of a room's link lead over one connection or one transit gateway, the room's own connection where it has one, and to ranges that its rules name: its slot's to the suspect's, the suspect's to the slot's.",
    severity: "critical",
    tags: ["network"],
    remediationSteps: "Remove the route, or set link and suspectCidrs in the room's settings.",
  },
  (graph) => {
    const routes = graph.ofType(ROUTE).filter(({ kind }) => kind === "incident");
    return routes.length === 0
      ? []
      : [...wayMistakes(graph, routes), ...endMistakes(graph, routes)];
  },
);

function wayMistakes(graph: StackGraph, routes: readonly Subject[]): Mistake[] {
  const own = graph.ofType(CONNECTION, ACCEPTER);
  // By names, as the engine tells of resources in any order: the connection, and a slot's route, come last.
  const last = (all: readonly Subject[]) =>
    [...all].sort((a, b) => (a.name < b.name ? -1 : 1)).at(-1);
  const first = last(routes);
  return routes.flatMap((subject) => {
    if (own.length > 0) {
      return own.some((each) => graph.names(subject, OVER.connection, each))
        ? []
        : [
            {
              subject,
              sentence: `${OVER.connection} is ${shown(subject.at(OVER.connection))}; required: the room's own connection, ${last(own)?.name}.\nName it: the link leads over nothing else.`,
            },
          ];
    }
    return [OVER.gateway, OVER.connection].flatMap((field) => {
      // What is not set the provider may put out as empty.
      const [value, others] = [subject, first].map((each) => each?.at(field) || undefined);
      return value === others
        ? []
        : [
            {
              subject,
              sentence: `${field} is ${shown(value)}; required: ${shown(others)}, as in ${first?.name}.\nLead all routes of the link over the same.`,
            },
          ];
    });
  });
}

/** Where there are no rules, nothing passes that a route could lead. */
function endMistakes(graph: StackGraph, routes: readonly Subject[]): Mistake[] {
  const rules = graph.ofType(...RULES);
  const ends = {
    "to-": rangesOf(rules.filter((rule) => linkPartOf(rule) === undefined)),
    "from-": rangesOf(rules.filter((rule) => linkPartOf(rule) === "rule")),
  };
  return routes.flatMap((subject) => {
    const part = linkPartOf(subject);
    const named = part === "to-" || part === "from-" ? ends[part] : [];
    const cidr = subject.at("destinationCidrBlock");
    return named.length === 0 || named.some((range) => haveInCommon(range, cidr))
      ? []
      : [
          {
            subject,
            sentence: `destinationCidrBlock is ${shown(cidr)}; required: a range that a rule beside it names (${named.join(", ")}).\nLead to the suspect's subnet, or to the slot.`,
          },
        ];
  });
}

function rangesOf(rules: readonly Subject[]): unknown[] {
  const ranges = rules.map((rule) => rule.at("cidrIpv4"));
  return [...new Set(ranges.filter((range) => range !== undefined && range !== UNKNOWN))].sort();
}
