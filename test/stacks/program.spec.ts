import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { programIn } from "../../stacks/program";

describe("The version that records carry", () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.edu", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "program-"));
    mkdirSync(join(folder, "policy-pack"));
    write("package.json", '{ "version": "1.2.3" }');
    write("policy-pack/package.json", '{ "version": "4.5.6" }');
    write("index.ts", "");
    write("Pulumi.audit.yaml", "config: {}");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const commit = () => {
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "all");
    return git("rev-parse", "HEAD");
  };

  it("is the package's where there is no history", () => {
    assert.deepEqual(programIn(folder), { version: "1.2.3", policyPackVersion: "4.5.6" });
  });

  it("says the commit", () => {
    const head = commit();
    assert.equal(programIn(folder).version, `1.2.3+${head}`);
  });

  it("says that the program was changed since, and nothing of a stack's file", () => {
    const head = commit();
    write("Pulumi.audit.yaml", "config: { aws:region: us-east-1 }");
    assert.equal(programIn(folder).version, `1.2.3+${head}`);
    write("index.ts", "export {};");
    assert.equal(programIn(folder).version, `1.2.3+${head}.changed`);
  });

  it("is not the commit of a history that the program only lies in, nor of an empty one", () => {
    git("init", "--quiet");
    assert.equal(programIn(folder).version, "1.2.3");
    git("commit", "--quiet", "--allow-empty", "--message", "another's");
    assert.equal(programIn(folder).version, "1.2.3");
  });
});
