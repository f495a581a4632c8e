import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { stringify } from "yaml";

import { sha256 } from "../sha256";
import { checkFiles, checkPackages, checkPython } from "./checkScripts";
import {
  binaries,
  installCrates,
  installPackages,
  installPython,
  linkCommands,
  removeCompiler,
  ROOT,
} from "./installScripts";
import { AMI_FOLDER, type InstalledFile, type Tool, type Toolbox } from "./toolbox";
import { unixText } from "./unixText";

/** The most characters Image Builder takes of a document (CreateComponent, `data`). */
const MOST_CHARACTERS = 16_000;
const PROOFS = "/usr/local/lib/clean-room/proofs";

/** A component document of Image Builder (AWSTOE schema 1.0). */
export interface ImageDocument {
  /** Group of tools it installs. */
  readonly group: string;

  /** The document, YAML. */
  readonly data: string;
}

interface Step {
  readonly name: string;
  readonly action: "ExecuteBash" | "S3Download";
  readonly inputs: object;
}

/** What a document is made of: the phases, without those that have no step. */
export type Phases = Readonly<Record<"build" | "validate" | "test", readonly (Step | undefined)[]>>;

/**
 * The documents that build, check and prove the image, a document per group, in the order of the
 * groups. They are committed as `ami/documents/<group>.yaml`: what runs as root on the
 * investigators' machine is there to be read. What the toolbox lists as packed stands in them compressed.
 */
export function groupDocuments(toolbox: Toolbox): ImageDocument[] {
  return Object.entries(toolbox.groups).map(([group, title]) => {
    const tools = toolbox.tools.filter((tool) => tool.group === group);
    const files = toolbox.files.filter((file) => file.group === group);
    const { build, validate, test } = groupPhases(group, tools, files, toolbox);
    return { group, data: documentText(`clean-room-${group}`, title, { build, validate, test }) };
  });
}

/**
 * A document's text.
 *
 * @throws Error where Image Builder would take it for something else or refuse it.
 */
export function documentText(name: string, description: string, phases: Phases): string {
  const data = stringify(
    {
      name,
      description,
      schemaVersion: 1,
      phases: Object.entries(phases)
        .map(([phase, steps]) => ({ name: phase, steps: steps.filter((step) => step) }))
        .filter(({ steps }) => steps.length > 0),
    },
    // A tenth of the characters would be blanks.
    { lineWidth: 0, indentSeq: false },
    // A number would lose its decimal.
  ).replace("schemaVersion: 1\n", "schemaVersion: 1.0\n");
  // Image Builder would take these for references of its own.
  if (data.includes("{{")) {
    throw new Error(`${name}: the document has {{ in it, which Image Builder replaces`);
  }
  // Whether the task orchestrator takes one for the beginning of an escape is written nowhere.
  if (data.includes("\\")) {
    throw new Error(
      `${name}: the document has a backslash in it, which may be taken for an escape`,
    );
  }
  if (data.length > MOST_CHARACTERS) {
    throw new Error(`${name}: the document has ${data.length} characters; ${MOST_CHARACTERS} fit`);
  }
  return data;
}

/** A step that runs commands as root; it fails with the first command that does. */
export function bash(name: string, script: string): Step {
  // Image Builder makes one script of all commands and looks at the last one's exit code only.
  return { name, action: "ExecuteBash", inputs: { commands: [`set -euo pipefail\n${script}`] } };
}

/**
 * A script that stands in a document compressed, in half of the characters: it is unpacked, compared and run.
 *
 * @param before The document as it was made last. What compresses the same text differs from one Node.js to the next, and
 *   other bytes would be another component: where the text is the same, its bytes stay.
 */
export function pack(script: string, before: string | undefined): string {
  const kept = before === undefined ? undefined : PACKED.exec(before)?.[1];
  const text = `set -euo pipefail\n${script}\n`;
  const packed =
    kept !== undefined && isOf(kept, text) ? kept : gzipSync(text, { level: 9 }).toString("base64");
  return [
    "script=$(mktemp)",
    "base64 -d <<'END' | gzip -dc >$script",
    packed,
    "END",
    `echo "${sha256(text)}  $script" | sha256sum -c --quiet`,
    "bash $script",
    "rm $script",
  ].join("\n");
}

/** A document in which packed scripts stand as they are. */
export function unpack(data: string): string {
  return data.replace(PACKED, (_, packed: string) =>
    gunzipSync(Buffer.from(packed, "base64")).toString(),
  );
}

/** A gzip in base64, on a line of its own. */
const PACKED = /(?<=^ *)(H4sI[A-Za-z0-9+/=]+)$/m;

function isOf(packed: string, text: string): boolean {
  try {
    return gunzipSync(Buffer.from(packed, "base64")).toString() === text;
  } catch {
    return false;
  }
}

/** The line that ends a file's content. */
const END = "END OF FILE";

/** What a document writes for a backslash in a file's content. */
const BACKSLASH = "`";

/**
 * A step that writes files, or none where there are none. The content stands in a script as it is,
 * but for backslashes: written as backticks, and turned back on the machine.
 *
 * @throws Error where a content cannot be written so.
 */
export function writeFiles(
  name: string,
  files: readonly { readonly path: string; readonly content: string; readonly mode: string }[],
): Step | undefined {
  return files.length === 0 ? undefined : bash(name, files.map(writeFile).join("\n"));
}

/** Writes the proofs of a group's tools; what they have in common is said once, as a document's characters are few. */
function writeProofs(group: string, tools: readonly Tool[]): string[] {
  const proofs = tools.map(({ name, proof }) => ({
    name,
    path: `${PROOFS}/${group}/${name}`,
    content: `${proof.trimEnd()}\n`,
    mode: "0444",
  }));
  return proofs.length < 2
    ? proofs.map(writeFile)
    : [
        `proof() { install -D -m 0444 /dev/stdin ${PROOFS}/${group}/$1; }`,
        ...proofs.map(({ name, content }) => written(name, content, `proof ${name}`)),
      ];
}

function writeFile(file: {
  readonly path: string;
  readonly content: string;
  readonly mode: string;
}): string {
  return written(file.path, file.content, `install -D -m ${file.mode} /dev/stdin ${file.path}`);
}

/** A command that is given a content. */
function written(path: string, content: string, install: string): string {
  if (!content.endsWith("\n") || content.split("\n").includes(END)) {
    throw new Error(`${path}: a file ends with a line's end, and has no line '${END}'`);
  }
  if (!content.includes("\\")) {
    return `${install} <<'${END}'\n${content}${END}`;
  }
  if (content.includes(BACKSLASH)) {
    throw new Error(`${path}: a file has backslashes or backticks, not both; write $(command)`);
  }
  const encoded = content.replaceAll("\\", BACKSLASH);
  // XFw= is two backslashes, which tr takes for one.
  return `tr '${BACKSLASH}' "$(base64 -d <<<XFw=)" <<'${END}' | ${install}\n${encoded}${END}`;
}

function groupPhases(
  group: string,
  tools: readonly Tool[],
  files: readonly InstalledFile[],
  { rust, archive, packed }: Toolbox,
): Phases {
  const script = (phase: string) => {
    const path = join(AMI_FOLDER, `steps/${group}.${phase}.sh`);
    return existsSync(path) ? unixText(path).replace(/^#!.*\n/, "") : undefined;
  };
  const optional = (name: string, text: string | undefined) =>
    text === undefined ? undefined : bash(name, text);

  const packages = tools.flatMap(({ source }) => ("apt" in source ? [source.apt] : []));
  const venv = existsSync(join(AMI_FOLDER, `python/${group}.txt`));
  const crates = tools.filter(({ source }) => "crate" in source);
  const compiler = [`rustc-${rust}`, `cargo-${rust}`, "gcc", "libc6-dev"];
  const commands = tools.flatMap((tool) => tool.commands);
  const locks = ["build", "lock"].flatMap((part) => {
    const path = join(AMI_FOLDER, `python/${group}${part === "build" ? "-build" : ""}.txt`);
    return venv && existsSync(path)
      ? [
          {
            path: `${ROOT}/${group}-${part}.txt`,
            content: unixText(path),
            mode: "0444",
          },
        ]
      : [];
  });
  const kept = [...files.filter(({ from }) => !isBinary(from)).map(installed), ...locks];
  const written = [...kept.map(writeFile), ...writeProofs(group, tools)].join("\n");
  const before = join(AMI_FOLDER, `documents/${group}.yaml`);

  return {
    build: [
      optional("PrepareUbuntu", script("prepare")?.replaceAll("@SNAPSHOT@", archive.snapshot)),
      packages.length === 0 ? undefined : bash("InstallPackages", installPackages(packages)),
      // After the packages, which would ask what to do with a changed configuration.
      optional(
        "WriteFiles",
        written !== "" && packed.includes(group)
          ? pack(written, existsSync(before) ? unixText(before) : undefined)
          : written || undefined,
      ),
      optional("WriteBinaries", binaries(files.filter(({ from }) => isBinary(from)))),
      venv ? bash("InstallPython", installPython(group, locks.length > 1)) : undefined,
      ...(crates.length === 0
        ? []
        : [
            bash("InstallCompiler", installPackages(compiler)),
            bash("InstallCrates", installCrates(group, crates, rust)),
            bash("RemoveCompiler", removeCompiler(compiler)),
          ]),
      commands.length === 0 ? undefined : bash("LinkCommands", linkCommands(group, commands)),
      optional("Configure", script("build")),
      optional("FinishUbuntu", script("finish")),
    ],
    validate: [
      optional("CheckPackages", checkPackages(tools)),
      venv ? bash("CheckPython", checkPython(group)) : undefined,
      optional("CheckFiles", checkFiles(kept)),
      optional("CheckConfiguration", script("validate")),
    ],
    test: [
      tools.length === 0 ? undefined : bash("ProveTools", `/usr/local/sbin/toolbox-proof ${group}`),
      optional("OnTheMachine", script("test")),
    ],
  };
}

function isBinary(from: string): boolean {
  return from.endsWith(".xz");
}

function installed({ from, path, mode }: InstalledFile) {
  const file = join(AMI_FOLDER, from);
  return { path, content: isBinary(from) ? readFileSync(file, "utf8") : unixText(file), mode };
}
