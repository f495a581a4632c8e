import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

describe("policy-pack/clean-room.json", () => {
  it("lets the image builder's VPC reach the internet, one topic do without a key, one boundary be wide, and nothing else", () => {
    const file = readFileSync(join(__dirname, "../../policy-pack/clean-room.json"), "utf8");
    const internetVpcs = ["image-builder"];
    assert.deepEqual(JSON.parse(file), {
      // Tells that the key of the other topic is broken.
      "alarms-on": { keylessTopics: ["runbook-alarm-keyless-topic"] },
      "narrow-acls": { internetVpcs },
      "no-internet-path": { internetVpcs },
      "no-open-policies": { boundaries: ["case-boundary"] },
      "no-open-rules": { internetVpcs },
    });
  });
});
