import type { CaseReport } from "./caseReport";
import { spelled } from "./sources";

const GIB = 1024 ** 3;

/**
 * A case as DFIR-IRIS takes it: bodies of its API's requests, by path. Of `/manage/cases/add` the customer and the
 * classification, `case_customer` and `classification_id`, are the instance's own, as is the `cid` of the others: they
 * are added by who sends them.
 *
 * Source: DFIR-IRIS API 2.0, as its own client sends it (dfir-iris/iris-client, dfir_iris_client/case.py: add_case,
 * add_event, add_evidence).
 */
export function irisExport(report: CaseReport) {
  const { ticket, verdict, checks, place, timeline, disks, results } = report;
  return {
    "/manage/cases/add": {
      case_name: ticket,
      case_soc_id: ticket,
      case_description: [
        `Clean room ${ticket}: account ${place.account}, ${place.region}, vault ${place.vault}. Verdict: ${verdict}.`,
        ...checks.flatMap(({ findings }) => findings.map(({ said }) => `- ${said}`)),
      ].join("\n"),
    },
    "/case/timeline/events/add": timeline.map(({ at, clock, said, who, sources }) => ({
      event_title: said.slice(0, 250),
      // Microseconds, and the zone beside them.
      event_date: `${at.slice(0, -1)}000`,
      event_tz: "+00:00",
      event_content: [said, ...(who === undefined ? [] : [`By ${who}.`])].join("\n"),
      event_raw: sources.map(spelled).join("\n"),
      event_source: clock,
      event_category_id: "1",
      event_assets: [],
      event_iocs: [],
      event_tags: `clean-room,${ticket}`,
      event_color: "",
      event_in_graph: true,
      event_in_summary: false,
      event_sync_iocs_assets: false,
      custom_attributes: {},
    })),
    "/case/evidences/add": [
      ...disks.map(({ snapshot, account, steps }) => {
        const copy = steps.find(({ what }) => what === "preserved");
        const size = /^(\d+) GiB$/m.exec((copy?.said ?? []).join("\n"))?.[1];
        const hash = steps.find(({ what }) => what === "hash")?.id ?? "none";
        return {
          filename: copy?.id ?? snapshot,
          file_size: Number(size ?? 0) * GIB,
          file_hash: hash === "none" ? "" : hash,
          file_description: `Disk of ${snapshot}, account ${account}: ${(copy?.said ?? []).join("; ")}`,
          custom_attributes: {},
        };
      }),
      ...results.map(({ source, size, sha256, written }) => ({
        filename: source.id,
        file_size: size,
        file_hash: sha256 ?? "",
        file_description: `s3://${place.vault}/${source.id}, version ${source.version}, written ${written}`,
        custom_attributes: {},
      })),
    ],
  };
}
