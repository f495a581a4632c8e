import assert from "node:assert/strict";

import { EvidenceMachine, VOLUME } from "./evidenceMachine";

// The image's real scripts on a kernel that has what Ubuntu's has and this machine's may lack.

const AT = `/evidence/${VOLUME}/whole`;

describe("Evidence on a kernel of its own", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  for (const [type, make] of [
    [
      "vfat",
      'mkfs.vfat "$1" >/dev/null; mount -t vfat -o utf8 "$1" /mnt; cp /tmp/names/* /mnt; umount /mnt',
    ],
    ["iso9660", 'xorriso -as mkisofs -quiet -J -R -o "$1" /tmp/names 2>/dev/null'],
  ] as const) {
    it(`shows two names of ${type} that Latin-1 cannot tell apart as two files`, () => {
      const disk = machine.newDisk(type, 16);
      machine.must(
        `rm -rf /tmp/names; mkdir /tmp/names; cd /tmp/names
         echo harmless >日本国語.txt; echo stolen >秘密鍵束.txt; ${make}`,
        disk.device,
      );
      const before = machine.intake(disk).sha256();
      machine.must('evidence-mount "$1"', disk.device);
      assert.equal(machine.must(`cd ${AT}; cat 日本国語.txt 秘密鍵束.txt`), "harmless\nstolen");
      machine.must(`evidence-unmount ${AT}`);
      assert.equal(disk.sha256(), before);
    });
  }

  it("lives on where ext4 asks for a panic and a folder of it is broken", () => {
    const disk = machine.newDisk("panic", 16);
    machine.must(
      `mkfs.ext4 -q -F -O ^metadata_csum -E nodiscard "$1"; mount "$1" /mnt; mkdir /mnt/broken; umount /mnt
       block=$(debugfs -R 'blocks /broken' "$1" 2>/dev/null | tr -d ' ')
       dd if=/dev/zero of="$1" bs=1024 seek=$block count=1 conv=notrunc status=none; tune2fs -e panic "$1" >/dev/null; sync`,
      disk.device,
    );
    machine.intake(disk);
    machine.must('evidence-mount "$1"', disk.device);
    assert.notEqual(machine.run(`ls ${AT}/broken/x ${AT}/broken`).status, 0);
    machine.must(`echo alive; evidence-unmount ${AT}`);
  });

  it("overrides attributes and access lists that ext4 hides", () => {
    const disk = machine.newDisk("hidden", 16);
    machine.must(
      'mkfs.ext4 -q -F "$1"; tune2fs -o ^user_xattr,^acl -E mount_opts=nouser_xattr "$1" >/dev/null',
      disk.device,
    );
    machine.intake(disk);
    machine.must('evidence-mount "$1"', disk.device);
    const options = machine.must('cat "/proc/fs/ext4/$1/options"', disk.name).split("\n");
    assert.ok(options.includes("user_xattr") && options.includes("acl"), options.join());
  });

  it("assembles no RAID and no logical volume by itself", () => {
    const disk = machine.newDisk("array", 64);
    machine.must(
      'mdadm --create /dev/md9 --run --quiet --level 1 --raid-devices 2 --metadata 1.2 "$1" missing --config /dev/null; mdadm --quiet --stop /dev/md9',
      disk.device,
    );
    machine.run('mdadm --incremental "$1"; mdadm --assemble --scan', disk.device);
    assert.doesNotMatch(machine.must("cat /proc/mdstat"), /^md/m);
    const volumes = machine.newDisk("volumes", 64);
    machine.must(
      `c="devices { use_devicesfile=0 }"; pvcreate -q --config "$c" "$1"; vgcreate -q --config "$c" vg "$1"
       lvcreate -q --config "$c" -an -Zn -Wn -n root -L 8m vg`,
      volumes.device,
    );
    machine.run('pvscan --cache -aay "$1"; vgchange -aay', volumes.device);
    assert.equal(machine.must("dmsetup ls"), "No devices found");
  });
});
