import assert from "node:assert/strict";

import { EvidenceMachine, RECORD, SERIAL, STAMP, VOLUME } from "./evidenceMachine";

// The hash of each disk, taken by the image's real script from disks in loop devices.

describe("evidence-intake", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  it("records the hash of the whole disk and stamps it once it is in the vault", () => {
    // Not a multiple of what is read at a time.
    const disk = machine.newDisk("intake", 33);
    machine.must('mkfs.ext4 -q -F "$1"', disk.device);
    machine.intake(disk);
    const { startedAt, finishedAt, ...record } = JSON.parse(
      machine.must("cat $1", RECORD),
    ) as Record<string, unknown>;
    assert.deepEqual(record, {
      form: "clean-room/intake/1",
      device: disk.device,
      volumeId: VOLUME,
      sizeBytes: 33 * 1024 * 1024,
      sha256: disk.sha256(),
      // The whole disk is shorter than 64 MiB.
      headSha256: disk.sha256(),
      instanceId: "i-0123456789abcdef0",
    });
    for (const time of [startedAt, finishedAt]) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
    assert.equal(machine.must("cat /tmp/put-calls"), `${RECORD} --as intake/i-0123456789abcdef0`);
    assert.ok(machine.present(STAMP));
  });

  it("makes no stamp when the upload fails, and does not hash again when it is tried again", () => {
    const disk = machine.newDisk("intake", 16).withSerial(SERIAL).lock();
    machine.must("echo 1 >/tmp/put-exit");
    assert.equal(machine.run('evidence-intake "$1"', disk.name).status, 1);
    assert.ok(!machine.present(STAMP));
    const record = machine.must("cat $1", RECORD);
    machine.must("echo 0 >/tmp/put-exit");
    assert.doesNotMatch(machine.must('evidence-intake "$1"', disk.name), /hashing/);
    assert.equal(machine.must("cat $1", RECORD), record);
    assert.ok(machine.present(STAMP));
    // And once it is in the vault, nothing is left to do.
    machine.must('evidence-intake "$1"', disk.name);
    assert.equal(machine.must("wc -l </tmp/put-calls"), "2");
  });

  it("refuses for good a disk that can be written, or is mounted", () => {
    const disk = machine.newDisk("intake", 16).withSerial(SERIAL);
    machine.must('mkfs.ext4 -q -F "$1"', disk.device);
    const cases: [RegExp, () => void][] = [
      [/is writable/, () => undefined],
      [
        /is mounted/,
        () => {
          machine.must('mount "$1" /mnt', disk.device);
          disk.lock();
        },
      ],
    ];
    for (const [expected, prepare] of cases) {
      prepare();
      const { status, stderr } = machine.run('evidence-intake "$1"', disk.name);
      assert.equal(status, 2);
      assert.match(stderr, expected);
      assert.ok(!machine.present(RECORD) && !machine.present(STAMP));
    }
  });

  for (const [what, serial, expected] of [
    ["tells no serial", undefined, /tells no serial.*Nitro/],
    ["tells an empty serial", "", /tells no serial/],
    ["is the host's own", "AWS0123456789ABCDEF0", /instance store/],
    ["tells something else", "QM00001", /its serial is 'QM00001'/],
  ] as const) {
    it(`does not hash a disk that ${what}, records why, and looks again`, () => {
      const disk = machine.newDisk("nameless", 16).lock();
      if (serial === undefined) disk.withoutSerial();
      else disk.withSerial(serial);
      machine.must("echo 1 >/tmp/put-exit");
      const look = () => machine.run('evidence-intake "$1"', disk.name);
      for (let time = 0; time < 2; time++) {
        const { status, stderr } = look();
        assert.equal(status, 1);
        assert.match(stderr, expected);
      }
      const files = machine.must("ls /var/lib/clean-room/evidence/*.json").split("\n");
      assert.equal(files.length, 1, "one record a reason");
      const { at, reason, ...record } = JSON.parse(
        machine.must("cat $1", files[0] ?? ""),
      ) as Record<string, string>;
      assert.match(String(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.match(String(reason), expected);
      assert.deepEqual(record, {
        form: "clean-room/intake-refusal/1",
        device: disk.device,
        instanceId: "i-0123456789abcdef0",
      });
      // Into the vault as soon as that answers, and once.
      machine.must("echo 0 >/tmp/put-exit; rm /tmp/put-calls");
      look();
      look();
      assert.equal(
        machine.must("cat /tmp/put-calls"),
        `${files[0]} --as intake/i-0123456789abcdef0`,
      );
      machine.refused(expected, 'evidence-mount "$1"', disk.device);

      disk.withSerial(SERIAL);
      machine.must('evidence-intake "$1"', disk.name);
      assert.ok(machine.present(RECORD) && machine.present(STAMP));
    });
  }

  it("hashes no disk of no bytes", () => {
    const disk = machine.newDisk("nothing", 0).withSerial(SERIAL).lock();
    const { status, stderr } = machine.run('evidence-intake "$1"', disk.name);
    assert.equal(status, 1);
    assert.match(stderr, /has no bytes/);
    assert.ok(!machine.present(RECORD));
  });

  it("refuses a disk that was changed since it was hashed, when it is attached again", () => {
    const disk = machine.intake(machine.newDisk("changed", 16));
    machine.must('evidence-intake "$1"', disk.name);
    disk.unlock();
    machine.must(
      'printf x | dd of="$1" bs=1 seek=5000 conv=notrunc status=none; sync "$1"',
      disk.device,
    );
    disk.lock();
    const { status, stderr } = machine.run('evidence-intake "$1"', disk.name);
    assert.equal(status, 2);
    assert.match(stderr, /changed since/);
  });

  it("refuses another disk under the name of a recorded one", () => {
    machine.detach(machine.intake(machine.newDisk("intake", 16)));
    const other = machine.newDisk("other", 24).withSerial(SERIAL).lock();
    const { status, stderr } = machine.run('evidence-intake "$1"', other.name);
    assert.equal(status, 2);
    assert.match(stderr, /not the disk that was hashed/);
  });
});
