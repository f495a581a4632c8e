import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DiskResults } from "../../docs/disks";
import { EvidenceMachine, FOLDER } from "./evidenceMachine";
import type { Outcome } from "./shell";

// Public collections of disk images, hostile ones among them, through intake, mount, open, reading and the way that is
// named. None of them is in this repository: CLEANROOM_COLLECTIONS is a folder with a folder for each (docs/disks.md).

const COLLECTIONS = process.env["CLEANROOM_COLLECTIONS"];
const MOST_MIB = 1200;

/** How a packed image is unpacked. */
const UNPACK: Readonly<Record<string, string>> = { gz: "gzip -dc", xz: "xz -dc", bz2: "bzip2 -dc" };

interface Count {
  tried: number;
  mounted: number;
  opened: number;
  refused: number;
  /** Of the refused: what is encrypted, and asks for a key. */
  locked: number;

  /** Of the refused: whose named command gave something. */
  wayWorks: number;

  /** No command was named. */
  silent: string[];

  /** One was, and gave nothing: nothing is there, or nobody can read it. */
  wayEmpty: string[];
  hung: string[];
  changed: string[];
  skipped: string[];
}

/** Puts what a collection came to into docs/diskResults.json. */
function write(collection: string, count: Count): void {
  const file = join(__dirname, "../../docs/diskResults.json");
  const found = JSON.parse(readFileSync(file, "utf8")) as DiskResults;
  const numbers = Object.fromEntries(
    Object.entries(count).map(([name, value]: [string, number | string[]]) => [
      name,
      typeof value === "number" ? value : value.length,
    ]),
  );
  const collections = { ...found.collections, [collection]: numbers };
  writeFileSync(file, `${JSON.stringify({ ...found, collections }, undefined, 2)}\n`);
}

describe("Public collections of disk images", function () {
  this.timeout(7_200_000);
  const machine = EvidenceMachine.ofSuite("user-mode");

  if (COLLECTIONS === undefined) {
    it("through the whole way (CLEANROOM_COLLECTIONS names none)");
    return;
  }
  for (const collection of readdirSync(COLLECTIONS).sort()) {
    it(`${collection}: none is refused without a way, hangs or changes`, () => {
      const count: Count = {
        ...{ tried: 0, mounted: 0, opened: 0, refused: 0, locked: 0, wayWorks: 0 },
        ...{ silent: [], wayEmpty: [], hung: [], changed: [], skipped: [] },
      };
      const script = readFileSync(join(__dirname, "throughTheWay.sh"), "utf8");
      machine.must(
        `mountpoint -q /home || mount -t tmpfs -o mode=0755 tmpfs /home; install -d -o examiner -g examiner /home/examiner`,
      );
      for (const name of readdirSync(join(COLLECTIONS, collection)).sort()) {
        through(join(COLLECTIONS, collection, name), name, script, count);
      }
      console.log(`      ${JSON.stringify({ collection, ...count })}`);
      if (process.env["CLEANROOM_WRITE_DISKS"] !== undefined) write(collection, count);
      assert.deepEqual([count.silent, count.hung, count.changed], [[], [], []]);
    });
  }

  function through(file: string, name: string, script: string, count: Count): void {
    const unpack = UNPACK[name.split(".").at(-1) ?? ""] ?? "cat";
    const kind = /\.(E01|qcow2|vhdx?|vmdk|dmg)$/.exec(name)?.[1];
    const target = machine.fileOf("image");
    execFileSync("bash", [
      "-c",
      `${unpack} "$1" 2>/dev/null | head -c ${MOST_MIB}M | cp --sparse=always /dev/stdin "$2" || true; ${kind === undefined ? 'truncate -s %512 "$2"' : ":"}`,
      "bash",
      file,
      target,
    ]);
    const size = statSync(target).size;
    if (size === 0 || size >= MOST_MIB << 20) {
      count.skipped.push(name);
      return;
    }
    count.tried++;
    if (kind !== undefined) {
      const inside = `/tmp/image.${kind}`;
      machine.must(
        `cp ${FOLDER}/image.img ${inside}; chmod 0444 ${inside}; sha256sum ${inside} >/tmp/sum`,
      );
      judge(name, count, machine.run(script, inside));
      if (machine.run("sha256sum --check --quiet /tmp/sum").status !== 0) count.changed.push(name);
      machine.must(`rm ${inside}`);
      return;
    }
    const disk = machine.intake(machine.attach("image"));
    const before = disk.sha256();
    judge(name, count, machine.run(script, disk.device));
    if (disk.sha256() !== before) count.changed.push(name);
    machine.detach(disk);
    machine.must("rm -rf /var/lib/clean-room/* /evidence/*");
  }

  function judge(name: string, count: Count, { status, stdout, stderr }: Outcome): void {
    const words = stdout.split("\n");
    if (status !== 0 || words.includes("hung")) count.hung.push(`${name}: ${stderr.slice(-300)}`);
    if (words.includes("mounted")) count.mounted++;
    else if (words.includes("opened")) count.opened++;
    else {
      count.refused++;
      const ways = words.filter((line) => /^(works|nothing) /.test(line));
      if (words.includes("locked")) count.locked++;
      else if (ways.some((line) => line.startsWith("works "))) count.wayWorks++;
      else if (ways.length > 0) count.wayEmpty.push(name);
      else count.silent.push(name);
      if (process.env["CLEANROOM_DISKS_TELL"] !== undefined) console.log(name, stdout);
    }
  }
});
