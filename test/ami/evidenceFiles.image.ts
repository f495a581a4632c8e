import assert from "node:assert/strict";

import { EvidenceMachine } from "./evidenceMachine";

// What is installed is taken by those who read it.

describe("The files", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  it("are taken by the programs that read them", () => {
    machine.must("udevadm verify --no-summary /etc/udev/rules.d/10-evidence-readonly.rules");
    machine.must("visudo -cf /etc/sudoers.d/examiner");
    machine.must("systemd-analyze verify /etc/systemd/system/evidence-intake@.service");
    assert.match(machine.must("lvmconfig --validate"), /configuration valid/);
    const lvm = machine.must("lvmconfig --typeconfig current");
    assert.match(lvm, /event_activation=0/);
    assert.match(lvm, /auto_activation_volume_list=\[\]/);
    assert.match(machine.run("mdadm --assemble --scan").stderr, /No arrays found/);
  });

  it("let the examiner run the helpers as root, without a variable of his own, and nothing else", () => {
    machine.must("chmod 0755 /home; mkdir -p /home/examiner");
    const allowed = machine.must("su examiner -c 'sudo -n -l'").replace(/\s+/g, " ");
    assert.match(
      allowed,
      /following commands on \S+: \(root\) NOPASSWD: \/usr\/local\/sbin\/evidence-mount, \/usr\/local\/sbin\/evidence-unmount, \/usr\/local\/sbin\/evidence-open, \/usr\/local\/sbin\/evidence-shell, \/usr\/local\/sbin\/evidence-capture, \/usr\/local\/sbin\/evidence-direct-hash, \/usr\/local\/sbin\/vault-writer ""$/,
    );
    for (const command of [
      "id",
      "mount",
      "evidence-intake loop0",
      "vault-writer --help",
      "SUDO_USER=x evidence-mount /dev/null",
      "-E evidence-mount /dev/null",
    ]) {
      const { status, stderr } = machine.run(`su examiner -c 'sudo -n ${command}'`);
      assert.notEqual(status, 0);
      assert.match(stderr, /password is required|not allowed/, command);
    }
  });
});

describe("What only a machine can show", () => {
  it.skip(
    "udev runs the rule for an NVMe disk before any other program opens it: no NVMe and no udevd here",
  );
  it.skip("the lock holds through a change event or a reset of an NVMe disk: no NVMe here");
  it.skip("/sys/block/nvme1n1/device/serial has the volume's id: laid out here, told by EBS there");
  it.skip(
    "a disk attached before the start is locked in the initramfs, and the root disk is not: no boot here",
  );
  it.skip("a scratch volume that the initramfs locked is writable again: no udevd here");
  it.skip(
    "systemd starts the intake when a disk appears, and again a minute after a failure: no systemd here",
  );
  it.skip("the unit's DeviceAllow keeps it from writing to the disk: no systemd here");
  it.skip("exfat is mounted with names in UTF-8: neither kernel here has it");
  it.skip(
    "the image starts, by BIOS and UEFI, after its identity changed: GRUB, initramfs and ESP are stood in for here",
  );
  it.skip("AppArmor lets Ubuntu's tcpdump write the capture: no AppArmor here");
  it.skip(
    "the kernel and tools of Ubuntu 24.04 do as these do: another kernel and Debian's packages here",
  );
});
