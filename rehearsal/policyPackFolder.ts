import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { EXTRA_TAGS } from "./accounts";
import { compileFolder } from "./compile";

const REPOSITORY = dirname(__dirname);

/**
 * Writes the policy pack, compiled, with what the organisation has it demand of every stack and of the audit stack.
 *
 * @param folder Where to put it: beside it, it finds its packages.
 */
export function writePolicyPack(folder: string): void {
  compileFolder(join(REPOSITORY, "policy-pack"), folder);
  const demanded = { extraTags: EXTRA_TAGS };
  const config = JSON.parse(
    readFileSync(join(REPOSITORY, "policy-pack/clean-room.json"), "utf8"),
  ) as object;
  const ofEvery = { "required-tags": demanded, "nested-tags": demanded };
  writeFileSync(join(folder, "every-stack.json"), JSON.stringify(ofEvery));
  writeFileSync(join(folder, "audit-stack.json"), JSON.stringify({ ...config, ...ofEvery }));
}
