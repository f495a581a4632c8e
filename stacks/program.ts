import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ProgramFacts } from "../components/evidence/records/recordFrame";

/** Reads the versions of this program and of the policy pack beside it from their packages. */
export function readProgram(): ProgramFacts {
  return { version: versionOf(".."), policyPackVersion: versionOf("../policy-pack") };
}

function versionOf(folder: string): string {
  const file = join(__dirname, folder, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
