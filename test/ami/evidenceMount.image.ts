import assert from "node:assert/strict";

import { EvidenceMachine, PENDING, SERIAL, STAMP, VOLUME } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";

// The image's real scripts, on real file systems in loop devices, in a tree of the image's system.

const EXT4 = "ro,noload,errors=continue,block_validity,user_xattr,acl,commit=0";
const COMMON = "nodev,nosuid,noexec,noatime";

/** A file system that somebody was at work on: how it is made, and what must not be replayed. */
interface Dirty {
  readonly type: string;
  readonly mebibytes: number;
  readonly make: string;

  /** Mounts `$1` writable on /mnt. */
  readonly mount: string;

  /** Options that evidence-mount has to choose. */
  readonly options: string;

  /** Whether a plain `ro` replays its journal. */
  readonly replays: boolean;
}

const DIRTY: readonly Dirty[] = [
  {
    type: "ext4",
    mebibytes: 64,
    make: 'mkfs.ext4 -q -F "$1"',
    mount: 'mount -t ext4 "$1" /mnt',
    options: `${EXT4},${COMMON}`,
    replays: true,
  },
  {
    type: "ext3",
    mebibytes: 64,
    make: 'mkfs.ext3 -q -F "$1"',
    mount: 'mount -t ext4 "$1" /mnt',
    options: `${EXT4},${COMMON}`,
    replays: true,
  },
  {
    type: "xfs",
    mebibytes: 320,
    make: 'mkfs.xfs -q -f "$1"',
    mount: 'mount -t xfs "$1" /mnt',
    options: `ro,norecovery,nouuid,noquota,${COMMON}`,
    replays: true,
  },
  {
    type: "btrfs",
    mebibytes: 256,
    make: 'mkfs.btrfs -q -f "$1"',
    mount: 'mount -t btrfs "$1" /mnt',
    options: `ro,rescue=nologreplay,subvolid=5,${COMMON}`,
    replays: true,
  },
  {
    type: "ntfs",
    mebibytes: 64,
    make: 'mkntfs -F -q "$1"',
    mount: 'ntfs-3g "$1" /mnt',
    options: `ro,norecover,show_sys_files,streams_interface=windows,usermapping=/dev/null,${COMMON}`,
    replays: false,
  },
];

/** A copy of a file system taken while it was mounted and written to, as a disk. */
function dirtyDisk(machine: EvidenceMachine, dirty: Dirty): LoopDisk {
  const source = machine.newDisk(`${dirty.type}-source`, dirty.mebibytes);
  machine.must(
    `${dirty.make} && ${dirty.mount}
     for n in $(seq 50); do echo "kept $n" >/mnt/kept-$n; done; sync
     for n in $(seq 50); do echo "late $n" >/mnt/late-$n; sync /mnt/late-$n; rm -f /mnt/kept-$n; done
     sync -d /mnt/late-50`,
    source.device,
  );
  if (dirty.type === "xfs") {
    // The log stays as it is, and nothing is written after it.
    machine.must("xfs_io -x -c 'shutdown -f' /mnt");
  }
  machine.copy(`${dirty.type}-source`, dirty.type);
  machine.must("umount /mnt");
  machine.detach(source);
  return machine.attach(dirty.type);
}

describe("evidence-mount", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  for (const dirty of DIRTY) {
    it(`changes no byte of a dirty ${dirty.type}, and lets nobody write`, () => {
      const disk = machine.intake(dirtyDisk(machine, dirty));
      const before = disk.sha256();
      const { status, stdout, stderr } = machine.run('evidence-mount "$1"', disk.device);
      assert.equal(status, 0, stderr);
      const directory = `/evidence/${VOLUME}/whole`;
      for (const said of [disk.device, VOLUME, dirty.type, dirty.options, directory]) {
        assert.ok(stdout.includes(said), `${said} is not in ${stdout}`);
      }
      assert.match(stdout, /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/);
      // Of NTFS nothing here can tell.
      const journal = dirty.type === "ntfs" ? "unknown" : "dirty";
      assert.match(stdout, new RegExp(`journal +${journal}`));
      assert.ok(
        machine
          .must("tail -n 1 /var/log/clean-room/evidence-mount.log")
          .includes(`"journal":"${journal}"`),
      );
      const written = machine.run('touch "$1/x"', directory);
      assert.notEqual(written.status, 0);
      assert.match(written.stderr, /Read-only file system/);
      const mounted = machine.must('findmnt -nro OPTIONS -M "$1"', directory).split(",");
      for (const option of ["ro", "nodev", "nosuid", "noexec", "noatime"]) {
        assert.ok(mounted.includes(option), `${option} is not in ${mounted.join()}`);
      }
      machine.must('ls -lR "$1"; evidence-unmount "$1"', directory);
      assert.equal(disk.sha256(), before);
    });

    if (dirty.replays) {
      it(`is needed: a plain read-only mount changes a dirty ${dirty.type} that is not locked`, () => {
        const disk = dirtyDisk(machine, dirty);
        const before = disk.sha256();
        machine.must('mount -o ro "$1" /mnt && umount /mnt', disk.device);
        assert.notEqual(disk.sha256(), before);
      });
    }
  }

  it("mounts ext2 and squashfs", () => {
    const ext2 = machine.newDisk("ext2", 16);
    machine.must('mkfs.ext2 -q -F "$1"', ext2.device);
    machine.intake(ext2);
    assert.ok(machine.must('evidence-mount "$1"', ext2.device).includes(`${EXT4},${COMMON}`));
    machine.must(`evidence-unmount /evidence/${VOLUME}/whole; rm -r /var/lib/clean-room/evidence`);
    machine.detach(ext2);
    const squashfs = machine.newDisk("squashfs", 8);
    machine.must('mksquashfs /etc/udev "$1" -noappend -quiet -no-progress', squashfs.device);
    machine.intake(squashfs);
    assert.ok(machine.must('evidence-mount "$1"', squashfs.device).includes(`ro,${COMMON}`));
  });

  describe("does not take the suspect's word for how to mount", () => {
    /** A file system of 16 MiB whose super block asks for something, its intake done. */
    function asking(command: string): LoopDisk {
      const disk = machine.newDisk("asking", 16);
      machine.must(`mkfs.ext4 -q -F "$1"; ${command}`, disk.device);
      return machine.intake(disk);
    }

    /** The options that the kernel goes by, of what is mounted. */
    const inForce = (disk: LoopDisk): string[] =>
      machine.must('cat "/proc/fs/ext4/$1/options"', disk.name).split("\n");

    // A panic is asked for and never provoked: a kernel that others use runs this.
    for (const [what, command, expected] of [
      ["a panic on errors", 'tune2fs -e panic "$1"', "errors=continue"],
      ["remounting on errors", 'tune2fs -e remount-ro "$1"', "errors=continue"],
      ["a panic, in another place", 'tune2fs -E mount_opts=errors=panic "$1"', "errors=continue"],
      ["no checks", 'tune2fs -E mount_opts=noblock_validity "$1"', "block_validity"],
      ["commits that need a journal", 'tune2fs -E mount_opts=commit=99 "$1"', "commit=5"],
    ] as const) {
      it(`ext4 that asks for ${what}`, () => {
        const disk = asking(command);
        machine.must('evidence-mount "$1"', disk.device);
        const options = inForce(disk);
        assert.ok(options.includes(expected), options.join());
        assert.ok(options.includes("ro") && options.includes("norecovery"), options.join());
      });
    }

    for (const [what, command, expected] of [
      [
        "a commit that needs the journal",
        'tune2fs -E mount_opts=journal_async_commit "$1"',
        /asks for 'journal_async_commit', which cannot be overridden.*Sleuth Kit/,
      ],
      ["memory", 'tune2fs -E mount_opts=dax=always "$1"', /asks for 'dax=always', which/],
      ["owners cut short", 'tune2fs -o uid16 "$1"', /owners cut to 16 bits/],
      ["the same, in another place", 'tune2fs -E mount_opts=nouid32 "$1"', /owners cut/],
    ] as const) {
      it(`refuses ext4 that asks for ${what}, with the reason`, () => {
        machine.refused(expected, 'evidence-mount "$1"', asking(command).device);
        assert.equal(machine.run("ls /evidence/*/ 2>/dev/null").stdout, "");
      });
    }

    it("shows all of a btrfs, whatever tree of it is the default", () => {
      const disk = machine.newDisk("subvolumes", 256);
      machine.must(
        `mkfs.btrfs -q -f "$1"; mount -t btrfs "$1" /mnt
         btrfs subvolume create /mnt/shown >/dev/null; echo hidden >/mnt/hidden.txt
         btrfs subvolume set-default /mnt/shown; umount /mnt`,
        disk.device,
      );
      const said = machine.must('evidence-mount "$1"', machine.intake(disk).device);
      assert.match(said, /default +ID \d+ .*path shown/);
      assert.match(said, /subvolume +ID \d+ .*path shown/);
      assert.equal(machine.must(`cat /evidence/${VOLUME}/whole/hidden.txt`), "hidden");
      assert.ok(machine.present(`/evidence/${VOLUME}/whole/shown`));
    });

    it("says of an NTFS that it has shadow copies, which evidence-open mounts, and of one without nothing", function () {
      const without = machine.newDisk("without", 32);
      machine.must('mkntfs -F -q "$1"', without.device);
      machine.intake(without);
      assert.doesNotMatch(machine.must('evidence-mount "$1"', without.device), /shadow/);
      machine.must(`evidence-unmount /evidence/${VOLUME}/whole`);
      machine.detach(without);
      machine.must("rm -rf /var/lib/clean-room/*");
      const disk = machine.ofWindows("vss.raw");
      if (disk === undefined) return this.skip();
      const before = disk.sha256();
      assert.match(
        machine.must('evidence-mount "$1"', disk.device),
        /^shadows {2}evidence-open mounts the shadow copies too$/m,
      );
      machine.must(`evidence-unmount /evidence/${VOLUME}/whole`);
      assert.equal(disk.sha256(), before);
    });

    it("lets an examiner read an NTFS whose own file says that nobody may", () => {
      const disk = machine.newDisk("mapping", 64);
      machine.must(
        `mkntfs -F -q "$1"; ntfs-3g "$1" /mnt; mkdir /mnt/.NTFS-3G
         echo 1234:1234:S-1-5-21-1-2-3-1234 >/mnt/.NTFS-3G/UserMapping; umount /mnt
         ntfs-3g "$1" /mnt; echo kept >/mnt/a; chown 1234:1234 /mnt/a; chmod 0600 /mnt/a; umount /mnt`,
        disk.device,
      );
      machine.must('evidence-mount "$1"', machine.intake(disk).device);
      assert.equal(machine.must(`su examiner -c "cat /evidence/${VOLUME}/whole/a"`), "kept");
    });
  });

  it("mounts a partition by a link to it, on its number, and leaves the rest of the disk alone", () => {
    const disk = machine.newDisk("partitions", 64);
    machine.must(
      `printf 'label: gpt\\nsize=16MiB\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"
       mkfs.ext4 -q -F "$1p2"; ln -s "$1p2" /tmp/link`,
      disk.device,
    );
    machine.intake(disk);
    const before = disk.sha256();
    machine.must("evidence-mount /tmp/link && rm /tmp/link");
    assert.equal(
      machine.must("findmnt -nrvo SOURCE -M $1", `/evidence/${VOLUME}/p2`),
      `${disk.device}p2`,
    );
    refusedAgain(disk);
    machine.must(`evidence-unmount /evidence/${VOLUME}/p2`);
    assert.equal(disk.sha256(), before);
  });

  function refusedAgain(disk: LoopDisk): void {
    const again = machine.run('evidence-mount "$1p2"', disk.device);
    assert.notEqual(again.status, 0);
    assert.match(again.stderr, /already mounted/);
  }

  it("writes a line before a mount, one about it and one about an unmount, with the user", () => {
    const disk = machine.evidence();
    machine.must(
      `chmod 0755 /home; mkdir -p /home/examiner
       su examiner -c "sudo evidence-mount $1 /evidence/a/b && sudo evidence-unmount /evidence/a/b"`,
      disk.device,
    );
    const lines = machine.must("cat /var/log/clean-room/evidence-mount.log").split("\n");
    const [begin, mount, unmount, ...more] = lines.map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    assert.equal(more.length, 0);
    assert.ok(begin && mount && unmount);
    assert.deepEqual(
      { ...begin, at: "" },
      {
        action: "mount-begin",
        at: "",
        user: "examiner",
        device: disk.device,
        volumeId: VOLUME,
        hash: "hashed",
      },
    );
    const { at, sha256Before, sha256After, ...rest } = mount;
    assert.match(String(at), /Z$/);
    assert.equal(sha256Before, sha256After);
    assert.equal(
      sha256Before,
      machine.must('dd if="$1" bs=1M count=64 status=none | sha256sum', disk.device).slice(0, 64),
    );
    assert.deepEqual(rest, {
      action: "mount",
      user: "examiner",
      device: disk.device,
      volumeId: VOLUME,
      hash: "hashed",
      type: "ext4",
      journal: "clean",
      options: `${EXT4},${COMMON}`,
      directory: "/evidence/a/b",
      same: "yes",
    });
    assert.equal(unmount["action"], "unmount");
    assert.equal(unmount["user"], "examiner");
    assert.equal(unmount["same"], "yes");
  });

  it("mounts the disk that it asked about, though the link leads elsewhere by then", () => {
    const disk = machine.evidence();
    const other = machine.newDisk("unhashed", 16);
    machine.must('mkfs.ext4 -q -F "$1"', other.device);
    other.lock();
    machine.must(
      `cd /usr/local/sbin; mv evidence-is-ready real-ready; ln -s "$1" /tmp/link
       printf '#!/bin/bash\\nreal-ready "$1" && ln -sfn %s /tmp/link\\n' "$2" >evidence-is-ready; chmod 0755 evidence-is-ready`,
      disk.device,
      other.device,
    );
    const { status, stderr } = machine.run("evidence-mount /tmp/link");
    machine.must("rm /tmp/link; cd /usr/local/sbin; mv real-ready evidence-is-ready");
    assert.equal(status, 0, stderr);
    assert.equal(
      machine.must("findmnt -nrvo SOURCE -M $1", `/evidence/${VOLUME}/whole`),
      disk.device,
    );
  });

  it("refuses the root device, its disk, swap, and what is not a device", () => {
    const root = machine.must("findmnt -nrvo SOURCE /");
    machine.refused(/not evidence \(root\)/, 'evidence-mount "$1"', root);
    const disk = machine.evidence();
    machine.must(
      'printf "%s partition 1 0 -2\\n" "$1" >/tmp/swaps; mount --bind /tmp/swaps /proc/swaps',
      disk.device,
    );
    machine.refused(/swap space/, 'evidence-mount "$1"', disk.device);
    machine.must("umount /proc/swaps");
    machine.refused(/is not there/, "evidence-mount /dev/nothing");
    machine.refused(/no disk or partition/, "evidence-mount /etc/passwd");
    machine.refused(/no disk or partition/, "evidence-mount /dev/null");
  });

  it("refuses a disk that can be written, or is mounted elsewhere", () => {
    const disk = machine.evidence().unlock();
    machine.refused(/is writable/, 'evidence-mount "$1"', disk.device);
    machine.must('mount -o ro "$1" /mnt', disk.device);
    disk.lock();
    machine.refused(/already mounted/, 'evidence-mount "$1"', disk.device);
  });

  it("refuses a partition that is locked on a disk that is not", () => {
    const disk = machine.newDisk("partition-locked", 32);
    machine.must(
      `printf 'label: gpt\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F "$1p1"`,
      disk.device,
    );
    machine.intake(disk).unlock();
    machine.must('blockdev --setro "$1p1"', disk.device);
    machine.refused(/is writable/, 'evidence-mount "$1p1"', disk.device);
  });

  it("refuses a disk whose intake is not in the vault, or that is no EBS volume", () => {
    const disk = machine.evidence();
    machine.must('rm "$1" "$2"', STAMP, PENDING.replace(/json$/, "uploaded"));
    machine.refused(/in the vault yet/, 'evidence-mount "$1"', disk.device);
    disk.withSerial("AWS0123456789ABCDEF0");
    machine.refused(/no EBS volume/, 'evidence-mount "$1"', disk.device);
  });

  it("refuses a scratch volume", () => {
    const disk = machine.evidence();
    machine.must('echo "$1" >/etc/clean-room/scratch-volumes', VOLUME);
    machine.refused(/not evidence \(scratch\)/, 'evidence-mount "$1"', disk.device);
  });

  it("refuses options, and directories that are or lead elsewhere", () => {
    const disk = machine.evidence();
    for (const args of ["-o rw $1", "--rw $1", "$1 -w", "$1 /evidence/a rw", ""]) {
      machine.refused(/no options/, `evidence-mount ${args}`, disk.device);
    }
    for (const directory of [
      "/mnt",
      "/evidence",
      "/evidence/",
      "/evidence/../mnt",
      "/evidence/a/../../mnt",
      "evidence/a",
      "/evidence/a b",
      "/evidencex/a",
    ]) {
      machine.refused(/not below \/evidence/, 'evidence-mount "$1" "$2"', disk.device, directory);
    }
    machine.must("ln -s /mnt /evidence/link; mkdir /evidence/full; touch /evidence/full/x");
    machine.refused(/leads elsewhere/, 'evidence-mount "$1" /evidence/link/a', disk.device);
    machine.refused(/in use/, 'evidence-mount "$1" /evidence/full', disk.device);
  });

  const CONTAINERS: readonly [string, string, RegExp][] = [
    [
      "LVM",
      "pvcreate -q -y --config 'devices{use_devicesfile=0}' \"$1\" 2>/dev/null || exit 1",
      /container \(LVM\).*'sudo evidence-open \S+'/,
    ],
    [
      "LUKS",
      'echo -n pw | cryptsetup luksFormat -q --type luks1 --pbkdf pbkdf2 --iter-time 10 --key-file - "$1"',
      /container \(LUKS\).*'sudo evidence-open \S+'.*key FILE/,
    ],
    [
      "BitLocker",
      `printf '\\xeb\\x52\\x90-FVE-FS-' | dd of="$1" conv=notrunc status=none
       printf '\\x00\\x10' | dd of="$1" bs=1 seek=176 conv=notrunc status=none
       printf '%s' -FVE-FS- | dd of="$1" bs=4096 seek=1 conv=notrunc status=none; sync`,
      /container \(BitLocker\).*'sudo evidence-open \S+'.*dislocker-fuse -r/,
    ],
    [
      "RAID",
      // The version 0.90 super block, in the last whole 64 KiB but one.
      `printf '\\xfc\\x4e\\x2b\\xa9\\x00\\x00\\x00\\x00\\x5a\\x00\\x00\\x00' | dd of="$1" bs=65536 seek=1023 conv=notrunc status=none; sync`,
      /container \(linux_raid_member\).*'sudo evidence-open \S+'/,
    ],
  ];
  for (const [name, make, expected] of CONTAINERS) {
    it(`refuses a container (${name}), and says what to do instead`, () => {
      const disk = machine.newDisk(name, 64);
      machine.must(make, disk.device);
      machine.refused(expected, 'evidence-mount "$1"', machine.intake(disk).device);
    });
  }

  it("lists what is on a disk of partitions, those too that the kernel does not show", () => {
    const disk = machine.newDisk("list", 64);
    machine.must(
      `printf 'label: gpt\nsize=16MiB\nsize=16MiB\n' | sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F -L data "$1p2"`,
      disk.device,
    );
    machine.intake(disk);
    machine.refused(
      new RegExp(
        `${disk.name}p1 +16M +holds no known file system[^]*${disk.name}p2 +16M +ext4 "data"[^]*name one of them`,
      ),
      'evidence-mount "$1"',
      disk.device,
    );
    machine.refused(/holds no known file system/, 'evidence-mount "$1p1"', disk.device);
    // As the kernel leaves them out from the 256th on, or where the table is damaged.
    machine.must('partx -d --nr 2 "$1"', disk.device);
    machine.refused(
      /p2 +16M +the kernel does not show it: 'fls -o 34816 [^]*1 of 2 partitions are not shown/,
      'evidence-mount "$1"',
      disk.device,
    );
    machine.must('partx -d "$1"', disk.device);
    machine.refused(
      /table of partitions that the kernel does not show.*mmls[^,]*, then 'fls -o/,
      'evidence-mount "$1"',
      disk.device,
    );
  });

  it("says that an extended partition is one", () => {
    const disk = machine.newDisk("extended", 64);
    machine.must(
      `printf 'label: dos\nstart=2048,size=32768\nstart=40960,size=40960,type=5\nstart=43008,size=8192\n' |
         sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F "$1p5" || mkfs.ext4 -q -F -E offset=22020096 "$1" 4096`,
      disk.device,
    );
    machine.intake(disk);
    machine.refused(
      /extended partition: the partitions from 5 on/,
      'evidence-mount "$1p2"',
      disk.device,
    );
    assert.match(machine.must('evidence-contents "$1"', disk.device), /p2 +20M +extended: /);
  });

  it("names every sign on a device, and takes the one that is chosen of a fixed list", () => {
    const disk = machine.newDisk("signs", 64);
    // Where ext4 keeps nothing, and the suspect's machine mounts it nevertheless.
    machine.must(
      `mkfs.ext4 -q -F "$1"; mount "$1" /mnt; echo kept >/mnt/a; umount /mnt
       printf 'LUKS\\xba\\xbe\\x00\\x01' | dd of="$1" conv=notrunc status=none; sync "$1"`,
      disk.device,
    );
    const before = machine.intake(disk).sha256();
    machine.refused(
      /crypto_LUKS at 0x0[^]*ext4 at 0x438|ext4 at 0x438[^]*crypto_LUKS at 0x0/,
      'evidence-mount "$1"',
      disk.device,
    );
    machine.refused(/TYPE is ext4, xfs/, 'evidence-mount "$1" as overlay', disk.device);
    machine.refused(/TYPE is ext4, xfs/, 'evidence-mount "$1" as "ext4 -o rw"', disk.device);
    machine.must('evidence-mount "$1" as ext4', disk.device);
    assert.equal(machine.must(`cat /evidence/${VOLUME}/whole/a`), "kept");
    machine.must(`evidence-unmount /evidence/${VOLUME}/whole`);
    assert.equal(disk.sha256(), before);
  });

  it("refuses a disk of another size than the one that was hashed", () => {
    machine.detach(machine.evidence());
    const other = machine.newDisk("other", 32);
    machine.must('mkfs.ext4 -q -F "$1"', other.device);
    machine.refused(
      /not the disk that was hashed/,
      'evidence-mount "$1"',
      other.withSerial(SERIAL).lock().device,
    );
  });

  it("refuses a disk of the same size that does not begin as the one that was hashed", () => {
    machine.detach(machine.evidence());
    const other = machine.newDisk("other", 64);
    machine.must('mkfs.ext4 -q -F "$1"', other.device);
    machine.refused(
      /first 64 MiB of \S+ are not what was hashed/,
      'evidence-mount "$1"',
      other.withSerial(SERIAL).lock().device,
    );
  });

  it("prints what the kernel said of a failure, leaves no folder, and names a way that works", () => {
    const disk = machine.newDisk("damaged", 256);
    // The tree of roots is gone; the super block is not.
    machine.must(
      `mkfs.btrfs -q -f -m single -s 4096 "$1"
       for at in $(btrfs inspect-internal dump-super "$1" | awk '/^(root|chunk_root)[[:space:]]/ { print $2 }'); do
         dd if=/dev/zero of="$1" bs=4096 seek=$((at / 4096)) count=4 conv=notrunc status=none
       done; sync "$1"`,
      disk.device,
    );
    machine.refused(
      new RegExp(`BTRFS error.*${disk.name}[^]*btrfs restore`),
      'evidence-mount "$1"',
      machine.intake(disk).device,
    );
    assert.ok(!machine.present(`/evidence/${VOLUME}`));
  });

  it("names a way where the one sign on a disk is not believed", () => {
    const disk = machine.newDisk("odd", 8);
    machine.must(
      `mkfs.ext2 -q -F "$1"; mount "$1" /mnt; echo kept >/mnt/kept.txt; umount /mnt
       printf '\\125\\252' | dd of="$1" bs=1 seek=510 conv=notrunc status=none; sync "$1"`,
      disk.device,
    );
    machine.intake(disk);
    const said = machine.must(`evidence-way "$1" ''`, disk.device);
    const way = /'sudo (evidence-mount [^']*)'/.exec(said)?.[1] ?? "";
    machine.must(way);
    assert.equal(machine.must(`cat /evidence/${VOLUME}/whole/kept.txt`), "kept");
    machine.must(`evidence-unmount /evidence/${VOLUME}/whole`);
  });

  it("names ways that read a file system as examiner, without a mount", () => {
    for (const [type, mebibytes, make] of [
      ["ext4", 32, 'mkfs.ext4 -q -F -d /tmp/kept "$1"'],
      ["btrfs", 256, 'mkfs.btrfs -q -f --rootdir /tmp/kept "$1"'],
      ["squashfs", 8, 'mksquashfs /tmp/kept "$1" -noappend -quiet -no-progress'],
      ["ntfs", 32, 'mkntfs -F -q "$1"; ntfs-3g "$1" /mnt; cp /tmp/kept/* /mnt; umount /mnt'],
      ["vfat", 32, 'mkfs.vfat "$1"; mcopy -i "$1" /tmp/kept/* ::'],
    ] as const) {
      const disk = machine.newDisk(`way-${type}`, mebibytes);
      machine.must(`rm -rf /tmp/kept /tmp/way; mkdir /tmp/kept; echo kept >/tmp/kept/kept.txt`);
      machine.must(make, disk.device);
      const before = disk.lock().sha256();
      const way = /'([^']*)'/.exec(machine.must('evidence-way "$1" "$2"', disk.device, type));
      const command = (way?.[1] ?? "").replace("DIRECTORY", "/tmp/way/out");
      const found = machine.must(
        `install -d -o examiner /tmp/way; chgrp examiner "$1"; chmod 0440 "$1"
         mkdir -p /tmp/way/out; chown examiner /tmp/way/out
         [ "$2" != squashfs ] || rmdir /tmp/way/out
         su examiner -c "$3"; ls /tmp/way/out 2>/dev/null`,
        disk.device,
        type,
        `PATH=$PATH:/sbin; ${command}`,
      );
      assert.match(found, /kept\.txt/, command);
      assert.equal(disk.sha256(), before);
    }
  });

  it("refuses what it does not know", () => {
    machine.refused(
      /no known file system/,
      'evidence-mount "$1"',
      machine.intake(machine.newDisk("empty", 8)).device,
    );
    machine.must("rm -r /var/lib/clean-room/evidence");
    const swap = machine.newDisk("swap", 8);
    machine.must('mkswap -q "$1"', swap.device);
    machine.refused(
      /no safe way to mount swap/,
      'evidence-mount "$1"',
      machine.intake(swap).device,
    );
  });
});

describe("evidence-unmount", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  it("unmounts nothing but what is mounted below /evidence", () => {
    for (const directory of ["/", "/proc", "/evidence", "/evidence/../proc", "-a"]) {
      const { status, stderr } = machine.run('evidence-unmount "$1"', directory);
      assert.notEqual(status, 0);
      assert.match(stderr, /not below \/evidence|usage/);
    }
    machine.refused(/nothing is mounted/, "mkdir -p /evidence/a; evidence-unmount /evidence/a");
    machine.refused(
      /leads elsewhere/,
      "ln -s /proc /evidence/link; evidence-unmount /evidence/link",
    );
  });

  it("says when a device is not what it was", () => {
    const disk = machine.evidence();
    machine.must('evidence-mount "$1" /evidence/a', disk.device);
    disk.unlock();
    machine.must(
      'printf x | dd of="$1" bs=1 seek=1000000 conv=notrunc status=none; sync "$1"',
      disk.device,
    );
    disk.lock();
    machine.refused(/is not what it was/, "evidence-unmount /evidence/a");
    assert.match(machine.must("tail -n 1 /var/log/clean-room/evidence-mount.log"), /"same":"no"/);
  });
});
