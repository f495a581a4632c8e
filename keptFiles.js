/** Files that one process makes for the next, below a folder that may be deleted at any time. */
"use strict";

const { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const DAY = 24 * 60 * 60 * 1000;

/** Keeps a file, under another name first: processes that start together never read half of one. */
exports.keep = (file, content) => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, content);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A folder that nobody may write: it is made again the next time.
  }
};

/**
 * Deletes what was kept a month ago and before, at most once a day: of every version of a source there is a file, and one that is
 * needed still is made again.
 */
exports.sweep = (folder) => {
  const swept = join(folder, "swept");
  const age = (file) => Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  try {
    if (age(swept) < DAY) {
      return;
    }
    exports.keep(swept, "");
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile() && age(file) > 30 * DAY) {
        rmSync(file, { force: true });
      }
    }
  } catch {
    // Nobody may read or delete there: it stays.
  }
};
