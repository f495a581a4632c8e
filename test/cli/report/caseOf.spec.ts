import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";

import type { CaseFacts } from "../../../cli/report/caseFacts";
import { caseOf } from "../../../cli/report/caseOf";
import { CASE_REPORT, type Check } from "../../../cli/report/caseReport";
import { recordFile } from "../../../components/evidence/records/custodyRecord";
import { Case } from "../../../components/case";
import { sha256 } from "../../../components/sha256";
import { TICKET } from "../../support/examples";
import {
  ASKED,
  ATTACHED,
  CLOSING,
  COPY,
  DESTRUCTION,
  DISK_HASH,
  EVIDENCE,
  EVIDENCE_KEY,
  factsOf,
  INCIDENT_KEY,
  intake,
  kept,
  minute,
  object,
  OPENING,
  PRESERVED,
  SOURCE,
  withObjects,
} from "./reportedCase";

const OTHER_HASH = "0".repeat(64);

/** The one check that something is wrong with, and what it says; the others have to be sound. */
function wrong(facts: CaseFacts, id: Check["id"], ...others: readonly Check["id"][]): string {
  const report = CASE_REPORT.parse(caseOf(facts));
  assert.equal(report.verdict, "wrong");
  assert.deepEqual(
    report.checks.filter(({ verdict }) => verdict === "wrong").map((check) => check.id),
    [id, ...others],
  );
  const { findings } = report.checks.find((check) => check.id === id) as Check;
  findings
    .filter(({ verdict }) => verdict === "wrong")
    .forEach(({ said, sources }) =>
      assert.ok(sources.length > 0, `${said} can be followed nowhere`),
    );
  return findings.map(({ said }) => said).join("\n");
}

/** What could not be verified, where nothing is wrong. */
function unverified(facts: CaseFacts, id: Check["id"]): string {
  const report = CASE_REPORT.parse(caseOf(facts));
  assert.equal(report.verdict, "unverified");
  assert.deepEqual(
    report.checks.filter(({ verdict }) => verdict !== "sound").map((check) => check.id),
    [id],
  );
  return (report.checks.find((check) => check.id === id)?.findings ?? [])
    .map(({ said }) => said)
    .join("\n");
}

describe("the report of a case", () => {
  it("of one that is as it has to be says so, of every check and of every record and disk", () => {
    const report = CASE_REPORT.parse(caseOf(factsOf()));
    assert.deepEqual(
      report.checks.filter(({ verdict }) => verdict !== "sound"),
      [],
    );
    assert.equal(report.verdict, "sound");
    assert.deepEqual([...new Set(report.records.map(({ verdict }) => verdict))], ["sound"]);
    assert.deepEqual(
      report.disks.map(({ snapshot, verdict }) => [snapshot, verdict]),
      [[SOURCE, "sound"]],
    );
  });

  it("is the same of the same facts", () => {
    assert.deepEqual(caseOf(factsOf()), caseOf(factsOf()));
  });

  it("gives every time by the clock of who says it, in order", () => {
    const { timeline } = caseOf(factsOf());
    assert.deepEqual(
      timeline.map(({ clock, said }) => [clock, said.split(" ").slice(0, 3).join(" ")]),
      [
        ["claim", "the moment that"],
        ["S3", "the room was"],
        ["CloudTrail", "PutObject of " + OPENING.key],
        ["EC2", `the copy ${COPY}`],
        ["CloudTrail", `CopySnapshot of ${COPY}`],
        ["S3", `${SOURCE} of 222233334444`],
        ["S3", "vol-0123456789abcdef0, made of"],
        ["workstation", "hashing of vol-0123456789abcdef0"],
        ["workstation", "hashing of vol-0123456789abcdef0"],
        [
          "S3",
          `cases/${TICKET}/intake/i-0123456789abcdef0/vol-0123456789abcdef0.json was written,`,
        ],
        ["Systems Manager", "a session on"],
        ["S3", `cases/${TICKET}/timeline.csv was written,`],
        ["Systems Manager", "a session on"],
        ["S3", "the room was"],
        ["S3", "the deletion of"],
      ],
    );
    assert.deepEqual(
      timeline.map(({ at }) => at),
      timeline.map(({ at }) => at).sort(),
    );
  });

  it("gives every claim a source, by object version, snapshot or event", () => {
    const { timeline, records, people, remains, disks } = caseOf(factsOf());
    for (const { said, sources } of timeline) {
      assert.ok(sources.length > 0, said);
    }
    for (const { who, sources } of people) {
      assert.ok(sources.length > 0, who);
    }
    for (const { what, sources } of [...remains, ...disks.flatMap(({ steps }) => steps)]) {
      assert.ok(sources.length > 0, what);
    }
    for (const { source } of records) {
      assert.ok(source.version, source.id);
    }
  });

  describe("tells on its first screen of", () => {
    it("a changed byte", () => {
      const facts = withObjects((versions) =>
        versions.map((each) =>
          each.key === PRESERVED.key
            ? { ...each, bytes: Buffer.from(PRESERVED.content.replace("8", "9")) }
            : each,
        ),
      );
      // What it said is not relied on, so that what hangs on it hangs in the air.
      assert.match(wrong(facts, "bytes", "signatures", "missing"), /a byte was changed/);
    });

    it("a byte that no text has", () => {
      const facts = withObjects((versions) =>
        versions.map((each) =>
          each.key === ATTACHED.key && each.bytes
            ? { ...each, bytes: Buffer.concat([each.bytes, Buffer.from([0xff])]) }
            : each,
        ),
      );
      assert.match(wrong(facts, "bytes", "signatures"), /a byte was changed/);
    });

    it("a second version of a record with other bytes", () => {
      const facts = withObjects((versions) => [...versions, object(OPENING.key, "{}", 200)]);
      assert.match(wrong(facts, "bytes", "signatures"), /a byte was changed/);
    });

    it("a record in another case's words, under its own hash", () => {
      const file = recordFile("evidence", "INC-2026-0099", EVIDENCE);
      const key = file.key.replace("INC-2026-0099", TICKET);
      const facts = withObjects((versions) => [...versions, ...kept({ ...file, key }, 7)]);
      assert.match(wrong(facts, "forms"), /a record of INC-2026-0099/);
    });

    it("a record that the program would not write, under its own hash", () => {
      const ofCase = new Case(TICKET);
      for (const content of [
        "no JSON",
        PRESERVED.content.replace('"ownerCompared": true', '"ownerCompared": false'),
        JSON.stringify(JSON.parse(PRESERVED.content)),
      ]) {
        // Its name is right: only what it says is not.
        const file = { key: ofCase.record(sha256(content)), content, metadata: {} };
        const facts = withObjects((versions) => [...versions, ...kept(file, 7)]);
        assert.match(wrong(facts, "forms"), /in no form of a record|not spelled/);
      }
    });

    it("a forged record that is signed by another key, or not at all", () => {
      const forged = recordFile("evidence", TICKET, {
        ...EVIDENCE,
        claimed: { ...EVIDENCE.claimed, sourceInstance: "i-0aaaaaaaaaaaaaaaa" },
      });
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const facts = withObjects((versions) => [...versions, ...kept(forged, 7, privateKey)]);
      assert.match(wrong(facts, "signatures"), /not of these bytes by this key/);
      const unsigned = withObjects((versions) => [
        ...versions,
        ...kept(forged, 7).filter(({ key }) => key === forged.key),
      ]);
      assert.match(unverified(unsigned, "signatures"), /^It is unsigned\.$/);
    });

    it("a forged record of a copy that EC2 does not have so", () => {
      const forged = (preserved: Partial<typeof EVIDENCE.preserved>) =>
        withObjects((versions) => [
          ...versions,
          ...kept(
            recordFile("evidence", TICKET, {
              ...EVIDENCE,
              preserved: { ...EVIDENCE.preserved, ...preserved },
            }),
            7,
          ),
        ]);
      assert.match(wrong(forged({ sizeGiB: 9 }), "copies"), /has 8 GiB; its record says 9 GiB/);
      assert.match(
        wrong(forged({ key: INCIDENT_KEY }), "copies", "keys"),
        /is under .*record says/,
      );
      assert.match(
        wrong(forged({ snapshot: "snap-0aaaaaaaaaaaaaaaa" }), "copies"),
        /EC2 has no such snapshot[\s\S]*one of them is forged/,
      );
    });

    it("a missing record, however it is known: by another record, a signature, a marker, the trail, a copy", () => {
      const without = (gone: string) =>
        withObjects((versions) => versions.filter(({ key }) => key !== gone));
      const alone = (gone: { readonly key: string }) =>
        withObjects((versions) => versions.filter(({ key }) => !key.includes(idOf(gone.key))));
      assert.match(wrong(alone(ATTACHED), "missing"), new RegExp(`${ATTACHED.key} is not in the`));
      assert.match(wrong(alone(CLOSING), "missing"), new RegExp(`${CLOSING.key} is not in the`));
      assert.match(
        wrong(alone(PRESERVED), "missing"),
        /is a preserved copy of .*no record of that/,
      );
      assert.match(wrong(without(DESTRUCTION.key), "missing"), /A record was signed that is not/);
      assert.match(wrong(alone(OPENING), "missing"), /the trail says that \S+ wrote it/);
      const hidden = { ...object(DESTRUCTION.key, "", 300), hides: true, bytes: undefined };
      assert.match(
        wrong(
          withObjects((versions) => [...versions, hidden]),
          "missing",
        ),
        /hidden by a marker of deletion/,
      );
      const nothing = factsOf({ versions: [], events: [], snapshots: [], locks: [] });
      assert.match(
        caseOf(nothing)
          .checks.map(({ findings }) => findings.map(({ said }) => said))
          .join(),
        /has no record of INC-2026-0042/,
      );
    });

    it("a record that is younger than what names it", () => {
      const facts = withObjects((versions) =>
        versions.map((each) =>
          each.key === ATTACHED.key ? { ...each, written: minute(92) } : each,
        ),
      );
      assert.match(wrong(facts, "order"), /was written after/);
    });

    it("a record that was written again, as one: that is what a room that is as before does", () => {
      const again = object(OPENING.key, OPENING.content, 99);
      const { verdict, records } = caseOf(withObjects((versions) => [...versions, again]));
      assert.equal(verdict, "sound");
      assert.equal(records.filter(({ source }) => source.id === OPENING.key).length, 1);
    });

    it("a lock that has expired, or is not there", () => {
      const until = new Date(ASKED.getTime() - 1);
      for (const locks of [
        [{ snapshot: COPY, state: "compliance", until }],
        [{ snapshot: COPY, state: "expired", until }],
        [],
      ]) {
        assert.match(wrong(factsOf({ locks }), "locks"), /has expired|is not locked/);
      }
      const retained = withObjects((versions) =>
        versions.map((each) =>
          each.key === OPENING.key ? { ...each, held: false, retainedUntil: until } : each,
        ),
      );
      assert.match(wrong(retained, "locks"), /retention has expired/);
    });

    it("no lock of one that a legal hold keeps", () => {
      const held = withObjects((versions) =>
        versions.map((each) => ({ ...each, held: true, retainedUntil: minute(0) })),
      );
      assert.equal(caseOf(held).verdict, "sound");
    });

    it("a hash of a disk that differs from the member account's, or from another of the same disk", () => {
      const hashed = (hash: string) =>
        withObjects((versions) =>
          versions.map((each) =>
            each.key.includes("/intake/") ? { ...each, bytes: Buffer.from(intake(hash)) } : each,
          ),
        );
      assert.match(wrong(hashed(OTHER_HASH), "hashes"), /the member account took/);
      const second = withObjects((versions) => [
        ...versions,
        object(
          new Case(TICKET).diskHash("i-0bbbbbbbbbbbbbbbb", "vol-0123456789abcdef0"),
          intake(OTHER_HASH),
          70,
        ),
      ]);
      assert.match(wrong(second, "hashes"), /there are 2 hashes that differ/);
    });

    it("a result whose hash differs from S3's, or that a manifest lists and the vault has otherwise", () => {
      const changed = withObjects((versions) =>
        versions.map((each) =>
          each.key.endsWith("timeline.csv") ? { ...each, claimedSha256: OTHER_HASH } : each,
        ),
      );
      assert.match(wrong(changed, "hashes"), /as S3 took it; who wrote it says/);
      const manifest = (files: object[]) =>
        object(
          `cases/${TICKET}/manifest-1.json`,
          JSON.stringify({ form: "clean-room/manifest/1", files }),
          61,
        );
      const lost = { key: `cases/${TICKET}/gone.csv`, versionId: "v", checksum: "c" };
      assert.match(
        wrong(
          withObjects((versions) => [...versions, manifest([lost])]),
          "hashes",
        ),
        /which a manifest lists, is not in the vault/,
      );
    });

    it("a key that is not as it has to be", () => {
      const keys = (evidence: string, incident: string) => [
        { arn: EVIDENCE_KEY, state: evidence },
        { arn: INCIDENT_KEY, state: incident },
      ];
      assert.match(
        wrong(factsOf({ keys: keys("PendingDeletion", "gone") }), "keys"),
        /nothing that is kept under it can be read/,
      );
      assert.match(
        wrong(factsOf({ keys: keys("Enabled", "Enabled") }), "keys"),
        /somebody cancelled that/,
      );
    });
  });

  it("says nothing against an open room whose copy is under way, and against a key in the day that KMS has", () => {
    const { snapshots, keys } = factsOf();
    const underWay = factsOf({
      snapshots: snapshots.map((each) => ({ ...each, state: "pending" })),
      locks: [],
    });
    assert.match(unverified(underWay, "copies"), /is pending, and not completed/);
    const pending = keys.map((key) =>
      key.arn === INCIDENT_KEY ? { ...key, state: "PendingDeletion" } : key,
    );
    const soon = new Date("2026-11-28T12:00:00Z");
    assert.equal(caseOf(factsOf({ keys: pending, askedAt: soon })).verdict, "sound");
    assert.match(wrong(factsOf({ keys: pending }), "keys"), /somebody cancelled that/);
  });

  describe("tells what could not be verified, and why", () => {
    it("what a record that is not read may say", () => {
      const content = JSON.stringify({ form: "clean-room/record/1", ticket: TICKET });
      const old = { key: new Case(TICKET).record(sha256(content)), content, metadata: {} };
      const facts = withObjects(
        (versions) => [
          ...versions.filter(({ key }) =>
            [ATTACHED, CLOSING, DESTRUCTION, PRESERVED].every(
              (file) => !key.includes(idOf(file.key)),
            ),
          ),
          ...kept(old, 1),
        ],
        { keys: [] },
      );
      const { checks, verdict } = caseOf(facts);
      assert.equal(verdict, "unverified");
      assert.match(
        JSON.stringify(checks.find(({ id }) => id === "missing")),
        /there is no record of that/,
      );
    });

    it("what was not read", () => {
      const unread = [{ what: "The trail", why: "AWS denies it to these credentials." }];
      assert.match(unverified(factsOf({ unread }), "reading"), /^The trail: AWS denies it/);
    });

    it("no lock that was not looked up is said to be missing", () => {
      const unread = [{ what: "The locks of snapshots", why: "AWS denies it." }];
      assert.match(unverified(factsOf({ unread, locks: [] }), "reading"), /locks of snapshots/);
      assert.match(
        wrong(factsOf({ unread, locks: [], snapshots: [] }), "copies"),
        /EC2 has no such snapshot/,
      );
    });

    it("an unsigned case, in one sentence", () => {
      const facts = withObjects(
        (versions) => versions.filter(({ key }) => !key.startsWith("signatures/")),
        { signingKey: undefined },
      );
      assert.equal(unverified(facts, "signatures"), "5 records: It is unsigned.");
    });

    it("a disk that was looked at before its hash was known, or that could not be read whole", () => {
      const told = (more: object) =>
        unverified(
          withObjects((versions) =>
            versions.map((each) =>
              each.key.includes("/intake/")
                ? { ...each, bytes: Buffer.from(intake(DISK_HASH, more)) }
                : each,
            ),
          ),
          "hashes",
        );
      const looks = [{ at: "2026-11-20T04:20:00Z", user: "jane.doe", action: "mount" }];
      assert.match(told({ lookedAtBefore: looks }), /^jane\.doe looked at/);
      assert.match(told({ lookedAtBefore: null }), /does not tell who looked/);
      assert.match(told({ unreadableBytes: 512 }), /512 bytes of \S+ could not be read/);
    });

    it("a disk without a hash", () => {
      const facts = withObjects((versions) =>
        versions.filter(({ key }) => !key.includes("/intake/")),
      );
      assert.match(unverified(facts, "hashes"), /No hash of the disk of snap-/);
    });

    it("a record of a form that is newer than the program", () => {
      const content = JSON.stringify({ form: "clean-room/record/99", ticket: TICKET });
      const file = { key: new Case(TICKET).record(sha256(content)), content, metadata: {} };
      const facts = withObjects((versions) => [...versions, ...kept(file, 7)]);
      assert.match(unverified(facts, "forms"), /does not read/);
    });
  });
});

function idOf(key: string): string {
  return /[0-9a-f]{64}/.exec(key)?.[0] ?? "";
}
