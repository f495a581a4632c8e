import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { isTrial, type MemberAccount, option } from "./memberAccount";
import type { Run } from "./responderShell";
import {
  AUDIT,
  DATA,
  evidenceOf,
  INSTANCE,
  KEY,
  MEMBER,
  ROOM,
  room,
  ROOT,
  SCRIPT,
  ScriptTrial,
  tagsOf,
} from "./scriptTrial";

describe("handover", () => {
  const trial = ScriptTrial.forEachTest();
  let member: MemberAccount;

  beforeEach(() => {
    ({ member } = trial());
  });

  const run = (...disks: string[]): Promise<Run> => trial().run(...disks);
  const handover: ScriptTrial["handover"] = (...args) => trial().handover(...args);
  const changes = () => trial().changes();
  const operations = () => trial().operations();

  describe("hands the disks of an instance over", () => {
    it("by exactly these calls, all snapshots first and of one moment", async () => {
      const { code, err } = await run();
      assert.equal(code, 0, err);
      const [s1 = "", s2 = "", c1 = "", c2 = ""] = member.snapshots.map(({ id }) => id);
      const tags = (more: Record<string, string>) =>
        JSON.stringify([
          {
            ResourceType: "snapshot",
            Tags: Object.entries({
              notification: "ir@example.edu",
              "incident-response": "quarantine:INC-2026-0042",
              ...more,
            }).map(([Key, Value]) => ({ Key, Value })),
          },
        ]);
      const copy = (source: string, volume: string, device: string) => [
        ...["ec2", "copy-snapshot", "--source-region", "us-east-1", "--source-snapshot-id", source],
        ...["--encrypted", "--kms-key-id", KEY],
        ...["--description", `Handover of ${source} for INC-2026-0042`],
        "--tag-specifications",
        tags({
          "source-volume": volume,
          "source-instance": INSTANCE,
          "source-device": device,
          "handover-of": source,
        }),
        ...["--query", "SnapshotId", "--region", "us-east-1", "--output", "text"],
      ];
      const share = (shared: string) => [
        ...["ec2", "modify-snapshot-attribute", "--snapshot-id", shared],
        ...["--attribute", "createVolumePermission", "--operation-type", "add"],
        ...["--user-ids", AUDIT, "--region", "us-east-1", "--output", "text"],
      ];
      assert.deepEqual(changes(), [
        [
          ...["ec2", "create-snapshots", "--instance-specification", `InstanceId=${INSTANCE}`],
          ...["--description", `Evidence of INC-2026-0042: ${INSTANCE}`],
          ...["--tag-specifications", tags({ "source-instance": INSTANCE })],
          ...["--query", "Snapshots[].[VolumeId,SnapshotId,StartTime||'']"],
          ...["--region", "us-east-1", "--output", "text"],
        ],
        copy(s1, ROOT, "/dev/sda"),
        copy(s2, DATA, "/dev/sdb"),
        share(c1),
        share(c2),
      ]);
      const wait = ["describe-snapshots", "describe-snapshots"];
      const shareChecked = [
        "describe-snapshot-attribute",
        "modify-snapshot-attribute",
        "describe-snapshot-attribute",
      ];
      assert.deepEqual(operations(), [
        ...["get-caller-identity", "describe-instances", "describe-volumes", "describe-volumes"],
        // Instance store.
        ...["describe-instances", "describe-instance-types"],
        "describe-key",
        // Product codes, and what an earlier run has done.
        ...["describe-volume-attribute", "describe-snapshots"],
        ...["describe-volume-attribute", "describe-snapshots"],
        "create-snapshots",
        // Whether it may be shared.
        "modify-snapshot-attribute",
        ...[...wait, "copy-snapshot", ...wait, "copy-snapshot"],
        ...[...wait, ...shareChecked, ...wait, ...shareChecked],
        // Which devices are taken.
        "describe-snapshots",
      ]);
    });

    it("one after the other where EC2 refuses to take all at one moment, and says so", async () => {
      member.refusal = ([, operation]) =>
        operation === "create-snapshots" ? "(UnauthorizedOperation) not authorized" : undefined;
      const { code, err } = await run();
      assert.equal(code, 0, err);
      assert.match(err, /at one moment were refused.*one after the other.*UnauthorizedOperation/);
      assert.deepEqual(
        changes()
          .slice(1, 3)
          .map((call) => [call[1], option(call, "--volume-id")]),
        [
          ["create-snapshot", ROOT],
          ["create-snapshot", DATA],
        ],
      );
      assert.equal(member.snapshots[0]?.tags["source-volume"], ROOT);
    });

    it("one by one where some have theirs already, and says so", async () => {
      await run("--volume", ROOT);
      member.calls.length = 0;
      const { code, err } = await run();
      assert.equal(code, 0, err);
      assert.match(err, /1 of its 2 disks have their snapshots.*of a later moment/);
      assert.deepEqual(option(changes()[0] ?? [], "--volume-id"), DATA);
    });

    const claimed = (sourceVolume: string, sourceDevice: string, minute: number) => ({
      sourceVolume,
      sourceInstance: INSTANCE,
      sourceTaken: `2026-11-21T03:0${minute}:00.000Z`,
      sourceDevice,
    });
    const claims = (volume: string, device: string, minute: number) =>
      Object.entries(claimed(volume, device, minute)).map(
        ([name, value]) => `      ${name}: ${name === "sourceTaken" ? `"${value}"` : value}`,
      );

    it("and prints the lines to add, with what each is", async () => {
      const done = await run();
      const [, , c1 = "", c2 = ""] = member.snapshots.map(({ id }) => id);
      assert.equal(
        done.out,
        [
          `    - snapshot: ${c1} # ${ROOT} of ${INSTANCE} (/dev/sda), 8 GiB`,
          `      account: "${MEMBER}"`,
          "      device: /dev/sdf",
          ...claims(ROOT, "/dev/sda", 0),
          `    - snapshot: ${c2} # ${DATA} of ${INSTANCE} (/dev/sdb), 8 GiB`,
          `      account: "${MEMBER}"`,
          "      device: /dev/sdg",
          ...claims(DATA, "/dev/sdb", 1),
          "",
        ].join("\n"),
      );
      const first = {
        snapshot: c1,
        account: MEMBER,
        device: "/dev/sdf",
        ...claimed(ROOT, "/dev/sda", 0),
      };
      const second = {
        snapshot: c2,
        account: MEMBER,
        device: "/dev/sdg",
        ...claimed(DATA, "/dev/sdb", 1),
      };
      assert.deepEqual(evidenceOf(done), [first, second]);
    });

    it("sharing each copy with the Audit account and nothing else with anybody", async () => {
      await run();
      assert.deepEqual(
        member.snapshots.map(({ accounts, groups, key }) => ({ accounts, groups, key })),
        [
          { accounts: [], groups: [], key: undefined },
          { accounts: [], groups: [], key: undefined },
          { accounts: [AUDIT], groups: [], key: KEY },
          { accounts: [AUDIT], groups: [], key: KEY },
        ],
      );
    });
  });

  it("takes volumes and snapshots too, each disk once", async () => {
    const given = member.addSnapshot();
    const done = await run(
      ...["--volume", ROOT, "--instance", INSTANCE],
      ...["--snapshot", given.id, "--snapshot", given.id],
    );
    assert.equal(done.code, 0, done.err);
    const copied = changes().filter(([, operation]) => operation === "copy-snapshot");
    assert.equal(copied.length, 3);
    const copy = member.snapshots.find(({ tags }) => tags["handover-of"] === given.id);
    assert.deepEqual(copy?.tags, {
      notification: "ir@example.edu",
      "incident-response": "quarantine:INC-2026-0042",
      "handover-of": given.id,
    });
    assert.equal(changes().filter(([, operation]) => operation === "create-snapshots").length, 1);
    assert.deepEqual(given.accounts, []);
    assert.match(done.out, new RegExp(`# ${given.id}, 8 GiB`));
  });

  it("keeps several addresses one value of the tag", async () => {
    const notification = "ir@example.edu soc@example.edu";
    await handover([...room({ "--notification": notification }), "--volume", ROOT]);
    assert.deepEqual(
      member.snapshots.map(({ tags }) => tags["notification"]),
      [notification, notification],
    );
  });

  it("waits for a snapshot that AWS does not show yet", async () => {
    member.unseen = 3;
    const { code, err } = await run("--volume", ROOT);
    assert.equal(code, 0, err);
    assert.match(err, /not to be seen yet/);
  });

  it("is allowed in the Audit account itself, and then shares with nobody", async () => {
    member.account = AUDIT;
    const { code, out, err } = await run("--volume", ROOT);
    assert.equal(code, 0, err);
    assert.ok(!operations().includes("modify-snapshot-attribute"));
    assert.match(out, new RegExp(`account: "${AUDIT}"`));
  });

  it("says which tags a refusal may be about, as AWS does not", async () => {
    member.refusal = ([, operation]) =>
      operation === "create-snapshot" ? "(UnauthorizedOperation) not authorized" : undefined;
    const demanded = ["--tag", "cost-centre=4711", "--tag", "owner=soc"];
    const { err } = await handover([...room(), "--volume", ROOT, ...demanded]);
    assert.match(
      err,
      /no snapshot was made.*the tags cost-centre, owner: the setting tags of this account's stack/,
    );
    assert.doesNotMatch((await run("--volume", ROOT)).err, /the setting tags/);
  });

  it("gives every snapshot and copy what the organisation demands", async () => {
    const demanded = ["--tag", "cost-centre=4711", "--tag", "owner=security response=soc"];
    const { code, err } = await handover([...room(), "--instance", INSTANCE, ...demanded]);
    assert.equal(code, 0, err);
    assert.equal(member.snapshots.length, 4);
    for (const { id, tags } of member.snapshots) {
      const { "cost-centre": centre, owner } = tags;
      assert.deepEqual([centre, owner], ["4711", "security response=soc"], id);
    }
  });

  describe("goes on", () => {
    it("doing nothing new when all was done, and prints the same lines", async () => {
      const first = await run();
      member.calls.length = 0;
      const second = await run();
      assert.equal(second.code, 0, second.err);
      assert.equal(second.out, first.out);
      assert.deepEqual(changes(), []);
    });

    it("after an end at any call, with one snapshot and one copy", async function () {
      this.timeout(120_000);
      const whole = (await run("--volume", ROOT)).out;
      const length = member.calls.length;
      assert.ok(length > 10);
      for (let at = 1; at <= length; at += 1) {
        member.snapshots.length = 0;
        member.calls.length = 0;
        member.onDone = () => {
          if (member.calls.length === at) {
            trial().kill("SIGKILL");
          }
        };
        const killed = await run("--volume", ROOT);
        assert.equal(killed.code, null, `was to be killed at call ${at}`);
        member.onDone = () => undefined;
        const { code, out, err } = await run("--volume", ROOT);
        assert.equal(code, 0, err);
        assert.equal(out, whole, `after an end at call ${at}`);
        assert.equal(member.snapshots.length, 2, `after an end at call ${at}`);
        assert.deepEqual(member.snapshots[1]?.accounts, [AUDIT]);
      }
    });

    it("when told to end, saying so", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "copy-snapshot") {
          trial().kill("SIGTERM");
        }
      };
      const { code, err } = await run("--volume", ROOT);
      assert.equal(code, 1);
      assert.match(err, /Run the same command again/);
    });

    it("where EC2's list of tags lags behind: no two disks get one device", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "modify-snapshot-attribute") {
          member.snapshots.forEach(({ tags }) => Reflect.deleteProperty(tags, "handover-of"));
        }
      };
      const { code, out, err } = await run();
      assert.equal(code, 0, err);
      assert.deepEqual(out.match(/device: \S+/g), ["device: /dev/sdf", "device: /dev/sdg"]);
    });

    it("with other disks of the same ticket, which get the next devices", async () => {
      await run("--volume", ROOT);
      const later = await run("--volume", DATA);
      assert.match(later.out, /device: \/dev\/sdg\n {6}source/);
      const both = await run();
      assert.match(both.out, /device: \/dev\/sdf\n[^]*device: \/dev\/sdg\n {6}source/);
    });

    it("under another ticket anew", async () => {
      await run("--volume", ROOT);
      await handover([...room({ "--ticket": "INC-2026-0043" }), "--volume", ROOT]);
      assert.equal(member.snapshots.length, 4);
    });

    it("with a copy under another key, or of another account, left aside", async () => {
      const volume = { volume: ROOT, tags: tagsOf({ "source-volume": ROOT }) };
      const mine = member.addSnapshot(volume);
      const handed = { tags: tagsOf({ "handover-of": mine.id }) };
      member.addSnapshot({ ...handed, key: "arn:aws:kms:us-east-1:222233334444:key/own" });
      member.addSnapshot({ ...handed, key: KEY, owner: "999988887777" });
      await run("--volume", ROOT);
      assert.deepEqual(
        changes().map(([, operation]) => operation),
        ["copy-snapshot", "modify-snapshot-attribute"],
      );
      assert.equal(option(changes()[0] ?? [], "--source-snapshot-id"), mine.id);
    });

    it("with another copy where the earlier one failed, which stays", async () => {
      const mine = member.addSnapshot({ volume: ROOT, tags: tagsOf({ "source-volume": ROOT }) });
      const failed = member.addSnapshot({
        key: KEY,
        state: "error",
        tags: tagsOf({ "handover-of": mine.id }),
      });
      const { code, out, err } = await run("--volume", ROOT);
      assert.equal(code, 0, err);
      assert.match(err, new RegExp(`the earlier copy ${failed.id} failed and stays as it is`));
      assert.equal(member.snapshots.length, 3);
      assert.match(out, new RegExp(`snapshot: ${member.snapshots[2]?.id} `));
      assert.deepEqual(failed.accounts, []);
    });

    it("with another snapshot where the earlier one failed", async () => {
      member.addSnapshot({ volume: ROOT, state: "error", tags: tagsOf({ "source-volume": ROOT }) });
      const { code, err } = await run("--volume", ROOT);
      assert.equal(code, 0, err);
      assert.equal(member.snapshots.length, 3);
    });
  });

  describe("ends with 1 and hands over what it can", () => {
    it("when a copy fails, which is shared with nobody", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "copy-snapshot") {
          member.outcome = "error";
        }
      };
      const { code, out, err } = await run("--volume", ROOT);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(err, /its copy is not complete. snap-\w+ is in state error/);
      assert.deepEqual(member.snapshots[1]?.accounts, []);
    });

    it("when a copy fails, and which devices are free is not told either: one of one", async () => {
      member.onDone = ([, operation]) => {
        if (operation === "copy-snapshot") {
          member.outcome = "error";
          member.refusal = (call) =>
            call.includes("Name=tag-key,Values=handover-of") ? "(RequestLimitExceeded)" : undefined;
        }
      };
      const { code, err } = await run("--volume", ROOT);
      assert.equal(code, 1);
      assert.match(err, /Which devices are free is not known/);
      assert.match(err, /Not complete: 1 of 1\. Run the same command again/);
    });

    it("when KMS is not reached, which says nothing of the room", async () => {
      member.refusal = (call) =>
        call[1] === "describe-key" ? "Could not connect to the endpoint URL" : undefined;
      const { err } = await run("--volume", ROOT);
      assert.match(
        err,
        /Whether the transfer key can be used is not known: run the same command again/,
      );
      assert.doesNotMatch(err, /is the room of .* open/);
    });

    it("when one disk of two gets no snapshot", async () => {
      member.refusal = (call) =>
        call[1] === "create-snapshots" ||
        (call[1] === "create-snapshot" && option(call, "--volume-id") === ROOT)
          ? "(SnapshotLimitExceeded)"
          : undefined;
      const done = await run();
      assert.equal(done.code, 1);
      assert.match(done.err, /no snapshot was made.*SnapshotLimitExceeded/);
      assert.match(done.err, /Not complete: 1 of 2/);
      assert.equal(evidenceOf(done).length, 1);
      member.refusal = () => undefined;
      assert.equal((await run()).code, 0);
      assert.equal(member.snapshots.length, 4);
    });

    for (const [because, state] of [
      ["is not granted", undefined],
      ["is disabled", "Disabled"],
    ] as const) {
      it(`when the transfer key ${because}: snapshots, which cannot wait, are made`, async () => {
        member.keyState = state;
        const { code, err } = await run();
        assert.equal(code, 1);
        assert.match(err, /The transfer key/);
        assert.deepEqual(
          changes().map(([, operation]) => operation),
          ["create-snapshots"],
        );
      });
    }

    for (const [whom, accounts, groups] of [
      ["everybody", [], ["all"]],
      ["everybody and the Audit account", [AUDIT], ["all"]],
      ["another account", ["999988887777"], []],
      ["another account and the Audit account", ["999988887777", AUDIT], []],
    ] as const) {
      it(`when the copy is shared with ${whom}`, async () => {
        await run("--volume", ROOT);
        const copy = member.snapshots[1] ?? assert.fail("no copy");
        copy.accounts.splice(0, Infinity, ...accounts);
        copy.groups.push(...groups);
        member.calls.length = 0;
        const { code, out, err } = await run("--volume", ROOT);
        assert.equal(code, 1);
        assert.equal(out, "");
        assert.match(err, new RegExp(`${copy.id} is shared with .*does not hand it over`));
        assert.deepEqual(changes(), []);
      });
    }

    it("when it was shared with a group while it was being shared", async () => {
      member.onDone = (call) => {
        if (call[1] === "modify-snapshot-attribute" && !isTrial(call)) {
          member.snapshots[1]?.groups.push("all");
        }
      };
      const { code, out, err } = await run("--volume", ROOT);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(err, /is shared with 111122223333 group:all/);
    });
  });

  describe("refuses, with nothing done,", () => {
    it("everything that is wrong at once", async () => {
      const { code, out, err } = await handover([
        ...["--ticket", "no ticket", "--notification", "ir", "--region", "us-east-1"],
        ...["--transfer-key", "alias/transfer", "--audit-account", "1111", "--yes"],
        ...["--instance", "i-0fffffffffffffff0", "--volume", "vol-0fffffffffffffff0"],
        ...["--snapshot", "snap-0fffffffffffffff0", "--instance", "web", "--volume", "x"],
        ...["--snapshot", "y"],
      ]);
      assert.equal(code, 2);
      assert.equal(out, "");
      for (const reason of [
        /--ticket 'no ticket' is no ticket/,
        /--notification 'ir' is no e-mail address/,
        /--transfer-key 'alias\/transfer' is no key's ARN/,
        /--audit-account '1111' is no account id/,
        /'--yes' is not an option/,
        /Instance i-0fffffffffffffff0 is not to be found in us-east-1 by account 222233334444: .*NotFound/,
        /Volume vol-0fffffffffffffff0 is not to be found/,
        /Snapshot snap-0fffffffffffffff0 is not to be found/,
        /--instance 'web' is no instance id/,
        /--volume 'x' is no volume id/,
        /--snapshot 'y' is no snapshot id/,
      ]) {
        assert.match(err, reason);
      }
      assert.deepEqual(changes(), []);
    });

    const refused: [what: string, args: () => string[], reason: RegExp][] = [
      ["no disk", () => room(), /Nothing to hand over/],
      [
        "no arguments",
        () => [],
        /--ticket '' is no ticket[^]*--audit-account ''[^]*--region ''[^]*Nothing to hand over/,
      ],
      ["an option without its value", () => ["--ticket", ...room()], /--ticket needs a value/],
      [
        "a ticket like a foundation's stack",
        () => [...room({ "--ticket": "audit-1" }), "--volume", ROOT],
        /begins like a foundation's stack/,
      ],
      [
        "a key of another Region",
        () => [
          ...room({ "--transfer-key": KEY.replace("us-east-1", "eu-west-1") }),
          ...["--volume", ROOT],
        ],
        /The transfer key is in eu-west-1, not in Region 'us-east-1'/,
      ],
      [
        "a key of neither the Audit account nor this one",
        () => [...room({ "--audit-account": "444455556666" }), "--volume", ROOT],
        /The transfer key belongs to account 111122223333, neither to the Audit account '444455556666' nor to this one, 222233334444/,
      ],
      [
        "a snapshot in the archive",
        () => [...room(), "--snapshot", member.addSnapshot({ tier: "archive" }).id],
        /is archived.*aws ec2 restore-snapshot-tier --region us-east-1 --snapshot-id snap-\w+ --temporary-restore-days/,
      ],
      [
        "an address list with commas",
        () => [...room({ "--notification": "a@example.edu,b@example.edu" }), "--volume", ROOT],
        /--notification .* is no e-mail address/,
      ],
      ...["cost-centre", "=4711", 'owner="me"', "owner=a\\b", "owner=a\nb"].map(
        (pair): [string, () => string[], RegExp] => [
          `${JSON.stringify(pair)} for a tag`,
          () => [...room(), "--volume", ROOT, "--tag", pair],
          /is no tag: KEY=VALUE/,
        ],
      ),
      ...["aws:x=y", "incident-response=quarantine:OTHER", "source-volume=vol-1", "Name=x"].map(
        (pair): [string, () => string[], RegExp] => [
          `the tag ${pair}, which is not the organisation's`,
          () => [...room(), "--volume", ROOT, "--tag", pair],
          /is AWS's or handover's own/,
        ],
      ),
      [
        "one tag twice",
        () => [...room(), "--volume", ROOT, "--tag", "owner=a", "--tag", "owner=b"],
        /--tag 'owner' is given twice/,
      ],
      [
        "a tag longer than AWS takes",
        () => [...room(), "--volume", ROOT, "--tag", `owner=${"x".repeat(257)}`],
        /its value is longer than 256/,
      ],
      [
        "an instance without EBS volumes",
        () => {
          member.instances.set("i-00000000", {});
          return [...room(), "--instance", "i-00000000"];
        },
        /has no EBS volume/,
      ],
      [
        "a snapshot of another account",
        () => [...room(), "--snapshot", member.addSnapshot({ owner: "999988887777" }).id],
        /is account 999988887777's, not 222233334444's/,
      ],
      [
        "a snapshot that failed",
        () => [...room(), "--snapshot", member.addSnapshot({ state: "error" }).id],
        /is in state error: there is nothing to copy/,
      ],
      [
        "a caller who is not logged in",
        () => {
          member.refusal = ([service]) => (service === "sts" ? "(ExpiredToken)" : undefined);
          return [...room(), "--volume", ROOT];
        },
        /log in first, as a responder role of the member account.*ExpiredToken/,
      ],
    ];
    for (const [what, args, reason] of refused) {
      it(what, async () => {
        const { code, out, err } = await handover(args());
        assert.equal(code, 2);
        assert.equal(out, "");
        assert.match(err, /^Refused; nothing was done:\n {2}- /);
        assert.match(err, reason);
        assert.deepEqual(changes(), []);
      });
    }

    it("a machine without the AWS CLI, beside the rest", async () => {
      const args = [...room({ "--ticket": "-" }), "--volume", ROOT];
      const { code, err } = await handover(args, "bin-without-aws");
      assert.equal(code, 2);
      assert.match(err, /The AWS CLI is not here/);
      assert.match(err, /--ticket '-' is no ticket/);
    });
  });

  it("does nothing in a dry run, and says what it would do", async () => {
    const first = await handover([...room(), "--instance", INSTANCE, "--dry-run"]);
    assert.equal(first.code, 0, first.err);
    assert.equal(first.out, "");
    assert.match(first.err, /vol-\w+a of i-\w+ \(\/dev\/sda\), 8 GiB: would make a snapshot/);
    assert.deepEqual(changes(), []);

    await run("--volume", ROOT);
    member.addSnapshot({ volume: DATA, tags: tagsOf({ "source-volume": DATA }) });
    member.calls.length = 0;
    const later = await handover([...room(), "--dry-run", "--instance", INSTANCE]);
    assert.match(later.err, /would hand over the copy snap-\w+, which is completed/);
    assert.match(later.err, /would copy snap-\w+ under the transfer key/);
    assert.deepEqual(changes(), []);
  });

  for (const [before, place] of [
    [10, "/dev/sdp"],
    [11, "/dev/xvdba"],
    [25, "/dev/xvdbo"],
    [26, false],
  ] as const) {
    const what = place === false ? "no device, and preserves it all the same" : `${place}`;
    it(`gives a disk that comes after ${before} others ${what}`, async () => {
      for (let disk = 0; disk < before; disk += 1) {
        member.addSnapshot({ key: KEY, tags: tagsOf({ "handover-of": `snap-${disk}` }) });
      }
      const done = await run("--volume", ROOT);
      assert.equal(done.code, 0, done.err);
      const [entry = {}] = evidenceOf(done);
      assert.equal("device" in entry ? entry["device"] : entry["attach"], place);
      assert.equal("device" in entry, place !== false);
    });
  }

  it("prints its help, which names every option", async () => {
    const { code, out } = await handover(["--help"]);
    assert.equal(code, 0);
    for (const name of [
      ...Object.keys(ROOM),
      "--instance",
      "--volume",
      "--snapshot",
      "--heading",
      "--dry-run",
    ]) {
      assert.ok(out.includes(name), name);
    }
    assert.deepEqual(member.calls, []);
  });

  it("is clean to ShellCheck", function () {
    const { status, stdout, error } = spawnSync("shellcheck", [SCRIPT], { encoding: "utf8" });
    if (error !== undefined) {
      console.log("    not run: there is no ShellCheck; install it (apt-get install shellcheck)");
      this.skip();
    }
    assert.equal(status, 0, stdout);
  });

  afterEach("nothing but these operations was ever called", () => {
    const known = new Set([
      ...["get-caller-identity", "describe-key", "describe-instances", "describe-volumes"],
      ...["describe-snapshots", "describe-snapshot-attribute"],
      ...["describe-instance-types", "describe-volume-attribute"],
      ...["create-snapshot", "create-snapshots", "copy-snapshot", "modify-snapshot-attribute"],
    ]);
    assert.deepEqual(
      operations().filter((operation) => !known.has(operation)),
      [],
    );
    for (const call of changes()) {
      assert.ok(!call.includes("--group-names"), "shared with a group");
    }
  });
});
