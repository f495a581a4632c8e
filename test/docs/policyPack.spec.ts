import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { mistakesIn } from "../../cli/policy/packConfiguration";
import { CONTROLS } from "../../policy-pack/controls";
import { policies } from "../../policy-pack/policies";
import { configurationSchemaText, policyPackPage } from "../../docs/policyPack";

const pack = (name: string) => readFileSync(join(__dirname, "../../policy-pack", name), "utf8");

describe("The policy pack's own page", () => {
  it("and the schema of its configuration follow from the policies; npm run docs writes them", () => {
    assert.equal(pack("README.md"), policyPackPage());
    assert.equal(pack("configuration.schema.json"), configurationSchemaText());
  });

  it("names controls of policies that there are, in the frameworks' own form", () => {
    const names = policies.map(({ name }) => name);
    assert.deepEqual(
      Object.keys(CONTROLS).filter((name) => !names.includes(name)),
      [],
    );
    const form =
      /^(NIST SP 800-53 [A-Z]{2}-\d+|ISO\/IEC 27001 A\.[5-8]\.\d+|ISO\/IEC 27037 \d(\.\d)+)$/;
    assert.deepEqual(
      Object.values(CONTROLS)
        .flat()
        .filter((control) => !form.test(control)),
      [],
    );
  });

  it("has an organisation's example that the pack takes", () => {
    const [, example = ""] = /```json\n([^`]*)```/.exec(pack("README.md")) ?? [];
    assert.deepEqual(mistakesIn(JSON.parse(example)), []);
  });
});
