import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Suite, Test } from "mocha";

import { groupDocuments } from "../../components/image/documents";
import { inventory } from "../../components/image/inventory";
import { AMI_FOLDER, readToolbox } from "../../components/image/toolbox";
import { type ComponentDocument, parseDocument, runStep } from "./awstoe";
import { Chroot } from "./chroot";
import { lend, missingStandIn } from "./standIns";
import { UBUNTU_ONLY } from "./ubuntuOnly";

// The image's documents, run in a Debian root. It proves that the steps work and that each tool
// does its job offline; it cannot prove Ubuntu's versions, a boot, nor what needs a kernel's devices.

const toolbox = readToolbox();
const index = readFileSync(join(__dirname, "noble.index"), "utf8");
const documents = Object.keys(toolbox.groups).map((group) => ({
  group,
  document: parseDocument(readFileSync(join(AMI_FOLDER, `documents/${group}.yaml`), "utf8")),
}));

let chroot: Chroot;

// The last of all suites: what is built here is what the others run in.
after(function () {
  chroot?.remove();
  const all = testsOf(this.test?.parent);
  const notRun = all.filter((test) => test.isPending());
  const onMachine = notRun.filter((test) =>
    /FinishUbuntu|OnTheMachine|What only a machine/.test(test.fullTitle()),
  );
  const pins = toolbox.tools.flatMap(({ source }) => ("apt" in source ? [source.apt] : []));
  const known = pins.filter((name) => index.includes(`\n${name} `));
  console.log(
    [
      `    ran here: ${all.length - notRun.length}`,
      `    only on Ubuntu: ${notRun.length - onMachine.length}`,
      `    only on a machine that boots, with its kernel and disks: ${onMachine.length}`,
      `    packages: ${known.length} of ${pins.length} are in the lists of Ubuntu 24.04`,
    ].join("\n"),
  );
});

function testsOf(suite: Suite | undefined): Test[] {
  return suite === undefined ? [] : [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

describe("the forensics image, built in a Debian root", function () {
  const said = new Map<string, string>();

  before(function () {
    const missing = Chroot.missing() ?? missingStandIn(toolbox.rust);
    if (missing !== undefined) {
      console.log(`    the image is not built here: ${missing}`);
      this.skip();
    }
    chroot = Chroot.make();
    process.env["CLEANROOM_IMAGE_ROOT"] = chroot.root;
    lend(chroot, toolbox.rust);
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
    for (const { name, group } of toolbox.tools) {
      it(`${name}`, function () {
        const lines = (said.get(group) ?? "").split("\n");
        const failure = lines.find((line) => line.startsWith(`FAILED ${name}:`));
        assert.equal(failure, undefined);
        assert.ok(lines.includes(`proven ${name}`), said.get(group));
      });
    }
  });

  describe("what is not what it says fails the build", () => {
    const step = (group: string, name: string) => {
      const { document } = documents.find((each) => each.group === group) ?? assert.fail(group);
      const found = document.phases
        .flatMap(({ steps }) => steps)
        .find((each) => each.name === name);
      const { commands } = (found ?? assert.fail(name)).inputs as { commands: string[] };
      return commands.join("\n");
    };

    it("a distribution with another hash", function () {
      const lock = readFileSync(join(AMI_FOLDER, "python/malware.txt"), "utf8");
      const other = lock.replace(/sha256:[0-9a-f]{4}/, "sha256:0000");
      assert.notEqual(other, lock);
      chroot.write("/var/tmp/planted/malware-lock.txt", other, 0o644);
      const planted = step("malware", "InstallPython").replaceAll(
        "/opt/clean-room",
        "/var/tmp/planted",
      );
      const { code, output } = chroot.run(planted);
      assert.notEqual(code, 0);
      assert.match(output, /DO NOT MATCH THE HASHES/);
    });

    it("a crate with another checksum", () => {
      // A cargo that fetches something else under the crate's name.
      const forged =
        'mkdir -p "$CARGO_HOME/registry/cache/x"; echo forged >"$CARGO_HOME/registry/cache/x/evtx-0.15.1.crate"';
      chroot.write("/var/tmp/planted/cargo-forged", `#!/bin/sh\n${forged}\n`, 0o755);
      const install = step("triage", "InstallCrates");
      const planted = install.replaceAll(
        /cargo-1\.\d+ install/g,
        "/var/tmp/planted/cargo-forged install",
      );
      assert.notEqual(planted, install);
      const { code, output } = chroot.run(planted);
      assert.notEqual(code, 0);
      assert.match(output, /checksum did NOT match/);
    });

    it("a tool that is gone", () => {
      const { output, code } = chroot.run(
        "mv /usr/bin/photorec /usr/bin/photorec.gone; toolbox-proof disk; code=$?; mv /usr/bin/photorec.gone /usr/bin/photorec; exit $code",
      );
      assert.equal(code, 1);
      assert.match(output, /^FAILED testdisk:/m);
      assert.match(output, /^proven sleuthkit$/m);
    });

    it("an object of the tools bucket with another checksum; the right one is kept", () => {
      const content = Buffer.from("a licensed tool");
      const tool = {
        name: "licensed",
        version: "1.0.0",
        key: "tools/licensed.bin",
        sha256: createHash("sha256").update(content).digest("hex"),
        path: "/opt/clean-room/licensed/licensed.bin",
      };
      const { document, json, digest } = inventory(
        toolbox,
        groupDocuments(toolbox),
        { bucket: "tools-bucket", tools: [tool] },
        "111122223333",
      );
      const { phases } = parseDocument(document.data);
      const runAll = () =>
        phases.flatMap(({ steps }) => steps).forEach((each) => runStep(chroot, each));

      chroot.putObject("s3://tools-bucket/tools/licensed.bin", Buffer.from("something else"));
      assert.throws(runAll, /CheckDownloads ended with 1/);
      chroot.putObject("s3://tools-bucket/tools/licensed.bin", content);
      runAll();
      assert.equal(chroot.run("cat /etc/clean-room/toolbox.json").output, json);
      assert.equal(
        chroot.run("sha256sum </etc/clean-room/toolbox.json").output.slice(0, 64),
        digest,
      );
    });
  });
});

function stepsOf({ phases }: ComponentDocument, phase: string) {
  return phases.find(({ name }) => name === phase)?.steps ?? [];
}
