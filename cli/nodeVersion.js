/** Which Node.js runs this; in JavaScript that an old one understands. */
"use strict";

const { engines } = require("../package.json");

/** What is said where Node.js is older than package.json wants it; undefined where it is not. */
exports.tooOld = () => {
  const wanted = engines.node.replace(">=", "");
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [leastMajor, leastMinor] = wanted.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? undefined
    : `Node.js ${process.versions.node} runs this, and ${wanted} or newer is needed: install it (https://nodejs.org/en/download), or take it with nvm install or fnm use; then this again.`;
};
