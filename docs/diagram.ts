import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { instance } from "@viz-js/viz";

import { arnOf, type Declaration, idOf } from "../test/support/deployment";
import { FOUNDATION_OUTPUTS, STACK } from "../test/support/examples";
import { declaredFoundation, declaredMember, declaredRoom } from "../test/support/declaredStacks";

// docs/diagram.svg: what the three kinds of stack are made of, and what of it names what, as the program declares it.
// `npm run docs` writes it; a test fails when it shows something else.

/** What a node stands for: a component with its parts, or resources of a type that have none. */
interface Node {
  readonly id: string;
  readonly label: string;
  readonly parts: readonly Declaration[];
}

/** A stack of the picture. */
interface Stack {
  readonly title: string;
  readonly nodes: readonly Node[];
}

const COMPONENT = /^cleanroom:\w+:/;

/** What resources are called that are in no component, by their types. */
const ALONE: Readonly<Record<string, string>> = {
  "aws:account/alternativeContact:AlternativeContact": "security contact",
  "aws:cloudwatch/logGroup:LogGroup": "log of the sessions",
  "aws:iam/policy:Policy": "boundary, deployers' policies",
  "aws:kms/alias:Alias": "incident key",
  "aws:kms/grant:Grant": "grants on the transfer key",
  "aws:kms/key:Key": "incident key",
  "aws:s3/bucketObjectv2:BucketObjectv2": "custody records",
  "aws:ssm/document:Document": "recorded session",
  "aws:ssm/parameter:Parameter": "claim of the slot",
};

/** Light and dark, by what whoever reads the page has set. */
const STYLE = `<title>What the stacks of the clean room are made of, and what names what</title>
<style>
text { fill: #1f2328; font-family: Helvetica, Arial, sans-serif }
.node polygon { fill: #f6f8fa; stroke: #57606a }
.cluster polygon { fill: none; stroke: #8c959f; stroke-dasharray: 4 }
.edge path { stroke: #57606a }
.edge polygon { fill: #57606a; stroke: #57606a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.node polygon { fill: #161b22; stroke: #8b949e }
.cluster polygon { stroke: #6e7681 }
.edge path { stroke: #8b949e }
.edge polygon { fill: #8b949e; stroke: #8b949e }
}
</style>`;

/** Resources of a stack by the outermost component that they are in. */
function nodesOf(prefix: string, resources: readonly Declaration[]): Node[] {
  const nodes = new Map<string, { label: string; parts: Declaration[] }>();
  for (const resource of resources.filter(({ type }) => !/^pulumi:/.test(type))) {
    const label = outermost(resource) ?? ALONE[resource.type];
    if (label === undefined) {
      throw new Error(
        `${resource.name} is in no component, and docs/diagram.ts has no word for it`,
      );
    }
    const node = nodes.get(label) ?? { label, parts: [] };
    node.parts.push(resource);
    nodes.set(label, node);
  }
  return [...nodes.values()].map(({ label, parts }) => ({
    id: `${prefix}.${label}`,
    label,
    parts,
  }));
}

/** The outermost component of the program that a resource is in, in words; undefined where it is in none. */
function outermost({ options }: Declaration): string | undefined {
  let found: string | undefined;
  let parent = options.parent as
    { readonly __pulumiType?: string; readonly __parentResource?: unknown } | undefined;
  while (parent !== undefined) {
    const { __pulumiType: type = "" } = parent;
    if (COMPONENT.test(type)) {
      found = type
        .replace(COMPONENT, "")
        .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
        .toLowerCase()
        .replace(/\b(vpc|dns)\b/g, (letters) => letters.toUpperCase());
    }
    parent = parent.__parentResource as typeof parent;
  }
  return found;
}

/** What a text that somebody's inputs have tells of: ids and ARNs, by the node they are of. */
function namesOf(stacks: readonly Stack[]): (readonly [text: string, node: string])[] {
  return stacks.flatMap(({ nodes }) =>
    nodes.flatMap(({ id, parts }) =>
      parts.flatMap(({ name }) => [
        [idOf(name), id] as const,
        [arnOf(name), id] as const,
        [`${name}-0a1b2c3`, id] as const,
      ]),
    ),
  );
}

async function stacks(): Promise<{ audit: Stack; room: Stack; member: Stack; foundation: object }> {
  const audit = await declaredFoundation();
  const room = await declaredRoom({
    tools: ["velociraptor"],
    investigators: ["arn:aws:iam::111122223333:role/investigator"],
    responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
  });
  const member = await declaredMember();
  return {
    audit: {
      title: "audit: the foundation, always there",
      nodes: nodesOf("audit", audit.resources),
    },
    room: {
      title: `${STACK}: a room, as long as the incident`,
      nodes: nodesOf("room", room.resources),
    },
    member: { title: "member: one per account", nodes: nodesOf("member", member.resources) },
    foundation: audit.outputs,
  };
}

/** The picture. */
export async function diagram(): Promise<string> {
  const { audit, room, member, foundation } = await stacks();
  const names = namesOf([audit, room, member]);
  // A room is told of the foundation by the audit stack's outputs.
  const told = Object.entries(FOUNDATION_OUTPUTS).flatMap(([output, value]) => {
    const put = JSON.stringify((foundation as Record<string, unknown>)[output]) ?? "";
    const [, node] = names.find(([text]) => put.includes(text)) ?? [];
    return typeof value === "string" && node !== undefined ? [[value, node] as const] : [];
  });
  const edges = [audit, room, member].flatMap((stack) =>
    stack.nodes.flatMap(({ id, parts }) => {
      const said = JSON.stringify(parts.map(({ inputs }) => inputs));
      const known = stack === room ? [...names, ...told] : names;
      const others = known.filter(([text, node]) => node !== id && said.includes(text));
      return [...new Set(others.map(([, node]) => `"${id}" -> "${node}"`))];
    }),
  );
  const cluster = ({ title, nodes }: Stack, index: number) =>
    `subgraph cluster_${index} { label="${title}"; ${nodes.map(nodeOf).join(" ")} }`;
  const graph = `digraph {
rankdir=LR; ranksep=0.6; nodesep=0.15; bgcolor=transparent; fontname=Helvetica; fontsize=13;
node [shape=box; style=filled; fontname=Helvetica; fontsize=12; margin="0.15,0.06"]; edge [arrowsize=0.6];
${[room, audit, member].map(cluster).join("\n")}
${edges.join("\n")}
}`;
  const svg = (await instance()).renderString(graph, { format: "svg", engine: "dot" });
  return svg.slice(svg.indexOf("<svg")).replace(/(?<=<svg[^>]*>)/, `\n${STYLE}`);
}

function nodeOf({ id, label, parts: { length } }: Node): string {
  return `"${id}" [label="${label}\\n${length === 1 ? "1 resource" : `${length} resources`}"];`;
}

if (require.main === module) {
  void diagram().then((svg) => writeFileSync(join(__dirname, "diagram.svg"), svg));
}
