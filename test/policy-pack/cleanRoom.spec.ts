import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

describe("policy-pack/clean-room.json", () => {
  it("lets the image builder's VPC reach the internet, and nothing else", () => {
    const file = readFileSync(join(__dirname, "../../policy-pack/clean-room.json"), "utf8");
    const internetVpcs = ["image-builder"];
    assert.deepEqual(JSON.parse(file), {
      "no-internet-path": { internetVpcs },
      "no-open-rules": { internetVpcs },
    });
  });
});
