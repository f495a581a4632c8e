import assert from "node:assert/strict";

import { EvidenceMachine } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

// The identity of the machine's own disk, changed on a disk laid out like Ubuntu's.

describe("The disk's identity", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  it("changes on a mounted ext4 with checksums, which stays sound", () => {
    const disk = machine.newDisk("tune2fs", 64);
    machine.must(
      'mkfs.ext4 -q -F -O metadata_csum,^metadata_csum_seed "$1"; mount "$1" /mnt; echo kept >/mnt/a',
      disk.device,
    );
    const before = machine.must('blkid -p -o value -s UUID "$1"', disk.device);
    machine.must(
      'tune2fs -O metadata_csum_seed "$1" && tune2fs -U random "$1" && tune2fs -L cleanroom-root "$1"; echo late >/mnt/b; sync; umount /mnt',
      disk.device,
    );
    assert.notEqual(machine.must('blkid -p -o value -s UUID "$1"', disk.device), before);
    machine.must('e2fsck -fn "$1"; mount "$1" /mnt; cat /mnt/a /mnt/b; umount /mnt', disk.device);
  });

  /** A disk laid out like Ubuntu's image, its root mounted on /run/machine; the ESP is a folder. */
  function ubuntuDisk(): LoopDisk {
    const disk = machine.newDisk("machine", 256);
    machine.must(
      `set -e
       sgdisk -n 14:0:+4M -t 14:ef02 -n 15:0:+32M -t 15:ef00 -n 16:0:+64M -t 16:8300 -n 1:0:0 -t 1:8300 "$1" >/dev/null
       partx -a "$1" 2>/dev/null || true
       mkfs.ext4 -q -F -O metadata_csum,^metadata_csum_seed -L cloudimg-rootfs "$1p1"
       mkfs.vfat -n UEFI "$1p15" >/dev/null; mkfs.ext4 -q -F -O metadata_csum,^metadata_csum_seed -L BOOT "$1p16"
       m=/run/machine; mkdir -p $m; mount "$1p1" $m; cd $m
       mkdir -p usr proc sys dev boot run tmp etc/default/grub.d etc/clean-room stubs
       mount --rbind /usr usr; mount -t proc proc proc; mount --rbind /sys sys; mount --rbind /dev dev
       mkdir run/sys; mount --rbind /run/sys run/sys
       cp -a /etc/alternatives etc; ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64
       mount "$1p16" boot; mkdir -p boot/grub boot/efi/EFI/ubuntu
       printf 'LABEL=cloudimg-rootfs\\t/\\text4\\tdefaults\\t0 1\\nLABEL=BOOT /boot ext4 defaults 0 2\\nLABEL=UEFI /boot/efi vfat umask=0077 0 1\\n' >etc/fstab
       id() { blkid -p -o value -s "$1" "$2"; }
       echo "search --fs-uuid $(id UUID "$1p16")" >boot/grub/grub.cfg
       echo "search.fs_uuid $(id UUID "$1p16") root" >boot/efi/EFI/ubuntu/grub.cfg
       echo "GRUB_FORCE_PARTUUID=$(id PART_ENTRY_UUID "$1p1")" >etc/default/grub.d/40-force-partuuid.cfg
       for stub in update-initramfs grub-install udevadm mount umount; do printf '#!/bin/sh\\n' >stubs/$stub; done
       printf '#!/bin/sh\\necho "search --fs-uuid $(blkid -p -o value -s UUID %s)" >/boot/grub/grub.cfg\\n' "$1p16" >stubs/update-grub
       chmod 0755 stubs/*`,
      disk.device,
    );
    return disk;
  }

  afterEach(() => {
    machine.run("umount -R /run/machine");
  });

  const inMachine = (command: string) => `chroot /run/machine env PATH=/stubs:$PATH ${command}`;
  const ids = (disk: LoopDisk) =>
    machine
      .must(
        'for p in 1 14 15 16; do blkid -p -o value -s UUID "$1p$p"; blkid -p -o value -s PART_ENTRY_UUID "$1p$p"; done; blkid -p -o value -s PTUUID "$1"',
        disk.device,
      )
      .split("\n");

  it("is new in every place, once, and the test on the machine says so", () => {
    const disk = ubuntuDisk();
    const old = ids(disk);
    machine.must(inMachine("new-disk-identity"));
    const now = ids(disk);
    assert.equal(now.length, 8);
    assert.deepEqual(
      now.filter((id) => old.includes(id)),
      [],
    );
    const labels = [1, 16, 15].map((p) =>
      machine.must('blkid -p -o value -s LABEL "$1"', `${disk.device}p${p}`),
    );
    assert.deepEqual(labels, ["cleanroom-root", "cr-boot", "CR-EFI"]);
    assert.equal(
      machine.must("cat /run/machine/etc/fstab"),
      `UUID=${now[0]}\t/\text4\tdefaults\t0 1\nUUID=${now[5]} /boot ext4 defaults 0 2\nUUID=${now[3]} /boot/efi vfat umask=0077 0 1`,
    );
    const marker = JSON.parse(
      machine.must("cat /run/machine/etc/clean-room/disk-identity.json"),
    ) as { old: string[] };
    assert.deepEqual([...marker.old].sort(), [...old].sort());

    machine.must(inMachine("new-disk-identity"));
    assert.deepEqual(ids(disk), now);

    machine.must(
      'echo "root=PARTUUID=$1" >/tmp/cmdline; mount --bind /tmp/cmdline /run/machine/proc/cmdline',
      now[1] ?? "",
    );
    machine.must(inMachine("disk-identity-test"));
    for (const [spoil, expected] of [
      [`echo "root=PARTUUID=${old[1]}" >/tmp/cmdline`, /kernel was started with/],
      [`echo "# ${old[5]}" >>/run/machine/boot/grub/grub.cfg`, /still in \/boot\/grub\/grub\.cfg/],
      [
        "sed -i 's/^UUID=[^ ]* .boot /LABEL=BOOT \\/boot /' /run/machine/etc/fstab",
        /does not mount \/boot by/,
      ],
    ] as const) {
      machine.must(spoil);
      const { status, stderr } = machine.run(inMachine("disk-identity-test"));
      assert.equal(status, 1);
      assert.match(stderr, expected);
    }
    machine.must(
      "umount -R /run/machine; e2fsck -fn $1p1 && e2fsck -fn $1p16 && fsck.vfat -n $1p15 && sgdisk -v $1",
      disk.device,
    );
  });

  it("fails the build when GRUB still looks for the old ids", () => {
    ubuntuDisk();
    machine.must("printf '#!/bin/sh\\n' >/run/machine/stubs/update-grub");
    const { status, stderr } = machine.run(inMachine("new-disk-identity"));
    assert.equal(status, 1);
    assert.match(stderr, /still in \/boot\/grub\/grub\.cfg/);
    assert.ok(!machine.present("/run/machine/etc/clean-room/disk-identity.json"));
  });
});
