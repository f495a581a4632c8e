import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is JavaScript, as it is what runs TypeScript
const { sweep } = require("../keptFiles") as { sweep: (folder: string) => void };

const REPOSITORY = join(__dirname, "..");

describe("What runs TypeScript", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "register-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a module that is there. */
  function run(): string {
    const keep = `require(${JSON.stringify(join(REPOSITORY, "compileCache.js"))}).keepIn("${folder}/kept")`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["-e", `${keep}; require("${folder}/module.js")`],
      { encoding: "utf8" },
    );
    assert.equal(stderr, "");
    return stdout;
  }

  it("runs a module that is kept as one that is not, and a changed one anew", () => {
    writeFileSync(join(folder, "eol.mjs"), "export default '\\n';\n");
    writeFileSync(join(folder, "imports.js"), 'exports.eol = () => import("./eol.mjs");\n');
    const module = (said: string) => `#!/usr/bin/env node
"use strict";
const { join } = require("node:path");
const here = [this === exports, require.resolve("./module") === __filename, require.main === undefined];
require("./imports").eol().then((eol) => process.stdout.write(["${said}", ...here, at()].join(" ") + eol.default));
function at() { return new Error("x").stack.split("\\n")[1].trim().replace(join(__dirname, "/"), ""); }
`;
    writeFileSync(join(folder, "module.js"), module("one"));
    const first = run();
    assert.equal(first, "one true true true at at (module.js:6:24)\n");
    const kept = readdirSync(join(folder, "kept"), { recursive: true }).length;
    assert.equal(run(), first);
    assert.equal(readdirSync(join(folder, "kept"), { recursive: true }).length, kept);
    writeFileSync(join(folder, "module.js"), module("two"));
    assert.match(run(), /^two /);
  });

  it("keeps what it made for a month, which it looks at once a day", () => {
    const kept = (name: string, days: number) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), "");
      const then = Date.now() / 1000 - days * 24 * 60 * 60;
      utimesSync(join(folder, name), then, then);
    };
    const swept = () => {
      sweep(folder);
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      return entries.flatMap((entry) => (entry.isFile() ? entry.name : [])).sort();
    };
    kept("old.js", 31);
    kept("v8/v20/old", 31);
    kept("v8/v20/young", 29);
    assert.deepEqual(swept(), ["swept", "young"]);
    kept("old.js", 31);
    assert.deepEqual(swept(), ["old.js", "swept", "young"]);
    kept("swept", 2);
    assert.deepEqual(swept(), ["swept", "young"]);
    sweep(join(folder, "none"));
  });

  it("loads what writes functions down once somebody wants one written", async () => {
    const { text } = await pulumi.runtime.serializeFunction((one: number) => one + 1);
    assert.match(text, /one \+ 1/);
  });

  it("has no trace of a promise of the SDK taken but for who looks for one that is never kept", () => {
    const kept = (env: object) =>
      spawnSync(
        process.execPath,
        [
          "-e",
          `require("./register"); require("@pulumi/pulumi");
           const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
           const promise = Promise.resolve();
           const limit = Error.stackTraceLimit;
           void debuggablePromise(promise, "a promise");
           console.log(promise._debugStackTrace.split("\\n").length, limit === Error.stackTraceLimit);`,
        ],
        { cwd: REPOSITORY, encoding: "utf8", env: { ...process.env, ...env } },
      ).stdout;
    assert.equal(kept({}), "1 true\n");
    assert.match(kept({ PULUMI_DEBUG_PROMISE_LEAKS: "true" }), /^([2-9]|\d\d) true\n$/);
  });

  it("does not load it for the program", () => {
    const loaded = `require("./register"); require("./index.ts"); console.log(Object.keys(require.cache).join("\\n"))`;
    const { stdout } = spawnSync(process.execPath, ["-e", loaded], {
      cwd: REPOSITORY,
      encoding: "utf8",
    });
    assert.match(stdout, /@pulumi\/pulumi\/runtime/);
    assert.doesNotMatch(stdout, /@npmcli\/arborist/);
  });
});
