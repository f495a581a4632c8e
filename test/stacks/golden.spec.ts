import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { GOLDEN, goldenFile, goldenText } from "./golden/golden";

describe("What a whole stack declares", () => {
  for (const [name, deployed] of Object.entries(GOLDEN)) {
    it(`is what ${name}.yaml says: npm run golden writes it, and its diff is read`, async () => {
      const now = goldenText(await deployed()).split("\n");
      const golden = readFileSync(goldenFile(name), "utf8").split("\n");
      const line = now.findIndex((text, index) => text !== golden[index]);
      const [declares, says] = [now, golden].map((text) => text.slice(line, line + 5).join("\n"));
      assert.equal(
        declares,
        says,
        `line ${line + 1} of ${goldenFile(name)} is the first to differ`,
      );
      assert.equal(now.length, golden.length);
    });
  }
});
