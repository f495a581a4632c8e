import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";

import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { VaultDoor } from "./vaultDoor";

// The program on the image, with the packages of its lock, in an interpreter of this machine (the image's
// is Python 3.12) and an emulated vault. It proves no access: the door in front of it stands for the policies.

const REPOSITORY = join(__dirname, "../..");
const PROGRAM = join(REPOSITORY, "ami/files/evidence-put");
const LOCK = join(REPOSITORY, "ami/python/custody.txt");
const EMULATOR = process.env["AWS_ENDPOINT_URL"];
const TICKET = "INC-2026-0042";
const BUCKET = "clean-room-vault-of-evidence-put";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/0d6b21a4-5d8e-4d4b-9c3f-7f1b1f6c2a10";
const MIB = 1024 * 1024;

/** When every file was written, in s: whole ones, so that a change can be made not to show. */
const WRITTEN_AT = 1_700_000_000;

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Manifest {
  readonly writtenAt: string;
  readonly files: Record<string, unknown>[];
}

describe("evidence-put, on the emulator", () => {
  let folder: string;
  let python: string;
  let door: VaultDoor;
  let environment: NodeJS.ProcessEnv;
  let s3: S3Client;
  let fileNumber = 0;

  before(async function () {
    assert.ok(
      EMULATOR !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    folder = mkdtempSync(join(tmpdir(), "evidence-put-"));
    const venv = join(folder, "venv");
    python = join(venv, "bin/python3");
    for (const [command, ...options] of [
      ["python3", "-m", "venv", venv],
      [
        python,
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"],
        ...["--no-deps", "--only-binary", ":all:", "-r", LOCK],
      ],
      [python, "-m", "pip", "check"],
    ] as [string, ...string[]][]) {
      const { status, stderr, error } = spawnSync(command, options, { encoding: "utf8" });
      if (
        status !== 0 &&
        /Connection|Temporary failure|Max retries|ENOENT/.test(`${stderr} ${error}`)
      ) {
        console.log(`      skipped: no python3, or no package index: ${stderr} ${error}`);
        this.skip();
      }
      assert.equal(status, 0, stderr);
    }

    door = new VaultDoor(EMULATOR);
    const facts = join(folder, "room.json");
    writeFileSync(
      facts,
      JSON.stringify({
        ticket: TICKET,
        region: "us-east-1",
        vaultPrefix: `s3://${BUCKET}/cases/${TICKET}/`,
        evidenceKeyArn: KEY_ARN,
      }),
    );
    // Who is not root asks it for the helper that has the credentials; here that has the emulator's.
    const sudo = join(folder, "bin/sudo");
    mkdirSync(join(folder, "bin"));
    writeFileSync(sudo, `#!/bin/sh\nshift\nexec "${python}" -I "$@"\n`, { mode: 0o755 });
    environment = {
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
      HOME: folder,
      XDG_STATE_HOME: join(folder, "state"),
      CLEAN_ROOM_FACTS: facts,
      AWS_ENDPOINT_URL: await door.start(),
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    s3 = new S3Client({ endpoint: EMULATOR, region: "us-east-1", forcePathStyle: true });
    const Bucket = BUCKET;
    await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: {
                SSEAlgorithm: "aws:kms",
                KMSMasterKeyID: KEY_ARN,
              },
            },
          ],
        },
      }),
    );
  });

  beforeEach(() => door.reset());

  after(() => {
    door?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(args: string[], changes: NodeJS.ProcessEnv = {}): Promise<Run> {
    return new Promise((resolve) => {
      const child = execFile(
        python,
        ["-I", PROGRAM, ...args],
        { env: { ...environment, ...changes } },
        (_, out, err) => {
          assert.doesNotMatch(err, /Traceback/);
          resolve({ code: child.exitCode, out, err });
        },
      );
    });
  }

  /** A file of its own name; large ones are sparse but for a byte in every MiB, so that no part equals another. */
  function fileOf(size: number, name = `result-${(fileNumber += 1)}.bin`): string {
    const path = join(folder, name);
    writeFileSync(path, "");
    truncateSync(path, size);
    for (let at = 0; at < size; at += MIB) {
      write(path, at, (at / MIB) % 251);
    }
    utimesSync(path, WRITTEN_AT, WRITTEN_AT);
    return path;
  }

  function write(path: string, at: number, byte: number): void {
    const file = openSync(path, "r+");
    writeSync(file, Buffer.from([byte]), 0, 1, at);
    closeSync(file);
  }

  /** Changes a byte, and neither size nor time. */
  function changeUnseen(path: string, at: number): void {
    write(path, at, 255);
    utimesSync(path, WRITTEN_AT, WRITTEN_AT);
  }

  function hashOf(path: string, encoding: "hex" | "base64" = "hex"): string {
    return createHash("sha256").update(readFileSync(path)).digest(encoding);
  }

  function keyOf(path: string, prefix = ""): string {
    return `cases/${TICKET}/${prefix}${basename(path)}`;
  }

  /** Version ids of a key, newest first. */
  async function versionsOf(key: string): Promise<string[]> {
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: key }),
    );
    return Versions.map(({ VersionId = "" }) => VersionId);
  }

  async function openUploads(key: string): Promise<number> {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    return Uploads.filter(({ Key }) => Key === key).length;
  }

  async function contentOf(key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Starts an upload in parts of 5 MiB, and kills it when a part is asked for, which is not let through. */
  async function interruptAt(path: string, part: number): Promise<void> {
    const child = spawn(python, ["-I", PROGRAM, path, "--part-size", "5"], { env: environment });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    door.before = async (asked) => {
      if (asked.act === "UploadPart" && asked.part === part) {
        child.kill("SIGKILL");
        await new Promise(() => undefined);
      }
    };
    await ended;
    assert.equal(child.signalCode, "SIGKILL");
    door.reset();
  }

  it("a small and a large file go up with their metadata, locked, and a manifest lists them", async () => {
    const small = fileOf(1234, "Bericht über $MFT.txt");
    const large = fileOf(12 * MIB + 7);
    const { code, out, err } = await run([small, large, "--as", "disk-1/", "--part-size", "5"]);
    assert.deepEqual([code, err], [0, ""]);

    const lines = out.trimEnd().split("\n");
    const [smallVersion] = await versionsOf(keyOf(small, "disk-1/"));
    const [largeVersion] = await versionsOf(keyOf(large, "disk-1/"));
    assert.deepEqual(lines.slice(0, 2), [
      `${hashOf(small)}  s3://${BUCKET}/${keyOf(small, "disk-1/")}  ${smallVersion}`,
      `${hashOf(large)}  s3://${BUCKET}/${keyOf(large, "disk-1/")}  ${largeVersion}`,
    ]);

    const Key = keyOf(small, "disk-1/");
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    assert.deepEqual(head.Metadata, {
      sha256: hashOf(small),
      ticket: TICKET,
      source: "Bericht%20%C3%BCber%20%24MFT.txt",
      size: "1234",
      "uploaded-by": userInfo().username,
    });
    assert.equal(head.ObjectLockMode, "GOVERNANCE");
    const largeHead = await s3.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: keyOf(large, "disk-1/") }),
    );
    assert.deepEqual(largeHead.Metadata, {
      sha256: hashOf(large),
      ticket: TICKET,
      source: basename(large),
      size: `${12 * MIB + 7}`,
      "uploaded-by": userInfo().username,
    });

    const [, manifestSha, manifestKey = ""] =
      /^(\w{64}) {2}s3:\/\/[^/]+\/(\S+) {2}\S+$/.exec(lines[2] ?? "") ?? [];
    const text = await contentOf(manifestKey);
    const sum = createHash("sha256").update(text).digest("hex");
    assert.equal(manifestSha, sum);
    const { writtenAt } = JSON.parse(text.toString()) as Manifest;
    assert.match(writtenAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(
      manifestKey,
      `cases/${TICKET}/disk-1/manifest-${writtenAt.replace(/[-:]/g, "")}-${sum.slice(0, 12)}.json`,
    );
    const bytes = readFileSync(large);
    const digests = [0, 5, 10].map((at) =>
      createHash("sha256")
        .update(bytes.subarray(at * MIB, (at + 5) * MIB))
        .digest(),
    );
    assert.deepEqual(JSON.parse(text.toString()), {
      form: "clean-room/manifest/1",
      ticket: TICKET,
      host: hostname(),
      user: userInfo().username,
      program: "evidence-put 1.0.0",
      writtenAt,
      files: [
        {
          key: keyOf(small, "disk-1/"),
          sha256: hashOf(small),
          size: 1234,
          versionId: smallVersion,
          checksum: hashOf(small, "base64"),
        },
        {
          key: keyOf(large, "disk-1/"),
          sha256: hashOf(large),
          size: 12 * MIB + 7,
          versionId: largeVersion,
          checksum: `${createHash("sha256").update(Buffer.concat(digests)).digest("base64")}-3`,
        },
      ],
    });
    const copy = join(folder, "state/clean-room/manifests", basename(manifestKey));
    assert.deepEqual(readFileSync(copy), text);
    assert.deepEqual(await contentOf(keyOf(large, "disk-1/")), bytes);
  });

  it("an empty file goes up too", async () => {
    const path = fileOf(0);
    assert.equal((await run([path])).code, 0);
    assert.equal((await versionsOf(keyOf(path))).length, 1);
  });

  for (const [kind, size] of [
    ["small", 100],
    ["large", 6 * MIB],
  ] as const) {
    it(`another ${kind} file of the same name is refused, and nothing is overwritten`, async () => {
      const path = fileOf(size);
      assert.equal((await run([path, "--part-size", "5"])).code, 0);
      const before = await contentOf(keyOf(path));
      write(path, 50, 7);
      const { code, out, err } = await run([path, "--part-size", "5"]);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(
        err,
        /is already in the vault, nothing was overwritten; the journal does not say/,
      );
      assert.equal((await versionsOf(keyOf(path))).length, 1);
      assert.deepEqual(await contentOf(keyOf(path)), before);
      assert.equal(await openUploads(keyOf(path)), 0);
    });

    it(`the same ${kind} file again is a success, by the journal only`, async () => {
      const path = fileOf(size);
      const first = await run([path, "--part-size", "5"]);
      const again = await run([path, "--part-size", "5"]);
      assert.equal(again.code, 0);
      assert.match(again.err, /is already in the vault, nothing was overwritten: it was uploaded/);
      assert.equal(again.out.split("\n")[0], first.out.split("\n")[0]);
      const elsewhere = await run([path, "--part-size", "5"], {
        XDG_STATE_HOME: join(folder, "other-state"),
      });
      assert.equal(elsewhere.code, 1);
      assert.match(
        elsewhere.err,
        /already in the vault, nothing was overwritten; the journal does/,
      );
      assert.equal((await versionsOf(keyOf(path))).length, 1);
    });
  }

  it("an upload that was killed is continued with the missing parts only", async () => {
    const path = fileOf(200 * MIB + 1);
    await interruptAt(path, 30);
    assert.equal(await openUploads(keyOf(path)), 1);
    assert.deepEqual(await versionsOf(keyOf(path)), []);

    const { code, err } = await run([path]);
    assert.equal(code, 0, err);
    assert.match(err, /its interrupted upload is continued: 29 parts are there/);
    assert.deepEqual(
      door.asked.filter(({ act }) => act === "UploadPart").map(({ part }) => part),
      [30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41],
    );
    assert.equal(door.count("CreateMultipartUpload"), 0);
    assert.ok((await contentOf(keyOf(path))).equals(readFileSync(path)));
    assert.equal(await openUploads(keyOf(path)), 0);
  });

  it("a file that changed after its upload was interrupted is uploaded anew, and that is said", async () => {
    const path = fileOf(16 * MIB);
    await interruptAt(path, 3);
    write(path, 100, 9);
    const { code, err } = await run([path, "--part-size", "5"]);
    assert.equal(code, 0, err);
    assert.match(err, /an interrupted upload to s3:\S+ began with another content/);
    assert.equal(await openUploads(keyOf(path)), 0);
    assert.ok((await contentOf(keyOf(path))).equals(readFileSync(path)));
  });

  it("where the answer to the last request was lost, the next run gets it", async () => {
    const path = fileOf(6 * MIB);
    let lost = 0;
    const child = spawn(python, ["-I", PROGRAM, path, "--part-size", "5"], { env: environment });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    door.loses = ({ act }) => {
      if (act === "CompleteMultipartUpload") {
        lost += 1;
        child.kill("SIGKILL");
      }
      return act === "CompleteMultipartUpload";
    };
    await ended;
    assert.equal(lost, 1);
    door.reset();
    const [version] = await versionsOf(keyOf(path));
    const { code, out, err } = await run([path]);
    assert.equal(code, 0, err);
    assert.equal(out.split("\n")[0], `${hashOf(path)}  s3://${BUCKET}/${keyOf(path)}  ${version}`);
    assert.equal(door.count("UploadPart"), 0);
  });

  it("a byte that changes between hashing and uploading is found, and the upload ended", async () => {
    const path = fileOf(16 * MIB);
    door.before = ({ act }) => {
      if (act === "CreateMultipartUpload") {
        changeUnseen(path, 11 * MIB + 3);
      }
    };
    const { code, out, err } = await run([path, "--part-size", "5"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, new RegExp(`${basename(path)}: a changed byte found`));
    assert.equal(door.count("CompleteMultipartUpload"), 0);
    assert.deepEqual(await versionsOf(keyOf(path)), []);
    assert.equal(await openUploads(keyOf(path)), 0);
  });

  it("a file that changes while it is sent in one request fails, and the vault has what was hashed", async () => {
    const path = fileOf(300);
    const hash = hashOf(path);
    door.before = ({ act }) => {
      if (act === "PutObject" && hashOf(path) === hash) {
        write(path, 20, 1);
      }
    };
    const { code, err } = await run([path]);
    assert.equal(code, 1);
    assert.ok(
      err.includes(`has changed since it was hashed; the vault holds what was hashed, ${hash}`),
    );
    const content = await contentOf(keyOf(path));
    assert.equal(createHash("sha256").update(content).digest("hex"), hash);
  });

  for (const [act, size] of [
    ["PutObject", 100],
    ["UploadPart", 6 * MIB],
  ] as const) {
    it(`a byte that changes on the way to the vault is refused there: ${act}`, async () => {
      const path = fileOf(size);
      door.corrupts = (asked) => asked.act === act;
      const { code, err } = await run([path, "--part-size", "5"]);
      assert.equal(code, 1);
      assert.match(err, /S3 refused \w+: BadDigest/);
      assert.deepEqual(await versionsOf(keyOf(path)), []);
      door.reset();
      assert.equal((await run([path, "--part-size", "5"])).code, 0);
    });
  }

  it("an object whose checksum in the vault is another is no success", async () => {
    const path = fileOf(6 * MIB);
    door.checksumOfCompleted = (right) => right.replace(/^./, (c) => (c === "A" ? "B" : "A"));
    const { code, out, err } = await run([path, "--part-size", "5"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /do not rely on that object/);
    const verified = await run(["--verify", path]);
    assert.equal(verified.code, 1);
    assert.match(verified.err, /its upload was not completed/);
  });

  it("a vault that encrypts under another key is no success", async () => {
    const facts = join(folder, "other-key.json");
    const text = readFileSync(environment["CLEAN_ROOM_FACTS"] ?? "", "utf8");
    writeFileSync(facts, text.replace("key/0d6b21a4", "key/11111111"));
    const { code, err } = await run([fileOf(10)], { CLEAN_ROOM_FACTS: facts });
    assert.equal(code, 1);
    assert.match(err, /does not encrypt under the evidence key/);
  });

  it("--verify finds the file unchanged, then the changed byte", async () => {
    const path = fileOf(6 * MIB);
    const { out } = await run([path, "--part-size", "5"]);
    const same = await run(["--verify", path]);
    assert.deepEqual([same.code, same.out], [0, `${out.split("\n")[0]}\n`]);
    changeUnseen(path, 5 * MIB + 1);
    const changed = await run(["--verify", path]);
    assert.deepEqual([changed.code, changed.out], [1, ""]);
    assert.match(changed.err, new RegExp(`${basename(path)}: a changed byte found`));
    assert.equal((await run(["--verify", fileOf(11)])).code, 1);
  });

  it("a directory goes up with --recursive, its links do not, and one failure stops no other file", async () => {
    const tree = join(folder, "recovered");
    mkdirSync(join(tree, "docs"), { recursive: true });
    writeFileSync(join(tree, "docs/b.txt"), "b");
    writeFileSync(join(tree, "z.txt"), "z");
    symlinkSync("/etc/passwd", join(tree, "passwd"));
    const { code, out, err } = await run(["--recursive", tree, join(folder, "missing")]);
    assert.equal(code, 1);
    assert.match(err, /passwd: is a symbolic link; it was left out/);
    assert.match(err, /missing: cannot be read: No such file/);
    assert.deepEqual(
      out
        .split("\n")
        .slice(0, 2)
        .map((line) => line.split("  ")[1]),
      [
        `s3://${BUCKET}/cases/${TICKET}/recovered/z.txt`,
        `s3://${BUCKET}/cases/${TICKET}/recovered/docs/b.txt`,
      ],
    );
    assert.match(out, /recovered\/docs\/b\.txt.*\n\w{64} {2}\S+\/manifest-\S+ {2}\S+\n$/);
  });

  it("asks for nothing that the role or the vault's policy refuses", async () => {
    // Every test goes through the door, which refuses the rest; this one sees that it can.
    const path = fileOf(10);
    await run([path]);
    const headers = door.asked.map((asked) => asked.headers);
    assert.ok(headers.every((sent) => sent["x-amz-expected-bucket-owner"] === "123456789012"));
    const url = `${environment["AWS_ENDPOINT_URL"]}/${BUCKET}/${keyOf(path)}`;
    assert.equal((await fetch(url)).status, 403);
    assert.equal((await fetch(url, { method: "PUT", body: "x" })).status, 403);
  });

  it("nobody else can read the journal", () => {
    const uploads = join(folder, "state/clean-room/uploads");
    assert.ok(readdirSync(uploads).length > 0);
    for (const name of readdirSync(uploads)) {
      assert.equal(statSync(join(uploads, name)).mode & 0o077, 0, name);
    }
  });
});
