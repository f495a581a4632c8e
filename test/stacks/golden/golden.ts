import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { OWNER_TAG } from "../../../components/tags";
import { readProgram } from "../../../stacks/program";
import type { Declaration, Deployment } from "../../support/deployment";
import { closedRoom, wholeFoundation, wholeMember, wholeRoom } from "../../support/wholeStacks";

// What each kind of stack declares, as a file that is read as a diff. `npm run golden` writes them.

/** The files, by their names without `.yaml`. */
export const GOLDEN = {
  audit: wholeFoundation,
  incident: wholeRoom,
  "incident-closed": closedRoom,
  member: wholeMember,
} as const;

/** Types that carry no tags. */
const UNTAGGABLE = new Set(
  JSON.parse(
    readFileSync(join(__dirname, "../../../policy-pack/untaggableTypes.json"), "utf8"),
  ) as string[],
);

export function goldenFile(name: string): string {
  return join(__dirname, `${name}.yaml`);
}

/** What changes with every commit, or with any line of the image, is no stack's: it stands as `<…>`. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64}\b/g, "<sha256>"],
  [new RegExp(escaped(readProgram().version), "g"), "<program>"],
];

const HEADER = `What a stack with every setting declares, in the order of its names. Documents in JSON are written out; tags are
those of the stack where none are named. \`npm run golden\` writes this file: what changed in it is what changes in AWS.`;

/** The text of a deployment. */
export function goldenText({
  resources,
  // What is printed to go on with has its own spec.
  outputs: { next: _, ...outputs },
}: Deployment): string {
  const tags = usualTags(resources);
  const sorted = [...resources].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const content = {
    tags: JSON.parse(tags) as object,
    resources: Object.fromEntries(
      sorted.map((resource) => [keyOf(resource), entryOf(resource, tags)]),
    ),
    outputs: writtenOut(outputs),
  };
  const text = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
  const comment = HEADER.replace(/^/gm, "# ");
  return PASSING.reduce(
    (result, [pattern, instead]) => result.replace(pattern, instead),
    `${comment}\n${text}`,
  );
}

function keyOf({ type, name }: Declaration): string {
  return `${name} (${type})`;
}

function entryOf({ type, inputs, options, secrets, importedAs }: Declaration, tags: string) {
  const { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges } = options;
  const { customTimeouts, dependsOn, provider } = options;
  const shown = Object.entries(inputs)
    .filter(([key]) => key !== "tags")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, /^aws:imagebuilder/.test(type) ? ofImage(key, value) : value]);
  const own = ownTags(inputs);
  return given({
    options: given({ protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, customTimeouts }),
    ...(provider === undefined ? {} : { provider: nameOf(provider) }),
    ...(dependsOn === undefined ? {} : { dependsOn: [dependsOn].flat().map(nameOf) }),
    ...(importedAs === undefined ? {} : { importedAs }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(own === tags || UNTAGGABLE.has(type) || type.startsWith("pulumi:")
      ? {}
      : { tags: JSON.parse(own ?? "{}") as object }),
    inputs: writtenOut(Object.fromEntries(shown)),
  });
}

/** What was set; nothing where nothing was. */
function given(fields: Readonly<Record<string, unknown>>): object | undefined {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

function nameOf(resource: unknown): string {
  return (resource as { __name?: string }).__name ?? "an output";
}

/** The tags of a resource without that which says its name. */
function ownTags({ tags }: Declaration["inputs"]): string | undefined {
  if (tags === undefined) {
    return undefined;
  }
  const { [OWNER_TAG]: _, ...own } = tags as Record<string, string>;
  return JSON.stringify(Object.fromEntries(Object.entries(own).sort()));
}

/** Those that most resources have. */
function usualTags(resources: readonly Declaration[]): string {
  const counts = new Map<string, number>();
  for (const { inputs } of resources) {
    const tags = ownTags(inputs);
    if (tags !== undefined) {
      counts.set(tags, (counts.get(tags) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "{}";
}

/** What the image is made of has its own files (ami/), and its versions are hashes of that. */
function ofImage(key: string, value: unknown): unknown {
  return key === "data" ? "<document>" : key === "version" ? "<of its content>" : value;
}

/** The same with every document in JSON as what it says. */
function writtenOut(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(writtenOut);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) =>
        key === "policyPackVersion" ? [key, "<pack>"] : [key, writtenOut(inner)],
      ),
    );
  }
  if (typeof value === "string" && /^[[{]\s*"/.test(value)) {
    try {
      return { JSON: writtenOut(JSON.parse(value)) };
    } catch {
      return value;
    }
  }
  return value;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Writes the files anew. */
async function write(): Promise<void> {
  for (const [name, deployed] of Object.entries(GOLDEN)) {
    writeFileSync(goldenFile(name), goldenText(await deployed()));
  }
}

if (require.main === module) {
  void write();
}
