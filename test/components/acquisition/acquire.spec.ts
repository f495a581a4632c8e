import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";

import {
  ACQUIRED_OBJECTS,
  acquisitionDocument,
  partName,
} from "../../../components/acquisition/acquisitionDocument";
import { ACQUISITION } from "../../support/examples";
import { ACCESS, PresignedVault, signatureOf } from "./presignedVault";

const PREFIX = "intake/222233334444/INC-2026-0042/live/i-0123456789abcdef0/20261130T091500Z/";
const MIB = 1024 * 1024;
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

/** In place of AVML: writes so many bytes that follow from their place, then ends as it is told. */
const avml = (bytes: number, ends = "exit 0") => `#!/bin/sh
[ "$1 $2" = 'acquire --source' ] && [ -r "$3" ] || exit 9
head -c ${bytes} /dev/zero | tr '\\0' 'm' >"$4"
${ends}
`;
const memoryOf = (bytes: number) => Buffer.alloc(bytes, "m");

/** Tools of the machine in place of a static busybox, where it has none. */
const STAND_IN = `#!/bin/sh
case $1 in
--install) for each in awk base64 basename cat cp date dd dmesg find grep gzip head hostname ls mkdir mkfifo mv od printf readlink rm sed sha256sum md5sum sh sleep stat tail tar tee timeout tr uname who; do
	found=$(command -v "$each") && ln -s "$found" "$3/$each"; done ;;
ash) exec sh "$2" ;;
esac
`;

/** What a machine is told beside the parameters. */
interface Told {
  /** Of the memory, how many have a signature. */
  readonly parts?: number;
  readonly environment?: Readonly<Record<string, string>>;

  /** Limits of the script, and shorter ones in their place. */
  readonly limits?: Readonly<Record<string, string>>;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Manifest {
  readonly memory: {
    readonly state: string;
    readonly parts: number;
    readonly bytes: number;
    readonly sha256: string;
  };
  readonly state: string;
  readonly files: readonly {
    readonly key: string;
    readonly size: number;
    readonly sha256: string;
    readonly versionId: string;
    readonly answer: number;
  }[];
}

/** Mounts of its own; who is not root is root of a user namespace, and sees no links of other processes. */
const IS_ROOT = process.getuid?.() === 0;
const OWN_MOUNTS = IS_ROOT ? "-m" : "-rm";

/** Why a machine cannot be played here, or undefined. */
function missing(): string | undefined {
  for (const program of ["curl", "openssl", "sha256sum", "unshare"]) {
    if (spawnSync(program, ["--version"]).error !== undefined) {
      return program;
    }
  }
  const mounts = spawnSync("unshare", [OWN_MOUNTS, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]);
  return mounts.status === 0 ? undefined : "right to mount in a namespace of its own";
}

/** Whether a static busybox is here, which the machine is brought. */
function busyboxHere(): Buffer | undefined {
  const { stdout } = spawnSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" });
  const file = stdout.trim();
  return file === "" || spawnSync(file, ["ash", "-c", "exit 7"]).status !== 7
    ? undefined
    : readFileSync(file);
}

describe("The script that acquires a running Linux, run for real (apt-get install busybox-static)", function () {
  this.timeout(120_000);
  let folder: string;
  let vault: PresignedVault;
  const busybox = busyboxHere() ?? STAND_IN;

  before(function () {
    const lacking = missing();
    if (lacking !== undefined) {
      console.log(`    not run: there is no ${lacking}`);
      this.skip();
    }
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "acquire-"));
    const opened = await PresignedVault.open(folder);
    assert.ok(opened !== undefined);
    vault = opened;
  });
  afterEach(() => {
    vault.close();
    rmSync(folder, { recursive: true });
  });

  /** Begins an acquisition, given another value of a parameter where one is named. */
  function begin(
    tool: string,
    changes: Readonly<Record<string, string>> = {},
    { parts = 4, environment = {}, limits = {} }: Told = {},
  ) {
    vault.tools.set("carry/avml", tool);
    vault.tools.set("carry/busybox", busybox);
    const names = [
      ...ACQUIRED_OBJECTS,
      ...Array.from({ length: parts }, (_, index) => partName(index + 1)),
    ];
    const given: Readonly<Record<string, string>> = {
      Vault: vault.address,
      Prefix: PREFIX,
      Access: ACCESS,
      Signatures: names.map((name) => signatureOf(PREFIX + name)).join(" "),
      PartMiB: "1",
      Acquire: "all",
      AvmlUrl: `${vault.address}/carry/avml?${ACCESS}`,
      AvmlSha256: sha256(tool),
      BusyboxUrl: `${vault.address}/carry/busybox?${ACCESS}`,
      BusyboxSha256: sha256(busybox),
      ...changes,
    };
    const [step] = acquisitionDocument(ACQUISITION).mainSteps;
    const script = (step?.inputs.runCommand ?? [])
      .join("\n")
      .replace(/\{\{ (\w+) \}\}/g, (_, name: string) => given[name] ?? assert.fail(name));
    const limited = Object.entries(limits).reduce((text, [limit, other]) => {
      assert.ok(text.includes(limit), `the script has no ${limit}`);
      return text.replace(limit, other);
    }, script);
    const file = join(folder, "script.sh");
    writeFileSync(file, limited);
    const child = spawn("unshare", [OWN_MOUNTS, "sh", join(__dirname, "suspect.sh"), file], {
      detached: true,
      env: { ...process.env, CURL_CA_BUNDLE: vault.certificate, ...environment },
    });
    const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
      ([[status], stdout, stderr]): Ended => ({ status: status as number | null, stdout, stderr }),
    );
    return { child, ended };
  }
  const acquire = (...args: Parameters<typeof begin>) => begin(...args).ended;
  const put = (name: string) =>
    vault.objects.get(PREFIX + name) ?? assert.fail(`${name} was not put`);
  const manifest = () => JSON.parse(put("manifest.json").toString()) as Manifest;
  const unpacked = () => {
    const to = join(folder, "unpacked");
    mkdirSync(to);
    assert.equal(
      spawnSync("tar", ["-xzf", "-", "-C", to], { input: put("state.tar.gz") }).status,
      0,
    );
    return join(to, "state");
  };
  const left = () =>
    ["/run", "/dev/shm", "/tmp"]
      .flatMap((each) => readdirSync(each))
      .filter((name) => name.startsWith("clean-room-acquire."));

  it("puts the memory in parts and the state, and says the hashes of what the vault has", async () => {
    const bytes = 2.5 * MIB;
    const { status, stdout, stderr } = await acquire(avml(bytes));
    assert.equal(status, 0, stdout + stderr);
    const parts = ["memory/00001", "memory/00002", "memory/00003"].map(put);
    assert.deepEqual(
      parts.map((part) => part.length),
      [MIB, MIB, MIB / 2],
    );
    const { memory, state, files } = manifest();
    assert.deepEqual(memory, {
      state: "complete",
      parts: 3,
      bytes,
      sha256: sha256(Buffer.concat(parts)),
    });
    assert.equal(memory.sha256, sha256(memoryOf(bytes)));
    assert.equal(state, "complete");
    for (const { key, sha256: said, size, versionId, answer } of files) {
      const object = vault.objects.get(key) ?? assert.fail(key);
      assert.deepEqual(
        [said, size, versionId, answer],
        [sha256(object), object.length, `v.${key.length}`, 200],
      );
    }
    assert.deepEqual(
      [...vault.objects.keys()].filter((key) => !files.some((each) => each.key === key)),
      [`${PREFIX}manifest.json`],
    );
    assert.ok(stdout.includes(`Manifest: SHA-256 ${sha256(put("manifest.json"))}.`));
    assert.ok(stdout.startsWith(put("transcript.txt").toString()));
    assert.deepEqual(left(), []);
  });

  it("tells processes with their open files, connections and users, as the kernel has them", async () => {
    const mark = spawn("sleep", ["86399.25"]);
    try {
      const { status, stdout, stderr } = await acquire(avml(MIB), { Acquire: "state" });
      assert.equal(status, 0, stdout + stderr);
      const state = unpacked();
      const of = join(state, "processes", `${mark.pid}`);
      assert.equal(readFileSync(join(of, "cmdline"), "utf8"), "sleep\0" + "86399.25\0");
      assert.match(readFileSync(join(of, "status"), "utf8"), /^Name:\tsleep$/m);
      if (IS_ROOT) {
        const open = readFileSync(join(of, "open-files.txt"), "utf8");
        assert.match(open, /exe -> .*\/(sleep|coreutils|busybox)/);
      }
      const port = new URL(vault.address).port;
      const connections = readdirSync(join(state, "network")).map((network) =>
        ["tcp", "tcp6"]
          .map((each) => readFileSync(join(state, "network", network, each), "utf8"))
          .join(""),
      );
      const listening = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")} `;
      assert.ok(connections.some((each) => each.includes(listening)));
      for (const each of ["modules", "mounts", "version", "boot_id"]) {
        readFileSync(join(state, "kernel", `${each}.txt`));
      }
      const mounts = readFileSync(join(state, "kernel", "mounts.txt"), "utf8");
      assert.match(mounts, /^clean-room \S+clean-room-acquire\S+ tmpfs /m);
      if (
        spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "-o", "noswap", "none", "/mnt"])
          .status === 0
      ) {
        assert.match(mounts, /^clean-room .*\bnoswap\b/m);
      }
      readFileSync(join(state, "users.txt"));
      readFileSync(join(state, "containers.txt"));
      assert.equal(manifest().memory.state, "none");
      assert.ok(!vault.asked.includes("GET /carry/avml"));
    } finally {
      mark.kill();
    }
  });

  it("runs no tool that is not what its SHA-256 says, and asks the vault for nothing then", async () => {
    const told = join(folder, "it-ran");
    const tampered = `#!/bin/sh\n: >${told}\n`;
    for (const changes of [
      { AvmlSha256: sha256(avml(MIB)) },
      { BusyboxSha256: sha256("another") },
    ]) {
      vault.asked.length = 0;
      const { status, stderr } = await acquire(tampered, changes);
      assert.equal(status, 2);
      assert.match(
        stderr,
        /Nothing was acquired: what the tools bucket has as (avml|busybox) has the SHA-256/,
      );
      assert.ok(vault.asked.every((each) => each.startsWith("GET /carry/")));
    }
    assert.equal(spawnSync("test", ["-e", told]).status, 1);
    assert.deepEqual(left(), []);
  });

  it("trusts no vault whose certificate nobody vouches for", async () => {
    const { status, stderr } = await acquire(
      avml(MIB),
      {},
      { environment: { CURL_CA_BUNDLE: "/dev/null" } },
    );
    assert.equal(status, 2);
    assert.match(stderr, /busybox could not be fetched/);
    assert.deepEqual(vault.asked, []);
  });

  it("is not run twice with the same signatures: the vault keeps what was first", async () => {
    await acquire(avml(MIB));
    const before = new Map(vault.objects);
    const { status, stdout, stderr } = await acquire(avml(2 * MIB));
    assert.equal(status, 2);
    assert.match(stdout, /has .*begun.txt already/);
    assert.match(stderr, /Nothing was acquired: ask for another acquisition/);
    assert.deepEqual(vault.objects, before);
  });

  it("begins nothing where the vault denies it", async () => {
    const { status, stdout } = await acquire(avml(MIB), { Prefix: PREFIX.replace("0042", "0043") });
    assert.equal(status, 2);
    assert.match(stdout, /did not take begun.txt: HTTP 403 SignatureDoesNotMatch/);
    assert.equal(vault.objects.size, 0);
  });

  it("goes on after answers that pass, and marks a part whose first try had none", async () => {
    vault.answers.set(`${PREFIX}memory/00001`, [503]);
    vault.answers.set(`${PREFIX}memory/00002`, [0]);
    const { status, stdout, stderr } = await acquire(avml(3 * MIB), { Acquire: "memory" });
    assert.equal(status, 0, stdout + stderr);
    const { memory, files } = manifest();
    assert.deepEqual([memory.state, memory.parts], ["complete", 3]);
    assert.deepEqual(
      files.filter(({ key }) => key.includes("/memory/")).map(({ answer }) => answer),
      [200, 412, 200],
    );
  });

  it("says so where somebody has put a part before it, and acquires the state all the same", async () => {
    vault.objects.set(`${PREFIX}memory/00002`, Buffer.from("forged"));
    const { status, stdout } = await acquire(avml(3 * MIB));
    assert.equal(status, 1);
    assert.match(
      stdout,
      /has .*memory\/00002 already, and keeps it: it was not written by this run/,
    );
    const { memory, state, files } = manifest();
    assert.deepEqual([memory.state, memory.parts, state], ["incomplete", 2, "complete"]);
    assert.ok(!files.some(({ key }) => key.endsWith("memory/00002")));
  });

  it("calls a memory incomplete that is larger than its signatures, or that AVML did not read to its end", async () => {
    const { status, stdout } = await acquire(avml(3 * MIB), {}, { parts: 2 });
    assert.equal(status, 1);
    assert.match(stdout, /more of the memory than signatures/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "complete"]);
    vault.objects.clear();
    const failed = await acquire(avml(MIB, "echo 'locked down /proc/kcore' >&2; exit 1"));
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /AVML ended with 1: locked down \/proc\/kcore/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "complete"]);
    vault.objects.clear();
    const never = await acquire("#!/bin/sh\nexit 3\n");
    assert.match(never.stdout, /AVML ended with 3/);
    assert.equal(manifest().memory.state, "incomplete");
  });

  it("leaves time for the state and the manifest where the memory takes the signatures' hour", async () => {
    const { status, stdout } = await acquire(
      avml(3 * MIB),
      {},
      { limits: { "until=3000": "until=0" } },
    );
    assert.equal(status, 1);
    assert.match(stdout, /The hour of the signatures is nearly over/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "complete"]);
  });

  it("leaves nothing behind when it is ended, and nothing that could pass for complete", async () => {
    const { child, ended } = begin(avml(4 * MIB));
    vault.onPut = (key) => {
      if (key.endsWith("memory/00002")) {
        process.kill(-(child.pid ?? assert.fail()), "SIGTERM");
      }
    };
    const { status } = await ended;
    assert.notEqual(status, 0);
    assert.ok(vault.objects.has(`${PREFIX}memory/00001`));
    assert.ok(!vault.objects.has(`${PREFIX}manifest.json`));
    assert.deepEqual(left(), []);
  });

  it("ends a memory that does not come on, or that nobody takes, for the state and the manifest", async () => {
    const limits = { "until=3000": "until=12" };
    const stuck = await acquire(avml(1.5 * MIB, "exec sleep 600"), {}, { limits });
    assert.equal(stuck.status, 1);
    assert.match(stuck.stdout, /The hour of the signatures is nearly over/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "complete"]);
    vault.objects.clear();
    vault.answers.set(`${PREFIX}memory/00001`, [Infinity]);
    const silent = await acquire(avml(MIB), {}, { limits });
    assert.equal(silent.status, 1);
    assert.match(silent.stdout, /did not take memory\/00001 in its time: HTTP 000/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "complete"]);
    assert.deepEqual(left(), []);
  });

  it("counts the hour from when the signatures were made, however late it is begun", async () => {
    const made = new Date(Date.now() - 3400_000).toISOString().replace(/[-:]|\.\d+/g, "");
    const late = await acquire(avml(MIB), { Access: `${ACCESS}&X-Amz-Date=${made}` });
    assert.equal(late.status, 1);
    assert.match(late.stdout, /The hour of the signatures is nearly over/);
    assert.deepEqual([manifest().memory.state, manifest().state], ["incomplete", "incomplete"]);
    vault.objects.clear();
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const { status, stdout } = await acquire(avml(MIB), { Access: `${ACCESS}&X-Amz-Date=${now}` });
    assert.equal(status, 0, stdout);
  });

  it("uploads again what S3 has read too slowly", async () => {
    vault.answers.set(`${PREFIX}memory/00001`, [400]);
    const { status, stdout } = await acquire(avml(MIB), { Acquire: "memory" });
    assert.equal(status, 0, stdout);
  });

  it("says no hash of a manifest that the vault did not take", async () => {
    vault.answers.set(`${PREFIX}manifest.json`, [403]);
    const { status, stdout } = await acquire(avml(MIB), { Acquire: "memory" });
    assert.equal(status, 1);
    assert.match(stdout, /did not take manifest.json: HTTP 403/);
    assert.doesNotMatch(stdout, /Manifest: SHA-256/);
  });

  it("is not held up by a process that lets nobody read it, and tells the ones after it", async function () {
    if (!IS_ROOT) {
      this.skip();
    }
    const [slow, after] = [spawn("sleep", ["86398.25"]), spawn("sleep", ["86397.25"])];
    try {
      const { status, stdout } = await acquire(
        avml(MIB),
        { Acquire: "state" },
        {
          environment: { LETS_NOBODY_READ: `/proc/${slow.pid}/cmdline` },
          limits: { '"$looks" -lt 10': '"$looks" -lt 4' },
        },
      );
      assert.equal(status, 1);
      assert.match(stdout, new RegExp(`/proc/${slow.pid} lets nobody read it to its end`));
      assert.equal(manifest().state, "incomplete");
      const processes = join(unpacked(), "processes");
      const cmdline = readFileSync(join(processes, `${after.pid}`, "cmdline"), "utf8");
      assert.equal(cmdline, "sleep\0" + "86397.25\0");
      assert.match(readFileSync(join(processes, `${slow.pid}`, "status"), "utf8"), /sleep/);
      assert.deepEqual(left(), []);
    } finally {
      slow.kill();
      after.kill();
    }
  });

  it("puts what of the state has room, and the manifest, where a process shows more than the memory has", async () => {
    const environment = Object.fromEntries(
      Array.from({ length: 15 }, (_, index) => [`LONG${index}`, `${index}`.repeat(60_000)]),
    );
    const long = Array.from({ length: 6 }, () =>
      spawn("sleep", ["86396.25"], { env: environment }),
    );
    try {
      const { status, stdout } = await acquire(
        avml(MIB),
        { Acquire: "state" },
        { limits: { "PART_MIB + 512": "PART_MIB + 9" } },
      );
      assert.equal(status, 1, stdout);
      assert.match(stdout, /more state than memory for it/);
      assert.equal(manifest().state, "incomplete");
      assert.ok(readdirSync(join(unpacked(), "processes")).length > 0);
    } finally {
      long.forEach((each) => each.kill());
    }
  });

  it("cuts what a process makes long, and says so", async () => {
    const long = spawn("sleep", ["86395.25"], { env: { LONG: "x".repeat(100_000) } });
    try {
      const { status, stdout } = await acquire(
        avml(MIB),
        { Acquire: "state" },
        {
          limits: { 'head -c 8388608 "$1" >': 'head -c 65536 "$1" >', "-size 8192k": "-size 64k" },
        },
      );
      assert.equal(status, 1);
      assert.match(stdout, /was cut/);
      const cut = readFileSync(join(unpacked(), "cut.txt"), "utf8");
      assert.match(cut, new RegExp(`^state/processes/${long.pid}/environ$`, "m"));
    } finally {
      long.kill();
    }
  });

  it("takes away what a killed one has left, and nothing of one that goes on", async function () {
    if (!IS_ROOT) {
      this.skip();
    }
    const [dead, alive] = ["999999999", `${process.pid}`].map((owner) =>
      mkdtempSync(`/run/clean-room-acquire.${owner}.`),
    );
    assert.ok(dead !== undefined && alive !== undefined);
    try {
      const { status } = await acquire(
        avml(MIB),
        { Acquire: "memory" },
        { environment: { LEFT: `${dead} ${alive}` } },
      );
      assert.equal(status, 0);
      assert.deepEqual(left(), [basename(alive)]);
    } finally {
      rmdirSync(alive);
    }
  });

  it("refuses a machine with too little memory to hold a part", async () => {
    const { status, stderr } = await acquire(avml(MIB), { PartMiB: "999999999" });
    assert.equal(status, 2);
    assert.match(stderr, /MiB are needed and \d+ MiB of memory are free/);
    assert.deepEqual(vault.asked, []);
  });
});
