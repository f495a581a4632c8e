import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type DrillActs, DrillRun } from "../../../cli/drill/drillRun";
import { Journal } from "../../../cli/drill/journal";
import { NotLoggedIn } from "../../../components/aws/failure";
import { Interrupted } from "../../../cli/room/interruption";
import { Refusal } from "../../../components/refusal";
import { DRILL_TICKET, drillOf, LINES } from "./drilled";

/** A drill whose steps take a minute each, and go wrong as a test says. */
class Trial {
  public readonly folder = mkdtempSync(join(tmpdir(), "drill-"));
  public readonly did: string[] = [];
  public readonly said: string[] = [];
  public wrong: Partial<Record<keyof DrillActs, Error>> = {};
  public closing = false;
  private minutes = 0;

  public run(): Promise<boolean> {
    const journal =
      Journal.find(this.folder, DRILL_TICKET) ?? Journal.begin(this.folder, drillOf());
    const act = (name: keyof DrillActs) => () => {
      this.did.push(name);
      this.minutes += 1;
      const error = this.wrong[name];
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
    const acts: DrillActs = {
      room: act("room"),
      handover: () => act("handover")().then(() => LINES),
      evidence: (lines) => {
        assert.equal(lines, LINES);
        return act("evidence")();
      },
      lock: act("lock"),
      hash: act("hash"),
      close: act("close"),
      isClosing: () => Promise.resolve(this.closing),
      lookBack: () =>
        act("lookBack")().then(() => ({
          moments: [
            { at: "2026-11-30T09:02:00.000Z", what: "snapshot snap-1 begun", by: "EC2" as const },
          ],
          left: ["preserved copy snap-2, 8 GiB, locked until 2027-11-30T09:00:00.000Z"],
        })),
    };
    const output = { say: (line: string) => this.said.push(line), tell: () => undefined };
    const now = () => new Date(Date.parse("2026-11-30T09:00:00Z") + this.minutes * 60_000);
    return new DrillRun(journal, acts, output, "npx clean-room drill …", now).run();
  }

  public get drill() {
    return JSON.parse(
      readFileSync(join(this.folder, `2026-11-30-${DRILL_TICKET}.json`), "utf8"),
    ) as ReturnType<typeof drillOf>;
  }

  public get report(): string {
    return readFileSync(join(this.folder, `2026-11-30-${DRILL_TICKET}.md`), "utf8");
  }
}

describe("A drill", () => {
  it("does each step once and in the order of an incident, and reports it with the times", async () => {
    const trial = new Trial();
    assert.equal(await trial.run(), true);
    assert.deepEqual(trial.did, [
      ...["room", "handover", "evidence", "lock", "hash", "close", "lookBack"],
    ]);
    const { drill, report } = trial;
    assert.equal(drill.verdict, "passed");
    assert.deepEqual(
      Object.values(drill.steps).map(({ state, seconds }) => [state, seconds]),
      Array.from({ length: 6 }, () => ["done", 60]),
    );
    assert.equal(drill.endedAt, "2026-11-30T09:07:00.000Z");
    assert.match(report, /^# Drill DRILL-2026-11: passed$/m);
    assert.match(
      report,
      /^\| open the room \| done \| 2026-11-30T09:00:00\.000Z \| 1 min 0 s \| 1 \|$/m,
    );
    assert.match(report, /^\| 2026-11-30T09:02:00\.000Z \| snapshot snap-1 begun \| EC2 \|$/m);
    assert.match(report, /0\.1\.0\+abc[^]*locked until 2027-11-30/);
    assert.deepEqual(readdirSync(trial.folder).sort(), [
      "2026-11-30-DRILL-2026-11.json",
      "2026-11-30-DRILL-2026-11.md",
    ]);
  });

  it("of which a step fails is told, the room is closed, and the report has both", async () => {
    const trial = new Trial();
    trial.wrong = { evidence: new Refusal("Not copied", ["no key | none\nat all"]) };
    assert.equal(await trial.run(), false);
    assert.deepEqual(trial.did, ["room", "handover", "evidence", "close", "lookBack"]);
    assert.match(trial.said.join("\n"), /FAILED: Not copied:\n[^]*is over: failed\./);
    assert.deepEqual(
      Object.values(trial.drill.steps).map(({ state }) => state),
      ["done", "done", "failed", "not done", "not done", "done"],
    );
    assert.match(trial.report, /^# Drill DRILL-2026-11: failed$/m);
    assert.match(trial.report, /^- copy the disks, .*: Not copied: - no key \| none at all$/m);
  });

  it("whose room cannot be closed names the command, and goes on where it failed", async () => {
    const trial = new Trial();
    trial.wrong = { hash: new Refusal("No hash", ["none"]), close: new Refusal("Not closed", []) };
    assert.equal(await trial.run(), false);
    assert.match(trial.said.join("\n"), /is not closed[^]*npx clean-room close DRILL-2026-11$/m);
    assert.equal(trial.drill.verdict, undefined);
    assert.match(trial.report, /^# Drill DRILL-2026-11: not over$/m);
    trial.wrong = {};
    trial.did.length = 0;
    assert.equal(await trial.run(), true);
    assert.deepEqual(trial.did, ["hash", "close", "lookBack"]);
    assert.equal(trial.drill.steps.hash.tries, 2);
    assert.doesNotMatch(trial.report, /did not go well/);
  });

  it("is only stopped by Ctrl-C and by the end of credentials: nothing is closed, and it goes on", async () => {
    for (const error of [new Interrupted("Interrupted."), new NotLoggedIn("Ended", "")]) {
      const trial = new Trial();
      trial.wrong = { handover: error };
      await assert.rejects(trial.run(), error);
      assert.deepEqual(trial.did, ["room", "handover"]);
      assert.match(trial.said.join("\n"), /goes on where it was: npx clean-room drill …/);
      assert.equal(trial.drill.steps.handover.state, "stopped");
      assert.match(trial.report, /\| stopped \|/);
      trial.wrong = {};
      assert.equal(await trial.run(), true);
      assert.equal(trial.did.filter((act) => act === "room").length, 1);
    }
  });

  it("whose room somebody closes meanwhile closes it to the end, and has not passed", async () => {
    const trial = new Trial();
    trial.wrong = { lock: new Interrupted("Interrupted.") };
    await assert.rejects(trial.run());
    trial.closing = true;
    trial.did.length = 0;
    assert.equal(await trial.run(), false);
    assert.deepEqual(trial.did, ["close", "lookBack"]);
    assert.equal(trial.drill.verdict, "failed");
  });

  it("reports also where AWS does not tell what is left", async () => {
    const trial = new Trial();
    trial.wrong = { lookBack: new Error("no") };
    assert.equal(await trial.run(), true);
    assert.match(trial.report, /What is left could not be looked up: no/);
  });

  it("is begun once: another file of that name is not written over, and a foreign one not read", () => {
    const { folder } = new Trial();
    Journal.begin(folder, drillOf());
    assert.throws(() => Journal.begin(folder, drillOf()), /EEXIST/);
    assert.equal(Journal.find(folder, "DRILL-2026-1"), undefined);
    const other = { ...drillOf("DRILL-2"), form: "other" } as never;
    Journal.begin(folder, other);
    assert.throws(
      () => Journal.find(folder, "DRILL-2"),
      /no report of this drill[^]*close DRILL-2/,
    );
  });
});
