import assert from "node:assert/strict";

import { EvidenceMachine, PENDING, RECORD, SERIAL, STAMP, VOLUME } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

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
      form: "clean-room/intake/2",
      device: disk.device,
      volumeId: VOLUME,
      sizeBytes: 33 * 1024 * 1024,
      sha256: disk.sha256(),
      // The whole disk is shorter than 64 MiB.
      headSha256: disk.sha256(),
      unreadableBytes: 0,
      unreadable: [],
      lookedAtBefore: [],
      instanceId: "i-0123456789abcdef0",
    });
    for (const time of [startedAt, finishedAt]) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
    assert.equal(
      machine.must("cat /tmp/put-calls"),
      `${PENDING} --as intake/i-0123456789abcdef0\n${RECORD} --as intake/i-0123456789abcdef0`,
    );
    assert.ok(machine.present(STAMP));
  });

  /** Starts the intake of a disk whose hash takes until {@link finish}, and waits for the word that it is pending. */
  function begin(disk: LoopDisk, wait = true): void {
    disk.withSerial(SERIAL).lock();
    machine.must(
      `cd /usr/local/lib/clean-room; [ -e real-hash ] || mv disk-hash real-hash
       printf '#!/bin/bash\\nset -e\\nif [ $# = 2 ]; then until [ -e /tmp/go ]; do sleep 0.1; done; fi\\nexec "$\{0%%/*\}/real-hash" "$@"\\n' >disk-hash
       chmod 0755 disk-hash; rm -f /tmp/go
       (evidence-intake "$1"; echo $? >/tmp/ended) </dev/null >/tmp/intake 2>&1 &
       [ "$2" = no ] || for n in $(seq 100); do [ ! -e ${PENDING.replace(/json$/, "uploaded")} ] || exit 0; sleep 0.1; done
       [ "$2" = no ]`,
      disk.name,
      wait ? "yes" : "no",
    );
  }

  /** Lets it end; returns its status and what it said. */
  function finish(): string {
    return machine.must(
      `touch /tmp/go; for n in $(seq 200); do [ ! -e /tmp/ended ] || break; sleep 0.1; done; cat /tmp/ended /tmp/intake
       rm /tmp/ended /tmp/go; cd /usr/local/lib/clean-room; mv real-hash disk-hash`,
    );
  }

  it("lets a disk be looked at while its hash is taken, and records who looked", () => {
    const disk = machine.newDisk("pending", 80);
    machine.must('mkfs.ext4 -q -F "$1"', disk.device);
    begin(disk);
    const { at, ...pending } = JSON.parse(machine.must("cat $1", PENDING)) as Record<
      string,
      unknown
    >;
    assert.match(String(at), /Z$/);
    assert.deepEqual(pending, {
      form: "clean-room/intake-pending/1",
      device: disk.device,
      volumeId: VOLUME,
      sizeBytes: 80 * 1024 * 1024,
      headSha256: machine.must('head -c 64M "$1" | sha256sum', disk.device).slice(0, 64),
      instanceId: "i-0123456789abcdef0",
    });
    const said = machine.must('evidence-mount "$1"', disk.device);
    assert.match(said, /hash +pending: it has only begun; its record will say/);
    assert.match(machine.must("cat /var/log/clean-room/evidence-mount.log"), /"hash":"pending"/);
    assert.ok(!machine.present(RECORD));
    assert.match(finish(), /^0\n/);
    const record = JSON.parse(machine.must("cat $1", RECORD)) as Record<string, unknown>;
    assert.equal(record["sha256"], disk.sha256());
    const [look, ...more] = record["lookedAtBefore"] as Record<string, string>[];
    assert.equal(more.length, 0);
    assert.deepEqual(
      { ...look, at: "" },
      { at: "", user: "root", action: "mount", device: disk.device },
    );
    machine.must(`evidence-unmount /evidence/${VOLUME}/whole`);
    assert.doesNotMatch(machine.must('evidence-mount "$1"', disk.device), /pending/);
  });

  it("shows no disk before the word that its hash is pending is in the vault, and tries until it is", () => {
    const disk = machine.newDisk("waiting", 16);
    machine.must('mkfs.ext4 -q -F "$1"; echo 1 >/tmp/put-exit', disk.device);
    begin(disk, false);
    machine.must(
      `for n in $(seq 100); do [ ! -s /tmp/put-calls ] || exit 0; sleep 0.1; done; exit 1`,
    );
    machine.refused(
      /nor the word that it is pending is in the vault/,
      'evidence-mount "$1"',
      disk.device,
    );
    // The hash is there before the vault answers: the service tries again.
    assert.match(finish(), /^1\n[^]*not in the vault yet/);
    assert.ok(machine.present(RECORD) && !machine.present(STAMP));
    machine.must('echo 0 >/tmp/put-exit; evidence-intake "$1"', disk.name);
    machine.must('evidence-mount "$1"', disk.device);
  });

  it("says of a disk whose record is written and not in the vault that it is so, not that the hash is pending", () => {
    const disk = machine.newDisk("unsent", 16);
    machine.must('mkfs.ext4 -q -F "$1"', disk.device);
    begin(disk);
    machine.must("echo 1 >/tmp/put-exit");
    assert.match(finish(), /^1\n[^]*not in the vault yet/);
    const said = machine.must('evidence-mount "$1"', disk.device);
    assert.match(said, /hash +its record is written, and not in the vault yet/);
    assert.match(machine.must("cat /var/log/clean-room/evidence-mount.log"), /"hash":"unsent"/);
  });

  it("names those who began to look at this volume, and nobody who looked at another under its name", () => {
    const disk = machine.newDisk("looks", 16);
    begin(disk);
    machine.must(
      `mkdir -p /var/log/clean-room; cat >/var/log/clean-room/evidence-mount.log <<END
{"action":"open-begin","at":"a","user":"u","sources":["$1"],"volumes":["vol-0123456789abcdef1"]}
{"action":"open-begin","at":"b","user":"u","sources":["/dev/nvme9n1"],"volumes":["vol-0123456789abcdef1","${VOLUME}"]}
{"action":"mount-begin","at":"c","user":"u","device":"$1","volumeId":"vol-0123456789abcdef1"}
{"action":"mount-begin","at":"d","user":"u","device":"/dev/nvme9n1","volumeId":"${VOLUME}"}
{"action":"shell","at":"e","user":"u"}
END`,
      disk.device,
    );
    assert.match(finish(), /^0\n/);
    const { lookedAtBefore } = JSON.parse(machine.must("cat $1", RECORD)) as Record<
      string,
      unknown
    >;
    assert.deepEqual(lookedAtBefore, [
      { at: "b", user: "u", action: "open", device: ["/dev/nvme9n1"] },
      { at: "d", user: "u", action: "mount", device: "/dev/nvme9n1" },
    ]);
  });

  it("records thousands of ranges, and that nobody can tell who looked", () => {
    const disk = machine.newDisk("ranges", 16);
    begin(disk);
    // A log that cannot be understood, and more than one argument of a command may be long.
    machine.must(
      `mkdir -p /var/log/clean-room; echo '[1]' >/var/log/clean-room/evidence-mount.log
       printf '#!/bin/bash\nset -e\n"$\{0%%/*\}/real-hash" "$@" |
         if [ $# = 2 ]; then jq -c ".unreadable = [range(5000) | {offset: (. * 1024), length: 512}]"; else cat; fi\n' >/tmp/hash
       cat /tmp/hash >/usr/local/lib/clean-room/disk-hash.new; chmod 0755 /usr/local/lib/clean-room/disk-hash.new
       mv /usr/local/lib/clean-room/disk-hash.new /usr/local/lib/clean-room/disk-hash
       pkill -f "[e]vidence-intake $1"; sleep 0.5; cat /tmp/ended; rm /tmp/ended; touch /tmp/go`,
      disk.name,
    );
    const { status, stderr } = machine.run('evidence-intake "$1"', disk.name);
    machine.must("rm /tmp/go /tmp/hash; cd /usr/local/lib/clean-room; mv real-hash disk-hash");
    assert.equal(status, 0, stderr);
    const record = JSON.parse(machine.must("cat $1", RECORD)) as Record<string, unknown>;
    assert.equal((record["unreadable"] as unknown[]).length, 5000);
    assert.equal(record["lookedAtBefore"], null);
  });

  it("refuses a disk that changed while its hash was taken, and records that", () => {
    const disk = machine.newDisk("moving", 16);
    begin(disk);
    disk.unlock();
    machine.must(
      'printf x | dd of="$1" bs=1 seek=5000 conv=notrunc status=none; sync "$1"',
      disk.device,
    );
    disk.lock();
    assert.match(finish(), /^2\n[^]*begins otherwise than when it was attached/);
    assert.ok(!machine.present(RECORD));
    assert.match(machine.must("cat /tmp/put-calls"), /refused\.json/);
    // It begins as before, and still nobody looks at it until its intake has.
    disk.unlock();
    machine.must(
      'dd if=/dev/zero of="$1" bs=1 count=1 seek=5000 conv=notrunc status=none; sync "$1"',
      disk.device,
    );
    disk.lock();
    const { status, stdout } = machine.run('evidence-is-ready "$1"', disk.device);
    assert.equal(status, 1);
    assert.match(stdout, /was refused: .*begins otherwise/);
    machine.must('evidence-intake "$1" && evidence-is-ready "/dev/$1"', disk.name);
  });

  it("names the volume where a disk became another while it was hashed", () => {
    const disk = machine.newDisk("becoming", 16);
    begin(disk);
    disk.unlock();
    assert.match(finish(), new RegExp(`^2\n[^]*\\(${VOLUME}\\) became another disk`));
  });

  it("goes on after it was stopped, though the disk is mounted by now", () => {
    const disk = machine.newDisk("stopped", 16);
    machine.must('mkfs.ext4 -q -F "$1"', disk.device);
    begin(disk);
    machine.must(
      'evidence-mount "$1"; pkill -f "[e]vidence-intake $2"; sleep 0.5',
      disk.device,
      disk.name,
    );
    finish();
    assert.ok(!machine.present(RECORD));
    machine.must('evidence-intake "$1"', disk.name);
    assert.match(machine.must("cat $1", RECORD), /"lookedAtBefore":\[\{"at"/);
  });

  it("makes no stamp when the upload fails, and does not hash again when it is tried again", () => {
    const disk = machine.newDisk("intake", 16).withSerial(SERIAL).lock();
    machine.must("echo 1 >/tmp/put-exit");
    const { status, stderr } = machine.run('evidence-intake "$1"', disk.name);
    assert.equal(status, 1, stderr);
    assert.ok(!machine.present(STAMP));
    const record = machine.must("cat $1", RECORD);
    machine.must("echo 0 >/tmp/put-exit");
    assert.doesNotMatch(machine.must('evidence-intake "$1"', disk.name), /hashing/);
    assert.equal(machine.must("cat $1", RECORD), record);
    assert.ok(machine.present(STAMP));
    // And once it is in the vault, nothing is left to do.
    machine.must('evidence-intake "$1"', disk.name);
    assert.equal(machine.must(`grep -c "^${RECORD} " /tmp/put-calls`), "2");
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

describe("evidence-intake of a disk that cannot be read to its end", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  it("hashes past it, records the ranges, and lets it be mounted", () => {
    // Each waits for nothing here: a hundred times three seconds are longer than a test.
    machine.must("sed -i 's/^PAUSE = 1$/PAUSE = 0/' /usr/local/lib/clean-room/disk-hash");
    const file = machine.newDisk("holes", 80);
    machine.must(
      `mkfs.ext4 -q -F "$1"; head -c 8M /dev/urandom | dd of="$1" bs=1M seek=66 conv=notrunc status=none
       dmsetup create holes --table "0 140000 linear $1 0
140000 3 error
140003 997 linear $1 140003
141000 4096 error
145096 $((163840 - 145096)) linear $1 145096"
       blockdev --setro /dev/dm-0; mknod /dev/xvdh b $(tr : " " </run/sys/block/dm-0/dev)
       d=/sys/block/xvdh; mkdir -p $d/device; for e in /run/sys/block/dm-0/*; do ln -s $e $d/; done
       echo ${SERIAL} >$d/device/serial; c=/sys/class/block; rm $c; mkdir $c; ln -s /run/sys/class/block/* $c/; ln -s /run/sys/block/dm-0 $c/xvdh`,
      file.device,
    );
    const expected = machine.must(
      `{ head -c $((140000 * 512)) $1; head -c 1536 /dev/zero; tail -c +$((140003 * 512 + 1)) $1 | head -c $((997 * 512))
         head -c 2M /dev/zero; tail -c +$((145096 * 512 + 1)) $1; } | sha256sum`,
      file.device,
    );
    const { status, stdout, stderr } = machine.run("evidence-intake xvdh");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /2098688 bytes in 2 ranges could not be read/);
    const record = JSON.parse(machine.must("cat $1", RECORD)) as Record<string, unknown>;
    assert.equal(record["sha256"], expected.slice(0, 64));
    assert.equal(record["unreadableBytes"], 2098688);
    assert.deepEqual(record["unreadable"], [
      { offset: 140000 * 512, length: 1536 },
      { offset: 141000 * 512, length: 2097152 },
    ]);
    assert.equal(machine.must("evidence-is-ready /dev/xvdh"), `${VOLUME} whole hashed`);
    machine.must("dmsetup remove holes; rm /dev/xvdh");
  });
});

describe("disk-hash", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  /** The real script, on a file, where reads go through a function `read(real, fd, buffers, offset)` of Python. */
  const hash = (reading: string, progress = "/tmp/progress") =>
    machine.run(
      `head -c 1M /dev/urandom >/tmp/source; sha256sum </tmp/source | cut -c-64
       printf %s "$1" >/tmp/reading.py; exec timeout 60 python3 -c '
import errno, os, runpy, sys
names = {}
exec(open("/tmp/reading.py").read(), names)
real = os.preadv
os.preadv = lambda fd, buffers, offset: names["read"](real, fd, buffers, offset)
sys.argv = ["disk-hash", "/tmp/source", "'"$2"'"]
runpy.run_path("/usr/local/lib/clean-room/disk-hash", run_name="__main__")'`,
      reading,
      progress,
    );

  it("reads what a fault of the way hides for a moment", () => {
    // As often as it takes to come down to the sector, and twice more.
    const { status, stdout, stderr } = hash(`
import errno
left = 14
def read(real, fd, buffers, offset):
    global left
    if left and offset <= 5120 < offset + len(buffers[0]):
        left -= 1
        raise OSError(errno.EIO, "Input/output error")
    return real(fd, buffers, offset)
`);
    assert.equal(status, 0, stderr);
    const [expected, found = ""] = stdout.split("\n");
    const { sha256, unreadable } = JSON.parse(found) as Record<string, unknown>;
    assert.deepEqual([sha256, unreadable], [expected, []]);
  });

  it("ends at a fault that it does not know, and does not wait for ever", () => {
    const { status, stderr } = hash("def read(*_): raise ValueError('unheard of')");
    assert.equal(status, 1);
    assert.match(stderr, /unheard of/);
  });

  it("goes on though how far it is cannot be written", () => {
    const { status, stderr } = hash(
      "def read(real, *rest): return real(*rest)",
      "/nowhere/progress",
    );
    assert.equal(status, 0, stderr);
  });

  it("leaves no mark of evidence that it cannot read", () => {
    machine.must("mkdir /tmp/state; echo /dev/nothing >/tmp/state/sources");
    const { status, stderr } = machine.run(
      "/usr/local/lib/clean-room/evidence-marks /tmp/state; s=$?; rm -r /tmp/state; exit $s",
    );
    assert.equal(status, 1);
    assert.match(stderr, /cannot be read/);
  });
});
