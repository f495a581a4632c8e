import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AMI_FOLDER, readToolbox } from "../../components/image/toolbox";
import { type ComponentDocument, parseDocument, runStep } from "./awstoe";
import { Chroot } from "./chroot";
import { lend } from "./standIns";
import { UBUNTU_ONLY } from "./ubuntuOnly";

// The image's documents, run in a Debian root. It proves that the steps work and that each tool
// does its job offline; it cannot prove Ubuntu's versions, a boot, nor what needs a kernel's devices.

const toolbox = readToolbox();
const documents = Object.keys(toolbox.groups).map((group) => ({
  group,
  document: parseDocument(readFileSync(join(AMI_FOLDER, `documents/${group}.yaml`), "utf8")),
}));

let chroot: Chroot;

// The last of all suites: what is built here is what the others run in.
after(() => chroot?.remove());

describe("the forensics image, built in a Debian root", function () {
  let notLent: Record<string, string>;
  const said = new Map<string, string>();

  before(function () {
    const missing = Chroot.missing();
    if (missing !== undefined) {
      console.log(`    the image is not built here: ${missing}`);
      this.skip();
    }
    chroot = Chroot.make();
    process.env["CLEANROOM_IMAGE_ROOT"] = chroot.root;
    notLent = lend(chroot, toolbox.rust);
  });

  for (const phase of ["build", "validate", "test"]) {
    describe(phase, () => {
      for (const { group, document } of documents) {
        for (const step of stepsOf(document, phase)) {
          const reason = UBUNTU_ONLY[`${group} ${step.name}`] ?? UBUNTU_ONLY[step.name];
          if (reason !== undefined) {
            it(`${group}: ${step.name} (needs ${reason})`);
            continue;
          }
          it(`${group}: ${step.name}`, function () {
            if (notLent[step.name] !== undefined) {
              console.log(`      not run: ${notLent[step.name]}`);
              this.skip();
            }
            // The proofs are looked at one by one, below.
            if (step.name === "ProveTools") {
              const { inputs } = step as { inputs: { commands: string[] } };
              said.set(group, chroot.run(inputs.commands.join("\n")).output);
            } else {
              runStep(chroot, step);
            }
          });
        }
      }
    });
  }

  describe("every tool does its job offline", () => {
    for (const { name, group, source } of toolbox.tools) {
      it(`${name}`, function () {
        const step =
          "python" in source ? "InstallPython" : "crate" in source ? "InstallCrates" : "";
        if (notLent[step] !== undefined) {
          console.log(`      not installed: ${notLent[step]}`);
          this.skip();
        }
        const lines = (said.get(group) ?? "").split("\n");
        const failure = lines.find((line) => line.startsWith(`FAILED ${name}:`));
        assert.equal(failure, undefined);
        assert.ok(lines.includes(`proven ${name}`), said.get(group));
      });
    }
  });
});

function stepsOf({ phases }: ComponentDocument, phase: string) {
  return phases.find(({ name }) => name === phase)?.steps ?? [];
}
