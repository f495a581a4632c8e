import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DiskResults } from "../../docs/disks";
import {
  type Column,
  COLUMNS,
  DISK_TYPES,
  type DiskType,
  FILL,
  MARK,
  PASSPHRASE,
  PRIVATE,
} from "./diskTypes";
import { EvidenceMachine } from "./evidenceMachine";
import type { LoopDisk } from "./loopDisk";
import { publicImage } from "./publicImage";

// Each type of disk, made by its own tools, through everything that the image has for disks. What is found is
// docs/diskResults.json, from which the page's table is made: CLEANROOM_WRITE_DISKS=1 writes it; CLEANROOM_DISKS names types.

/** Asked in every run, for its time; CLEANROOM_DISKS names others, `.` all. */
const EVERY_RUN =
  "^(ext4|ext4, copied in use|XFS|XFS, copied in use|FAT|NTFS|LVM, linear, with XFS|swap)$";
const RESULTS = join(__dirname, "../../docs/diskResults.json");
const SERIALS = [0, 1, 2, 3].map((n) => `vol0123456789abcdef${n}`);
const AS_EXAMINER = `export HOME=/home/examiner; cd /home/examiner; as() { runuser -u examiner -- timeout 300 bash -c "$1"; }
key=''; [ ! -e /tmp/key ] || key='key /tmp/key'`;
/** What is read of a type: by path, for `find`; by name; and what is in it. */
function readOf({ made }: DiskType) {
  return {
    path: made?.path ?? "*/etc/hostname",
    name: made?.name ?? "hostname",
    exported: made?.exported ?? "*/hostname",
    secret: made?.path ?? "*/private/secret",
    mark: made?.mark ?? MARK,
    hidden: made?.mark ?? PRIVATE,
  };
}
const found = (type: DiskType) => `find /evidence -path '${readOf(type).path}' -exec cat {} +`;
const CLOSE = `for d in $(cat /run/clean-room/open/*/directory 2>/dev/null); do evidence-unmount "$d" || exit 1; done
  for m in $(findmnt -rno TARGET | grep '^/evidence/' | sort -r); do evidence-unmount "$m" || exit 1; done; [ -z "$(dmsetup ls | grep -v 'No devices')" ]`;

describe("What can be read of which disk", function () {
  this.timeout(1_200_000);
  const machine = EvidenceMachine.ofSuite("user-mode");
  const all: Record<string, Record<string, string>> = {};
  let kernel = "";

  /** The disks of a type, hashed; the machine's /tmp/key opens them where they are locked. */
  function made(type: DiskType): LoopDisk[] {
    const sizes = type.disks ?? [64];
    if (type.made !== undefined) {
      const image = publicImage(type.made.image) ?? assert.fail(`${type.made.image} is not there`);
      execFileSync("cp", ["--sparse=always", image, machine.fileOf("disk-0")]);
      return attached(type, sizes);
    }
    const sources = sizes.map((size, n) => machine.newDisk(`made-${n}`, size));
    machine.must(`set -e; ${FILL}${type.make}`, ...sources.map(({ device }) => device));
    sizes.forEach((_, n) => machine.copy(`made-${n}`, `disk-${n}`));
    if (type.copiedInUse === true) machine.must("umount /mnt");
    sources.forEach((disk) => machine.detach(disk));
    return attached(type, sizes);
  }

  function attached(type: DiskType, sizes: readonly number[]): LoopDisk[] {
    const disks = sizes.map((_, n) => machine.attach(`disk-${n}`));
    disks.forEach((disk, n) => machine.intake(disk, SERIALS[n]));
    const devices = disks.map(({ device }) => device).join(" ");
    machine.must(
      `rm -f /tmp/key; ${type.locked === true ? `printf ${PASSPHRASE} >/tmp/key; chown examiner /tmp/key` : ":"}
       mountpoint -q /home || mount -t tmpfs -o mode=0755 tmpfs /home; install -d -o examiner -g examiner /home/examiner
       udevadm settle 2>/dev/null; chgrp examiner ${devices} /dev/loop*p* 2>/dev/null; chmod 0440 ${devices} /dev/loop*p* 2>/dev/null; true`,
    );
    return disks;
  }

  /** What each column's tool says. */
  const ASK: Readonly<Record<Column, (type: DiskType, devices: string, files: string) => string>> =
    {
      // The mount where it can be, and otherwise what opens containers.
      mounted: (type, devices) =>
        machine.run(
          `${AS_EXAMINER}; how=evidence-mount; [ -z "$key${type.made?.image ?? ""}" ] && evidence-mount ${devices} >/tmp/said 2>&1 || { how=evidence-open; evidence-open ${devices} $key >/tmp/said 2>&1; }
         as "${found(type)}"; echo "by $how"; cat /tmp/said`,
        ).stdout,
      readable: (type) =>
        machine.run(
          `${AS_EXAMINER}; f=$(find /evidence -path '${readOf(type).secret}'); [ -n "$f" ] || exit 1
         as "sudo evidence-shell cat $f"; ! as "sudo evidence-shell touch $(dirname "$f")/x" 2>/dev/null || exit 1; ${CLOSE}`,
        ).stdout,
      replayed: (type, devices) =>
        machine.run(
          `${AS_EXAMINER}; ${CLOSE}; evidence-open ${devices} $key replayed; as "${found(type)}"; ${CLOSE}`,
        ).stdout,
      sleuthkit: (_, devices) =>
        machine.run(
          `${AS_EXAMINER}; for d in ${devices}; do for o in 0 $(mmls -a $d 2>/dev/null | awk '$3 ~ /^[0-9]+$/ { print $3 + 0 }') $(mdadm --examine $d 2>/dev/null | sed -n 's/.*Data Offset : \\([0-9]*\\).*/\\1/p'); do
           n=$(as "fls -r -p -o $o $d" 2>/dev/null | sed -n 's|^r/r \\([0-9-]*\\):.*etc/hostname$|\\1|Ip' | head -n 1)
           [ -z "$n" ] || as "icat -o $o $d $n"
         done; done; [ -n "$(printf x)" ]`,
        ).stdout,
      dissect: ({ dissectPath: path = "" }, _, files) =>
        machine.here(
          `${AS_EXAMINER}; f="${files.replaceAll(" ", "+")}"; k=''; [ -z "$key" ] || k='-Kv ${PASSPHRASE}'
         for p in /etc/hostname '/$fs$/fs0/etc/hostname' ${path === "" ? "" : `'${path}'`}; do
           said=$(runuser -u examiner -- timeout 120 target-fs -q $k "$f" cat "$p" 2>&1); [ $? -ne 124 ] || break
           echo "$said"; case $said in *${MARK}*) break ;; esac; done`,
        ).stdout,
      plaso: (type, _, files) =>
        machine.here(
          `${AS_EXAMINER}; rm -rf /tmp/plaso; install -d -o examiner /tmp/plaso; cd /tmp/plaso; k=''; [ -z "$key" ] || k='--credential password:${PASSPHRASE}'
         for f in ${files.split(" ")[0]}; do runuser -u examiner -- timeout 240 image_export --unattended --partitions all --volumes all --vss_stores all $k --names ${readOf(type).name} -w /tmp/plaso/out $f >/dev/null 2>&1 </dev/null; done
         find /tmp/plaso/out -ipath '${readOf(type).exported}' -exec cat {} +; find /tmp/plaso -name '*.log.gz' -delete`,
        ).stdout,
      // Where no fact of a system is on it, by a rule that finds what is in the file.
      triage: ({ made }, devices) =>
        machine.run(
          `${AS_EXAMINER}; set -- ${devices}; view=; rm -rf /home/examiner/triage; rules=/opt/clean-room/yara-rules
         ${made === undefined ? "" : `mkdir -p $rules; echo 'rule ${made.mark} { strings: $a = "${made.mark}" condition: $a }' >$rules/made.yar`}
         if [ -n "$key$2" ]; then evidence-open "$@" $key >/dev/null; view=asis; fi
         as "evidence-triage $1 $view" >/dev/null || exit 1
         for n in $(seq 1200); do [ ! -e /home/examiner/triage/*/${made === undefined ? "facts" : "yara"}.json ] || break; sleep 0.1; done
         ${
           made === undefined
             ? "cat /home/examiner/triage/*/facts.json"
             : `jq -r '.rows[] | join(" ")' /home/examiner/triage/*/yara.json | while read -r rule file; do [[ $file != ${made.path} ]] || echo "$rule"; done; rm -r $rules`
         }
         as "evidence-triage $1 stop" >/dev/null; sleep 1; ${CLOSE}`,
        ).stdout,
    };

  const asked = new RegExp(process.env["CLEANROOM_DISKS"] ?? EVERY_RUN);
  for (const type of DISK_TYPES.filter(({ name }) => asked.test(name))) {
    it(`${type.name}: every cell, and no byte changed`, () => {
      // Of all types in one run, one that panics the kernel or leaves a disk in use took the rest with it.
      machine.reboot();
      kernel ||= machine.must("uname -r");
      const disks = made(type);
      const before = disks.map((disk) => disk.sha256());
      const devices = disks.map(({ device }) => device).join(" ");
      const files = disks.map((_, n) => `/var/tmp/clean-room-evidence/disk-${n}.img`).join(" ");
      const cells: Record<string, string> = {};
      const started = Date.now();
      for (const column of COLUMNS) {
        const said = ASK[column](type, devices, files);
        const has = said.includes(column === "readable" ? readOf(type).hidden : readOf(type).mark);
        const by = /^by (evidence-open)$/m.exec(said)?.[1];
        cells[column] = !has
          ? type.notShown?.includes(column) === true
            ? "not shown"
            : "no"
          : by !== undefined
            ? `yes, by ${by}`
            : column === "replayed" && !type.journal
              ? "nothing to replay"
              : "yes";
        if (!has && type.notShown?.includes(column) === true && column === "mounted") {
          assert.match(said, /this kernel has no driver/);
        }
        if (process.env["CLEANROOM_DISKS_TELL"] !== undefined) {
          console.log(column, cells[column], Date.now() - started, has ? "" : said);
        }
      }
      all[type.name] = cells;
      for (const [column, { way }] of Object.entries(type.no)) {
        if ((COLUMNS as readonly string[]).includes(way)) {
          assert.match(cells[way] ?? "", /^yes/, `${column}: ${way}`);
          continue;
        }
        const command = way.replaceAll(
          "sudo evidence-open DISK",
          `sudo evidence-open ${devices}${type.locked === true ? " key /tmp/key" : ""}`,
        );
        // Root may not look at examiner's mount, so it does not ask whether there is one; its process holds the disk a moment longer.
        const said = machine.run(
          `${AS_EXAMINER}; install -d -o examiner way; as "$1" 2>&1; ${CLOSE}
           umount way 2>/dev/null; while pgrep -x vshadowmount >/dev/null; do sleep 0.1; done`,
          command.replaceAll("DISK", devices).replaceAll("DIRECTORY", "/home/examiner/way"),
        ).stdout;
        const has = new RegExp(`${readOf(type).mark}|etc/hostname|${readOf(type).name}`);
        assert.match(said, has, `${column}: ${command}: ${said}`);
      }
      const no = COLUMNS.filter((column) => cells[column] === "no");
      assert.deepEqual(
        no,
        COLUMNS.filter((column) => column in type.no),
        JSON.stringify(cells),
      );
      assert.deepEqual(
        disks.map((disk) => disk.sha256()),
        before,
      );
    });
  }

  after(function () {
    if (Object.keys(all).length === 0) return;
    const written = JSON.parse(readFileSync(RESULTS, "utf8")) as DiskResults;
    if (process.env["CLEANROOM_WRITE_DISKS"] === undefined) {
      assert.deepEqual(written.disks, { ...written.disks, ...all });
      return;
    }
    const found = { ...written.disks, ...all };
    const results: DiskResults = {
      ...written,
      date: new Date().toISOString().slice(0, 10),
      kernel,
      disks: Object.fromEntries(DISK_TYPES.map(({ name }) => [name, found[name] ?? {}])),
    };
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  });
});
