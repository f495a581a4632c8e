#!/usr/bin/env node
/** Starts the command `clean-room`, which is TypeScript. */
"use strict";

try {
  require("../register");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") {
    throw error;
  }
  console.error(
    "clean-room: its packages are not installed: npm ci, in the folder of the project, then this again",
  );
  process.exit(1);
}
void require("./cleanRoom").main(process.argv.slice(2));
