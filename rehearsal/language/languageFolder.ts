import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { writeExecutable } from "../account/pluginFolder";
import { compileFolder } from "../compile";

/**
 * Writes the executable by which the engine runs a Node.js program, and policy packs with it.
 *
 * @param folder Where to put it; must not exist, and the packages have to be found from there.
 * @returns the folder to put first on PATH of the engine.
 */
export function writeLanguageFolder(folder: string): string {
  compileFolder(__dirname, folder);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeExecutable(
    join(bin, "pulumi-language-nodejs"),
    `exec '${process.execPath}' '${join(folder, "languageHost.js")}' "$@"`,
  );
  return bin;
}
