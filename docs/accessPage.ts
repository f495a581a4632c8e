import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readTable, type Row } from "../test/access/expectedTable";
import { table } from "./markdown";

// docs/access.md, which prints test/access/expected.csv. `npm run docs` writes it; a test fails when it
// says something else.

const INTRODUCTION = `# Who can do what

Written by \`npm run docs\` from [test/access/expected.csv](../test/access/expected.csv), which is written by hand
from the design. \`npm test\` evaluates every principal with every act against the policies that the stacks
place (identity, bucket, key, trust, boundary, endpoint). It then takes out one clause after the other, a statement, a
condition's key, an action of a denial, the narrowness of a resource or of a principal, and fails unless a row notices
or [a list](../test/access/equivalents.ts) says why none can. What the rows are for is told by the
[threat model](threat-model.md).

- Where a principal's own policies are not this program's (an administrator, a custodian, a member account), they
  allow everything here: what is denied is denied whatever they say.
- Grants of KMS are modelled: simulators know none. Object Lock and Snapshot Lock are not in it, nor are your
  organisation's service control policies: both take away, and give nothing.
- *Whoever is allowed everything in the Audit account*: deployers of the foundation, custodians, administrators,
  the root user, whoever is named as an investigator, responder or auditor, and the roles of the auditor and of the
  runbook that puts legal holds on, were they given everything.
- The vault is one with \`legalHold: true\`; without it nobody but custodians puts a legal hold on.
`;

/** The page: a table with a row for every act. */
export function accessPage(): string {
  const rows = readTable();
  const acts = [...new Set(rows.map(({ act }) => act))];
  const of = (act: string, decision: Row["decision"]) =>
    rows
      .filter((row) => row.act === act && row.decision === decision)
      .map(({ principal, reason }) => `**${principal}**: ${reason.replaceAll("<", "&lt;")}`)
      .join("<br>");
  return `${INTRODUCTION}
${table(
  ["act", "may", "may not"],
  acts.map((act) => [act, of(act, "allow"), of(act, "deny")]),
)}
`;
}

if (require.main === module) {
  writeFileSync(join(__dirname, "access.md"), accessPage());
}
