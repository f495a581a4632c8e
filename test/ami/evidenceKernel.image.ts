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
});
