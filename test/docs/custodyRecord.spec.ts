import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { schemaPage, schemaText } from "../../docs/custodyRecord";

const read = (name: string) => readFileSync(join(__dirname, "../../docs", name), "utf8");

describe("The documentation of custody records", () => {
  it("is the JSON schema that follows from the code; npm run docs writes it", () => {
    assert.equal(read("custody-record.schema.json"), schemaText());
  });

  it("is the page that follows from the code; npm run docs writes it", () => {
    assert.equal(read("custody-record.md"), schemaPage());
  });

  it("says of every field what it means and what form it has", () => {
    const rows = schemaPage()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    assert.ok(rows.length > 70, `${rows.length} fields`);
    for (const row of rows) {
      assert.match(row, /^\| `[\w.[\]]+` \| \S.* \| \S.* \|$/);
    }
  });
});
