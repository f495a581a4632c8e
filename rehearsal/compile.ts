import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is JavaScript, as it is what runs TypeScript
const { translated } = require("../register") as { translated: (file: string) => string };

/**
 * Compiles a folder of TypeScript, with what lies below it, to JavaScript in another folder and
 * copies beside it what a program reads: JSON, YAML and scripts. The engine starts plugins and policy packs anew for every
 * deployment, and compiling them takes longer than most deployments. Types are not checked here:
 * `npm run typecheck` does that.
 *
 * @param from Folder with the sources; its `node_modules` and `tsconfig.json` are left out.
 * @param to Folder to write; made if it is not there.
 */
export function compileFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "bin") {
        compileFolder(source, join(to, entry.name));
      }
    } else if (entry.name.endsWith(".ts")) {
      compileFile(source, join(to, `${basename(entry.name, ".ts")}.js`));
    } else if (entry.name === "package.json") {
      const text = readFileSync(source, "utf8");
      writeFileSync(join(to, entry.name), text.replace('"main.js"', '"index.js"'));
    } else if (/\.(json|yaml|sh|ps1)$/.test(entry.name) && entry.name !== "tsconfig.json") {
      copyFileSync(source, join(to, entry.name));
    }
  }
}

/** Compiles one TypeScript file to JavaScript. Types are not checked here. */
export function compileFile(source: string, to: string): void {
  writeFileSync(to, translated(source));
}
