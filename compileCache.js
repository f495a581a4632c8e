/**
 * Keeps what V8 makes of every module, as Node.js 22.8 and newer do with `module.enableCompileCache`: what a process
 * needed of a module is there for the next. Of the second that a command took to load, a third was this.
 */
"use strict";

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const { keep } = require("./keptFiles");

/** Keeps it below this folder, by this Node.js and the content of each module. */
exports.keepIn = (folder) => {
  const ofThisNode = join(folder, `${process.version}-${process.arch}`);
  const made = [];

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // Who imports is asked by the loader from where; a script of ours could not say it.
    if (/\bimport\s*\(/.test(content)) {
      return compile.call(this, content, filename);
    }
    const source = Module.wrap(content.replace(/^#!.*/, ""));
    const name = createHash("sha1").update(`${filename}\n`).update(source).digest("hex");
    const kept = join(ofThisNode, name);
    const cachedData = readIfThere(kept);
    const script = new Script(source, {
      filename,
      columnOffset: -Module.wrapper[0].length,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (cachedData === undefined || script.cachedDataRejected) {
      made.push({ script, kept });
    }
    const parts = [this.exports, requireOf(this), this, filename, dirname(filename)];
    return script.runInThisContext().apply(this.exports, parts);
  };

  // Only then is it known which functions were called.
  process.on("exit", () => {
    made.forEach(({ script, kept }) => keep(kept, script.createCachedData()));
  });
};

/** What a module calls `require`. */
function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
