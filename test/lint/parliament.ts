import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { JUSTIFIED } from "./parliamentJustified";
import { placedDocuments } from "./placedDocuments";

// Has parliament read every placed document. Called with the Python that has it:
// node -r ./register.js test/lint/parliament.ts python3

interface Finding {
  readonly of: string;
  readonly issue: string;
  readonly detail: string;
}

async function main(python: string): Promise<number> {
  const documents = await placedDocuments();
  const { stdout, stderr, status } = spawnSync(python, [join(__dirname, "findings.py")], {
    input: JSON.stringify(documents),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    console.error(`parliament did not run: ${stderr}`);
    return 1;
  }
  const findings = JSON.parse(stdout) as Finding[];
  const used = new Set<number>();
  const unknown = findings.filter(({ of, issue, detail }) => {
    const index = JUSTIFIED.findIndex(
      (each) => each.issue === issue && each.of.test(of) && each.detail.test(detail),
    );
    used.add(index);
    return index < 0;
  });
  // One that is found no more has no reason.
  const idle = JUSTIFIED.filter((_, index) => !used.has(index));
  for (const { of, issue, detail } of unknown) {
    console.error(`${of}: ${issue} ${detail}`);
  }
  for (const { issue, of, detail } of idle) {
    console.error(`justified, and not found: ${issue} ${of} ${detail}`);
  }
  console.log(
    `${documents.length} documents, ${findings.length} findings, ${findings.length - unknown.length} justified`,
  );
  return unknown.length + idle.length > 0 ? 1 : 0;
}

void main(process.argv[2] ?? "python3").then((code) => {
  process.exitCode = code;
});
