import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import {
  bash,
  documentText,
  groupDocuments,
  pack,
  unpack,
} from "../../../components/image/documents";
import { AMI_FOLDER, parseToolbox, readToolbox } from "../../../components/image/toolbox";
import { parseDocument } from "../../ami/awstoe";

// That the documents do what they say is shown by npm run test:image.

const toolbox = readToolbox();

const text = readFileSync(join(AMI_FOLDER, "toolbox.yaml"), "utf8");

function committed(group: string): string {
  return readFileSync(join(AMI_FOLDER, `documents/${group}.yaml`), "utf8");
}

describe("the image's documents", () => {
  it("are those that follow from the toolbox, no more and no fewer (npm run docs writes them)", () => {
    assert.deepEqual(
      readdirSync(join(AMI_FOLDER, "documents")).sort(),
      Object.keys(toolbox.groups)
        .map((group) => `${group}.yaml`)
        .sort(),
    );
    for (const { group, data } of groupDocuments(toolbox)) {
      assert.equal(committed(group), data, group);
    }
  });

  it("differ from the committed ones when a tool is taken off the list", () => {
    for (const [index, tool] of toolbox.tools.entries()) {
      const without = { ...toolbox, tools: toolbox.tools.filter((_, other) => other !== index) };
      const { data } = groupDocuments(without).find(({ group }) => group === tool.group) ?? {};
      assert.notEqual(data, committed(tool.group), tool.name);
    }
  });

  it("install, check and prove every tool", () => {
    for (const { name, group, source } of toolbox.tools) {
      const data = unpack(committed(group));
      const installed = Object.values(source)[0] as string;
      assert.ok(data.includes(installed), `${name} is not installed`);
      // Each by itself, or by what a group's proofs have in common.
      assert.ok(
        data.includes(`/proofs/${group}/${name}`) ||
          (data.includes(`/proofs/${group}/$1`) && data.includes(`proof ${name}`)),
        `${name} has no proof`,
      );
      const { phases } = parseDocument(committed(group));
      const test = phases.find((phase) => phase.name === "test");
      assert.ok(
        test?.steps.some((step) => step.name === "ProveTools"),
        `${group} proves nothing`,
      );
    }
  });

  it("have the form that Image Builder takes, within its limit", () => {
    for (const group of Object.keys(toolbox.groups)) {
      const data = committed(group);
      assert.ok(data.length <= 16_000, `${group}: ${data.length} characters`);
      assert.ok(!data.includes("{{"), group);
      assert.match(data, /^schemaVersion: 1\.0$/m);
      for (const { name, steps } of parseDocument(data).phases) {
        assert.ok(["build", "validate", "test"].includes(name), name);
        const names = steps.map((step) => step.name);
        assert.deepEqual([...new Set(names)], names);
      }
    }
  });

  it("have what another Node.js packed, where it is of the same text, and else what this one packs", () => {
    const text = "set -euo pipefail\ntrue\n";
    const other = gzipSync(text, { level: 0 }).toString("base64");
    const before = (packed: string) => `        ${packed}\n`;
    assert.ok(pack("true", before(other)).includes(other));
    assert.equal(unpack(before(other)), `        ${text}\n`);
    for (const stale of [undefined, before("H4sIAAAA"), before(gzipSync("x").toString("base64"))]) {
      assert.ok(pack("true", stale).includes(gzipSync(text, { level: 9 }).toString("base64")));
    }
  });

  it("are no more than a recipe takes, with the inventory", () => {
    // EC2 Image Builder's quota: 20 components a recipe.
    assert.ok(Object.keys(toolbox.groups).length + 1 <= 20);
  });

  it("start every script so that its first failing command ends it", () => {
    for (const group of Object.keys(toolbox.groups)) {
      for (const { action, inputs, name } of parseDocument(committed(group)).phases.flatMap(
        ({ steps }) => steps,
      )) {
        if (action === "ExecuteBash") {
          const [script] = (inputs as { commands: string[] }).commands;
          assert.ok(script?.startsWith("set -euo pipefail\n"), `${group} ${name}`);
        }
      }
    }
  });

  it("are refused above 16,000 characters, and with what Image Builder would replace", () => {
    const phases = (script: string) => ({ build: [bash("Do", script)], validate: [], test: [] });
    assert.throws(() => documentText("long", "", phases("x".repeat(16_000))), /16000 fit/);
    assert.throws(() => documentText("braces", "", phases("echo '{{ x }}'")), /\{\{ in it/);
    assert.doesNotThrow(() => documentText("fine", "", phases("true")));
  });
});

describe("the toolbox", () => {
  const refused = (from: string | RegExp, to: string, message: RegExp) => {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, "the change changes nothing");
    assert.throws(() => parseToolbox(changed), message);
  };

  it("is refused with a version that pins nothing", () => {
    refused("version: 4.12.1", "version: latest", /version/);
    refused("version: 4.12.1", "version: '>=4.12'", /version/);
    refused("    version: 4.12.1\n", "", /version/);
    refused("version: 2.28.2", "version: snapshot", /only a package of the archive/);
  });

  it("is refused without a proof, with a group it does not have, with a tool twice", () => {
    refused(/    proof: \|\n      \[ "\$\(echo.*\n/, "", /proof/);
    refused("group: malware", "group: malwares", /no group malwares/);
    refused("name: testdisk", "name: sleuthkit", /sleuthkit stands in the list twice/);
  });

  it("is refused with a crate whose checksum is none", () => {
    refused(/checksum: [0-9a-f]{64}/, "checksum: 1f43", /./);
  });

  it("locks every Python tool at the version it says, by hash", () => {
    for (const { name, group, version, source } of toolbox.tools) {
      if ("python" in source) {
        const lock = readFileSync(join(AMI_FOLDER, `python/${group}.txt`), "utf8");
        assert.ok(
          new RegExp(`^${source.python}==${version} --hash=sha256:[0-9a-f]{64}$`, "m").test(lock),
          name,
        );
      }
    }
  });

  it("has locks in which every line is one distribution with its hash", () => {
    for (const file of readdirSync(join(AMI_FOLDER, "python"))) {
      const lines = readFileSync(join(AMI_FOLDER, "python", file), "utf8")
        .trimEnd()
        .split("\n");
      for (const line of lines) {
        assert.match(line, /^[a-z0-9][a-z0-9.-]*==[0-9][^ ]* --hash=sha256:[0-9a-f]{64}$/, file);
      }
    }
  });
});

describe("the toolbox's packages in Ubuntu's archive", () => {
  const index = new Map(
    readFileSync(join(__dirname, "../../ami/noble.index"), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(" ") as [string, string]),
  );

  it("has every one of them", () => {
    const packages = toolbox.tools.flatMap(({ source }) => ("apt" in source ? [source.apt] : []));
    // A tool that comes is looked up first: nobody says by chance that Ubuntu has it.
    assert.deepEqual(
      packages.filter((apt) => !index.has(apt)),
      [],
    );
  });

  for (const { name, version, source } of toolbox.tools) {
    const known = "apt" in source ? index.get(source.apt) : undefined;
    if (known !== undefined) {
      it(`${name} ${version} is in 24.04 (${known})`, () => {
        const upstream = known.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
        assert.ok(
          version === "snapshot" ||
            upstream === version ||
            (/^[+~.]/.test(upstream.slice(version.length)) && upstream.startsWith(version)),
          `${known} is not ${version}`,
        );
      });
    }
  }
});
