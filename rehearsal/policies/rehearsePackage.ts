import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { AUDIT_ACCOUNT, REGION } from "../accounts";
import { endWithReason } from "../endWithReason";
import { findPulumi } from "../engine/pulumiCli";
import { writeLanguageFolder } from "../language/languageFolder";
import { Stage } from "../stage";
import { writePolicyPackage } from "./policyPackage";

// The pack as a package, in a project that has nothing of this repository: the CLI itself previews two programs under it.

const MODULES = join(dirname(dirname(__dirname)), "node_modules");
const PACKAGE = "clean-room-policies";

const KEY = `new aws.kms.Key("key", {
  enableKeyRotation: true,
  deletionWindowInDays: 30,
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::${AUDIT_ACCOUNT}:root" }, Action: ["kms:PutKeyPolicy"], Resource: "*" }] }),
  tags: { notification: "ir@example.edu" },
}, { protect: true });`;

async function rehearsePackage(): Promise<void> {
  const stage = Stage.set(await findPulumi(process.env, console.log), () => Promise.resolve({}));
  const wrong: string[] = [];
  try {
    const archive = writePolicyPackage(join(stage.folder, "published"));
    const installed = install(archive, join(stage.folder, "elsewhere"));
    const PATH = [
      writeLanguageFolder(join(stage.plugins, "language")),
      stage.environment["PATH"],
    ].join(delimiter);
    const run = (...args: string[]) => stage.run(args, { PATH });
    await run("stack", "init", "audit");
    writeFileSync(
      join(stage.project, "Pulumi.audit.yaml"),
      `config:\n  aws:region: ${REGION}\n  aws:allowedAccountIds: ["${AUDIT_ACCOUNT}"]\n`,
    );
    const preview = (program: string, ...more: string[]) => {
      writeFileSync(
        join(stage.project, "index.js"),
        `const aws = require(${JSON.stringify(join(MODULES, "@pulumi/aws"))});\nmodule.exports = () => {\n${program}\nreturn {};\n};\n`,
      );
      return run("preview", "--policy-pack", installed, ...more);
    };
    const right = await preview(KEY, "--policy-pack-config", join(installed, "clean-room.json"));
    if (!right.succeeded || !right.output.includes(PACKAGE)) {
      wrong.push(`what is right is refused, or not judged: ${right.output}`);
    }
    const defect = await preview(KEY.replace("enableKeyRotation: true", "multiRegion: true"));
    for (const field of ["enableKeyRotation", "multiRegion"]) {
      if (defect.succeeded || !defect.output.includes(`${field} is`)) {
        wrong.push(`a defect passes, ${field}: ${defect.output}`);
      }
    }
    const demanding = await preview(
      KEY,
      "--policy-pack-config",
      join(installed, "examples/organisation.json"),
    );
    if (demanding.succeeded || !demanding.output.includes("tags.cost-centre is missing")) {
      wrong.push(`the organisation's example demands nothing: ${demanding.output}`);
    }
  } finally {
    stage.clear();
  }
  console.log(
    wrong.length === 0
      ? "the package judges in another project: 1 right program, 1 defect, 1 organisation's example"
      : wrong.join("\n"),
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** What `npm install` does with the archive, where no registry is; the packages that it needs are those of this repository. */
function install(archive: string, project: string): string {
  const modules = join(project, "node_modules");
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(MODULES)) {
    if (name !== PACKAGE && name !== "ts-node" && name !== "typescript") {
      symlinkSync(join(MODULES, name), join(modules, name));
    }
  }
  execFileSync("tar", ["-xzf", archive, "-C", modules]);
  const installed = join(modules, PACKAGE);
  execFileSync("mv", [join(modules, "package"), installed]);
  return installed;
}

if (require.main === module) {
  rehearsePackage().catch(endWithReason);
}
