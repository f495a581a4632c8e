import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { accessPage } from "../../docs/accessPage";
import type { Decision } from "../support/simulator";
import { type Cell, cellsOf, decide, evaluate, policiesOf } from "./accessTable";
import { ACTS } from "./acts";
import type { Act } from "./acts/requests";
import { mutantsOf } from "./clauses";
import { type Placed, placed } from "./documents";
import { EQUIVALENTS } from "./equivalents";
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

  it("turns at least one cell for any clause that is taken out of any policy", async () => {
    const before = await Promise.all(cells.map((cell) => decide(cell, documents)));
    const concerned = new Map<string, { readonly cell: Cell; readonly decision: Decision }[]>();
    cells.forEach((cell, index) => {
      for (const name of policiesOf(cell)) {
        const known = concerned.get(name) ?? [];
        known.push({ cell, decision: before[index] as Decision });
        concerned.set(name, known);
      }
    });
    const mutants = Object.entries(documents.policies).flatMap(([name, policy]) =>
      mutantsOf(name, policy),
    );
    const unnoticed: string[] = [];
    for (const mutant of mutants) {
      const changed = {
        ...documents,
        policies: { ...documents.policies, [mutant.policy]: mutant.mutant },
      };
      // Only what the clause can turn is asked again.
      const asked = (concerned.get(mutant.policy) ?? []).filter(({ cell, decision }) => {
        const { action, resource } = ACTS[cell.act] as Act;
        return decision === mutant.turns && mutant.isAbout(action, resource);
      });
      // First the acts whose context names most of what the statement asks for: most of these are about it.
      const named = ({ cell }: (typeof asked)[number]) =>
        mutant.keys.filter((key) => key in ((ACTS[cell.act] as Act).context ?? {})).length;
      asked.sort((one, other) => named(other) - named(one));
      if (!(await someTurns(asked, changed, mutant.widens))) {
        unnoticed.push(`${mutant.policy}: ${mutant.clause}`);
      }
    }
    console.log(
      `      ${mutants.length} clauses, ${mutants.length - unnoticed.length} noticed, ${unnoticed.filter((each) => each in EQUIVALENTS).length} equivalent`,
    );
    // One that a row notices by now is no equivalent, and one that is gone has no reason.
    assert.deepEqual(unnoticed.sort(), Object.keys(EQUIVALENTS).sort());
  });
});

async function someTurns(
  asked: readonly { readonly cell: Cell }[],
  changed: Placed,
  widens: boolean,
): Promise<boolean> {
  for (const { cell } of asked) {
    if (((await decide(cell, changed)) === "Allowed") === widens) {
      return true;
    }
  }
  return false;
}
