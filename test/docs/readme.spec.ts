import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { withTables } from "../../docs/readmeTables";

describe("README.md", () => {
  it("has the tables that follow from the code; npm run docs writes them", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    assert.equal(withTables(readme), readme);
  });
});
