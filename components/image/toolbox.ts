import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

/** Where the toolbox, the documents that follow from it and what they install lie. */
export const AMI_FOLDER = join(__dirname, "../../ami");

const SHA256 = /^[0-9a-f]{64}$/;

/** A version that says exactly one thing: no range, no `latest`. */
const VERSION = /^\d[0-9A-Za-z.+~]*$/;

const tool = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    group: z.string(),
    purpose: z.string().min(1),
    licence: z.string().min(1),
    version: z.union([z.string().regex(VERSION), z.literal("snapshot")]),
    source: z.union([
      z.strictObject({ apt: z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/) }),
      z.strictObject({ python: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/) }),
      z.strictObject({
        crate: z.string().regex(/^[a-z0-9_-]+$/),
        checksum: z.string().regex(SHA256),
        features: z.literal("none").optional(),
        static: z.boolean().optional(),
      }),
      z.strictObject({ file: z.string().regex(/^[a-z-]+$/) }),
    ]),
    commands: z.array(z.string().regex(/^[A-Za-z0-9._-]+$/)).default([]),
    proof: z.string().min(1),
  })
  .refine(({ version, source }) => version !== "snapshot" || "apt" in source, {
    error: "only a package of the archive is pinned by its snapshot",
  });

const file = z.strictObject({
  group: z.string(),
  from: z.string().regex(/^(files|fixtures)\/[^/]+$/),
  path: z.string().startsWith("/"),
  mode: z.string().regex(/^0[0-7]{3}$/),
});

const toolbox = z
  .strictObject({
    base: z.strictObject({
      owner: z.string().regex(/^\d{12}$/),
      ownerIn: z.record(z.string(), z.string().regex(/^\d{12}$/)),
      name: z.string().regex(/-\d{8}$/),
    }),
    archive: z.strictObject({
      series: z.string().regex(/^[a-z]+$/),
      snapshot: z.string().regex(/^\d{8}T\d{6}Z$/),
    }),
    rust: z.string().regex(/^1\.\d+$/),
    groups: z.record(z.string().regex(/^[a-z]+$/), z.string()),
    packed: z.array(z.string()),
    tools: z.array(tool),
    files: z.array(file),
  })
  .superRefine(({ groups, packed, tools, files }, context) => {
    const names = tools.map(({ name }) => name);
    for (const name of names.filter((other, index) => names.indexOf(other) < index)) {
      context.addIssue({ code: "custom", message: `${name} stands in the list twice` });
    }
    for (const group of [...[...tools, ...files].map((one) => one.group), ...packed]) {
      if (!(group in groups)) context.addIssue({ code: "custom", message: `no group ${group}` });
    }
  });

/** The list of what the image carries: `ami/toolbox.yaml`. */
export type Toolbox = z.output<typeof toolbox>;

/** A tool of the toolbox. */
export type Tool = Toolbox["tools"][number];

/** A file of this repository that the image carries. */
export type InstalledFile = Toolbox["files"][number];

let read: Toolbox | undefined;

/** Reads `ami/toolbox.yaml`, once. Throws an error with every mistake there is in it. */
export function readToolbox(): Toolbox {
  return (read ??= parseToolbox(readFileSync(join(AMI_FOLDER, "toolbox.yaml"), "utf8")));
}

/** Checks the text of a toolbox. Throws an error with every mistake there is in it. */
export function parseToolbox(text: string): Toolbox {
  const result = toolbox.safeParse(parse(text));
  if (!result.success) {
    throw new Error(`ami/toolbox.yaml cannot be used:\n${z.prettifyError(result.error)}`);
  }
  return result.data;
}
