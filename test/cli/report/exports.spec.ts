import assert from "node:assert/strict";

import { z } from "zod";

import { caseOf } from "../../../cli/report/caseOf";
import { irisExport } from "../../../cli/report/irisExport";
import { theHiveExport } from "../../../cli/report/theHiveExport";
import { TICKET } from "../../support/examples";
import { COPY, DISK_HASH, factsOf, SOURCE } from "./reportedCase";

// What their own clients send: dfir-iris/iris-client, dfir_iris_client/case.py; thehive4py, types.
const IRIS = z.strictObject({
  "/manage/cases/add": z.strictObject({
    case_name: z.string(),
    case_soc_id: z.string(),
    case_description: z.string(),
  }),
  "/case/timeline/events/add": z.array(
    z.strictObject({
      event_title: z.string().max(250),
      event_in_graph: z.boolean(),
      event_in_summary: z.boolean(),
      event_content: z.string(),
      event_raw: z.string(),
      event_source: z.string(),
      event_assets: z.array(z.int()),
      event_iocs: z.array(z.int()),
      event_category_id: z.string(),
      event_color: z.string(),
      event_date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
      event_tags: z.string(),
      event_tz: z.literal("+00:00"),
      custom_attributes: z.strictObject({}),
      event_sync_iocs_assets: z.boolean(),
    }),
  ),
  "/case/evidences/add": z.array(
    z.strictObject({
      filename: z.string(),
      file_size: z.int(),
      file_description: z.string(),
      file_hash: z.string(),
      custom_attributes: z.strictObject({}),
    }),
  ),
});

const THE_HIVE = z.strictObject({
  case: z.strictObject({
    title: z.string(),
    description: z.string(),
    severity: z.int().min(1).max(4),
    startDate: z.int(),
    tags: z.array(z.string()),
  }),
  customEvents: z.array(
    z.strictObject({ date: z.int(), title: z.string(), description: z.string() }),
  ),
  observables: z.array(
    z.strictObject({
      dataType: z.enum(["hash", "other"]),
      data: z.string().max(512),
      message: z.string(),
      tags: z.array(z.string()),
      ioc: z.boolean(),
    }),
  ),
});

describe("a case for another system", () => {
  const report = caseOf(factsOf());

  it("is what DFIR-IRIS takes: every moment, every disk with its size and hash, every result", () => {
    const bodies = IRIS.parse(irisExport(report));
    assert.equal(bodies["/case/timeline/events/add"].length, report.timeline.length);
    const [disk, ...others] = bodies["/case/evidences/add"];
    assert.deepEqual(
      [disk?.filename, disk?.file_size, disk?.file_hash],
      [COPY, 8 * 1024 ** 3, DISK_HASH],
    );
    assert.equal(others.length, report.results.length);
    assert.match(bodies["/case/timeline/events/add"][1]?.event_raw ?? "", /^object records\//);
  });

  it("is what TheHive takes", () => {
    const { customEvents, observables, ...of } = THE_HIVE.parse(theHiveExport(report));
    assert.equal(of.case.title, `Clean room ${TICKET}`);
    assert.equal(of.case.startDate, customEvents[0]?.date);
    assert.equal(customEvents.length, report.timeline.length);
    assert.deepEqual(
      observables
        .filter(({ data }) => [DISK_HASH, SOURCE].includes(data))
        .map(({ dataType }) => dataType),
      ["hash", "other"],
    );
  });
});
