import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import ts from "typescript";

/**
 * Writes the executables by which the engine finds the simulated account and the runner of policy
 * packs.
 *
 * The account's sources are compiled once here, because every deployment starts its plugin anew and
 * a plugin that had to load the TypeScript compiler would take longer than most deployments.
 *
 * @param folder Where to put them; must not exist.
 * @returns the folder to put first on PATH of the engine.
 */
export function writePluginFolder(folder: string): string {
  const compiled = join(folder, "account");
  mkdirSync(compiled, { recursive: true });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith(".ts"))) {
    const { outputText } = ts.transpileModule(readFileSync(join(__dirname, file), "utf8"), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
      },
    });
    writeFileSync(join(compiled, `${basename(file, ".ts")}.js`), outputText);
  }
  const packages = dirname(dirname(dirname(require.resolve("@pulumi/pulumi/package.json"))));
  symlinkSync(packages, join(folder, "node_modules"), "dir");

  const bin = join(folder, "bin");
  mkdirSync(bin);
  const runPolicyPack = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeExecutable(join(bin, "pulumi-resource-aws"), join(compiled, "plugin.js"));
  // The engine starts this one only where no language plugin for Node is installed.
  writeExecutable(join(bin, "pulumi-analyzer-policy-nodejs"), runPolicyPack);
  return bin;
}

function writeExecutable(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(file, 0o755);
}
