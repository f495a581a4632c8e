import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { diagram } from "../../docs/diagram";

describe("docs/diagram.svg", () => {
  it("shows what the program declares; npm run docs draws it", async () => {
    const drawn = readFileSync(join(__dirname, "../../docs/diagram.svg"), "utf8");
    assert.equal(drawn, await diagram());
  });
});
