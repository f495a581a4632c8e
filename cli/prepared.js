/** Installs the packages of package-lock.json where those in node_modules are none or others, as after a pull. */
"use strict";

const old = require("./nodeVersion").tooOld();
if (old !== undefined) {
  console.error(old);
  process.exit(1);
}

const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const root = dirname(__dirname);

/** Versions by path, as npm notes them. */
function versions(file) {
  try {
    const { packages } = JSON.parse(readFileSync(join(root, file), "utf8"));
    return new Map(
      Object.entries(packages).flatMap(([path, { version, link, optional }]) =>
        // What is optional is for other machines, too.
        path.includes("node_modules/") && !link && !optional ? [[path, version]] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

const installed = versions("node_modules/.package-lock.json");
const wanted = [...versions("package-lock.json")];
if (wanted.some(([path, version]) => installed.get(path) !== version)) {
  console.error(`installing ${wanted.length} packages (npm ci), which takes about a minute`);
  // A registry that cannot be reached is asked again by npm, for minutes.
  const { status } = spawnSync(
    "npm",
    ["ci", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"],
    { cwd: root, stdio: "inherit" },
  );
  if (status !== 0) {
    console.error(
      "The packages could not be installed; npm says why, above. Where it is the registry, what reaches it is set by npm config set registry, or https-proxy; then this again.",
    );
  }
  process.exit(status ?? 1);
}
