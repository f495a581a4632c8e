import type { PublicImage } from "./publicImage";

/** What can be done with a disk; each is asked of every type. */
export const COLUMNS = [
  "mounted",
  "readable",
  "replayed",
  "sleuthkit",
  "dissect",
  "plaso",
  "triage",
] as const;

export type Column = (typeof COLUMNS)[number];

/** Why something cannot be had of a type of disk, and what does it instead. */
export interface Way {
  /** A sentence without an end. */
  readonly reason: string;

  /** What works: a column that says yes of this type, or a command for `DISK`, as examiner, that prints what is on it. */
  readonly way: Column | `${string}DISK${string}`;
}

/** A type of disk, made by the type's own tools. */
export interface DiskType {
  readonly name: string;

  /** Sizes of its disks, MiB; one unless several make one up. */
  readonly disks?: readonly number[];

  /** Makes it on `$1` (`$2`…) with {@link FILL} in it; bash, as root. */
  readonly make: string;

  /** No tool makes it: the public image of it, and which file of it is read instead. */
  readonly made?: {
    readonly image: PublicImage;

    /** Patterns of its path below /evidence and where plaso puts it, its name, and what is in it. */
    readonly path: string;
    readonly exported: string;
    readonly name: string;
    readonly mark: string;
  };

  /** Where dissect has the file, where that is not in the root. */
  readonly dissectPath?: string;

  /** Its passphrase is {@link PASSPHRASE}. */
  readonly locked?: true;

  /** The disk is copied while what `make` mounted on /mnt is in use, all of it in the journal alone. */
  readonly copiedInUse?: true;

  /** Whether a replay changes what is seen; where it cannot, the column says so. */
  readonly journal: boolean;

  /** What is not to be had of it; everything else is. */
  readonly no: Readonly<Partial<Record<Column, Way>>>;

  /** What no kernel of the tests has a driver for. */
  readonly notShown?: readonly Column[];
}

/** What every disk has in `etc/hostname`, or, without a file system, somewhere. */
export const MARK = "kept-host-7391";

/** What only its owner may read on it. */
export const PRIVATE = "private-of-4711";

export const PASSPHRASE = "secret";

/** Bash functions for what makes disks: `fill DEVICE TYPE`, `put` into /mnt, and LVM that activates. */
export const FILL = `
put() {
  mkdir -p /mnt/$1etc /mnt/$1var /mnt/$1opt /mnt/$1private; echo ${MARK} >/mnt/$1etc/hostname; echo ${PRIVATE} >/mnt/$1private/secret
  chmod 0600 /mnt/$1private/secret; chmod 0700 /mnt/$1private; chown -R 4711:4711 /mnt/$1private 2>/dev/null || true
}
fill() { mount -t "$2" "$1" /mnt; put ""; umount /mnt; }
tree() { rm -rf /tmp/tree; mkdir -p /tmp/tree; mount --bind /tmp/tree /mnt; put ""; umount /mnt; }
lvm() {
  local command=$1; shift
  "$command" -q --config 'devices { use_devicesfile=0 } activation { auto_activation_volume_list=["@*"] monitoring=0 udev_sync=0 udev_rules=0 verify_udev_operations=1 } global { thin_check_executable="" }' "$@"
}
group() { lvm pvcreate "$@"; lvm vgcreate -s 4m vg "$@"; }
volume() { lvm lvchange -ay vg/$1; dmsetup mknodes; mkfs.$2 -q /dev/mapper/vg-$1; fill /dev/mapper/vg-$1 $2; }
array() {
  mdadm --create /dev/md9 --run --quiet --assume-clean --level $1 --raid-devices $(($# - 1)) --metadata 1.2 "\${@:2}" --config /dev/null
  mkfs.ext4 -q /dev/md9; fill /dev/md9 ext4; mdadm --wait /dev/md9 || true; mdadm --quiet --stop /dev/md9
}
used() {
  echo 0 >/proc/sys/vm/dirty_writeback_centisecs
  mount -t "$2" "$1" /mnt; echo early >/mnt/early; sync; put ""
  for f in /mnt/etc/hostname /mnt/private/secret /mnt/private /mnt/etc /mnt; do sync $f; done
}
`;

const NO_XFS: Way = {
  reason: "the Sleuth Kit knows neither XFS nor btrfs, squashfs nor EROFS",
  way: "mounted",
};
const IN_LVM: Way = {
  reason: "the file system lies in LVM, which the Sleuth Kit does not know",
  way: "mounted",
};
const IN_RAID: Way = { reason: "the file system is spread over several disks", way: "mounted" };
const LOCKED: Way = { reason: "it is encrypted", way: "mounted" };
const NOT_BY_DISSECT: Way = { reason: "dissect did not find the file", way: "mounted" };
const NOT_BY_DISSECT_UNMOUNTED: Way = { reason: NOT_BY_DISSECT.reason, way: "sleuthkit" };
const NOT_BY_PLASO: Way = { reason: "plaso's image_export did not find the file", way: "mounted" };
const IN_JOURNAL: Way = { reason: "only the journal holds it", way: "replayed" };
const NO_FILES: Way = { reason: "it holds no file system", way: `strings -t d DISK` };
const NO_FILES_AT_ALL = Object.fromEntries(COLUMNS.map((column) => [column, NO_FILES])) as Record<
  Column,
  Way
>;

const BY_OFFSET: Way = {
  reason: "its superblock is overwritten, and no tool here looks for a copy by itself",
  way: "debugfs -c -b 4096 -s 32768 -R 'cat /etc/hostname' DISK",
};

/** The types that are asked about. */
export const DISK_TYPES: readonly DiskType[] = [
  {
    name: "ext4",
    make: 'mkfs.ext4 -q -F "$1"; fill "$1" ext4',
    journal: true,
    no: {},
  },
  {
    name: "ext4, copied in use",
    make: 'mkfs.ext4 -q -F "$1"; used "$1" ext4',
    copiedInUse: true,
    journal: true,
    no: {
      mounted: IN_JOURNAL,
      readable: IN_JOURNAL,
      sleuthkit: IN_JOURNAL,
      dissect: IN_JOURNAL,
      plaso: IN_JOURNAL,
    },
  },
  {
    name: "XFS",
    disks: [320],
    make: 'mkfs.xfs -q "$1"; fill "$1" xfs',
    journal: true,
    no: { sleuthkit: NO_XFS },
  },
  {
    name: "XFS, copied in use",
    disks: [320],
    make: 'mkfs.xfs -q "$1"; used "$1" xfs; xfs_io -x -c "shutdown -f" /mnt',
    copiedInUse: true,
    journal: true,
    no: {
      mounted: IN_JOURNAL,
      readable: IN_JOURNAL,
      sleuthkit: { reason: NO_XFS.reason, way: "replayed" },
      dissect: IN_JOURNAL,
      plaso: IN_JOURNAL,
    },
  },
  {
    name: "btrfs with another default subvolume",
    disks: [256],
    make: `mkfs.btrfs -q "$1"; mount -t btrfs "$1" /mnt; btrfs -q subvolume create /mnt/@; put @/
      btrfs -q subvolume create /mnt/empty; btrfs subvolume set-default /mnt/empty; umount /mnt`,
    dissectPath: "/$fs$/fs0/@/etc/hostname",
    journal: true,
    no: { sleuthkit: NO_XFS, dissect: NOT_BY_DISSECT, plaso: NOT_BY_PLASO },
  },
  {
    name: "FAT",
    make: 'mkfs.vfat "$1" >/dev/null; fill "$1" vfat',
    journal: false,
    no: {},
  },
  {
    // No kernel of the tests has a driver for it.
    name: "exFAT",
    make: 'mkfs.exfat -q "$1" >/dev/null; mount.exfat-fuse "$1" /mnt 2>/dev/null; put ""; umount /mnt',
    journal: false,
    no: { dissect: NOT_BY_DISSECT_UNMOUNTED },
    notShown: ["mounted", "readable", "replayed", "triage"],
  },
  {
    name: "NTFS",
    make: 'mkntfs -F -q "$1"; fill "$1" ntfs-3g',
    journal: true,
    no: {},
  },
  {
    name: "NTFS, its shadow copies",
    disks: [80],
    make: "",
    made: {
      image: "vss.raw",
      path: "*.shadow-1/passwords.txt",
      exported: "*/vss*/passwords.txt",
      name: "passwords.txt",
      mark: "joesmith",
    },
    journal: true,
    no: {
      sleuthkit: {
        reason: "the Sleuth Kit shows what is on the volume now",
        way: "vshadowmount DISK DIRECTORY && fls DIRECTORY/vss1",
      },
      dissect: {
        reason: "dissect shows what is on the volume now",
        way: "vshadowmount DISK DIRECTORY && target-fs -q DIRECTORY/vss1 cat passwords.txt",
      },
    },
  },
  {
    name: "ISO 9660",
    make: 'tree; xorriso -as mkisofs -quiet -J -R -o "$1" /tmp/tree 2>/dev/null',
    journal: false,
    no: { dissect: NOT_BY_DISSECT },
  },
  {
    name: "squashfs",
    make: 'tree; mksquashfs /tmp/tree /tmp/tree.img -quiet -noappend >/dev/null; dd if=/tmp/tree.img of="$1" conv=notrunc status=none',
    journal: false,
    no: { sleuthkit: NO_XFS, plaso: NOT_BY_PLASO },
  },
  {
    name: "EROFS",
    make: 'tree; mkfs.erofs --quiet /tmp/tree.img /tmp/tree 2>/dev/null >&2; dd if=/tmp/tree.img of="$1" conv=notrunc status=none',
    journal: false,
    no: { sleuthkit: NO_XFS, dissect: NOT_BY_DISSECT, plaso: NOT_BY_PLASO },
  },
  {
    name: "GPT with ext4 in its second partition",
    make: `printf 'label: gpt\\nsize=8MiB\\nsize=48MiB\\n' | sfdisk -q "$1"; d=$(losetup --find --show --offset $((9 << 20)) --sizelimit $((48 << 20)) "$1")
      mkfs.ext4 -q -F $d; fill $d ext4; losetup --detach $d`,
    journal: true,
    no: {},
  },
  {
    name: "LVM, linear, with XFS",
    disks: [340],
    make: 'group "$1"; lvm lvcreate -an -Zn -Wn -n root -l 100%FREE vg; volume root xfs; lvm vgchange -an vg 1>&2',
    journal: true,
    no: { sleuthkit: NO_XFS },
  },
  {
    name: "LVM, thin",
    disks: [96],
    make: 'group "$1"; lvm lvcreate --type thin-pool -Zn -L 40m -n pool vg; lvm lvcreate -an -V 32m -n thin --thinpool pool vg; volume thin ext4; lvm vgchange -an vg 1>&2',
    journal: true,
    no: { sleuthkit: IN_LVM, plaso: NOT_BY_PLASO },
  },
  {
    name: "LVM, snapshot",
    disks: [96],
    make: 'group "$1"; lvm lvcreate -an -Zn -Wn -n root -L 32m vg; volume root ext4; lvm lvcreate -s -n before -L 16m vg/root; mount -t ext4 /dev/mapper/vg-root /mnt; rm -r /mnt/etc /mnt/private; umount /mnt; lvm vgchange -an vg 1>&2',
    journal: true,
    no: { sleuthkit: IN_LVM, dissect: NOT_BY_DISSECT, plaso: NOT_BY_PLASO },
  },
  {
    name: "LUKS 1",
    make: `printf %s ${PASSPHRASE} | cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 "$1" -
      printf %s ${PASSPHRASE} | cryptsetup open "$1" made -; dmsetup mknodes; mkfs.ext4 -q /dev/mapper/made; fill /dev/mapper/made ext4; cryptsetup close made`,
    locked: true,
    journal: true,
    no: { sleuthkit: LOCKED },
  },
  {
    name: "LUKS 2 with Argon2",
    make: `printf %s ${PASSPHRASE} | cryptsetup luksFormat -q --type luks2 --pbkdf argon2id --pbkdf-memory 32 --pbkdf-parallel 1 --pbkdf-force-iterations 4 "$1" -
      printf %s ${PASSPHRASE} | cryptsetup open "$1" made -; dmsetup mknodes; mkfs.ext4 -q /dev/mapper/made; fill /dev/mapper/made ext4; cryptsetup close made`,
    locked: true,
    journal: true,
    no: { sleuthkit: LOCKED, plaso: NOT_BY_PLASO },
  },
  {
    name: "RAID 0 of md",
    disks: [64, 64],
    make: 'array 0 "$@"',
    journal: true,
    no: { sleuthkit: IN_RAID, plaso: NOT_BY_PLASO },
  },
  {
    name: "RAID 1 of md",
    disks: [64, 64],
    make: 'array 1 "$@"',
    journal: true,
    no: { plaso: NOT_BY_PLASO },
  },
  {
    name: "RAID 5 of md",
    disks: [64, 64, 64],
    make: 'array 5 "$@"',
    journal: true,
    no: { sleuthkit: IN_RAID, plaso: NOT_BY_PLASO },
  },
  {
    name: "RAID 6 of md",
    disks: [64, 64, 64, 64],
    make: 'array 6 "$@"',
    journal: true,
    no: { sleuthkit: IN_RAID, plaso: NOT_BY_PLASO },
  },
  {
    name: "swap",
    make: `mkswap "$1" >/dev/null; echo ${MARK} | dd of="$1" bs=1M seek=2 conv=notrunc status=none`,
    journal: false,
    no: NO_FILES_AT_ALL,
  },
  {
    name: "no file system",
    make: `echo ${MARK} | dd of="$1" bs=1M seek=2 conv=notrunc status=none`,
    journal: false,
    no: NO_FILES_AT_ALL,
  },
  {
    name: "ext4, its superblock overwritten",
    make: 'mkfs.ext4 -q -F -b 4096 "$1" 200m; fill "$1" ext4; dd if=/dev/zero of="$1" bs=4096 count=1 conv=notrunc status=none',
    disks: [200],
    journal: true,
    no: Object.fromEntries(COLUMNS.map((column) => [column, BY_OFFSET])),
  },
];
