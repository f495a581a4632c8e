import type { Check, Finding, Verdict } from "./caseReport";

/** The worst of verdicts; `sound` of none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (["wrong", "unverified"] as const).find((each) => verdicts.includes(each)) ?? "sound";
}

/** A check with the verdict that follows from what it found: what is wrong first. */
export function concluded(
  id: Check["id"],
  title: string,
  said: string,
  findings: readonly Finding[],
): Check {
  const rank = ({ verdict }: Finding) => (verdict === "wrong" ? 0 : 1);
  return {
    id,
    title,
    verdict: worst(findings.map(({ verdict }) => verdict)),
    said,
    findings: [...findings].sort((a, b) => rank(a) - rank(b)),
  };
}
