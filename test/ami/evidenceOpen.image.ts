import assert from "node:assert/strict";

import { FILL } from "./diskTypes";
import { EvidenceMachine, VOLUME } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

// What a disk's file systems lie in, opened by the image's real script on a kernel of its own.

const AT = `/evidence/${VOLUME}/whole`;
const KEPT = 'mount "$d" /mnt && echo kept >/mnt/kept.txt && umount /mnt';
const LVM =
  "--config 'devices { use_devicesfile=0 } activation { auto_activation_volume_list=[\"@*\"] }'";

/** Writes into LVM's metadata that a group's extents begin where its disk does. */
const IN_ITSELF = `
import re, struct, sys, zlib
f = open(sys.argv[1], "r+b")
d = bytearray(f.read(1 << 20))
area = 4096
crc = lambda b: zlib.crc32(b, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff
at, size = struct.unpack_from("<QQ", d, area + 40)
text = re.sub(rb"pe_start = \\d+", b"pe_start = 0", bytes(d[area + at:area + at + size]))
d[area + at:area + at + len(text)] = text
struct.pack_into("<QQI", d, area + 40, at, len(text), crc(text))
struct.pack_into("<I", d, area, crc(bytes(d[area + 4:area + 512])))
f.seek(0)
f.write(d)
`;

describe("evidence-open", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  /** Opens disks, looks, closes them, and finds every byte as it was. */
  function opens(
    disks: readonly LoopDisk[],
    words: string,
    look: (said: string) => void,
    base = AT,
  ): void {
    const before = disks.map((disk) => disk.sha256());
    const devices = disks.map(({ device }) => device).join(" ");
    look(machine.must(`evidence-open ${devices} ${words}`));
    machine.must(`evidence-unmount ${base}`);
    assert.deepEqual(
      disks.map((disk) => disk.sha256()),
      before,
    );
    assert.equal(
      machine.must("dmsetup ls; ls /run/clean-room/open /evidence"),
      "No devices found\n/evidence:\n\n/run/clean-room/open:",
    );
  }

  const kept = (file: string) => assert.equal(machine.must(`cat ${file}`), "kept");

  /** A copy of a disk that was in use, whose journal holds what was synced last. */
  function dirty(type: string, mebibytes: number): LoopDisk {
    const source = machine.newDisk(`${type}-source`, mebibytes);
    machine.must(
      `mkfs.${type} -q "$1"; mount -t ${type} "$1" /mnt; echo early >/mnt/early; sync
       echo kept >/mnt/late; sync /mnt/late; [ ${type} != xfs ] || xfs_io -x -c 'shutdown -f' /mnt`,
      source.device,
    );
    machine.copy(`${type}-source`, type);
    machine.must("umount /mnt");
    machine.detach(source);
    return machine.intake(machine.attach(type));
  }

  for (const [type, mebibytes] of [
    ["xfs", 320],
    ["ext4", 64],
    ["btrfs", 256],
  ] as const) {
    it(`shows a dirty ${type} replayed, beside what it is without, and changes no byte`, () => {
      const disk = dirty(type, mebibytes);
      const mounted = machine.must('evidence-mount "$1"', disk.device);
      assert.match(mounted, /journal +dirty[^]*sudo evidence-open \S+ replayed/);
      assert.ok(type === "ext4" || !machine.present(`${AT}/late`));
      const before = disk.sha256();
      const said = machine.must('evidence-open "$1" replayed', disk.device);
      assert.match(said, /view +journals replayed[^]*journal +replayed, into a throw-away overlay/);
      kept(`${AT}.replayed/late`);
      assert.notEqual(machine.run(`touch ${AT}.replayed/x`).status, 0);
      assert.match(
        machine.must("tail -n 1 /var/log/clean-room/evidence-mount.log"),
        /"action":"open".*"volumes":\["vol-0123456789abcdef0"\],"view":"replayed".*written=(\d+)".*written=\1","same":"yes"/,
      );
      machine.must(`evidence-unmount ${AT}.replayed; evidence-unmount ${AT}`);
      assert.equal(disk.sha256(), before);
    });
  }

  it("replays each of two partitions that overlap by itself: of one nothing changes what the other shows", () => {
    const source = machine.newDisk("overlap-source", 100);
    machine.must(
      `for w in A B; do mkdir -p /tmp/$w; echo $w >/tmp/$w/which; mksquashfs /tmp/$w /tmp/$w.sqfs -quiet -noappend -all-time 0 >/dev/null; done
       mkfs.ext4 -q -F -E offset=1048576 "$1" 90m; d=$(losetup --find --show --offset 1048576 --sizelimit 94371840 "$1"); echo "$d" >/tmp/loop
       mount -t ext4 $d /mnt; cp /tmp/A.sqfs /mnt/inner; sync; umount /mnt
       at=$(debugfs -R 'blocks /inner' $d 2>/dev/null | awk '{ print $1 }'); size=$(dumpe2fs -h $d 2>/dev/null | sed -n 's/Block size: *//p')
       start=$((2048 + at * size / 512)); python3 -c "$2" "$1" $start; sync "$1"
       echo 0 >/proc/sys/vm/dirty_writeback_centisecs
       mount -t ext4 -o data=journal,commit=1 $d /mnt; dd if=/tmp/B.sqfs of=/mnt/inner conv=notrunc status=none; sleep 4`,
      source.device,
      // A table in which the second partition lies in the first.
      `import struct, sys
f = open(sys.argv[1], "r+b")
f.seek(446)
for start, size in ((2048, 184320), (int(sys.argv[2]), 2048)):
    f.write(struct.pack("<8B2I", 0, 0, 0, 0, 0x83, 0, 0, 0, start, size))
f.seek(510)
f.write(bytes([0x55, 0xAA]))`,
    );
    machine.copy("overlap-source", "overlap");
    machine.must("umount /mnt; losetup --detach $(cat /tmp/loop)");
    machine.detach(source);
    const disk = machine.intake(machine.attach("overlap"));
    opens(
      [disk],
      "replayed",
      () => {
        machine.must(`cmp ${AT}.replayed/p1/inner /tmp/B.sqfs`);
        assert.equal(machine.must(`cat ${AT}.replayed/p2/which`), "A");
      },
      `${AT}.replayed`,
    );
  });

  /** A disk of a public image; undefined, and told, where it cannot be had. */
  it("opens BitLocker To Go, as Windows made it, by its password", function () {
    const disk = machine.ofWindows("bdetogo.raw");
    if (disk === undefined) return this.skip();
    opens([disk], "<<<bde-TEST", () => {
      assert.match(machine.must(`cat ${AT}/passwords.txt`), /^place,user,password/);
    });
  });

  it("mounts the shadow copies that Windows made of an NTFS, each beside the volume, and closes them with it", function () {
    const disk = machine.ofWindows("vss.raw");
    if (disk === undefined) return this.skip();
    opens([disk], "", (said) => {
      assert.match(
        said,
        new RegExp(
          `${disk.device}, shadow copy 1 of 2, of May 01, 2021 17:40:03\\S+ UTC  ntfs, mounted at ${AT}.shadow-1$`,
          "m",
        ),
      );
      // What was made after each is not in it.
      assert.equal(
        machine.must(`cd ${AT}; for d in . ../*-1 ../*-2; do echo $(ls -d $d/vss? $d/pass*); done`),
        "./passwords.txt ./vss1 ./vss2\n../whole.shadow-1/passwords.txt\n../whole.shadow-2/passwords.txt ../whole.shadow-2/vss1",
      );
      assert.notEqual(machine.run(`touch ${AT}.shadow-1/x`).status, 0);
      assert.match(
        machine.run(`evidence-unmount ${AT}.shadow-1`).stderr,
        /part of what evidence-open opened: close all of it with 'sudo evidence-unmount \S+\/whole'/,
      );
    });
  });

  it("opens logical volumes of two disks, spanned and striped, and says which disk is missing", () => {
    const disks = [machine.newDisk("first", 128), machine.newDisk("second", 128)];
    const devices = disks.map(({ device }) => device).join(" ");
    machine.must(
      `pvcreate -q ${LVM} ${devices} && vgcreate -q ${LVM} -s 4m rhel ${devices}
       lvcreate -q ${LVM} -an -Zn -Wn -i 2 -n striped -L 24m rhel; lvcreate -q ${LVM} -an -Zn -Wn -n spanned -L 140m rhel
       for v in spanned striped; do
         lvchange -q ${LVM} -ay rhel/$v; dmsetup mknodes; d=/dev/mapper/rhel-$v; mkfs.ext4 -q $d; ${KEPT}
       done; vgchange -q ${LVM} -an rhel 1>&2; dmsetup mknodes`,
    );
    machine.intake(disks[0] as LoopDisk);
    machine.intake(disks[1] as LoopDisk, "vol0123456789abcdef1");
    assert.match(
      machine.must(`evidence-contents ${devices}`),
      /LVM2_member[^]*logical volume rhel spanned 140\S+ linear[^]*logical volume rhel striped/,
    );
    machine.refused(
      /a disk of it is missing: name all disks/,
      `evidence-open ${disks[0]?.device}; echo "$(evidence-open ${disks[0]?.device} 2>&1)" >&2; false`,
    );
    opens(disks, "", () => {
      kept(`${AT}/rhel/spanned/kept.txt`);
      kept(`${AT}/rhel/striped/kept.txt`);
    });
  });

  it("shows a snapshot's own time, where the volume it is of is replayed", () => {
    const source = machine.newDisk("lvm-source", 96);
    machine.must(
      `${FILL} group "$1"; lvm lvcreate -an -Zn -Wn -n root -L 32m vg; d=/dev/mapper/vg-root
       lvm lvchange -ay vg/root; dmsetup mknodes; mkfs.ext4 -q $d; ${KEPT}
       lvm lvcreate -s -n was -L 16m vg/root; dmsetup mknodes
       echo 0 >/proc/sys/vm/dirty_writeback_centisecs; mount -t ext4 $d /mnt; echo kept >/mnt/late; sync /mnt/late`,
      source.device,
    );
    machine.copy("lvm-source", "lvm");
    machine.must(`${FILL} umount /mnt; lvm vgchange -an vg 1>&2`);
    machine.detach(source);
    const disk = machine.intake(machine.attach("lvm"));
    // The journal alone holds it: nothing else of this test could fail.
    opens([disk], "", () => assert.ok(!machine.present(`${AT}/vg/root/late`)));
    opens(
      [disk],
      "replayed",
      () => {
        assert.ok(machine.present(`${AT}.replayed/vg/root/late`));
        kept(`${AT}.replayed/vg/was/kept.txt`);
        assert.equal(machine.must(`ls ${AT}.replayed/vg/was`), "kept.txt\nlost+found");
      },
      `${AT}.replayed`,
    );
  });

  it("shows the other volumes where a snapshot beside them ran full, or says so", () => {
    const disk = machine.newDisk("full", 96);
    machine.must(
      `${FILL} group "$1"; lvm lvcreate -an -Zn -Wn -n root -L 32m vg; d=/dev/mapper/vg-root
       lvm lvchange -ay vg/root; dmsetup mknodes; mkfs.ext4 -q $d; ${KEPT}
       lvm lvcreate -s -n was -L 16m vg/root; dmsetup mknodes; lvm vgchange -an vg 1>&2; sync
       at=$(grep -obUaP -m 1 'SnAp\\x01\\x00\\x00\\x00' "$1" | head -n 1 | cut -d : -f 1); [ -n "$at" ]
       printf '\\000' | dd of="$1" bs=1 seek=$((at + 4)) conv=notrunc status=none`,
      disk.device,
    );
    machine.intake(disk);
    opens([disk], "", () => kept(`${AT}/vg/root/kept.txt`));
    opens([disk], "replayed", () => kept(`${AT}.replayed/vg/root/kept.txt`), `${AT}.replayed`);
  });

  it("says of NTFS whether it was replayed, and mounts none that was replayed in part", () => {
    const disk = machine.newDisk("ntfs", 64);
    machine.must('mkntfs -F -q "$1" 2>/dev/null', disk.device);
    machine.intake(disk);
    // As mkntfs and Linux leave it.
    opens([disk], "replayed", (said) => assert.match(said, /journal +clean/), `${AT}.replayed`);
    const program = "/usr/local/sbin/ntfsrecover";
    for (const [says, status, look] of [
      ["* Syncing successful after playing 12 actions", 0, /journal +replayed/],
      ["", 0, /journal +clean/],
      ["* Syncing failed after playing 3 actions", 1, /is not mounted: .*failed after playing 3/],
      ["* Syncing failed after playing 3 actions", 0, /is not mounted: .*failed after playing 3/],
      ["", 124, /is not mounted: its journal could not be replayed/],
    ] as const) {
      machine.must(
        `printf "#!/bin/sh\nprintf %%s '%s'\nexit %s\n" "$1" "$2" >${program}; chmod 0755 ${program}`,
        says,
        String(status),
      );
      const { stdout } = machine.run(
        `evidence-open "$1" replayed; evidence-unmount ${AT}.replayed 2>/dev/null`,
        disk.device,
      );
      assert.match(stdout, look);
      assert.equal(machine.run("ls /run/clean-room/open").stdout, "");
    }
    machine.must(`rm ${program}`);
  });

  it("comes to an end where a volume group lies in itself", () => {
    const disk = machine.newDisk("itself", 64);
    machine.must(
      `${FILL} group "$1"; lvm lvcreate -an -Zn -Wn -n root -l 100%FREE vg; lvm vgchange -an vg 1>&2
       python3 -c "$2" "$1"`,
      disk.device,
      IN_ITSELF,
    );
    machine.intake(disk);
    machine.refused(/lie in each other/, 'evidence-open "$1"', disk.device);
    assert.equal(machine.must("dmsetup ls; losetup -l -n | wc -l"), "No devices found\n1");
  });

  it("begins no replay for which there is no room, and says how much it takes", () => {
    const disk = machine.evidence();
    machine.must(
      "mkdir -p /var/lib/clean-room/overlays; mount -t tmpfs -o size=2m tmpfs /var/lib/clean-room/overlays",
    );
    machine.refused(
      /overlays, which has 2 MiB free, and it may be 64\./,
      'evidence-open "$1" replayed',
      disk.device,
    );
    machine.must('umount /var/lib/clean-room/overlays; evidence-open "$1" replayed', disk.device);
    machine.must(`evidence-unmount ${AT}.replayed`);
  });

  it("opens a mirror, of both disks or of one", () => {
    const disks = [machine.newDisk("left", 64), machine.newDisk("right", 64)];
    const [left, right] = disks as [LoopDisk, LoopDisk];
    machine.must(
      `mdadm --create /dev/md9 --run --quiet --level 1 --raid-devices 2 --metadata 1.2 ${left.device} ${right.device} --config /dev/null
       d=/dev/md9; mkfs.ext4 -q $d; ${KEPT}; mdadm --wait $d; mdadm --quiet --stop $d`,
    );
    machine.intake(left);
    machine.intake(right, "vol0123456789abcdef1");
    assert.match(machine.must(`evidence-contents ${left.device}`), /Raid Level: raid1/);
    for (const members of [disks, [left]]) {
      opens(members, "", () => kept(`${AT}/kept.txt`));
    }
    opens(disks, "replayed", () => kept(`${AT}.replayed/kept.txt`), `${AT}.replayed`);
  });

  for (const version of [1, 2]) {
    it(`opens LUKS version ${version} by key file or passphrase, and LVM in it`, () => {
      const disk = machine.newDisk("luks", 128);
      machine.must(
        `printf secret >/tmp/key; chown examiner /tmp/key
         cryptsetup luksFormat -q --type luks${version} --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$1" /tmp/key
         cryptsetup open --key-file /tmp/key "$1" made; dmsetup mknodes
         d=/dev/mapper/made; pvcreate -q ${LVM} $d; vgcreate -q ${LVM} vg $d; lvcreate -q ${LVM} -an -Zn -Wn -n root -l 100%FREE vg
         lvchange -q ${LVM} -ay vg/root; dmsetup mknodes; d=/dev/mapper/vg-root; mkfs.ext4 -q $d; ${KEPT}
         vgchange -q ${LVM} -an vg 1>&2; cryptsetup close made`,
        disk.device,
      );
      machine.intake(disk);
      opens([disk], "key /tmp/key", () => kept(`${AT}/vg/root/kept.txt`));
      opens([disk], "<<<secret", () => kept(`${AT}/vg/root/kept.txt`));
      machine.must("echo wrong >/tmp/key");
      machine.refused(
        /nothing in it can be mounted/,
        'evidence-open "$1" key /tmp/key',
        disk.device,
      );
      machine.must("chown root /tmp/key; chmod 0600 /tmp/key");
      machine.refused(
        /no file that examiner may read/,
        'evidence-open "$1" key /tmp/key',
        disk.device,
      );
    });
  }

  for (const [format, make] of [
    ["raw", "cp /tmp/disk.raw $f"],
    ["qcow2", "qemu-img convert -O qcow2 /tmp/disk.raw $f"],
    ["vmdk", "qemu-img convert -O vmdk /tmp/disk.raw $f"],
    ["vhd", "qemu-img convert -O vpc -o subformat=fixed /tmp/disk.raw $f"],
    ["vhdx", "qemu-img convert -O vhdx /tmp/disk.raw $f"],
    [
      "E01",
      "ewfacquire -u -q -c none -d sha256 -e e -E e -C 1 -D d -N n -t ${f%.E01} -f encase6 /tmp/disk.raw >/dev/null 2>&1",
    ],
  ] as const) {
    it(`opens the partitions of an image file, ${format}`, () => {
      machine.must(
        `rm -rf /home/examiner/*; mkdir -p /home/examiner; f=/home/examiner/disk.${format}
         truncate -s 32M /tmp/disk.raw; printf 'label: gpt\\nsize=16MiB\\nsize=8MiB\\n' | sfdisk -q /tmp/disk.raw
         truncate -s 8M /tmp/part; mkdir -p /tmp/kept; echo kept >/tmp/kept/kept.txt; mkfs.ext4 -q -F -d /tmp/kept /tmp/part
         dd if=/tmp/part of=/tmp/disk.raw bs=1M seek=17 conv=notrunc status=none
         ${make}; chown -R examiner: /home/examiner; chmod 0755 /home; sha256sum /home/examiner/disk.* >/tmp/before`,
      );
      const base = `/evidence/images/disk.${format}`;
      for (const view of format === "qcow2" ? ["", "replayed"] : [""]) {
        const at = view === "" ? base : `${base}.replayed`;
        machine.must(`evidence-open /home/examiner/disk.${format} ${view}`);
        kept(`${at}/p2/kept.txt`);
        machine.must(`evidence-unmount ${at}; sha256sum --check --quiet /tmp/before`);
      }
      assert.equal(machine.run("pgrep -f 'qemu-storage-daemon|ewfmount'").stdout, "");
    });
  }

  for (const [what, make, said] of [
    [
      "an E01 whose second file is missing",
      "ewfacquire -u -q -c none -d sha256 -e e -E e -C 1 -D d -N n -S 1M -t $h/part -f encase6 /tmp/four >/dev/null 2>&1; rm $h/part.E02; mv $h/part.E01 $f",
      /files of it are missing or damaged.*'ewfinfo /,
    ],
    [
      "a qcow2 above another image",
      "qemu-img create -q -f qcow2 -F raw -b /tmp/four $f",
      /changes to another image alone, '\/tmp\/four'.*'qemu-img info /,
    ],
    [
      "a vhd above another image",
      "qemu-img convert -O vpc -o subformat=dynamic /tmp/four $f; printf '\\004' | dd of=$f bs=1 seek=$(($(stat -c %s $f) - 449)) conv=notrunc status=none",
      /changes to another image alone.*'vhdimount /,
    ],
    [
      "a disk image of macOS",
      "{ cat /tmp/four; printf koly; head -c 508 /dev/zero; } >$f",
      /'7z l /,
    ],
    [
      "an image whose header is broken",
      "qemu-img convert -O vpc /tmp/four $f; printf x | dd of=$f bs=1 seek=66 conv=notrunc status=none",
      /'strings -t d /,
    ],
  ] as const) {
    it(`shows ${what} not with holes in it, and says what to do`, () => {
      const f = `/home/examiner/odd.${/vhd|header/.test(what) ? "vhd" : /E01/.test(what) ? "E01" : "img"}`;
      machine.must(
        `h=/home/examiner; f=${f}; mkdir -p $h; rm -rf $h/*; head -c 4M /dev/urandom >/tmp/four; ${make}
         chown -R examiner: $h; chmod 0755 /home $h`,
      );
      const { status, stderr } = machine.run(`evidence-open ${f}`);
      assert.equal(status, 1);
      assert.match(stderr, said);
      assert.ok(stderr.includes(`${f} cannot be read as a disk image`), stderr);
      assert.equal(machine.run("ls /run/clean-room/open").stdout, "");
    });
  }

  it("names what stays, where nothing is opened: no device of its own that is gone by then", () => {
    const disk = machine.newDisk("old", 16);
    machine.must(
      'printf "label: gpt\\nsize=8MiB\\n" | sfdisk -q "$1"; partx -u "$1"; mkfs.minix "$1p1" >/dev/null 2>&1 || mkswap "$1p1" >/dev/null',
      disk.device,
    );
    machine.intake(disk);
    const said = machine.run('evidence-open "$1"', disk.device).stdout;
    assert.ok(said.includes(`'strings -t d ${disk.device}p1'`), said);
  });

  it("refuses what may not be looked at, options, and what holds nothing, and leaves nothing behind", () => {
    const disk = machine.evidence().unlock();
    machine.refused(/is writable/, 'evidence-open "$1"', disk.device);
    disk.lock();
    for (const args of ["-o rw $1", "$1 --rw", "", "$1 key"]) {
      machine.refused(/no options/, `evidence-open ${args}`, disk.device);
    }
    machine.refused(/neither a disk nor a file/, "evidence-open /etc/shadow");
    machine.refused(/not evidence|not there|neither/, "evidence-open /dev/null");
    machine.must('evidence-open "$1"', disk.device);
    const again = machine.run('evidence-open "$1"', disk.device);
    assert.match(again.stderr, /open already.*sudo evidence-unmount/);
    machine.must(`evidence-unmount ${AT}`);
    machine.detach(disk);
    machine.must("rm -r /var/lib/clean-room/evidence");
    const empty = machine.intake(machine.newDisk("empty", 8));
    machine.refused(/nothing in it can be mounted/, 'evidence-open "$1"', empty.device);
    assert.equal(
      machine.must("dmsetup ls; ls /run/clean-room/open; losetup -l -n | wc -l"),
      "No devices found\n1",
    );
  });
});
