import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { compileFile, compileFolder } from "../compile";
import { writeLanguageFolder } from "./languageFolder";

const REPOSITORY = dirname(dirname(__dirname));

/**
 * Writes the program, compiled, for an engine that starts it in a process of its own.
 *
 * @param plugins Folder of the plugins: beside them it finds its packages.
 * @param project Folder with `Pulumi.yaml`.
 * @returns the folder to put first on PATH of the engine.
 */
export function writeProgram(plugins: string, project: string): string {
  const program = join(plugins, "program");
  for (const folder of ["components", "settings", "stacks"]) {
    compileFolder(join(REPOSITORY, folder), join(program, folder));
  }
  compileFile(join(REPOSITORY, "index.ts"), join(program, "index.js"));
  // What the image is built from, which the audit stack reads.
  cpSync(join(REPOSITORY, "ami"), join(program, "ami"), { recursive: true });
  // The program says its version and its policies' in its records.
  for (const folder of ["", "policy-pack"]) {
    mkdirSync(join(program, folder), { recursive: true });
    copyFileSync(join(REPOSITORY, folder, "package.json"), join(program, folder, "package.json"));
  }
  writeFileSync(
    join(project, "index.js"),
    `module.exports = require(${JSON.stringify(join(program, "index.js"))});\n`,
  );
  return writeLanguageFolder(join(plugins, "language"));
}
