import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { mistakesIn } from "../../cli/policy/packConfiguration";
import { configurationSchemaText, policyPackPage } from "../../docs/policyPack";

const pack = (name: string) => readFileSync(join(__dirname, "../../policy-pack", name), "utf8");

describe("The policy pack's own page", () => {
  it("and the schema of its configuration follow from the policies; npm run docs writes them", () => {
    assert.equal(pack("README.md"), policyPackPage());
    assert.equal(pack("configuration.schema.json"), configurationSchemaText());
  });

  it("has an organisation's example that the pack takes", () => {
    const [, example = ""] = /```json\n([^`]*)```/.exec(pack("README.md")) ?? [];
    assert.deepEqual(mistakesIn(JSON.parse(example)), []);
  });
});
