import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ACTS } from "../access/acts";

const ROOT = join(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/threat-model.md"), "utf8");

describe("The threat model", () => {
  const tableOf = (heading: string) =>
    (PAGE.split(`## ${heading}\n`)[1] ?? "")
      .split("\n## ")[0]
      ?.split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2) ?? [];

  /** Acts that are cited as rows of the access table. */
  const actsIn = (text: string) =>
    [...text.matchAll(/\brows? ((?:"[^"]+"(?:, | and )?)+)/g)].flatMap(([, cited = ""]) =>
      [...cited.matchAll(/"([^"]+)"/g)].map(([, act = ""]) => act),
    );

  it("cites rows and tests that there are", () => {
    const cited = actsIn(PAGE);
    assert.ok(cited.length > 40, `${cited.length}`);
    assert.deepEqual(
      cited.filter((act) => !(act in ACTS)),
      [],
    );
    const tests = [...PAGE.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path);
    assert.deepEqual(
      tests.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  it("has for each way that is closed a row or a test which shows it", () => {
    const ways = tableOf("Ways out of a room");
    assert.ok(ways.length > 10);
    const closed = ways.filter((way) => /^\| [^|]+\| closed/.test(way));
    for (const way of closed) {
      assert.ok(actsIn(way).length > 0 || way.includes("`test/"), way);
    }
  });
});
