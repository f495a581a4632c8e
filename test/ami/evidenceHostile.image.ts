import assert from "node:assert/strict";

import { FILL } from "./diskTypes";
import { EvidenceMachine, VOLUME } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

// Disks and image files that were written so that a look at them shows, or changes, something else.

const AT = `/evidence/${VOLUME}/whole`;
const SECOND = "vol0123456789abcdef1";
const LIB = "/usr/local/lib/clean-room";
const HOME = "/home/examiner";

describe("evidence that was made against who looks at it", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  const kept = (file: string, text = "kept") => assert.equal(machine.must(`cat ${file}`), text);

  /** Opens what is shown in part or not at all; returns all that is said. */
  function said(command: string, ...args: string[]): string {
    const { stdout, stderr } = machine.run(command, ...args);
    return stdout + stderr;
  }

  function nothingStays(): void {
    assert.equal(
      machine.must("dmsetup ls; ls /run/clean-room/open /evidence"),
      "No devices found\n/evidence:\n\n/run/clean-room/open:",
    );
  }

  /** A disk with that file system of so many MiB at each place, in MiB, its file saying where. */
  function put(disk: LoopDisk, mebibytes: number, ...places: number[]): void {
    for (const place of places) {
      machine.must(
        `truncate -s 0 /tmp/part; truncate -s ${mebibytes}M /tmp/part; rm -rf /tmp/tree; mkdir /tmp/tree
         echo ${place} >/tmp/tree/place; mkfs.ext4 -q -F -d /tmp/tree /tmp/part
         dd if=/tmp/part of="$1" bs=1M seek=${place} conv=notrunc status=none`,
        disk.device,
      );
    }
    machine.must('sync "$1"', disk.device);
  }

  /** Has a program of the image be another's for as long as something is done. */
  function standIn(path: string, script: string, act: () => void): void {
    machine.must(
      '[ ! -e "$1" ] || cp -a "$1" "$1.real"; printf "%s\\n" "#!/bin/bash" "$2" >"$1.new"; chmod 0755 "$1.new"; mv "$1.new" "$1"',
      path,
      script,
    );
    try {
      act();
    } finally {
      machine.must('if [ -e "$1.real" ]; then mv "$1.real" "$1"; else rm "$1"; fi', path);
    }
  }

  it("writes to no journal on another disk, wherever a super block names it", () => {
    const sources = [machine.newDisk("data-source", 32), machine.newDisk("log-source", 16)];
    const [data, log] = sources as [LoopDisk, LoopDisk];
    machine.must(
      `mke2fs -q -F -b 4096 -O journal_dev "$2"; mkfs.ext4 -q -F -b 4096 -J device="$2" "$1"
       mount -t ext4 "$1" /mnt; echo kept >/mnt/early; sync; echo kept >/mnt/late; sync /mnt/late`,
      data.device,
      log.device,
    );
    machine.copy("data-source", "data");
    machine.copy("log-source", "log");
    machine.must("umount /mnt");
    machine.detach(log);
    machine.detach(data);
    const [copy, copiedLog] = [machine.attach("data"), machine.attach("log")];
    assert.equal(copiedLog.device, log.device);
    machine.must('debugfs -w -R "feature -needs_recovery" "$1"; sync "$1"', copy.device);
    machine.intake(copiedLog, SECOND);
    machine.intake(copy);
    const before = copiedLog.sha256();
    const tell = said('evidence-open "$1" replayed', copy.device);
    assert.equal(copiedLog.sha256(), before);
    assert.match(tell, /its journal is on another device.*Without 'replayed'/);
    machine.must('evidence-open "$1"', copy.device);
    kept(`${AT}/early`);
    machine.must(`evidence-unmount ${AT}`);
    assert.equal(copiedLog.sha256(), before);
    nothingStays();
    // The same by its options.
    copy.unlock();
    machine.must(
      'mkfs.ext4 -q -F "$1"; tune2fs -E mount_opts=journal_path="$2" "$1"; rm -r /var/lib/clean-room/evidence',
      copy.device,
      copiedLog.device,
    );
    machine.intake(copy);
    assert.match(
      said('evidence-open "$1" replayed', copy.device),
      /its journal is on another device/,
    );
    nothingStays();
  });

  it("is closed again where another locked disk than the opened one was written", () => {
    const disk = machine.evidence();
    const other = machine.newDisk("other", 8);
    machine.intake(other, SECOND);
    standIn(
      `${LIB}/mount-file-system`,
      `blockdev --setrw ${other.device}; echo x | dd of=${other.device} conv=fsync status=none; blockdev --setro ${other.device}
       exec $0.real "$@"`,
      () => machine.refused(/evidence changed/, 'evidence-open "$1"', disk.device),
    );
    nothingStays();
  });

  it("looks into the partitions of a disk that bears the signs of a file system too", () => {
    const disk = machine.newDisk("decoy", 32);
    put(disk, 32, 0);
    machine.must(
      `printf 'label: dos\\nstart=32768,size=16384\\n' | sfdisk -q --wipe never --wipe-partitions never "$1"`,
      disk.device,
    );
    put(disk, 8, 16);
    machine.intake(disk);
    const tell = machine.must('evidence-open "$1"', disk.device);
    assert.match(tell, /signs of ext4 beside its table/);
    kept(`${AT}/p1/place`, "16");
    machine.must(`evidence-unmount ${AT}`);
    nothingStays();
  });

  it("replays the one of two partitions that overlap without changing the other", () => {
    const disk = machine.newDisk("overlap", 48);
    put(disk, 32, 1);
    machine.must(
      `printf 'label: dos\\nstart=2048,size=65536\\n' | sfdisk -q --wipe never --wipe-partitions never "$1"
       python3 -c 'import struct, sys; f = open(sys.argv[1], "r+b"); f.seek(462); f.write(struct.pack("<8B2I", 0, 0, 0, 0, 131, 0, 0, 0, 4096, 32768))' "$1"; sync "$1"`,
      disk.device,
    );
    machine.intake(disk);
    // Each writes to its own, so neither can see the other's.
    machine.must('evidence-open "$1" replayed', disk.device);
    assert.equal(
      machine.must("dmsetup table | grep -c ' snapshot '; dmsetup table | grep -c linear"),
      "1\n2",
    );
    assert.match(machine.must("dmsetup table | grep linear"), /linear 7:\d+ 2048/);
    machine.must(`evidence-unmount ${AT}.replayed`);
    nothingStays();
  });

  it("shows of a btrfs the disks alone that were named", () => {
    const disks = [machine.newDisk("one", 128), machine.newDisk("two", 128)];
    const [one, two] = disks as [LoopDisk, LoopDisk];
    const both = `${one.device} ${two.device}`;
    machine.must(
      `mkfs.btrfs -q -f -d raid1 -m raid1 ${both}; mount -t btrfs ${one.device} /mnt; echo kept >/mnt/kept.txt; umount /mnt`,
    );
    machine.intake(one);
    two.withSerial(SECOND).lock();
    // As udev has the kernel know it, and a look before.
    machine.must(`btrfs device scan ${both} >/dev/null`);
    machine.refused(
      /a disk of this file system is missing.*sudo evidence-open DEVICE DEVICE/,
      'evidence-mount "$1"',
      one.device,
    );
    machine.must(`btrfs device scan ${both} >/dev/null`);
    assert.match(said('evidence-open "$1"', one.device), /a disk of this file system is missing/);
    machine.must('evidence-intake "$1"', two.name);
    for (const view of ["", "replayed"]) {
      const at = view === "" ? AT : `${AT}.replayed`;
      const before = disks.map((disk) => disk.sha256());
      assert.match(
        machine.must(`evidence-open ${both} ${view}`),
        /a part of what is mounted above/,
      );
      kept(`${at}/kept.txt`);
      machine.must(`evidence-unmount ${at}`);
      assert.deepEqual(
        disks.map((disk) => disk.sha256()),
        before,
      );
    }
    nothingStays();
    assert.match(
      machine.must("cat /etc/udev/rules.d/64-btrfs.rules"),
      /^(#.*\n?)+$/,
      "udev tells the kernel of no btrfs",
    );
  });

  it("shows no erofs that names other devices", () => {
    const disk = machine.newDisk("erofs", 8);
    machine.must(
      `rm -rf /tmp/tree; mkdir /tmp/tree; head -c 100000 /etc/services /etc/protocols >/tmp/tree/a; truncate -s 4M /tmp/blob
       mkfs.erofs --quiet --chunksize=4096 --blobdev=/tmp/blob "$1" /tmp/tree; sync "$1"`,
      disk.device,
    );
    machine.intake(disk);
    machine.refused(/on other devices, which it names/, 'evidence-mount "$1"', disk.device);
  });

  it("sets no array going that is not in step, and puts a bound to what is written", () => {
    const disks = [machine.newDisk("left", 160), machine.newDisk("right", 160)];
    const devices = disks.map(({ device }) => device).join(" ");
    machine.must(
      `mdadm --create /dev/md9 --run --quiet --level 1 --raid-devices 2 --metadata 1.2 --bitmap none ${devices} --config /dev/null
       echo frozen >/sys/class/block/md9/md/sync_action; mkfs.ext4 -q /dev/md9; mount /dev/md9 /mnt; echo kept >/mnt/kept.txt; umount /mnt
       mdadm --quiet --stop /dev/md9`,
    );
    disks.forEach((disk, index) => machine.intake(disk, index === 0 ? undefined : SECOND));
    machine.must(`evidence-open ${devices} replayed`);
    kept(`${AT}.replayed/kept.txt`);
    machine.must("sleep 20");
    const used = machine.must("du -sm /var/lib/clean-room/overlays | cut -f 1");
    const [, apparent] = machine
      .must("du -sm --apparent-size /var/lib/clean-room/overlays")
      .match(/^(\d+)/) ?? ["", ""];
    assert.ok(Number(used) < 32, `${used} MiB were written`);
    // Of each member 64, of the file system what it has.
    assert.ok(Number(apparent) <= 64 + 64 + 160 + 12, `${apparent} MiB can be written`);
    machine.must(`evidence-unmount ${AT}.replayed`);
    nothingStays();
  });

  it("says which member of a RAID is left out", () => {
    const disk = machine.newDisk("member", 32);
    machine.must(
      'mdadm --create /dev/md9 --run --force --quiet --level 1 --raid-devices 1 --metadata 1.2 "$1" --config /dev/null; mdadm --quiet --stop /dev/md9',
      disk.device,
    );
    machine.intake(disk);
    standIn("/usr/local/sbin/mdadm", "exit 0", () =>
      assert.match(
        said('evidence-open "$1"', disk.device),
        /is of a RAID, and mdadm does not tell of which/,
      ),
    );
    nothingStays();
  });

  it("shows volumes whose names are long, or become the same", () => {
    const disk = machine.newDisk("names", 64);
    const long = "l".repeat(110);
    machine.must(
      `${FILL} printf 'label: gpt\\nsize=32MiB\\nsize=8MiB\\n' | sfdisk -q "$1"; partx -u "$1"
       lvm pvcreate "$1p1"; lvm vgcreate -s 1m p2 "$1p1"
       for v in a+b a_b ${long}; do
         lvm lvcreate -an -Zn -Wn -n $v -L 8m p2; lvm lvchange -ay p2/$v; dmsetup mknodes
         mkfs.ext4 -q /dev/mapper/p2-$v; mount /dev/mapper/p2-$v /mnt; echo $v >/mnt/place; umount /mnt
       done; lvm vgchange -an p2 1>&2`,
      disk.device,
    );
    put(disk, 8, 33);
    machine.intake(disk);
    machine.must('evidence-open "$1"', disk.device);
    kept(`${AT}/p2/place`, "33");
    kept(`${AT}/p2-2/a_b*/place | sort`, "a+b\na_b");
    kept(`${AT}/p2-2/${long}/place`, long);
    machine.must(`evidence-unmount ${AT}`);
    nothingStays();
  });

  it("ends a key derivation that a header made endless", () => {
    const disk = machine.newDisk("endless", 8);
    // LUKS 1: the first key slot's iterations.
    machine.must(
      `printf secret >/tmp/key; chown examiner /tmp/key
       cryptsetup luksFormat -q --type luks1 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$1" /tmp/key
       printf '\\377\\377\\377\\377' | dd of="$1" bs=1 seek=212 conv=notrunc status=none; sync "$1"`,
      disk.device,
    );
    machine.intake(disk);
    standIn("/usr/local/sbin/timeout", 'exec /usr/bin/timeout "$1" "$2" 2 "${@:4}"', () =>
      assert.match(
        said('/usr/bin/timeout 60 evidence-open "$1" key /tmp/key', disk.device),
        /more than ten minutes' work/,
      ),
    );
    nothingStays();
  });

  it("keeps a line a line in the log, whatever a subvolume is called", () => {
    const disk = machine.newDisk("forged", 128);
    machine.must(
      `mkfs.btrfs -q -f "$1"; mount -t btrfs "$1" /mnt; btrfs -q subvolume create "$2"
       btrfs subvolume set-default "$2"; umount /mnt`,
      disk.device,
      '/mnt/x\njournal  clean\noptions  1\n{"action":"mount-begin"}\u001b[2J',
    );
    machine.intake(disk);
    const tell = machine.must('evidence-mount "$1"', disk.device);
    assert.doesNotMatch(tell, /\u001b/);
    assert.equal(
      machine.must("jq -s -c 'map(.action)' /var/log/clean-room/evidence-mount.log"),
      '["mount-begin","mount"]',
    );
    assert.match(
      machine.must("jq -r .options /var/log/clean-room/evidence-mount.log | tail -n 1"),
      /^ro,rescue=nologreplay,subvolid=5,/,
    );
  });

  describe("an image file", () => {
    beforeEach(() =>
      machine.must(
        `rm -rf ${HOME}; mkdir -p ${HOME}/sub; chmod 0755 /home ${HOME}; rm -rf /tmp/tree; mkdir /tmp/tree; echo kept >/tmp/tree/kept.txt
         truncate -s 0 /tmp/part; truncate -s 8M /tmp/part; mkfs.ext4 -q -F -d /tmp/tree /tmp/part; cp /tmp/part ${HOME}/disk.img
         chown -R examiner: ${HOME}`,
      ),
    );

    for (const [what, file, make, expected] of [
      [
        "a qcow2",
        "named.qcow2",
        `qemu-img create -q -f qcow2 -o data_file=${HOME}/disk.img,data_file_raw=on named.qcow2 8M; cp /tmp/part disk.img`,
        /its data is in another file, '\/home\/examiner\/disk\.img'/,
      ],
      [
        "a VMDK",
        "named.vmdk",
        `cp disk.img sub/other; descriptor ${HOME}/sub/other`,
        /names what is not in its folder.*sub\/other/,
      ],
      [
        "a VMDK that goes there by a link",
        "named.vmdk",
        "cp disk.img sub/other; ln -s sub/other link; descriptor link",
        /names what is not in its folder.*link/,
      ],
    ] as const) {
      it(`is not shown where it names another: ${what}`, () => {
        machine.must(
          `cd ${HOME}; descriptor() {
             printf '# Disk DescriptorFile\\nversion=1\\nCID=fffffffe\\nparentCID=ffffffff\\ncreateType="monolithicFlat"\\nRW 16384 FLAT "%s" 0\\n' "$1" >named.vmdk
           }; ${make}; chown -R examiner: .`,
        );
        machine.refused(expected, `evidence-open ${HOME}/${file}`);
        nothingStays();
      });
    }

    it("of several files is shown, and each of them marked", () => {
      machine.must(
        `cd ${HOME}; printf '# Disk DescriptorFile\\nversion=1\\nCID=fffffffe\\nparentCID=ffffffff\\ncreateType="monolithicFlat"\\nRW 16384 FLAT "disk.img" 0\\n' >flat.vmdk
         chown -R examiner: .`,
      );
      machine.must(`evidence-open ${HOME}/flat.vmdk`);
      kept("/evidence/images/flat.vmdk/kept.txt");
      assert.equal(
        machine.must("tail -n 1 /var/log/clean-room/evidence-mount.log | jq -c .sources"),
        `["${HOME}/flat.vmdk","${HOME}/disk.img"]`,
      );
      machine.must("evidence-unmount /evidence/images/flat.vmdk");
      nothingStays();
    });

    it("that becomes a link to what examiner may not read is not opened", () => {
      machine.must("install -m 0600 /tmp/part /root/secret.img");
      standIn(
        `${LIB}/note-evidence`,
        `ln -sf /root/secret.img ${HOME}/disk.img; exec $0.real "$@"`,
        () => machine.refused(/was exchanged/, `evidence-open ${HOME}/disk.img`),
      );
      machine.must("rm /root/secret.img");
      assert.equal(machine.must("losetup -l -n | wc -l"), "0");
      nothingStays();
    });

    it("has nobody ended but what examiner may end", () => {
      machine.must(
        `sleep 600 </dev/null >/dev/null 2>&1 & echo $! >/tmp/victim; qemu-img convert -O qcow2 /tmp/part ${HOME}/disk.qcow2; chown examiner: ${HOME}/*`,
      );
      standIn(
        "/usr/local/sbin/qemu-storage-daemon",
        '/usr/bin/qemu-storage-daemon "$@" || exit 1; cat /tmp/victim >"$3"',
        () => {
          machine.must(`evidence-open ${HOME}/disk.qcow2`);
          said("evidence-unmount /evidence/images/disk.qcow2");
        },
      );
      machine.must("kill -0 $(cat /tmp/victim)");
      machine.must("kill $(cat /tmp/victim); killall -q qemu-storage-daemon || true");
    });

    it("is opened whose name is long, and not one whose name is more than a line", () => {
      const long = `${"n".repeat(240)}.img`;
      machine.must(
        `cd ${HOME}; mv disk.img ${long}; printf 'label: gpt\\nsize=8MiB\\n' >/tmp/table; truncate -s 12M whole
         sfdisk -q whole </tmp/table; dd if=${long} of=whole bs=1M seek=1 conv=notrunc status=none; mv whole ${long}; chown examiner: ${long}`,
      );
      const tell = machine.must(`evidence-open ${HOME}/${long} replayed`);
      const [, at = ""] = /mounted at (\S+)/.exec(tell) ?? [];
      kept(`${at}/kept.txt`);
      machine.must(`evidence-unmount ${at.replace("/p1", "")}`);
      for (const name of ["a\nb", "a\u001bb", "a\\b", "a "]) {
        machine.must('cp /tmp/part "$1"; chown examiner: "$1"', `${HOME}/${name}`);
        machine.refused(/the name of one of the files/, 'evidence-open "$1"', `${HOME}/${name}`);
      }
      nothingStays();
    });
  });
});
