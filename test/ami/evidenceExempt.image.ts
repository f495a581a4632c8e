import assert from "node:assert/strict";

import { EvidenceMachine, SERIAL, VOLUME } from "./evidenceMachine";

// Which disks stay writable.

describe("evidence-is-exempt", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  function decision(disk: string): string {
    const { status, stdout } = machine.run('evidence-is-exempt "$1"', disk);
    return status === 0 ? stdout.trim() : "evidence";
  }

  it("leaves the disk of / writable, and scratch volumes, and no other", () => {
    const root =
      machine.must("lsblk -ndo PKNAME $(findmnt -nrvo SOURCE /)") ||
      machine.must("basename $(findmnt -nrvo SOURCE /)");
    const disk = machine.newDisk("exempt", 16).withSerial(SERIAL);
    assert.equal(decision(root), "root");
    assert.equal(decision(disk.name), "evidence");
    machine.must("printf '# scratch\\nvol-00000000000000000\\n' >/etc/clean-room/scratch-volumes");
    assert.equal(decision(disk.name), "evidence");
    for (const volume of [VOLUME, SERIAL]) {
      // Without a line's end, too.
      machine.must('printf "# scratch\\n%s" "$1" >/etc/clean-room/scratch-volumes', volume);
      assert.equal(decision(disk.name), "scratch");
    }
  });

  it("knows the root disk in the initramfs by root=, and locks none where that tells nothing", () => {
    const disk = machine.newDisk("initramfs", 32);
    machine.must(
      `printf 'label: gpt\\nsize=8MiB\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F "$1p2"
       mkdir -p /tmp/modules/1.0 && touch /tmp/modules/1.0/modules.order /tmp/modules/1.0/modules.builtin
       mount -t tmpfs tmpfs /usr/lib/modules 2>/dev/null || { mkdir -p /usr/lib/modules; mount -t tmpfs tmpfs /usr/lib/modules; }
       cp -r /tmp/modules/1.0 /usr/lib/modules/; depmod 1.0 2>/dev/null
       mkinitramfs -o /tmp/initrd 1.0 2>/dev/null && mkdir /tmp/initramfs && cd /tmp/initramfs && unmkinitramfs /tmp/initrd .
       mkdir -p proc sys dev; mount -t proc proc proc; mount --rbind /sys sys; mount --rbind /dev dev
       mkdir -p run/sys; mount --rbind /run/sys run/sys
       touch /tmp/cmdline; mount --bind /tmp/cmdline proc/cmdline`,
      disk.device,
    );
    disk.withSerial(SERIAL);
    // The rule and what it runs are in it.
    machine.must(
      "cd /tmp/initramfs && test -e etc/udev/rules.d/10-evidence-readonly.rules -a -x usr/sbin/blockdev -a -x usr/sbin/blkid",
    );
    const partUuid = machine.must('blkid -p -o value -s PART_ENTRY_UUID "$1p2"', disk.device);
    const uuid = machine.must('blkid -p -o value -s UUID "$1p2"', disk.device);
    const other = "01234567-89ab-cdef-0123-456789abcdef";
    for (const [root, expected] of [
      [`ro root=PARTUUID=${partUuid} console=ttyS0`, "root"],
      [`root=UUID=${uuid}`, "root"],
      [`root=UUID=${other}`, "evidence"],
      [`root=PARTUUID=${other}`, "evidence"],
      [`root=PARTUUID=${other} root=PARTUUID=${partUuid}`, "root"],
      ["root=LABEL=cleanroom-root", "unknown-root"],
      ["root=UUID=", "unknown-root"],
      ["ro quiet", "unknown-root"],
      ["", "unknown-root"],
    ] as const) {
      machine.must('echo "$1" >/tmp/cmdline', root);
      const { status, stdout } = machine.run(
        'chroot /tmp/initramfs /usr/local/sbin/evidence-is-exempt "$1"',
        disk.name,
      );
      assert.equal(status === 0 ? stdout.trim() : "evidence", expected, root);
    }
  });
});
