import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What the program on the image does without the vault, in this machine's Python: what needs boto3 is in
// evidencePut.emulator.ts.

const PROGRAM = join(__dirname, "../../ami/files/evidence-put");
const MODULE = join(__dirname, "../../ami/files/vault_upload.py");
const LOCK = join(__dirname, "../../ami/python/custody.txt");
const FACTS = {
  ticket: "INC-1",
  region: "us-east-1",
  vaultPrefix: "s3://vault/cases/INC-1/",
  evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/evidence",
};

describe("evidence-put", () => {
  let folder: string;

  before(function () {
    if (spawnSync("python3", ["--version"]).status !== 0) {
      console.log("    not run: there is no python3; install it (apt-get install python3)");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "evidence-put-"));
    mkdirSync(join(folder, "a"));
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "a/same.txt"), "a");
    writeFileSync(join(folder, "b/same.txt"), "b");
  });

  after(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  function run(args: string[], facts: object = FACTS) {
    writeFileSync(join(folder, "room.json"), JSON.stringify(facts));
    const { status, stdout, stderr } = spawnSync("python3", ["-I", PROGRAM, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        CLEAN_ROOM_FACTS: join(folder, "room.json"),
      },
    });
    return { status, stdout, stderr };
  }

  /** The value of an expression over the program's own functions. */
  function valueOf(expression: string): unknown {
    const code = `import json, runpy, sys; print(json.dumps(eval(sys.argv[2], runpy.run_path(sys.argv[1]))))`;
    const { stdout, stderr } = spawnSync("python3", ["-I", "-c", code, PROGRAM, expression], {
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  }

  it("--help has the exit codes", () => {
    const { status, stdout } = run(["--help"]);
    assert.equal(status, 0);
    for (const code of ["0  every file", "1  some file", "2  wrong usage"]) {
      assert.ok(stdout.includes(`\n  ${code}`), code);
    }
  });

  const misuses: [what: string, args: string[], message: RegExp, facts?: object][] = [
    ["no file", [], /required: FILE/],
    ["parts of 4 MiB", ["a/same.txt", "--part-size", "4"], /takes MiB, 5 to 5120/],
    ["--verify with --as", ["a/same.txt", "--verify", "--as", "x"], /--verify goes without --as/],
    ["a directory without --recursive", ["a"], /a is a directory: give --recursive/],
    ["two files of one name", ["a/same.txt", "b/same.txt"], /would get the same name.*: same.txt/],
    [
      "a prefix that leads out",
      ["a/same.txt", "--as", "../INC-2"],
      /none of them empty, \. or \.\./,
    ],
    [
      "facts without a vault",
      ["a/same.txt"],
      /does not hold the facts.*vaultPrefix/,
      { ...FACTS, vaultPrefix: undefined },
    ],
    [
      "facts of two tickets",
      ["a/same.txt"],
      /does not fit the ticket/,
      { ...FACTS, ticket: "INC-2" },
    ],
    ["facts that are none", ["a/same.txt"], /does not hold the facts of a room/, []],
  ];
  for (const [what, args, message, facts] of misuses) {
    it(`refuses ${what}, as wrong usage`, () => {
      const { status, stdout, stderr } = run(args, facts);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /Traceback/);
    });
  }

  it("takes no file's name, which a * brought, for an option", () => {
    writeFileSync(join(folder, "--help"), "");
    const { status, stdout, stderr } = run(["--help", "a/same.txt"]);
    rmSync(join(folder, "--help"));
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /--help is a file here, and an option: write \.\/--help/);
  });

  it("warns of a name under which the vault's runbook cannot put a legal hold, and of no other", () => {
    const names = ['a "b".txt', "a\\\\b.txt", "{{global:DATE}}.txt", "a".repeat(200), "{a}.txt"];
    names.forEach((name) => writeFileSync(join(folder, "a", name), name));
    const deep = Array.from({ length: 2 }, () => "b".repeat(200)).join("/");
    const files = names.map((name) => `a/${name}`);
    // Wrong usage: there is no vault here.
    const { stderr } = run([...files, "a/same.txt", "b/same.txt", "--as", "x"]);
    const warned = stderr.split("\n").filter((line) => line.includes("no legal hold"));
    assert.deepEqual(
      warned.map((line) => line.slice("evidence-put: a/".length, line.indexOf(": under"))),
      names.slice(0, 3),
    );
    const all = run([...files, "a/same.txt", "b/same.txt", "--as", deep]).stderr;
    assert.match(all, /a{200}: under this name no legal hold/);
  });

  it("a machine without facts is told so", () => {
    const { status, stderr } = spawnSync("python3", ["-I", PROGRAM, PROGRAM], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], CLEAN_ROOM_FACTS: join(folder, "nowhere.json") },
    });
    assert.equal(status, 2);
    assert.match(stderr, /^evidence-put: there are no facts of the room in .*: No such file.*\n$/);
  });

  it("a file above 5 TiB is refused before it is read", () => {
    const path = join(folder, "huge.dd");
    writeFileSync(path, "");
    truncateSync(path, 5 * 1024 ** 4 + 1);
    const { status, stderr } = run(["--verify", path]);
    assert.equal(status, 1);
    assert.match(stderr, /huge\.dd: is larger than 5 TiB/);
  });

  it("a small file whose byte changed after it was hashed is not sent, though stat tells nothing", () => {
    const path = join(folder, "small.bin");
    writeFileSync(path, "abc");
    const code = `
import os, runpy, sys
program, path = runpy.run_path(sys.argv[1]), sys.argv[2]
os.utime(path, ns=(0, 0))
fd = os.open(path, os.O_RDWR)
content = program["hash_file"](fd, path)
print(bytes(program["whole"](fd, content)))
os.pwrite(fd, b"X", 1)
os.utime(path, ns=(0, 0))
try:
    program["whole"](fd, content)
except program["Failure"] as failure:
    print(failure)
`;
    const { stdout } = spawnSync("python3", ["-I", "-c", code, MODULE, path], {
      encoding: "utf8",
    });
    assert.equal(
      stdout,
      "b'abc'\na changed byte found between hashing and uploading; nothing was uploaded\n",
    );
  });

  it("--verify says that a file was never uploaded", () => {
    const { status, stderr } = run(["--verify", "a/same.txt"]);
    assert.equal(status, 1);
    assert.match(stderr, /^evidence-put: a\/same\.txt: was not uploaded from here: .*\n$/);
  });

  it("parts grow so that 10,000 suffice, in whole MiB", () => {
    const MiB = 1024 ** 2;
    for (const [size, wanted, expected] of [
      [0, 64, 64],
      [640_000 * MiB, 64, 64],
      [640_000 * MiB + 1, 64, 65],
      [5 * 1024 ** 4, 64, 525],
      [5 * 1024 ** 4, 5, 525],
      [5 * 1024 ** 4, 1000, 1000],
    ] as const) {
      assert.equal(valueOf(`part_bytes(${size}, ${wanted})`), expected * MiB);
    }
  });

  it("a suspect's file name cannot forge a line of output", () => {
    assert.equal(valueOf(String.raw`shown("a\nb\x1b[2J\udcff")`), String.raw`a\nb\x1b[2J\udcff`);
    const name = join(folder, "two\nlines");
    writeFileSync(name, "x");
    const { status, stderr } = run(["--verify", name]);
    assert.equal(status, 1);
    assert.match(stderr, /^.*two\\nlines: has a name with control characters.*\n$/);
  });

  it("the lock holds boto3 and what it needs, one wheel each, no more", () => {
    const lines = readFileSync(LOCK, "utf8").split("\n");
    const locked = lines.filter((line) => line !== "" && !line.startsWith("#"));
    for (const line of locked) {
      assert.match(line, /^[a-z0-9-]+==[0-9][0-9a-z.]* --hash=sha256:[0-9a-f]{64}$/);
    }
    assert.deepEqual(
      locked.map((line) => line.split("==")[0]),
      ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"],
    );
  });
});
