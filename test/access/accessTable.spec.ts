import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { accessPage } from "../../docs/accessPage";
import { type Cell, cellsOf, evaluate, policiesOf } from "./accessTable";
import { ACTS } from "./acts";
import { type Placed, placed, type Policy } from "./documents";
import { readTable } from "./expectedTable";
import { GROUPS, PRINCIPALS } from "./principals";

/**
 * Who can do what: the table in expected.csv, which follows from the design and not from the code,
 * against the documents that the stacks place. It cannot prove what only AWS knows: Object Lock and
 * Snapshot Lock themselves, organisations' own policies, and grants, which are modelled here.
 */
describe("Who can do what", function () {
  this.timeout("5m");
  const rows = readTable();
  const cells = cellsOf(rows);
  let documents: Placed;

  before(async () => {
    documents = await placed();
  });

  it("names every principal and act as they are known, and no cell twice", () => {
    const known = [...Object.keys(PRINCIPALS), ...Object.keys(GROUPS), "everybody else"];
    for (const { principal, act } of rows) {
      assert.ok(known.includes(principal), principal);
      assert.ok(act in ACTS, act);
    }
    const names = rows.map(({ principal, act }) => `${principal}: ${act}`);
    assert.equal(new Set(names).size, names.length);
  });

  it("is what docs/access.md says; npm run docs writes it", () => {
    const page = readFileSync(join(__dirname, "../../docs/access.md"), "utf8");
    assert.equal(page, accessPage());
  });

  for (const act of Object.keys(ACTS)) {
    it(act, async () => {
      const wrong: string[] = [];
      for (const cell of cells.filter((each) => each.act === act)) {
        const allowed = await evaluate(cell, documents);
        if (allowed !== (cell.row.decision === "allow")) {
          wrong.push(`${cell.principal}: ${allowed ? "allow" : "deny"}, not as ${cell.row.reason}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it("turns at least one cell for any statement that is left out of any policy", async () => {
    const mutations = Object.entries(documents.policies).flatMap(([name, policy]) =>
      policy.Statement.map((_, index) => ({ name, index })),
    );
    const unnoticed: string[] = [];
    for (const { name, index } of mutations) {
      const policy = documents.policies[name] as Policy;
      const mutant: Policy = {
        ...policy,
        Statement: policy.Statement.filter((_, i) => i !== index),
      };
      const changed = { ...documents, policies: { ...documents.policies, [name]: mutant } };
      const concerned = cells.filter((cell) => policiesOf(cell).includes(name));
      if (!(await someTurns(concerned, changed))) {
        unnoticed.push(`${name}: ${(policy.Statement[index] as { Sid?: string }).Sid ?? index}`);
      }
    }
    console.log(
      `      ${mutations.length} mutations, ${mutations.length - unnoticed.length} noticed`,
    );
    assert.deepEqual(unnoticed, []);
  });
});

async function someTurns(cells: readonly Cell[], changed: Placed): Promise<boolean> {
  for (const cell of cells) {
    if ((await evaluate(cell, changed)) !== (cell.row.decision === "allow")) {
      return true;
    }
  }
  return false;
}
