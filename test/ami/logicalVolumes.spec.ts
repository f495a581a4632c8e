import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Root's program that reads what LVM says of a suspect's disk. Functions of the shell stand in for LVM, so that it says
// here what it said of disks whose metadata somebody had written by hand.

const PROGRAM = join(__dirname, "../../ami/files/logical-volumes");

/** What makes a file, where a shell takes the text for arithmetic. */
const RUN = 'kind[$(touch$IFS"ran")]';
const FORGED = "no its name is none of LVM's, or what LVM says of it is not read here: ";

/** A thin volume's columns after its name. */
const THIN = "|thin|0|8192|0|0||0|8192|0|1|pool|||";

describe("logical-volumes", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "logical-volumes-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /**
   * What the program tells.
   *
   * @param volumes LVM's lines of segments, each in two: the names of group and volume, and the other columns.
   * @param disks Its lines of disks.
   */
  function told(
    volumes: readonly (readonly [names: string, columns: string])[],
    disks: readonly string[] = [],
  ): string[] {
    const { status, stdout, stderr } = spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `lvs() { case "$*" in *--segments*) printf '%s' "$volumes" ;; *) printf '%s' "$attributes" ;; esac; }
         pvs() { printf '%s' "$disks"; }
         export -f lvs pvs; exec bash "$1" /dev/sdx`,
        "bash",
        PROGRAM,
      ],
      {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"],
          volumes: volumes.map((line) => `  ${line.join("")}\n`).join(""),
          attributes: volumes.map(([names]) => `  ${names}|-wi-------\n`).join(""),
          disks: disks.map((line) => `  ${line}\n`).join(""),
        },
      },
    );
    assert.deepEqual(readdirSync(folder), [], "the disk's text was run");
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout.trimEnd().split("\n");
  }

  it("tells of a volume as the device mapper takes it", () => {
    assert.deepEqual(told([["vg|root", THIN]]), ["vg/root thin vg/pool 1 8192"]);
  });

  it("says what else to do with a mirror, whole or not", () => {
    const [said] = told([["vg|m", "|raid1|0|8192|2|0||0|8192|0|||||m_rimage_0(0),m_rimage_1(0)"]]);
    assert.match(said ?? "", /^vg\/m no it is of LVM's kind 'raid1': .*a Linux of its own/);
  });

  const SEGMENT = "|striped|0|8192|1|0||0|8192|0|||||/dev/sdx(0)";
  const forged: [what: string, names: string, columns: string][] = [
    ["a name with columns", `vg|x|striped|${RUN}|8|`, SEGMENT],
    [
      "a name with as many columns as there are",
      `vg|x|striped|${RUN}|8|1|0`,
      "||0|8|0|||||/dev/sdx(0)",
    ],
    ["a name with spaces", `vg|x -a striped ${RUN}`, SEGMENT],
    ["a name with a new line, and what follows", `vg|x\n  vg|y|striped|${RUN}|8|1|0`, SEGMENT],
    ["a group's name", `${RUN}|x`, SEGMENT],
    ["a kind", "vg|x", `|${RUN}|0|8192|1|0||0|8192|0|||||/dev/sdx(0)`],
    ["an origin's name", "vg|x", `|thin|0|8192|0|0|${RUN}|0|8192|0|1|pool|||`],
    ["a pool's name", "vg|x", `|thin|0|8192|0|0||0|8192|0|1|${RUN}|||`],
    ["a count of stripes", "vg|x", `|striped|0|8192|${RUN}|0||0|8192|0|||||/dev/sdx(0)`],
    ["a number that is octal", "vg|x", "|thin|0|8192|0|0||0|08192|0|1|pool|||"],
    ["an extent", "vg|x", `|striped|0|8192|1|0||0|8192|0|||||/dev/sdx(${RUN})`],
    ["a disk", "vg|x", `|striped|0|8192|1|0||0|8192|0|||||${RUN}(0)`],
  ];
  for (const [what, names, columns] of forged) {
    it(`runs nothing of ${what} that no LVM writes, and tells of the others`, () => {
      const said = told(
        [
          [names, columns],
          ["vg|root", THIN],
        ],
        ["/dev/sdx|2048|8192"],
      );
      assert.equal(said.pop(), "vg/root thin vg/pool 1 8192");
      assert.notEqual(said.length, 0);
      for (const one of said) {
        assert.match(one, /^[A-Za-z0-9+_.%-]*\/[A-Za-z0-9+_.%-]*% no /);
        assert.ok(one.includes(FORGED), one);
      }
    });
  }

  it("runs nothing of what is said of disks", () => {
    const [said] = told([["vg|x", SEGMENT]], [`/dev/sdx|${RUN}|8192`, `/dev/sdx|1|2|${RUN}`]);
    assert.match(said ?? "", /^vg\/x no /);
  });
});
