import assert from "node:assert/strict";

import type { MemberAccount } from "./memberAccount";
import {
  DATA,
  evidenceOf,
  INSTANCE,
  KEY,
  MEMBER,
  ROOT,
  room,
  ScriptTrial,
  tagsOf,
} from "./scriptTrial";

// What handover looks at before the first snapshot, so that nobody learns of it after hours of copying.

const OWN_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/0f1e2d3c-0000-4000-8000-000000000000`;
const DEFAULT_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/0a0a0a0a-0000-4000-8000-000000000000`;
const THIRD_KEY = "arn:aws:kms:us-east-1:999988887777:key/0b0b0b0b-0000-4000-8000-000000000000";

describe("handover, before the first snapshot,", () => {
  const trial = ScriptTrial.forEachTest();
  let member: MemberAccount;

  beforeEach(() => {
    ({ member } = trial());
    member.keys.set(DEFAULT_KEY, { state: "Enabled", manager: "AWS" });
    member.keys.set(OWN_KEY, { state: "Enabled" });
  });

  const dryRun = () => trial().handover([...room(), "--instance", INSTANCE, "--dry-run"]);

  for (const [answer, words] of [
    [
      "(UnauthorizedOperation) not yours",
      /Volume \S+ may not be looked up by this role.*not yours/,
    ],
    ["(InternalError) try later", /Volume \S+ could not be looked up.*try later/],
  ] as const) {
    it(`says that a volume is missing only where AWS says so, not at ${answer}`, async () => {
      member.refusal = ([, operation]) => (operation === "describe-volumes" ? answer : undefined);
      const { code, err } = await trial().run("--volume", ROOT);
      assert.equal(code, 2);
      assert.match(err, words);
      assert.doesNotMatch(err, /not to be found/);
    });
  }

  describe("says whose key each disk is under:", () => {
    for (const [whose, key, words] of [
      ["nobody's", undefined, /not encrypted/],
      ["the account's own", OWN_KEY, /key\/0f1e2d3c-.*a key of this account/],
      ["the account's default key", DEFAULT_KEY, /under aws\/ebs.*cannot be shared, the copy can/],
      [
        "a third account's",
        THIRD_KEY,
        /a key of account 999988887777: its policy .* and foreignKeyArns of this account's stack has to name it/,
      ],
    ] as const) {
      it(whose, async () => {
        member.volumes.set(ROOT, { size: 8, ...(key === undefined ? {} : { key }) });
        member.volumes.set(DATA, { size: 8, key: OWN_KEY });
        const { code, err } = await dryRun();
        assert.equal(code, 0, err);
        const [line = ""] = err.split("\n").filter((said) => said.startsWith(`${ROOT} of`));
        assert.match(line, words);
        assert.match(err, new RegExp(`^${DATA} of .*a key of this account`, "m"));
        assert.deepEqual(trial().changes(), []);
      });
    }

    it("also of a snapshot that is there already", async () => {
      const given = member.addSnapshot({ key: THIRD_KEY });
      const { err } = await trial().handover([...room(), "--snapshot", given.id, "--dry-run"]);
      assert.match(err, new RegExp(`^${given.id}, .*a key of account 999988887777`, "m"));
    });
  });

  describe("says what to do about a disk's key, copies nothing under it until then,", () => {
    for (const [state, more, advice] of [
      ["Disabled", {}, /aws kms enable-key --region us-east-1 --key-id \S+0f1e2d3c/],
      [
        "PendingDeletion",
        { deletion: "2026-12-05T03:00:00Z" },
        /on 2026-12-05T03:00:00Z all that is under it is lost.*aws kms cancel-key-deletion/,
      ],
      ["PendingReplicaDeletion", {}, /aws kms cancel-key-deletion/],
      ["PendingImport", {}, /aws kms import-key-material/],
      ["Unavailable", { store: "cks-1" }, /connect-custom-key-store .*--custom-key-store-id cks-1/],
      ["Creating", {}, /takes minutes/],
      ["Updating", {}, /takes minutes/],
      ["StateOfNextYear", {}, /in state StateOfNextYear/],
    ] as const) {
      it(`which is ${state}`, async () => {
        member.keys.set(OWN_KEY, { state, ...more });
        member.volumes.set(ROOT, { size: 8, key: OWN_KEY });
        const done = await trial().run();
        assert.equal(done.code, 1);
        const [before = ""] = done.err.split(/^.*snapshot snap-\w+ begun/m);
        assert.match(before, advice);
        assert.match(done.err, /is safe, but was not copied/);
        // The other disk is handed over.
        assert.deepEqual(
          evidenceOf(done).map(({ sourceVolume }) => sourceVolume),
          [DATA],
        );
      });
    }

    it("which is not there any more, in AWS's words", async () => {
      member.volumes.set(ROOT, { size: 8, key: OWN_KEY });
      member.refusal = (call) =>
        call.includes(OWN_KEY) ? "(NotFoundException) key is gone for good" : undefined;
      const { code, err } = await trial().run();
      assert.equal(code, 1);
      assert.match(err, /not there any more.*key is gone for good/);
    });

    it("and copies once it can be used", async () => {
      member.keys.set(OWN_KEY, { state: "Disabled" });
      member.volumes.set(ROOT, { size: 8, key: OWN_KEY });
      member.onDone = ([, operation]) => {
        if (operation === "create-snapshots") {
          member.keys.set(OWN_KEY, { state: "Enabled" });
        }
      };
      const { code, err } = await trial().run();
      assert.equal(code, 0, err);
    });

    it("but tries where it may not look at it", async () => {
      member.volumes.set(ROOT, { size: 8, key: THIRD_KEY });
      member.refusal = (call) =>
        call.includes(THIRD_KEY) ? "(AccessDeniedException) not yours to see" : undefined;
      const { code, err } = await trial().run();
      assert.equal(code, 0, err);
      assert.match(err, /Whether it can be used is not known.*not yours to see/);
    });
  });

  describe("tells of AWS Marketplace's product codes, and preserves the disk to be attached nowhere,", () => {
    it("of a volume", async () => {
      member.volumes.set(ROOT, { size: 8, productCodes: ["aw0evgkw8e5c1q413zgy5pjce", "x1"] });
      const looked = await dryRun();
      assert.match(looked.err, /product codes \(aw0evgkw8e5c1q413zgy5pjce x1\).*attach: false/);
      const done = await trial().run();
      assert.equal(done.code, 0, done.err);
      assert.deepEqual(
        evidenceOf(done).map(({ sourceVolume, attach, device }) => [sourceVolume, attach, device]),
        [
          [ROOT, false, undefined],
          [DATA, undefined, "/dev/sdg"],
        ],
      );
    });

    it("of a snapshot", async () => {
      const given = member.addSnapshot({ productCodes: ["x1"] });
      const done = await trial().run("--snapshot", given.id);
      assert.match(done.err, /product codes \(x1\)/);
      assert.equal(evidenceOf(done)[0]?.["attach"], false);
    });

    it("of a copy, where this role may not look at the volume", async () => {
      member.volumes.set(ROOT, { size: 8, productCodes: ["x1"] });
      member.refusal = ([, operation]) =>
        operation === "describe-volume-attribute" ? "(UnauthorizedOperation)" : undefined;
      const done = await trial().run();
      assert.equal(done.code, 0, done.err);
      assert.match(done.err, /is looked up in its copy.*UnauthorizedOperation/);
      assert.deepEqual(
        evidenceOf(done).map(({ attach }) => attach),
        [false, undefined],
      );
    });
  });

  describe("tells of what lies in the archive:", () => {
    it("of a snapshot that is restored for some days, until when", async () => {
      const given = member.addSnapshot({
        tier: "archive",
        restoredUntil: "2026-12-05T03:00:00.000Z",
      });
      const { code, err } = await trial().run("--snapshot", given.id);
      assert.equal(code, 0, err);
      assert.match(err, /restored from the archive until 2026-12-05T03:00:00/);
    });

    it("of one that an earlier run made, and hands the others over", async () => {
      const mine = member.addSnapshot({
        volume: ROOT,
        tier: "archive",
        tags: tagsOf({ "source-volume": ROOT }),
      });
      const done = await trial().run();
      assert.equal(done.code, 1);
      assert.match(done.err, new RegExp(`${mine.id} is archived.*restore-snapshot-tier`));
      assert.equal(evidenceOf(done).length, 1);
    });
  });

  describe("tells of instance store, which no snapshot holds,", () => {
    it("where there are EBS volumes too, here and beside the lines to add", async () => {
      member.instanceType = "m5d.4xlarge";
      const done = await trial().run();
      assert.equal(done.code, 0, done.err);
      const [before = ""] = done.err.split(/^.*snapshot snap-\w+ begun/m);
      assert.match(before, /\(m5d\.4xlarge\) has 600 GB of instance store/);
      assert.match(done.out, /^ {4}# Instance .* 600 GB of instance store/);
      assert.equal(evidenceOf(done).length, 2);
    });

    it("and that it is not known where it may not look", async () => {
      member.refusal = ([, operation]) =>
        operation === "describe-instance-types" ? "(UnauthorizedOperation) no" : undefined;
      const { code, err } = await trial().run();
      assert.equal(code, 0, err);
      assert.match(err, /is not known.*UnauthorizedOperation/);
    });

    it("and says nothing where there is none", async () => {
      const { out, err } = await trial().run();
      assert.doesNotMatch(`${out}${err}`, /instance store/);
    });
  });

  describe("asks whether it may share,", () => {
    const denied = (...operations: string[]) => {
      member.refusal = ([, operation = ""]) =>
        operations.includes(operation) ? "(UnauthorizedOperation) SCP says no" : undefined;
    };

    it("and tells of it before anything is copied, with AWS's words", async () => {
      denied("modify-snapshot-attribute");
      const { code, err } = await trial().run();
      assert.equal(code, 1);
      const [before = ""] = err.split(/^.*copy snap-\w+ of snap-\w+ begun/m);
      assert.match(before, /may not share snapshots with 111122223333.*SCP says no/);
    });

    it("of the copy, where the snapshot is one that nobody may share", async () => {
      let asked = 0;
      member.refusal = (call) =>
        call.includes("--dry-run") && (asked += 1) === 1
          ? "(OperationNotPermitted) Encrypted snapshots with EBS default key cannot be shared"
          : undefined;
      const { code, err } = await trial().run("--volume", ROOT);
      assert.equal(code, 0, err);
      assert.equal(asked, 2);
      assert.doesNotMatch(err, /may not share/);
    });

    it("of the copy, where a snapshot was given, which has no ticket", async () => {
      const given = member.addSnapshot();
      await trial().run("--snapshot", given.id);
      const trials = member.calls.filter((call) => call.includes("--dry-run"));
      assert.equal(trials.length, 1);
      assert.ok(!trials[0]?.includes(given.id));
    });
  });

  it("takes a key of the account's own for the Audit account's, and prints what the room has to be granted", async () => {
    const done = await trial().handover([
      ...room({ "--transfer-key": OWN_KEY }),
      ...["--instance", INSTANCE],
    ]);
    assert.equal(done.code, 0, done.err);
    assert.deepEqual(
      member.snapshots.slice(2).map(({ key, accounts }) => [key, accounts]),
      Array(2).fill([OWN_KEY, ["111122223333"]]),
    );
    assert.ok(
      done.err.includes(
        [
          "  clean-room:suspectKeys:",
          `    - keyArn: ${OWN_KEY}`,
          `      assumeRole: arn:aws:iam::${MEMBER}:role/clean-room/transfer-key-grants`,
        ].join("\n"),
      ),
      done.err,
    );
    assert.equal(evidenceOf(done).length, 2);
  });

  it("says nothing of suspects' keys where the copies are under the Audit account's", async () => {
    const { err } = await trial().run();
    assert.doesNotMatch(err, /suspectKeys/);
    assert.equal(member.snapshots[2]?.key, KEY);
  });

  it("prints the heading when it is asked for it", async () => {
    const { out } = await trial().handover([...room(), "--volume", ROOT, "--heading"]);
    assert.match(out, /^ {2}clean-room:evidence:\n {4}- snapshot: snap-/);
  });
});
