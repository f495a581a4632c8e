import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { CUSTODY_RECORD } from "../components/evidence/records/recordSchema";
import { table } from "./markdown";

// The JSON schema of custody records and the page that describes every field. `npm run docs` writes
// them; a test fails when they say something else.

/** A part of a JSON schema, as far as the page needs it. */
interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly type?: string;
}

const INTRODUCTION = `# Custody records

Written by \`npm run docs\`; [custody-record.schema.json](custody-record.schema.json) says the same to a
validator (JSON Schema, draft 7). A record that does not fit it is not written: the deployment fails.

A record is an object of the vault, \`records/<ticket>/<SHA-256 of its text>.json\`, locked like everything
there. Its metadata, which nobody can change afterwards, have \`event\`, \`ticket\` and \`sha256\`. To check one:

\`\`\`sh
sha256sum <record>.json     # the hash is the file's name
\`\`\`

- **No clock is in it.** The same facts give the same text, so a second \`pulumi up\` writes nothing. When it was
  written, S3 says: the object's \`LastModified\`, and CloudTrail. When a copy was made, EC2 says: the
  snapshot's \`StartTime\`.
- **Nothing is overwritten.** Facts that change make another object; the earlier one stays. The same facts again, as of
  a room whose port was opened and closed, are another version of the same object: \`aws s3api list-object-versions\`.
- **What was claimed and what was found are kept apart.** Below \`claimed\` is what the handover says of the
  source; nobody checked it.
- **No secret is in it,** and the incident deployer writes it: it proves what the deployment saw, not who may
  have worked on the machine.
- Records of form \`clean-room/record/1\` were written by earlier versions of this program, have no schema, and stay as
  they are. A room that was opened with one keeps it.
`;

function schema(): Schema & { readonly definitions: Readonly<Record<string, Schema>> } {
  return z.toJSONSchema(CUSTODY_RECORD, { target: "draft-7" }) as never;
}

/** Text of the JSON schema, draft 7. */
export function schemaText(): string {
  return `${JSON.stringify(schema(), undefined, 2)}\n`;
}

/** The page: a table of fields for every record and for what records have in common. */
export function schemaPage(): string {
  const { definitions } = schema();
  const sections = Object.entries(definitions).map(([name, definition]) =>
    [
      `## ${name}\n`,
      `${definition.description}\n`,
      `${table(["field", "meaning", "form"], fields(definition, "", definitions))}\n`,
    ].join("\n"),
  );
  return [INTRODUCTION, ...sections].join("\n");
}

/** One row per field, down to what has a table of its own. */
function fields(
  { properties = {}, required = [] }: Schema,
  path: string,
  definitions: Readonly<Record<string, Schema>>,
): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const each = `${path}${name}${field.type === "array" ? "[]" : ""}`;
    const inner = field.type === "array" ? (field.items ?? {}) : field;
    const optional = required.includes(name) ? "" : " Optional.";
    const meaning = field.description ?? definitions[nameOf(field.$ref)]?.description ?? "";
    const row = [`\`${each}\``, `${meaning}${optional}`, form(inner)];
    return [row, ...fields(inner, `${each}.`, definitions)];
  });
}

function form({ $ref, const: only, enum: choices, pattern, type }: Schema): string {
  if ($ref !== undefined) {
    return `see [${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  }
  if (only !== undefined) {
    return `\`${JSON.stringify(only)}\``;
  }
  if (choices !== undefined) {
    return choices.map((choice) => `\`${String(choice)}\``).join(", ");
  }
  return pattern === undefined ? (type ?? "") : `\`${pattern}\``;
}

/** `#/definitions/room` is `room`. */
function nameOf($ref = ""): string {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}

if (require.main === module) {
  writeFileSync(join(__dirname, "custody-record.schema.json"), schemaText());
  writeFileSync(join(__dirname, "custody-record.md"), schemaPage());
}
