import type { Unknown } from "./caseFacts";
import type { Check, Finding, Verdict } from "./caseReport";

/** The worst of verdicts; `sound` of none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (["wrong", "unverified"] as const).find((each) => verdicts.includes(each)) ?? "sound";
}

/** What is not known is named so many times, then counted. */
const NAMED = 3;

/**
 * A check with the verdict that follows from what it found, what is wrong first, and from what it could not look at.
 *
 * @param unknown What is not known of the case: it is unverified where that opens it.
 */
export function concluded(
  id: Check["id"],
  title: string,
  said: string,
  findings: readonly Finding[],
  unknown: readonly Unknown[] = [],
): Check {
  const rank = ({ verdict }: Finding) => (verdict === "wrong" ? 0 : 1);
  const all = [...findings, ...leftOpen(id, unknown)];
  return {
    id,
    title,
    verdict: worst(all.map(({ verdict }) => verdict)),
    said,
    findings: all.sort((a, b) => rank(a) - rank(b)),
  };
}

function leftOpen(id: Check["id"], unknown: readonly Unknown[]): Finding[] {
  const all = [
    ...new Set(unknown.filter(({ opens }) => opens.includes(id)).map(({ what }) => what)),
  ];
  const more = all.length - NAMED;
  return all.length === 0
    ? []
    : [
        {
          verdict: "unverified",
          said: `Not known, so that this is open: ${all.slice(0, NAMED).join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
          sources: [],
        },
      ];
}
