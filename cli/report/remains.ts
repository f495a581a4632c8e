import type { CaseReport } from "./caseReport";
import { type Custody, holds } from "./custody";
import { type KnownCase, sourceOf } from "./knownCase";

/** What is left of a case, and until when. */
export function remainsOf(known: KnownCase, custodies: readonly Custody[]): CaseReport["remains"] {
  const { objects, ofCase, askedAt } = known;
  const named = new Set(
    custodies.flatMap(({ said }) => said.map(({ facts }) => facts.preserved.snapshot)),
  );
  const folder = (what: string, some: typeof objects): CaseReport["remains"] => {
    const ends = some.flatMap(({ retainedUntil }) => retainedUntil ?? []).sort((a, b) => +a - +b);
    const held = some.filter((each) => each.held === true).length;
    return some.length === 0
      ? []
      : [
          {
            what: `${some.length} ${what}`,
            until: [
              ends[0] === undefined
                ? "S3 tells no retention"
                : `retained until ${ends[0].toISOString()} or later`,
              ...(held === 0 ? [] : [`${held} under legal hold`]),
            ].join("; "),
            sources: some.slice(0, 1).map(sourceOf),
          },
        ];
  };
  return [
    ...known.snapshots.map(({ id, source, state }) => {
      const lock = known.locks.find(({ snapshot }) => snapshot === id);
      return {
        what: `${named.has(id) ? "preserved copy" : "snapshot"} ${id}${source ? ` of ${source}` : ""}, ${state}`,
        until:
          lock === undefined || !holds(lock, askedAt)
            ? "not locked"
            : `${lock.state} until ${lock.until?.toISOString() ?? "it is released"}`,
        sources: [{ kind: "snapshot" as const, id }],
      };
    }),
    ...folder(
      "versions of records",
      objects.filter(({ key }) => key.startsWith(ofCase.records)),
    ),
    ...folder(
      "versions of results and of hashes of disks",
      objects.filter(({ key }) => key.startsWith(ofCase.results)),
    ),
    ...folder(
      "versions of reports",
      objects.filter(({ key }) => key.startsWith(ofCase.reports)),
    ),
    ...folder(
      "versions of what member accounts uploaded",
      objects.filter(({ key }) =>
        [ofCase.records, ofCase.results, ofCase.signatures, ofCase.reports].every(
          (prefix) => !key.startsWith(prefix),
        ),
      ),
    ),
    ...known.machines.map(({ id, state }) => ({
      what: `workstation ${id}, ${state}`,
      until: "the room is destroyed",
      sources: [{ kind: "instance" as const, id }],
    })),
    ...known.volumes.map(({ id, state }) => ({
      what: `volume ${id}, ${state}`,
      until: "the room is destroyed",
      sources: [{ kind: "volume" as const, id }],
    })),
    ...known.keys
      .filter(({ state }) => state !== "gone")
      .map(({ arn, state, deletion }) => ({
        what: `key ${arn}`,
        until: deletion === undefined ? state : `${state}, deleted ${deletion.toISOString()}`,
        sources: [{ kind: "key" as const, id: arn }],
      })),
  ];
}
