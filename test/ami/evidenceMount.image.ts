import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { ImageRoot } from "./imageRoot";
import { LoopDisk } from "./loopDisk";

// The image's real scripts, on real file systems in loop devices, in a tree of the image's system.

const SERIAL = "vol0123456789abcdef0";
const VOLUME = "vol-0123456789abcdef0";
const RECORD = `/var/lib/clean-room/evidence/${VOLUME}.json`;
const STAMP = `/var/lib/clean-room/evidence/${VOLUME}.uploaded`;
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

describe("Evidence on the machine", function () {
  this.timeout(180_000);

  let root: string | undefined;
  let image: ImageRoot;
  let folder: string;
  const attached: LoopDisk[] = [];

  before(async function () {
    // What build.image.ts built, or a tree that was built before.
    root = process.env["CLEANROOM_IMAGE_ROOT"];
    if (root === undefined) {
      console.log("    not run: there is no tree of the image's system here");
      this.skip();
    }
    folder = mkdtempSync("/var/tmp/clean-room-evidence-");
    image = await ImageRoot.open(root);
  });

  afterEach(() => {
    if (root === undefined) return;
    image.run(
      `for m in $(findmnt -rno TARGET | grep '^/evidence/' | sort -r); do umount "$m"; done
       ! mountpoint -q /mnt || umount /mnt
       rm -rf /evidence/* /var/lib/clean-room/* /var/log/clean-room/* /tmp/put-* /etc/clean-room/*
       ! mountpoint -q /proc/swaps || umount /proc/swaps`,
    );
    for (const disk of attached.splice(0)) disk.detach();
  });

  after(() => {
    if (root === undefined) return;
    image.close();
    rmSync(folder, { recursive: true });
  });

  /** A new image file as a disk. */
  function newDisk(name: string, mebibytes: number): LoopDisk {
    const file = join(folder, `${name}.img`);
    execFileSync("truncate", ["-s", "0", file]);
    truncateSync(file, mebibytes * 1024 * 1024);
    return attach(file);
  }

  function attach(file: string): LoopDisk {
    const disk = LoopDisk.attach(image, file);
    attached.push(disk);
    return disk;
  }

  function detach(disk: LoopDisk): void {
    attached.splice(attached.indexOf(disk), 1);
    disk.detach();
  }

  /** A copy of a file system taken while it was mounted and written to, as a disk. */
  function dirtyDisk(dirty: Dirty): LoopDisk {
    const source = newDisk(`${dirty.type}-source`, dirty.mebibytes);
    image.must(
      `${dirty.make} && ${dirty.mount}
       for n in $(seq 50); do echo "kept $n" >/mnt/kept-$n; done; sync
       for n in $(seq 50); do echo "late $n" >/mnt/late-$n; sync /mnt/late-$n; rm -f /mnt/kept-$n; done
       sync -d /mnt/late-50`,
      source.device,
    );
    if (dirty.type === "xfs") {
      // The log stays as it is, and nothing is written after it.
      image.must("xfs_io -x -c 'shutdown -f' /mnt");
    }
    const copy = join(folder, `${dirty.type}.img`);
    execFileSync("cp", ["--sparse=always", join(folder, `${dirty.type}-source.img`), copy]);
    image.must("umount /mnt");
    detach(source);
    return attach(copy);
  }

  /** The intake of a disk as an EBS volume, its record in the vault. */
  function intake(disk: LoopDisk): LoopDisk {
    disk.withSerial(SERIAL).lock();
    image.must('evidence-intake "$1"', disk.name);
    return disk;
  }

  /** A disk with an ext4 file system whose intake is done. */
  function evidence(): LoopDisk {
    const disk = newDisk("evidence", 64);
    image.must('mkfs.ext4 -q -F "$1"', disk.device);
    return intake(disk);
  }

  function refused(expected: RegExp, script: string, ...args: string[]): void {
    const { status, stdout, stderr } = image.run(script, ...args);
    assert.notEqual(status, 0, `${script} was not refused: ${stdout}`);
    assert.match(stderr, expected);
    assert.equal(image.run("findmnt -rno TARGET | grep '^/evidence/'").stdout, "");
  }

  const present = (path: string): boolean => image.run('test -e "$1"', path).status === 0;

  describe("evidence-mount", () => {
    for (const dirty of DIRTY) {
      it(`changes no byte of a dirty ${dirty.type}, and lets nobody write`, () => {
        const disk = intake(dirtyDisk(dirty));
        const before = disk.sha256();
        const { status, stdout, stderr } = image.run('evidence-mount "$1"', disk.device);
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
          image
            .must("tail -n 1 /var/log/clean-room/evidence-mount.log")
            .includes(`"journal":"${journal}"`),
        );
        const written = image.run('touch "$1/x"', directory);
        assert.notEqual(written.status, 0);
        assert.match(written.stderr, /Read-only file system/);
        const mounted = image.must('findmnt -nro OPTIONS -M "$1"', directory).split(",");
        for (const option of ["ro", "nodev", "nosuid", "noexec", "noatime"]) {
          assert.ok(mounted.includes(option), `${option} is not in ${mounted.join()}`);
        }
        image.must('ls -lR "$1"; evidence-unmount "$1"', directory);
        assert.equal(disk.sha256(), before);
      });

      if (dirty.replays) {
        it(`is needed: a plain read-only mount changes a dirty ${dirty.type} that is not locked`, () => {
          const disk = dirtyDisk(dirty);
          const before = disk.sha256();
          image.must('mount -o ro "$1" /mnt && umount /mnt', disk.device);
          assert.notEqual(disk.sha256(), before);
        });
      }
    }

    it("mounts ext2 and squashfs", () => {
      const ext2 = newDisk("ext2", 16);
      image.must('mkfs.ext2 -q -F "$1"', ext2.device);
      intake(ext2);
      assert.ok(image.must('evidence-mount "$1"', ext2.device).includes(`${EXT4},${COMMON}`));
      image.must(`evidence-unmount /evidence/${VOLUME}/whole; rm -r /var/lib/clean-room/evidence`);
      detach(ext2);
      const squashfs = newDisk("squashfs", 8);
      image.must('mksquashfs /etc/udev "$1" -noappend -quiet -no-progress', squashfs.device);
      intake(squashfs);
      assert.ok(image.must('evidence-mount "$1"', squashfs.device).includes(`ro,${COMMON}`));
    });

    describe("does not take the suspect's word for how to mount", () => {
      /** A file system of 16 MiB whose super block asks for something, its intake done. */
      function asking(command: string): LoopDisk {
        const disk = newDisk("asking", 16);
        image.must(`mkfs.ext4 -q -F "$1"; ${command}`, disk.device);
        return intake(disk);
      }

      /** The options that the kernel goes by, of what is mounted. */
      const inForce = (disk: LoopDisk): string[] =>
        image.must('cat "/proc/fs/ext4/$1/options"', disk.name).split("\n");

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
          image.must('evidence-mount "$1"', disk.device);
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
          refused(expected, 'evidence-mount "$1"', asking(command).device);
          assert.equal(image.run("ls /evidence/*/ 2>/dev/null").stdout, "");
        });
      }

      it("shows all of a btrfs, whatever tree of it is the default", () => {
        const disk = newDisk("subvolumes", 256);
        image.must(
          `mkfs.btrfs -q -f "$1"; mount -t btrfs "$1" /mnt
           btrfs subvolume create /mnt/shown >/dev/null; echo hidden >/mnt/hidden.txt
           btrfs subvolume set-default /mnt/shown; umount /mnt`,
          disk.device,
        );
        const said = image.must('evidence-mount "$1"', intake(disk).device);
        assert.match(said, /default +ID \d+ .*path shown/);
        assert.match(said, /subvolume +ID \d+ .*path shown/);
        assert.equal(image.must(`cat /evidence/${VOLUME}/whole/hidden.txt`), "hidden");
        assert.ok(present(`/evidence/${VOLUME}/whole/shown`));
      });

      it("lets an examiner read an NTFS whose own file says that nobody may", () => {
        const disk = newDisk("mapping", 64);
        image.must(
          `mkntfs -F -q "$1"; ntfs-3g "$1" /mnt; mkdir /mnt/.NTFS-3G
           echo 1234:1234:S-1-5-21-1-2-3-1234 >/mnt/.NTFS-3G/UserMapping; umount /mnt
           ntfs-3g "$1" /mnt; echo kept >/mnt/a; chown 1234:1234 /mnt/a; chmod 0600 /mnt/a; umount /mnt`,
          disk.device,
        );
        image.must('evidence-mount "$1"', intake(disk).device);
        assert.equal(image.must(`su examiner -c "cat /evidence/${VOLUME}/whole/a"`), "kept");
      });
    });

    it("mounts a partition by a link to it, on its number, and leaves the rest of the disk alone", () => {
      const disk = newDisk("partitions", 64);
      image.must(
        `printf 'label: gpt\\nsize=16MiB\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"
         mkfs.ext4 -q -F "$1p2"; ln -s "$1p2" /tmp/link`,
        disk.device,
      );
      intake(disk);
      const before = disk.sha256();
      image.must("evidence-mount /tmp/link && rm /tmp/link");
      assert.equal(
        image.must("findmnt -nrvo SOURCE -M $1", `/evidence/${VOLUME}/p2`),
        `${disk.device}p2`,
      );
      refusedAgain(disk);
      image.must(`evidence-unmount /evidence/${VOLUME}/p2`);
      assert.equal(disk.sha256(), before);
    });

    function refusedAgain(disk: LoopDisk): void {
      const again = image.run('evidence-mount "$1p2"', disk.device);
      assert.notEqual(again.status, 0);
      assert.match(again.stderr, /already mounted/);
    }

    it("writes one line about a mount and one about an unmount, with the user", () => {
      const disk = evidence();
      image.must(
        `chmod 0755 /home; mkdir -p /home/examiner
         su examiner -c "sudo evidence-mount $1 /evidence/a/b && sudo evidence-unmount /evidence/a/b"`,
        disk.device,
      );
      const lines = image.must("cat /var/log/clean-room/evidence-mount.log").split("\n");
      const [mount, unmount, ...more] = lines.map(
        (line) => JSON.parse(line) as Record<string, unknown>,
      );
      assert.equal(more.length, 0);
      assert.ok(mount && unmount);
      const { at, sha256Before, sha256After, ...rest } = mount;
      assert.match(String(at), /Z$/);
      assert.equal(sha256Before, sha256After);
      assert.equal(
        sha256Before,
        image.must('dd if="$1" bs=1M count=64 status=none | sha256sum', disk.device).slice(0, 64),
      );
      assert.deepEqual(rest, {
        action: "mount",
        user: "examiner",
        device: disk.device,
        volumeId: VOLUME,
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

    it("refuses the root device, its disk, swap, and what is not a device", () => {
      const root = image.must("findmnt -nrvo SOURCE /");
      refused(/not evidence \(root\)/, 'evidence-mount "$1"', root);
      const disk = evidence();
      image.must(
        'printf "%s partition 1 0 -2\\n" "$1" >/tmp/swaps; mount --bind /tmp/swaps /proc/swaps',
        disk.device,
      );
      refused(/swap space/, 'evidence-mount "$1"', disk.device);
      image.must("umount /proc/swaps");
      refused(/is not there/, "evidence-mount /dev/nothing");
      refused(/no disk or partition/, "evidence-mount /etc/passwd");
      refused(/no disk or partition/, "evidence-mount /dev/null");
    });

    it("refuses a disk that can be written, or is mounted elsewhere", () => {
      const disk = evidence().unlock();
      refused(/is writable/, 'evidence-mount "$1"', disk.device);
      image.must('mount -o ro "$1" /mnt', disk.device);
      disk.lock();
      refused(/already mounted/, 'evidence-mount "$1"', disk.device);
    });

    it("refuses a partition that is locked on a disk that is not", () => {
      const disk = newDisk("partition-locked", 32);
      image.must(
        `printf 'label: gpt\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F "$1p1"`,
        disk.device,
      );
      intake(disk).unlock();
      image.must('blockdev --setro "$1p1"', disk.device);
      refused(/is writable/, 'evidence-mount "$1p1"', disk.device);
    });

    it("refuses a disk whose intake is not in the vault, or that is no EBS volume", () => {
      const disk = evidence();
      image.must('rm "$1"', STAMP);
      refused(/not in the vault yet/, 'evidence-mount "$1"', disk.device);
      disk.withSerial("AWS0123456789ABCDEF0");
      refused(/no EBS volume/, 'evidence-mount "$1"', disk.device);
    });

    it("refuses a scratch volume", () => {
      const disk = evidence();
      image.must('echo "$1" >/etc/clean-room/scratch-volumes', VOLUME);
      refused(/not evidence \(scratch\)/, 'evidence-mount "$1"', disk.device);
    });

    it("refuses options, and directories that are or lead elsewhere", () => {
      const disk = evidence();
      for (const args of ["-o rw $1", "--rw $1", "$1 -w", "$1 /evidence/a rw", ""]) {
        refused(/no options/, `evidence-mount ${args}`, disk.device);
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
        refused(/not below \/evidence/, 'evidence-mount "$1" "$2"', disk.device, directory);
      }
      image.must("ln -s /mnt /evidence/link; mkdir /evidence/full; touch /evidence/full/x");
      refused(/leads elsewhere/, 'evidence-mount "$1" /evidence/link/a', disk.device);
      refused(/in use/, 'evidence-mount "$1" /evidence/full', disk.device);
    });

    const CONTAINERS: readonly [string, string, RegExp][] = [
      [
        "LVM",
        "pvcreate -q -y --config 'devices{use_devicesfile=0}' \"$1\" 2>/dev/null || exit 1",
        /container \(LVM\).*image_export/,
      ],
      [
        "LUKS",
        'echo -n pw | cryptsetup luksFormat -q --type luks1 --pbkdf pbkdf2 --iter-time 10 --key-file - "$1"',
        /container \(LUKS\).*image_export --unattended --credential/,
      ],
      [
        "BitLocker",
        `printf '\\xeb\\x52\\x90-FVE-FS-' | dd of="$1" conv=notrunc status=none
         printf '\\x00\\x10' | dd of="$1" bs=1 seek=176 conv=notrunc status=none
         printf '%s' -FVE-FS- | dd of="$1" bs=4096 seek=1 conv=notrunc status=none; sync`,
        /container \(BitLocker\).*dislocker-fuse -r/,
      ],
      [
        "RAID",
        // The version 0.90 super block, in the last whole 64 KiB but one.
        `printf '\\xfc\\x4e\\x2b\\xa9\\x00\\x00\\x00\\x00\\x5a\\x00\\x00\\x00' | dd of="$1" bs=65536 seek=1023 conv=notrunc status=none; sync`,
        /container \(linux_raid_member\).*mdadm -E/,
      ],
    ];
    for (const [name, make, expected] of CONTAINERS) {
      it(`refuses a container (${name}), and says what to do instead`, () => {
        const disk = newDisk(name, 64);
        image.must(make, disk.device);
        refused(expected, 'evidence-mount "$1"', intake(disk).device);
      });
    }

    it("lists what is on a disk of partitions", () => {
      const disk = newDisk("list", 64);
      image.must(
        `printf 'label: gpt\\nsize=16MiB\\nsize=16MiB\\n' | sfdisk -q "$1"; partx -u "$1"; mkfs.ext4 -q -F "$1p2"`,
        disk.device,
      );
      refused(
        new RegExp(`${disk.name}p1[^]*${disk.name}p2 +ext4 +16M[^]*name one of them`),
        'evidence-mount "$1"',
        intake(disk).device,
      );
      refused(/holds no known file system/, 'evidence-mount "$1p1"', disk.device);
      // As the kernel leaves them out where there are too many, or the table is damaged.
      image.must('partx -d "$1"', disk.device);
      refused(
        /table of partitions that the kernel does not show.*mmls[^,]*, then 'fls -o/,
        'evidence-mount "$1"',
        disk.device,
      );
    });

    it("names every sign on a device, and takes the one that is chosen of a fixed list", () => {
      const disk = newDisk("signs", 64);
      // Where ext4 keeps nothing, and the suspect's machine mounts it nevertheless.
      image.must(
        `mkfs.ext4 -q -F "$1"; mount "$1" /mnt; echo kept >/mnt/a; umount /mnt
         printf 'LUKS\\xba\\xbe\\x00\\x01' | dd of="$1" conv=notrunc status=none; sync "$1"`,
        disk.device,
      );
      const before = intake(disk).sha256();
      refused(
        /crypto_LUKS at 0x0[^]*ext4 at 0x438|ext4 at 0x438[^]*crypto_LUKS at 0x0/,
        'evidence-mount "$1"',
        disk.device,
      );
      refused(/TYPE is ext4, xfs/, 'evidence-mount "$1" as overlay', disk.device);
      refused(/TYPE is ext4, xfs/, 'evidence-mount "$1" as "ext4 -o rw"', disk.device);
      image.must('evidence-mount "$1" as ext4', disk.device);
      assert.equal(image.must(`cat /evidence/${VOLUME}/whole/a`), "kept");
      image.must(`evidence-unmount /evidence/${VOLUME}/whole`);
      assert.equal(disk.sha256(), before);
    });

    it("refuses a disk of another size than the one that was hashed", () => {
      detach(evidence());
      const other = newDisk("other", 32);
      image.must('mkfs.ext4 -q -F "$1"', other.device);
      refused(
        /not the disk that was hashed/,
        'evidence-mount "$1"',
        other.withSerial(SERIAL).lock().device,
      );
    });

    it("prints what the kernel said of a failure, leaves no folder, and names a way that works", () => {
      const disk = newDisk("damaged", 256);
      // The tree of roots is gone; the super block is not.
      image.must(
        `mkfs.btrfs -q -f -m single -s 4096 "$1"
         for at in $(btrfs inspect-internal dump-super "$1" | awk '/^(root|chunk_root)[[:space:]]/ { print $2 }'); do
           dd if=/dev/zero of="$1" bs=4096 seek=$((at / 4096)) count=4 conv=notrunc status=none
         done; sync "$1"`,
        disk.device,
      );
      refused(
        new RegExp(`BTRFS error.*${disk.name}[^]*btrfs restore`),
        'evidence-mount "$1"',
        intake(disk).device,
      );
      assert.ok(!present(`/evidence/${VOLUME}`));
    });

    it("names ways that read a file system as examiner, without a mount", () => {
      for (const [type, mebibytes, make] of [
        ["ext4", 32, 'mkfs.ext4 -q -F -d /tmp/kept "$1"'],
        ["btrfs", 256, 'mkfs.btrfs -q -f --rootdir /tmp/kept "$1"'],
        ["squashfs", 8, 'mksquashfs /tmp/kept "$1" -noappend -quiet -no-progress'],
        ["ntfs", 32, 'mkntfs -F -q "$1"; ntfs-3g "$1" /mnt; cp /tmp/kept/* /mnt; umount /mnt'],
        ["vfat", 32, 'mkfs.vfat "$1"; mcopy -i "$1" /tmp/kept/* ::'],
      ] as const) {
        const disk = newDisk(`way-${type}`, mebibytes);
        image.must(`rm -rf /tmp/kept /tmp/way; mkdir /tmp/kept; echo kept >/tmp/kept/kept.txt`);
        image.must(make, disk.device);
        const before = disk.lock().sha256();
        const way = /'([^']*)'/.exec(image.must('evidence-way "$1" "$2"', disk.device, type));
        const command = (way?.[1] ?? "").replace("DIRECTORY", "/tmp/way/out");
        const found = image.must(
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
      refused(/no known file system/, 'evidence-mount "$1"', intake(newDisk("empty", 8)).device);
      image.must("rm -r /var/lib/clean-room/evidence");
      const swap = newDisk("swap", 8);
      image.must('mkswap -q "$1"', swap.device);
      refused(/no safe way to mount swap/, 'evidence-mount "$1"', intake(swap).device);
    });
  });

  describe("evidence-unmount", () => {
    it("unmounts nothing but what is mounted below /evidence", () => {
      for (const directory of ["/", "/proc", "/evidence", "/evidence/../proc", "-a"]) {
        const { status, stderr } = image.run('evidence-unmount "$1"', directory);
        assert.notEqual(status, 0);
        assert.match(stderr, /not below \/evidence|usage/);
      }
      refused(/nothing is mounted/, "mkdir -p /evidence/a; evidence-unmount /evidence/a");
      refused(/leads elsewhere/, "ln -s /proc /evidence/link; evidence-unmount /evidence/link");
    });

    it("says when a device is not what it was", () => {
      const disk = evidence();
      image.must('evidence-mount "$1" /evidence/a', disk.device);
      disk.unlock();
      image.must(
        'printf x | dd of="$1" bs=1 seek=1000000 conv=notrunc status=none; sync "$1"',
        disk.device,
      );
      disk.lock();
      refused(/is not what it was/, "evidence-unmount /evidence/a");
      assert.match(image.must("tail -n 1 /var/log/clean-room/evidence-mount.log"), /"same":"no"/);
    });
  });

  describe("evidence-intake", () => {
    it("records the hash of the whole disk and stamps it once it is in the vault", () => {
      // Not a multiple of what is read at a time.
      const disk = newDisk("intake", 33);
      image.must('mkfs.ext4 -q -F "$1"', disk.device);
      intake(disk);
      const { startedAt, finishedAt, ...record } = JSON.parse(
        image.must("cat $1", RECORD),
      ) as Record<string, unknown>;
      assert.deepEqual(record, {
        form: "clean-room/intake/1",
        device: disk.device,
        volumeId: VOLUME,
        sizeBytes: 33 * 1024 * 1024,
        sha256: disk.sha256(),
        instanceId: "i-0123456789abcdef0",
      });
      for (const time of [startedAt, finishedAt]) {
        assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      }
      assert.equal(image.must("cat /tmp/put-calls"), `${RECORD} --as intake/i-0123456789abcdef0`);
      assert.ok(present(STAMP));
    });

    it("makes no stamp when the upload fails, and does not hash again when it is tried again", () => {
      const disk = newDisk("intake", 16).withSerial(SERIAL).lock();
      image.must("echo 1 >/tmp/put-exit");
      assert.equal(image.run('evidence-intake "$1"', disk.name).status, 1);
      assert.ok(!present(STAMP));
      const record = image.must("cat $1", RECORD);
      image.must("echo 0 >/tmp/put-exit");
      assert.doesNotMatch(image.must('evidence-intake "$1"', disk.name), /hashing/);
      assert.equal(image.must("cat $1", RECORD), record);
      assert.ok(present(STAMP));
      // And once it is in the vault, nothing is left to do.
      image.must('evidence-intake "$1"', disk.name);
      assert.equal(image.must("wc -l </tmp/put-calls"), "2");
    });

    it("refuses for good a disk that can be written, or is mounted", () => {
      const disk = newDisk("intake", 16).withSerial(SERIAL);
      image.must('mkfs.ext4 -q -F "$1"', disk.device);
      const cases: [RegExp, () => void][] = [
        [/is writable/, () => undefined],
        [
          /is mounted/,
          () => {
            image.must('mount "$1" /mnt', disk.device);
            disk.lock();
          },
        ],
      ];
      for (const [expected, prepare] of cases) {
        prepare();
        const { status, stderr } = image.run('evidence-intake "$1"', disk.name);
        assert.equal(status, 2);
        assert.match(stderr, expected);
        assert.ok(!present(RECORD) && !present(STAMP));
      }
    });

    for (const [what, serial, expected] of [
      ["tells no serial", undefined, /tells no serial.*Nitro/],
      ["tells an empty serial", "", /tells no serial/],
      ["is the host's own", "AWS0123456789ABCDEF0", /instance store/],
      ["tells something else", "QM00001", /its serial is 'QM00001'/],
    ] as const) {
      it(`does not hash a disk that ${what}, records why, and looks again`, () => {
        const disk = newDisk("nameless", 16).lock();
        if (serial === undefined) disk.withoutSerial();
        else disk.withSerial(serial);
        image.must("echo 1 >/tmp/put-exit");
        const look = () => image.run('evidence-intake "$1"', disk.name);
        for (let time = 0; time < 2; time++) {
          const { status, stderr } = look();
          assert.equal(status, 1);
          assert.match(stderr, expected);
        }
        const files = image.must("ls /var/lib/clean-room/evidence/*.json").split("\n");
        assert.equal(files.length, 1, "one record a reason");
        const { at, reason, ...record } = JSON.parse(
          image.must("cat $1", files[0] ?? ""),
        ) as Record<string, string>;
        assert.match(String(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.match(String(reason), expected);
        assert.deepEqual(record, {
          form: "clean-room/intake-refusal/1",
          device: disk.device,
          instanceId: "i-0123456789abcdef0",
        });
        // Into the vault as soon as that answers, and once.
        image.must("echo 0 >/tmp/put-exit; rm /tmp/put-calls");
        look();
        look();
        assert.equal(
          image.must("cat /tmp/put-calls"),
          `${files[0]} --as intake/i-0123456789abcdef0`,
        );
        refused(expected, 'evidence-mount "$1"', disk.device);

        disk.withSerial(SERIAL);
        image.must('evidence-intake "$1"', disk.name);
        assert.ok(present(RECORD) && present(STAMP));
      });
    }

    it("hashes no disk of no bytes", () => {
      const disk = newDisk("nothing", 0).withSerial(SERIAL).lock();
      const { status, stderr } = image.run('evidence-intake "$1"', disk.name);
      assert.equal(status, 1);
      assert.match(stderr, /has no bytes/);
      assert.ok(!present(RECORD));
    });

    it("refuses another disk under the name of a recorded one", () => {
      detach(intake(newDisk("intake", 16)));
      const other = newDisk("other", 24).withSerial(SERIAL).lock();
      const { status, stderr } = image.run('evidence-intake "$1"', other.name);
      assert.equal(status, 2);
      assert.match(stderr, /not the disk that was hashed/);
    });
  });

  describe("evidence-is-exempt", () => {
    function decision(disk: string): string {
      const { status, stdout } = image.run('evidence-is-exempt "$1"', disk);
      return status === 0 ? stdout.trim() : "evidence";
    }

    it("leaves the disk of / writable, and scratch volumes, and no other", () => {
      const root =
        image.must("lsblk -ndo PKNAME $(findmnt -nrvo SOURCE /)") ||
        image.must("basename $(findmnt -nrvo SOURCE /)");
      const disk = newDisk("exempt", 16).withSerial(SERIAL);
      assert.equal(decision(root), "root");
      assert.equal(decision(disk.name), "evidence");
      image.must("printf '# scratch\\nvol-00000000000000000\\n' >/etc/clean-room/scratch-volumes");
      assert.equal(decision(disk.name), "evidence");
      for (const volume of [VOLUME, SERIAL]) {
        // Without a line's end, too.
        image.must('printf "# scratch\\n%s" "$1" >/etc/clean-room/scratch-volumes', volume);
        assert.equal(decision(disk.name), "scratch");
      }
    });

    it("knows the root disk in the initramfs by root=, and locks none where that tells nothing", () => {
      const disk = newDisk("initramfs", 32);
      image.must(
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
      image.must(
        "cd /tmp/initramfs && test -e etc/udev/rules.d/10-evidence-readonly.rules -a -x usr/sbin/blockdev -a -x usr/sbin/blkid",
      );
      const partUuid = image.must('blkid -p -o value -s PART_ENTRY_UUID "$1p2"', disk.device);
      const uuid = image.must('blkid -p -o value -s UUID "$1p2"', disk.device);
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
        image.must('echo "$1" >/tmp/cmdline', root);
        const { status, stdout } = image.run(
          'chroot /tmp/initramfs /usr/local/sbin/evidence-is-exempt "$1"',
          disk.name,
        );
        assert.equal(status === 0 ? stdout.trim() : "evidence", expected, root);
      }
    });
  });

  describe("evidence-capture", () => {
    const asExaminer =
      'chmod 0755 /home; mkdir -p /home/examiner; su examiner -c "sudo evidence-capture $1"';

    it("captures what passes, for the examiner, and never over another capture", () => {
      image.must(
        `${asExaminer} & sleep 1.5; for n in 1 2 3; do echo 0123456789 | nc -u -w0 127.0.0.1 9; done; wait $!`,
        "lo a.pcap 3 10",
      );
      assert.equal(
        image.must("stat -c '%U:%G %a' /var/lib/clean-room/captures/a.pcap"),
        "root:examiner 440",
      );
      assert.match(
        image.must("tcpdump -nr /var/lib/clean-room/captures/a.pcap udp port 9 2>/dev/null"),
        /127\.0\.0\.1\.9: UDP/,
      );
      refused(/never overwritten/, asExaminer, "lo a.pcap 1 1");
      // Nor can a link take its place: the folder is root's.
      assert.notEqual(
        image.run('su examiner -c "mv /var/lib/clean-room/captures/a.pcap /tmp/gone"').status,
        0,
      );
      assert.match(
        image.must("cat /var/log/clean-room/evidence-capture.log"),
        /^[0-9a-f]{64} .*a\.pcap$/,
      );
    });

    it("takes no options, no folders, no other interface, no other sizes", () => {
      for (const [args, expected] of [
        ["-i a.pcap", /no interface/],
        ["lo/../lo a.pcap", /no interface/],
        ["nothing0 a.pcap", /no interface/],
        ["lo ../a.pcap", /FILE is a name/],
        ["lo -z.pcap", /FILE is a name/],
        ["lo a.txt", /FILE is a name/],
        ["lo a.pcap 0", /SECONDS/],
        ["lo a.pcap 1 1e9", /MEGABYTES/],
        ["lo a.pcap 1 1 -Z", /usage/],
      ] as const) {
        refused(expected, asExaminer, args);
      }
      assert.equal(image.run("ls /var/lib/clean-room/captures").stdout, "");
    });
  });

  describe("The disk's identity", () => {
    it("changes on a mounted ext4 with checksums, which stays sound", () => {
      const disk = newDisk("tune2fs", 64);
      image.must(
        'mkfs.ext4 -q -F -O metadata_csum,^metadata_csum_seed "$1"; mount "$1" /mnt; echo kept >/mnt/a',
        disk.device,
      );
      const before = image.must('blkid -p -o value -s UUID "$1"', disk.device);
      image.must(
        'tune2fs -O metadata_csum_seed "$1" && tune2fs -U random "$1" && tune2fs -L cleanroom-root "$1"; echo late >/mnt/b; sync; umount /mnt',
        disk.device,
      );
      assert.notEqual(image.must('blkid -p -o value -s UUID "$1"', disk.device), before);
      image.must('e2fsck -fn "$1"; mount "$1" /mnt; cat /mnt/a /mnt/b; umount /mnt', disk.device);
    });

    /** A disk laid out like Ubuntu's image, its root mounted on /run/machine; the ESP is a folder. */
    function machine(): LoopDisk {
      const disk = newDisk("machine", 256);
      image.must(
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
      if (root !== undefined) image.run("umount -R /run/machine");
    });

    const inMachine = (command: string) => `chroot /run/machine env PATH=/stubs:$PATH ${command}`;
    const ids = (disk: LoopDisk) =>
      image
        .must(
          'for p in 1 14 15 16; do blkid -p -o value -s UUID "$1p$p"; blkid -p -o value -s PART_ENTRY_UUID "$1p$p"; done; blkid -p -o value -s PTUUID "$1"',
          disk.device,
        )
        .split("\n");

    it("is new in every place, once, and the test on the machine says so", () => {
      const disk = machine();
      const old = ids(disk);
      image.must(inMachine("new-disk-identity"));
      const now = ids(disk);
      assert.equal(now.length, 8);
      assert.deepEqual(
        now.filter((id) => old.includes(id)),
        [],
      );
      const labels = [1, 16, 15].map((p) =>
        image.must('blkid -p -o value -s LABEL "$1"', `${disk.device}p${p}`),
      );
      assert.deepEqual(labels, ["cleanroom-root", "cr-boot", "CR-EFI"]);
      assert.equal(
        image.must("cat /run/machine/etc/fstab"),
        `UUID=${now[0]}\t/\text4\tdefaults\t0 1\nUUID=${now[5]} /boot ext4 defaults 0 2\nUUID=${now[3]} /boot/efi vfat umask=0077 0 1`,
      );
      const marker = JSON.parse(
        image.must("cat /run/machine/etc/clean-room/disk-identity.json"),
      ) as { old: string[] };
      assert.deepEqual([...marker.old].sort(), [...old].sort());

      image.must(inMachine("new-disk-identity"));
      assert.deepEqual(ids(disk), now);

      image.must(
        'echo "root=PARTUUID=$1" >/tmp/cmdline; mount --bind /tmp/cmdline /run/machine/proc/cmdline',
        now[1] ?? "",
      );
      image.must(inMachine("disk-identity-test"));
      for (const [spoil, expected] of [
        [`echo "root=PARTUUID=${old[1]}" >/tmp/cmdline`, /kernel was started with/],
        [
          `echo "# ${old[5]}" >>/run/machine/boot/grub/grub.cfg`,
          /still in \/boot\/grub\/grub\.cfg/,
        ],
        [
          "sed -i 's/^UUID=[^ ]* .boot /LABEL=BOOT \\/boot /' /run/machine/etc/fstab",
          /does not mount \/boot by/,
        ],
      ] as const) {
        image.must(spoil);
        const { status, stderr } = image.run(inMachine("disk-identity-test"));
        assert.equal(status, 1);
        assert.match(stderr, expected);
      }
      image.must(
        "umount -R /run/machine; e2fsck -fn $1p1 && e2fsck -fn $1p16 && fsck.vfat -n $1p15 && sgdisk -v $1",
        disk.device,
      );
    });

    it("fails the build when GRUB still looks for the old ids", () => {
      machine();
      image.must("printf '#!/bin/sh\\n' >/run/machine/stubs/update-grub");
      const { status, stderr } = image.run(inMachine("new-disk-identity"));
      assert.equal(status, 1);
      assert.match(stderr, /still in \/boot\/grub\/grub\.cfg/);
      assert.ok(!present("/run/machine/etc/clean-room/disk-identity.json"));
    });
  });

  describe("The files", () => {
    it("are taken by the programs that read them", () => {
      image.must("udevadm verify --no-summary /etc/udev/rules.d/10-evidence-readonly.rules");
      image.must("visudo -cf /etc/sudoers.d/examiner");
      image.must("systemd-analyze verify /etc/systemd/system/evidence-intake@.service");
      assert.match(image.must("lvmconfig --validate"), /configuration valid/);
      const lvm = image.must("lvmconfig --typeconfig current");
      assert.match(lvm, /event_activation=0/);
      assert.match(lvm, /auto_activation_volume_list=\[\]/);
      assert.match(image.run("mdadm --assemble --scan").stderr, /No arrays found/);
    });

    it("let the examiner run three helpers as root, without a variable of his own, and nothing else", () => {
      image.must("chmod 0755 /home; mkdir -p /home/examiner");
      const allowed = image.must("su examiner -c 'sudo -n -l'").replace(/\s+/g, " ");
      assert.match(
        allowed,
        /following commands on \S+: \(root\) NOPASSWD: \/usr\/local\/sbin\/evidence-mount, \/usr\/local\/sbin\/evidence-unmount, \/usr\/local\/sbin\/evidence-capture$/,
      );
      for (const command of [
        "id",
        "mount",
        "evidence-intake loop0",
        "SUDO_USER=x evidence-mount /dev/null",
        "-E evidence-mount /dev/null",
      ]) {
        const { status, stderr } = image.run(`su examiner -c 'sudo -n ${command}'`);
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
    it.skip(
      "/sys/block/nvme1n1/device/serial has the volume's id: laid out here, told by EBS there",
    );
    it.skip(
      "a disk attached before the start is locked in the initramfs, and the root disk is not: no boot here",
    );
    it.skip("a scratch volume that the initramfs locked is writable again: no udevd here");
    it.skip(
      "systemd starts the intake when a disk appears, and again a minute after a failure: no systemd here",
    );
    it.skip("the unit's DeviceAllow keeps it from writing to the disk: no systemd here");
    it.skip(
      "vfat, exfat and iso9660 are mounted with ro, and with names in UTF-8: not in this kernel",
    );
    it.skip(
      "attributes and access lists that a super block hides, and quotas of XFS, are overridden: this kernel knows neither",
    );
    it.skip("LVM and md assemble nothing by themselves: no device-mapper and no md here");
    it.skip(
      "the image starts, by BIOS and UEFI, after its identity changed: GRUB, initramfs and ESP are stood in for here",
    );
    it.skip("AppArmor lets Ubuntu's tcpdump write the capture: no AppArmor here");
    it.skip(
      "the kernel and tools of Ubuntu 24.04 do as these do: another kernel and Debian's packages here",
    );
  });
});
