import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ProgramFacts } from "../components/evidence/records/recordFrame";

/** Where the program lies, with its package and that of the policy pack. */
const PROGRAM = dirname(__dirname);

/**
 * Reads the versions of this program and of the policy pack beside it from their packages. The program's says its commit
 * as well, where git knows it: `0.1.0+<commit>`, and `0.1.0+<commit>.changed` with changes that are not committed. A stack's
 * file is no part of the program.
 *
 * Source: Semantic Versioning 2.0.0, "Build metadata".
 */
export function programIn(folder: string): ProgramFacts {
  return {
    version: [versionOf(folder), ...commitOf(folder)].join("+"),
    policyPackVersion: versionOf(join(folder, "policy-pack")),
  };
}

let own: ProgramFacts | undefined;

/** What this process runs, whatever becomes of its files meanwhile. */
export function readProgram(): ProgramFacts {
  return (own ??= programIn(PROGRAM));
}

function versionOf(folder: string): string {
  const file = join(folder, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The commit, or none: of a copy without its history, which may lie in somebody else's. */
function commitOf(folder: string): string[] {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  if (git("ls-files", "--error-unmatch", "package.json").status !== 0) {
    return [];
  }
  const { status, stdout } = git("rev-parse", "--verify", "HEAD");
  if (status !== 0) {
    return [];
  }
  const unchanged = git("diff", "--quiet", "HEAD", "--", ".", ":(exclude)Pulumi*.yaml");
  return [`${stdout.trim()}${unchanged.status === 0 ? "" : ".changed"}`];
}
