import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { readToolbox } from "../components/image/toolbox";
import { policies } from "../policy-pack/policies";
import { SETTINGS } from "../settings/parseSettings";
import { FOUNDATION } from "../stacks/foundation";
import { collectionTable, diskTable } from "./disks";
import { table } from "./markdown";

// The tables of the pages that follow from the code. `npm run docs` writes them; a test fails when a page says
// something else.

/** Tables by page and by the mark that they stand between. */
const TABLES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "disks.md": { disks: diskTable, collections: collectionTable },
  "image.md": { toolbox: toolboxTable },
  "policies.md": { policies: policyTable },
  "settings.md": {
    "settings of audit": () => settingsTable("audit"),
    "settings of incident": () => settingsTable("incident"),
    "settings of member": () => settingsTable("member"),
    "outputs of audit": foundationTable,
  },
};

/** One row per setting of a kind of stack: key, default or "required", meaning, example. */
export function settingsTable(kind: keyof typeof SETTINGS): string {
  return table(
    ["setting", "default", "meaning", "example"],
    Object.entries<z.ZodType>(SETTINGS[kind]).map(([name, schema]) => {
      const { description, example } = schema.meta() ?? {};
      return [
        `\`${name}\``,
        defaultOf(schema),
        description ?? "",
        `\`${JSON.stringify(example)}\``,
      ];
    }),
  );
}

/** One row per output of the audit stack. */
export function foundationTable(): string {
  return table(
    ["output", "meaning"],
    Object.entries(FOUNDATION).map(([name, schema]) => [
      `\`${name}\``,
      schema.meta()?.description ?? "",
    ]),
  );
}

/** One row per tool of the forensics image, in the order they are installed. */
export function toolboxTable(): string {
  const { tools, groups } = readToolbox();
  return table(
    ["group", "tool", "version", "what for", "licence"],
    tools.map(({ group, name, version, purpose, licence }) => [
      groups[group] ?? group,
      `\`${name}\``,
      version === "snapshot" ? "as in the snapshot" : version,
      purpose,
      licence,
    ]),
  );
}

/** One row per policy: what it checks, and what an organisation can configure. */
export function policyTable(): string {
  return table(
    ["policy", "what it does", "configuration"],
    policies.map(({ name, description, configSchema }) => [
      `\`${name}\``,
      description,
      Object.keys(configSchema?.properties ?? {})
        .map((key) => `\`${key}\``)
        .join(", "),
    ]),
  );
}

function defaultOf(schema: z.ZodType): string {
  const result = schema.safeParse(undefined);
  if (!result.success) {
    return "**required**";
  }
  return result.data === undefined ? "none" : `\`${JSON.stringify(result.data)}\``;
}

/** Each page that has tables, with them as they follow from the code. @throws Error where a mark is missing */
export function pagesWithTables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(TABLES).map(([page, tables]) => [
      page,
      Object.entries(tables).reduce(
        (text, [mark, content]) => between(page, text, mark, content()),
        readFileSync(join(__dirname, page), "utf8"),
      ),
    ]),
  );
}

/** Puts a table between its pair of marks, such as `<!-- toolbox -->`. */
function between(page: string, text: string, mark: string, content: string): string {
  const [before, inside, after] = text.split(`<!-- ${mark} -->`);
  if (before === undefined || inside === undefined || after === undefined) {
    throw new Error(`${page} has no pair of marks <!-- ${mark} -->`);
  }
  return `${before}<!-- ${mark} -->\n\n${content}\n\n<!-- ${mark} -->${after}`;
}

if (require.main === module) {
  for (const [page, text] of Object.entries(pagesWithTables())) {
    writeFileSync(join(__dirname, page), text);
  }
}
