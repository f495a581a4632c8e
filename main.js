/** What the Pulumi CLI runs: index.ts, without translating it anew. */
"use strict";

require("./register");
module.exports = require("./index.ts");
