import type { CaseReport, Verdict } from "./caseReport";
import { spelled } from "./sources";

/** TheHive's 1 (low) to 4 (critical): how much somebody has to look. */
const SEVERITY: Readonly<Record<Verdict, number>> = { sound: 1, unverified: 2, wrong: 3 };

/**
 * A case as TheHive 5 takes it: `case` is the body of its creation, and of the case that is created then `customEvents`
 * and `observables` are bodies of one request each.
 *
 * Source: TheHive API 1, as its own client types it (TheHive-Project/TheHive4py: InputCase, InputCustomEvent,
 * InputObservable). Times are milliseconds since 1970.
 */
export function theHiveExport(report: CaseReport) {
  const { ticket, verdict, checks, place, timeline, disks, results } = report;
  const [first] = timeline;
  const tags = ["clean-room", ticket];
  const hashes = [
    ...disks.flatMap(({ snapshot, steps }) =>
      steps.flatMap(({ what, id }) =>
        what === "hash" && id !== "none" ? [{ hash: id, of: `the disk of ${snapshot}` }] : [],
      ),
    ),
    ...results.flatMap(({ source, sha256 }) =>
      sha256 === undefined ? [] : [{ hash: sha256, of: `s3://${place.vault}/${source.id}` }],
    ),
  ];
  return {
    case: {
      title: `Clean room ${ticket}`,
      description: [
        `Account ${place.account}, ${place.region}, vault ${place.vault}. Verdict: ${verdict}.`,
        ...checks.flatMap(({ findings }) => findings.map(({ said }) => `- ${said}`)),
      ].join("\n"),
      severity: SEVERITY[verdict],
      ...(first === undefined ? {} : { startDate: Date.parse(first.at) }),
      tags,
    },
    customEvents: timeline.map(({ at, clock, said, who, sources }) => ({
      date: Date.parse(at),
      title: said.slice(0, 250),
      description: [said, `By the clock of ${clock}.`, who && `By ${who}.`, ...sources.map(spelled)]
        .filter((line) => line !== undefined && line !== "")
        .join("\n"),
    })),
    observables: [
      ...hashes.map(({ hash, of }) => ({
        dataType: "hash",
        data: hash,
        message: `SHA-256 of ${of}`,
        tags,
        ioc: false,
      })),
      ...disks.map(({ snapshot, account }) => ({
        dataType: "other",
        data: snapshot,
        message: `Snapshot that account ${account} handed over`,
        tags,
        ioc: false,
      })),
    ],
  };
}
