import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { compileFile, compileFolder } from "../compile";
import { RESIDENT_PORT_VARIABLE } from "./pluginEnvironment";

/**
 * Writes the executables by which the engine finds the simulated account and the component of `@pulumi/awsx`, and
 * beside them the packages that whatever lies in the folder needs.
 *
 * @param folder Where to put them; must not exist.
 * @returns the folder to put first on PATH of the engine.
 */
export function writePluginFolder(folder: string): string {
  const bin = writeComponentFolder(folder);
  const resident = residentAt(`$${RESIDENT_PORT_VARIABLE}`);
  writeExecutable(
    join(bin, "pulumi-resource-aws"),
    [
      `if [ -n "$${RESIDENT_PORT_VARIABLE}" ]; then ${resident}; fi`,
      runs(join(folder, "account", "plugin.js")),
    ].join("\n"),
  );
  return bin;
}

/**
 * Writes only the executable by which the engine finds the component of `@pulumi/awsx`, for an engine
 * that has an AWS provider already.
 *
 * @param folder Where to put it; must not exist.
 * @returns the folder to put first on PATH of the engine.
 */
export function writeComponentFolder(folder: string): string {
  const compiled = join(folder, "account");
  compileFolder(__dirname, compiled);
  compileFile(join(dirname(__dirname), "endWithParent.ts"), join(folder, "endWithParent.js"));
  const packages = dirname(dirname(dirname(require.resolve("@pulumi/pulumi/package.json"))));
  symlinkSync(packages, join(folder, "node_modules"), "dir");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeExecutable(join(bin, "pulumi-resource-awsx"), runs(join(compiled, "awsxPlugin.js")));
  return bin;
}

/**
 * What a plugin does that stands for one that serves every run of the engine, and listens already or soon does: it tells
 * the port of that, waits, and is what the engine ends.
 *
 * @param file In which the port will be.
 */
export function residentAt(file: string): string {
  return `until [ -s "${file}" ]; do sleep 0.05; done; head -n 1 "${file}"; exec sleep 86400`;
}

/** Writes an executable that is these commands of a shell. */
export function writeExecutable(file: string, commands: string): void {
  writeFileSync(file, `#!/bin/sh\n${commands}\n`);
  chmodSync(file, 0o755);
}

/** Runs a script, which loads in half the time with what register.js keeps of the packages. */
function runs(script: string): string {
  const register = join(dirname(dirname(__dirname)), "register.js");
  return `exec '${process.execPath}' -r '${register}' '${script}' "$@"`;
}
