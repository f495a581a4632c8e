import { type CaseReport, type Check, type Finding } from "../report/caseReport";
import { concluded, worst } from "../report/concluded";

/** What only who asks AWS can look at: the report tells it, and nothing here can show it again. */
const OF_AWS: Readonly<Partial<Record<Check["id"], string>>> = {
  copies: "Every preserved copy is there, as its record says",
  locks: "Nothing of it can be deleted",
  hashes: "Hashes of disks and results agree",
  keys: "Keys are as records say",
  reading: "Everything that was to be read was read",
};

/**
 * What a report found, for who has no more than it and the records: its findings join those of the same check, and what
 * it alone can look at is told as it tells it.
 *
 * @param checks What was found here.
 */
export function carriedOver(report: CaseReport, checks: readonly Check[]): readonly Check[] {
  const of = (id: Check["id"]) => report.checks.filter((check) => check.id === id);
  return [
    ...checks.map((check) => {
      const findings = of(check.id)
        .flatMap((theirs) => theirs.findings)
        // Signatures are verified here again, maybe with a key that the report did not have.
        .filter(({ verdict }) => check.id !== "signatures" || verdict === "wrong")
        .filter((finding) => !check.findings.some((own) => isSame(own, finding)))
        .map(asTold);
      return concluded(check.id, check.title, check.said, [...check.findings, ...findings]);
    }),
    ...Object.entries(OF_AWS).map(([id, title]) => {
      const told = of(id as Check["id"]);
      return concluded(
        id as Check["id"],
        title,
        `As the report says, of ${report.made.at}.`,
        told.length === 0
          ? [{ verdict: "unverified", said: "The report does not tell.", sources: [] }]
          : told.flatMap(({ findings }) => findings.map(asTold)),
      );
    }),
  ];
}

/** Verdicts that a report gives, and that do not follow from what it found: the program writes none such. */
export function contradictions({ verdict, checks }: CaseReport): readonly Finding[] {
  const follows =
    verdict === worst(checks.map((check) => check.verdict)) &&
    checks.every((check) => check.verdict === worst(check.findings.map((each) => each.verdict)));
  return follows
    ? []
    : [
        {
          verdict: "wrong",
          said: `The report gives the verdict ${verdict}, which does not follow from what it found: the program writes none such.`,
          sources: [],
        },
      ];
}

function isSame(a: Finding, b: Finding): boolean {
  return a.verdict === b.verdict && a.sources.length > 0 && a.sources[0]?.id === b.sources[0]?.id;
}

function asTold(finding: Finding): Finding {
  const { sources } = finding;
  const about = sources.length === 1 && !finding.said.includes(sources[0]?.id ?? "");
  return {
    ...finding,
    said: `When the report was made: ${about ? `${sources[0]?.id}: ` : ""}${finding.said}`,
  };
}
