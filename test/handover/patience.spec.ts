import assert from "node:assert/strict";

import { type Call, type MemberAccount, MOST_COPIES } from "./memberAccount";
import { evidenceOf, INSTANCE, MEMBER, ROOT, room, ScriptTrial } from "./scriptTrial";

// What handover waits for, what it gives up for, and that it says so in AWS's words.

const OWN_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/0f1e2d3c-0000-4000-8000-000000000000`;

describe("handover", () => {
  const trial = ScriptTrial.forEachTest();
  let member: MemberAccount;

  beforeEach(() => {
    ({ member } = trial());
  });

  /** Refuses an operation so many times. */
  function refuse(operation: string, answer: string, times: number): () => number {
    let refused = 0;
    member.refusal = (call: Call) => {
      if (call[1] !== operation || refused >= times) {
        return undefined;
      }
      refused += 1;
      return answer;
    };
    return () => refused;
  }

  describe("waits", () => {
    it("for a place among the copies that AWS makes at a time", async () => {
      member.otherCopies = MOST_COPIES + 2;
      const done = await trial().run();
      assert.equal(done.code, 0, done.err);
      assert.equal(evidenceOf(done).length, 2);
      assert.match(done.err, /waits until there is a place.*ResourceLimitExceeded/);
      assert.equal(member.snapshots.length, 4, "nothing is made twice");
    });

    for (const [operation, limit] of [
      ["create-snapshots", "ConcurrentSnapshotLimitExceeded"],
      ["create-snapshots", "PendingSnapshotLimitExceeded"],
      ["copy-snapshot", "ResourceLimitExceeded"],
    ] as const) {
      it(`at ${limit} of ${operation}`, async () => {
        const refused = refuse(operation, `(${limit}) when calling`, 7);
        const { code, err } = await trial().run();
        assert.equal(code, 0, err);
        assert.equal(refused(), 7);
        // At once and every five minutes: not every time.
        assert.equal(err.match(new RegExp(`waits until .*${limit}`, "g"))?.length, 2);
        assert.equal(member.snapshots.length, 4);
      });
    }

    for (const [operation, code] of [
      ["describe-volumes", "RequestLimitExceeded"],
      ["describe-key", "ThrottlingException"],
      ["describe-snapshots", "Throttling"],
      ["create-snapshots", "SnapshotCreationPerVolumeRateExceeded"],
      ["copy-snapshot", "RequestLimitExceeded"],
      ["modify-snapshot-attribute", "RequestThrottled"],
      ["describe-snapshot-attribute", "EC2ThrottledException"],
    ] as const) {
      it(`where ${operation} is asked too often: ${code}`, async () => {
        const refused = refuse(operation, `(${code}) when calling`, 3);
        const done = await trial().run();
        assert.equal(done.code, 0, done.err);
        assert.equal(refused(), 3);
        assert.match(done.err, new RegExp(`asked too often.*${code}`));
      });
    }

    it("for credentials that are renewed elsewhere", async () => {
      const refused = refuse("copy-snapshot", "(ExpiredToken) The token has expired", 3);
      const { code, err } = await trial().run();
      assert.equal(code, 0, err);
      assert.equal(refused(), 3);
      assert.match(err, /log in again in another shell.*The token has expired/);
    });
  });

  it("does not wait where the limit is none of what is under way", async () => {
    const refused = refuse("copy-snapshot", "(SnapshotLimitExceeded) too many snapshots", 1);
    const { code, err } = await trial().run("--volume", ROOT);
    assert.equal(code, 1);
    assert.equal(refused(), 1);
    assert.match(err, /was not copied.*too many snapshots/);
  });

  describe("ends where credentials have expired that cannot be renewed, with AWS's words,", () => {
    const own = { AWS_ACCESS_KEY_ID: "ASIA", AWS_SESSION_TOKEN: "x" };
    const args = [...room(), "--instance", INSTANCE];

    for (const [operation, answer] of [
      ["create-snapshots", "(RequestExpired) Request has expired."],
      ["copy-snapshot", "(ExpiredToken) The security token included in the request is expired"],
      ["describe-key", "(ExpiredTokenException) The security token is expired"],
      ["modify-snapshot-attribute", "(ExpiredToken) expired"],
    ] as const) {
      it(`at ${operation}, and goes on when it is run again`, async () => {
        refuse(operation, answer, Infinity);
        const { code, out, err } = await trial().handover(args, "bin", own);
        const begun = trial().changes().length > 1 || member.snapshots.length > 0;
        assert.equal(code, begun ? 1 : 2, err);
        assert.equal(out, "");
        assert.match(err, /The credentials have expired\. AWS answered: .*xpired/);
        assert.match(err, /Log in again.*run the same command/);
        member.refusal = () => undefined;
        const again = await trial().handover(args, "bin", own);
        assert.equal(again.code, 0, again.err);
        assert.equal(member.snapshots.length, 4);
      });
    }

    it("and after five minutes where they could have been", async () => {
      refuse("copy-snapshot", "Error when retrieving token from sso: Token has expired", Infinity);
      const { code, err } = await trial().run();
      assert.equal(code, 1);
      assert.match(err, /The credentials have expired.*Token has expired[^]*run the same command/);
    });
  });

  describe("loses none of AWS's words:", () => {
    const fails = (message: string, progress: string) => {
      member.onDone = ([, operation]) => {
        const copy = member.snapshots.at(-1);
        if (operation === "copy-snapshot" && copy !== undefined) {
          Object.assign(copy, { message, progress });
          member.outcome = "error";
        }
      };
    };

    for (const [what, message, progress] of [
      ["where there is no progress", "Given key ID is not accessible", ""],
      ["where there is some", "Given key ID is not accessible", "12%"],
      ["where they begin like nothing", "None of the keys is accessible", ""],
      ["where they have several lines", "Given key ID\nis not\taccessible", ""],
    ] as const) {
      it(what, async () => {
        fails(message, progress);
        const { code, err } = await trial().run("--volume", ROOT);
        assert.equal(code, 1);
        const [said = ""] = /is in state error: .*$/m.exec(err) ?? [];
        for (const word of message.split(/\s+/)) {
          assert.ok(said.includes(word), `${word} is missing: ${said}`);
        }
      });
    }

    it("and takes no message for progress", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "create-snapshot") {
          Object.assign(member.snapshots[0] ?? {}, { message: "in the queue", progress: "" });
        }
      };
      const { code, err } = await trial().run("--volume", ROOT);
      assert.equal(code, 0, err);
      assert.doesNotMatch(err, /snapshot snap-\w+: in the queue/);
    });
  });

  describe("where a copy fails under the Audit account's key,", () => {
    const hint = /transferKey: on in this account's stack, its key in suspectKeys.*--transfer-key/;

    it("names AWS's documented way, whether it fails later or at once", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "copy-snapshot") {
          member.outcome = "error";
        }
      };
      assert.match((await trial().run("--volume", ROOT)).err, hint);
      refuse("copy-snapshot", "(InvalidParameterValue) KmsKeyId", Infinity);
      assert.match((await trial().run("--volume", ROOT)).err, hint);
    });

    it("and not where that was the way", async () => {
      refuse("copy-snapshot", "(InvalidParameterValue) KmsKeyId", Infinity);
      const own = await trial().handover([
        ...room({ "--transfer-key": OWN_KEY }),
        ...["--volume", ROOT],
      ]);
      assert.match(own.err, /was not copied/);
      assert.doesNotMatch(own.err, hint);
    });
  });
});
