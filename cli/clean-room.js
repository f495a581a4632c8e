#!/usr/bin/env node
/** Starts the command `clean-room`, which is TypeScript. */
"use strict";

const old = require("./nodeVersion").tooOld();
if (old !== undefined) {
  console.error(`clean-room: ${old}`);
  process.exit(1);
}
let command;
try {
  require("../register");
  command = require("./cleanRoom");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") {
    throw error;
  }
  console.error(
    "clean-room: its packages are not installed: npm ci, in the folder of the project, then this again",
  );
  process.exit(1);
}
void command.main(process.argv.slice(2));
