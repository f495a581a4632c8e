import assert from "node:assert/strict";

import { isCronExpression } from "../../../components/image/cronExpression";

describe("Image Builder's cron expressions", () => {
  for (const fields of [
    "0 4 1 * ? *",
    "0 0 * * ? *",
    "0,30 8-18/2 ? jan,Feb MON-FRI 2026-2030",
    "0/15 10 ? * * *",
    "59 23 LW 12 ? 2199",
    "0 4 15W * ? *",
    "0 4 ? * 2#1 *",
    "0 4 ? * 6L *",
  ]) {
    it(`are taken: ${fields}`, () => {
      assert.equal(isCronExpression(`cron(${fields})`), true);
    });
  }

  for (const fields of [
    "99 4 1 * ? *",
    "0 24 1 * ? *",
    "0 4 32 * ? *",
    "0 4 0 * ? *",
    "0 4 1 13 ? *",
    "0 4 ? * 8 *",
    "0 4 1 * ? 1969",
    "0 4 1 * * *",
    "0 4 ? * ? *",
    "? 4 1 * ? *",
    "0 4 1,? * ? *",
    "0 4 5-1 * ? *",
    "0/0 4 1 * ? *",
    "0 4 1 * ?",
    "0 4 1 * ? * *",
    "0  4 1 * ? *",
    "a b c d e f",
  ]) {
    it(`are refused: ${fields}`, () => {
      assert.equal(isCronExpression(`cron(${fields})`), false);
    });
  }
});
