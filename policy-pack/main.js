/** What the engine runs: index.ts. Where the pack is on its own, without register.js beside it, ts-node translates it. */
"use strict";

try {
  require("../register");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") {
    throw error;
  }
  require("ts-node").register({ transpileOnly: true });
}
require("./index.ts");
