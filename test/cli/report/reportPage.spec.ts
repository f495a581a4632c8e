import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { caseOf } from "../../../cli/report/caseOf";
import { CASE_REPORT } from "../../../cli/report/caseReport";
import { roomPicture } from "../../../cli/report/roomPicture";
import { reportPage } from "../../../cli/report/reportPage";
import { anchorOf, sourcesOf } from "../../../cli/report/sources";
import { Browser, findBrowser } from "../../../rehearsal/browser";
import { TICKET } from "../../support/examples";
import { COPY, factsOf, minute, object, SOURCE, VOLUME, withObjects } from "./reportedCase";

const HOSTILE = `<script>alert(1)</script>"'&\u202egnp.exe`;

const hostile = () =>
  caseOf(
    withObjects((versions) => [...versions, object(`cases/${TICKET}/${HOSTILE}`, HOSTILE, 62)], {
      sessions: [{ id: HOSTILE, who: HOSTILE, machine: HOSTILE }],
      recordings: [{ session: HOSTILE, logGroup: "/g", machine: HOSTILE, begun: minute(1) }],
      unread: [{ what: HOSTILE, why: HOSTILE, opens: ["missing"] }],
    }),
  );

describe("the report as a page", () => {
  it("has what was found first: the verdict, and every check before everything else", () => {
    const page = reportPage(caseOf(factsOf({ locks: [] })));
    const at = (words: string) => {
      const index = page.indexOf(words);
      assert.ok(index > 0, words);
      return index;
    };
    assert.ok(at("Something is wrong") < at(`${COPY} is not locked`));
    assert.ok(at(`${COPY} is not locked`) < at('<h2 id="disks">'));
  });

  it("has a place for every source that it names, with the command that looks it up", () => {
    const report = caseOf(factsOf());
    const page = reportPage(report);
    const sources = sourcesOf(report);
    assert.ok(sources.length > 10);
    for (const source of sources) {
      assert.equal(page.split(`id="${anchorOf(source)}"`).length, 2, source.id);
    }
    assert.match(page, /aws s3api get-object --region us-east-1 --bucket vault-bucket-0a1b2c3/);
    assert.match(
      page,
      new RegExp(`describe-snapshots --region us-east-1 --snapshot-ids &#39;${COPY}`),
    );
  });

  it("has the recordings of sessions that nobody tells of any more, with the command that reads one", () => {
    const logGroup = "/clean-room/sessions/us-east-1a-1";
    const [session, machine] = ["jane.doe-1", "i-0123456789abcdef0"];
    const recordings = [{ session, logGroup, machine, begun: minute(50), last: minute(60) }];
    const report = caseOf(factsOf({ recordings }));
    const page = reportPage(report);
    assert.match(page, /Session Manager tells of no more/);
    assert.match(
      page,
      /logs filter-log-events --region us-east-1 --log-group-name &#39;\/clean-room\/sessions\/us-east-1a-1&#39; --log-stream-names &#39;jane\.doe-1&#39;/,
    );
    assert.deepEqual(
      report.timeline.flatMap(({ clock, said }) => (clock === "CloudWatch Logs" ? said : [])),
      [`the recording of a session on ${machine} began, ${session}`],
    );
    assert.ok(CASE_REPORT.safeParse(report).success);
    assert.doesNotMatch(reportPage(caseOf(factsOf())), /tells of no more/);
  });

  it("asks nobody for anything, runs nothing, and takes what others have named as text", () => {
    const page = reportPage(hostile());
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(
      page,
      /<script|<img|<iframe|<link|<object|<embed|\son\w+=|url\(|@import|src=/i,
    );
    assert.doesNotMatch(page, /https?:|javascript:/i);
    assert.doesNotMatch(page, /\u202e/);
    assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;\\u202egnp\.exe/);
  });

  it("has a picture of each room: who begins a connection, which disks hang on the workstation, what did not fit", () => {
    const report = caseOf(factsOf());
    const [room] = report.rooms;
    assert.ok(room);
    const pictureOf = (ports: readonly string[]) =>
      roomPicture({ ...room, ports: [...ports] }, report).text;
    const picture = pictureOf(["lime: 4444/tcp to 10.20.30.40/32", "shell: 22/tcp from sg-0a"]);
    const tips = [...picture.matchAll(/class="tip" d="M(\d+) \d+ L(\d+) /g)].map(([, back, tip]) =>
      Number(tip) < Number(back) ? "left" : "right",
    );
    // To the suspect, from there, and into the vault.
    assert.deepEqual(tips, ["left", "right", "right"]);
    assert.match(picture, /lime: 4444\/tcp</);
    assert.match(picture, new RegExp(`/dev/sdf ${VOLUME} of ${SOURCE}`));
    for (const words of [room.workstation ?? "", room.slot, report.place.vault]) {
      assert.ok(picture.includes(words), words);
    }
    const beside = [{ name: "windows", instance: room.workstation ?? "" }];
    const several = { ...room, workstation: "i-0a", workstations: beside };
    const { text } = roomPicture(several, report);
    assert.match(text, new RegExp(`/dev/sdf on windows ${VOLUME} of ${SOURCE}`));
    assert.match(text, /i-0a \+1</);
    const many = Array.from({ length: 20 }, (_, port) => `tool${port}: ${port}/tcp to 10.0.0.1/32`);
    assert.match(pictureOf(many), /and 13 more/);
    assert.doesNotMatch(pictureOf([HOSTILE]), /<script/);
    const page = reportPage(report);
    assert.ok(page.includes(`aria-label="The room in ${room.slot}"`));
    assert.ok(page.includes("10.20.30.40/32; link: transit-gateway over tgw-0123456789abcdef0"));
  });

  it("prints: it has a style for paper", () => {
    assert.match(reportPage(caseOf(factsOf())), /@media print/);
  });

  describe("in a browser", function () {
    this.timeout(60_000);
    let browser: Browser;
    let folder: string | undefined;

    before(async function () {
      const program = findBrowser();
      if (program === undefined) {
        // Nothing of it is shown then: install chromium.
        this.skip();
      }
      folder = mkdtempSync(join(tmpdir(), "report-page-"));
      browser = await Browser.start(program);
    });

    after(async () => {
      await browser?.end();
      if (folder !== undefined) {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it("complains of nothing, asks for nothing, links lead somewhere, dark and light, wide and narrow", async () => {
      const file = join(folder ?? assert.fail(), "report.html");
      for (const report of [caseOf(factsOf()), hostile()]) {
        writeFileSync(file, reportPage(report));
        const painted = new Set<string>();
        for (const colours of ["light", "dark"] as const) {
          for (const width of [1200, 400]) {
            const { picture, background, ...rest } = await browser.look(file, colours, {
              width,
              height: 900,
            });
            assert.deepEqual(rest, { complaints: [], requests: [], broken: [], overflow: 0 });
            painted.add(background);
            if (process.env["KEEP_PICTURES"] !== undefined) {
              writeFileSync(join(process.env["KEEP_PICTURES"], `${colours}-${width}.png`), picture);
            }
          }
        }
        assert.equal(painted.size, 2, "dark is as light");
      }
    });
  });
});
