/**
 * Has Node.js run TypeScript from here on. A file is translated once and then kept below node_modules, by its
 * content: who opens a room waits neither for the translation nor for the compiler to be loaded.
 * Types are checked by npm run typecheck.
 *
 * Measured on Node.js 20, processor time until index.ts is loaded and of a room's spec: this 0.7 and 12 s, tsx 4
 * 2.2 and 24 s, @swc-node/register 1 1.5 s, ts-node 3.9 and 35 s. Those that map every trace pay for each promise
 * of Pulumi's SDK, which takes a trace of it (test/support/stackTraces.ts).
 */
"use strict";

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const { keep, sweep } = require("./keptFiles");

const KEPT = join(__dirname, "node_modules/.cache/clean-room");

/** What a translation depends on beside its source: another compiler, or another register.js, translates anew. */
const BY = createHash("sha256")
  .update(require("typescript/package.json").version)
  .update(readFileSync(__filename))
  .digest();

/** The JavaScript of a file of TypeScript, with its source map in the last line. */
exports.translated = (file) => {
  const source = readFileSync(file, "utf8");
  const key = createHash("sha256").update(BY).update(`${file}\n${source}`).digest("hex");
  const kept = join(KEPT, `${key}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const text = translate(file, source);
    keep(kept, text);
    sweep(KEPT);
    return text;
  }
};

function translate(file, source) {
  const ts = require("typescript");
  return ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      inlineSourceMap: true,
    },
  }).outputText;
}

// The version of Node.js is .node-version's; eight lines of AWS's SDK about it stand in the way of what matters.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

Module._extensions[".ts"] = (module, file) => module._compile(exports.translated(file), file);

/**
 * What Pulumi's SDK needs to write a function down as text, for a Lambda function or a dynamic provider. This program has
 * neither: the two are loaded once somebody asks something of them. They are two fifths of what a command loads.
 */
const WRITES_FUNCTIONS = ["@npmcli/arborist", "../../typescript-shim"];
const CLOSURES = join("@pulumi", "pulumi", "runtime", "closure");
const RUNTIME = join("@pulumi", "pulumi", "runtime");
const load = Module._load;
Module._load = (request, parent, isMain) => {
  const now = () => load(request, parent, isMain);
  if (WRITES_FUNCTIONS.includes(request) && parent?.path?.endsWith(CLOSURES)) {
    return later(now);
  }
  return request === "./debuggable" && parent?.path?.endsWith(RUNTIME) ? untraced(now()) : now();
};

/**
 * Pulumi's SDK takes a trace of each of its promises for whoever asks it, by a variable, which one is never kept. Nobody
 * else sees them, and they are a fifth of what a deployment with mocks takes.
 */
function untraced(debuggable) {
  const { debuggablePromise, debugPromiseLeaks } = debuggable;
  if (!debugPromiseLeaks && !debuggablePromise.untraced) {
    const without = (...args) => {
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      try {
        return debuggablePromise(...args);
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
    };
    debuggable.debuggablePromise = Object.assign(without, { untraced: true });
  }
  return debuggable;
}

/** A module that is loaded with the first thing that is asked of it. */
function later(now) {
  let loaded;
  const known = { __esModule: true };
  return new Proxy(known, { get: (_, name) => known[name] ?? (loaded ??= now())[name] });
}

// What V8 makes of all packages is kept as well: by Node.js itself, where it can (22.8 and newer).
if (Module.enableCompileCache === undefined) {
  require("./compileCache").keepIn(join(KEPT, "v8"));
} else {
  Module.enableCompileCache(join(KEPT, "v8"));
}
