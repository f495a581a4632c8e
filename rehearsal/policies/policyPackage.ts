import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { compileFolder } from "../compile";

const REPOSITORY = dirname(dirname(__dirname));

/** What goes along beside what is compiled. */
const ALONG = ["README.md", "configuration.schema.json"];

/**
 * Writes the policy pack as a package that other projects install: JavaScript, as nobody translates TypeScript below
 * `node_modules`, with its page, its schema and an organisation's example.
 *
 * @param folder Where to put it.
 * @returns the file that `npm publish` and `npm install` take.
 */
export function writePolicyPackage(folder: string): string {
  const pack = join(REPOSITORY, "policy-pack");
  const made = join(folder, "clean-room-policies");
  compileFolder(pack, made);
  ALONG.forEach((file) => copyFileSync(join(pack, file), join(made, file)));
  copyFileSync(join(REPOSITORY, "LICENSE"), join(made, "LICENSE"));
  const { private: _, ...declared } = JSON.parse(
    readFileSync(join(made, "package.json"), "utf8"),
  ) as Record<string, unknown>;
  const { engines, dependencies } = JSON.parse(
    readFileSync(join(REPOSITORY, "package.json"), "utf8"),
  ) as Record<string, Record<string, string>>;
  const needed = {
    ...(declared["dependencies"] as Record<string, string>),
    // The SDK of policies asks for it without saying so.
    "@pulumi/pulumi": dependencies?.["@pulumi/pulumi"],
  };
  writeFileSync(
    join(made, "package.json"),
    `${JSON.stringify({ ...declared, engines, dependencies: needed }, undefined, 2)}\n`,
  );
  mkdirSync(folder, { recursive: true });
  const [{ filename = "" } = {}] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: made,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as { filename: string }[];
  return join(folder, filename);
}

if (require.main === module) {
  const [folder = "."] = process.argv.slice(2);
  console.log(writePolicyPackage(folder));
}
