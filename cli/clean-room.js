#!/usr/bin/env node
/** Starts the command `clean-room`, which is TypeScript. */
"use strict";

// The version of Node.js is .node-version's; eight lines of AWS's SDK about it stand in the way of what matters.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

try {
  require("ts-node").register({
    transpileOnly: true,
    cwd: require("node:path").dirname(__dirname),
  });
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
