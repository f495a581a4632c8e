import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

// The program on the image, against a server that answers as EBS's direct APIs do. It stands for them by their
// reference (ListSnapshotBlocks, GetSnapshotBlock); that they answer so is shown by no test here.

const PROGRAM = join(__dirname, "../../ami/files/evidence-direct-hash");
const SNAPSHOT = "snap-0123456789abcdef0";
const VOLUME = "vol-0123456789abcdef0";
const BLOCK = 512 * 1024;
const BLOCKS = (1 << 30) / BLOCK;
const FACTS = {
  ticket: "INC-1",
  region: "us-east-1",
  vaultPrefix: "s3://vault/cases/INC-1/",
  evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/evidence",
};

/** The blocks of a disk of 1 GiB that were ever written: at its beginning, with holes, none at its end. */
const WRITTEN = [0, 1, 2, 7, 600, 601, ...Array.from({ length: 700 }, (_, index) => 1000 + index)];

function content(index: number): Buffer {
  return Buffer.alloc(BLOCK, `block ${index} `);
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** What sha256sum says of the whole disk with these blocks. */
function ofTheDisk(blocks: readonly number[] = WRITTEN): string {
  const written = new Set(blocks);
  const hash = createHash("sha256");
  const zeros = Buffer.alloc(BLOCK);
  for (let index = 0; index < BLOCKS; index++) {
    hash.update(written.has(index) ? content(index) : zeros);
  }
  return hash.digest("hex");
}

/** What goes wrong; by default nothing does. */
interface Faults {
  /** Called for a block before it is sent; true where it has answered itself. */
  readonly block?: (index: number, response: ServerResponse) => boolean;
}

describe("evidence-direct-hash", function () {
  this.timeout(120_000);
  let folder: string;
  let server: Server;
  let faults: Faults;
  let asked: number[];
  let written: readonly number[];
  const disk = ofTheDisk();

  before(async function () {
    if (spawnSync("python3", ["-I", "-c", "import boto3"]).status !== 0) {
      console.log("    not run: python3 has no boto3; install it (apt-get install python3-boto3)");
      this.skip();
    }
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://ebs");
      const [, , snapshot, , index] = pathname.split("/");
      assert.equal(snapshot, SNAPSHOT);
      if (index === undefined) {
        list(searchParams, response);
        return;
      }
      asked.push(Number(index));
      assert.equal(searchParams.get("blockToken"), `token-${index}`);
      if (faults.block?.(Number(index), response) !== true) {
        sendBlock(response, content(Number(index)));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  after(() => server?.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "direct-hash-"));
    faults = {};
    asked = [];
    written = WRITTEN;
    mkdirSync(join(folder, "bin"));
    // What it is given goes beside it: the way into the vault is evidencePut.emulator.ts's.
    writeFileSync(
      join(folder, "bin/evidence-put"),
      `#!/bin/sh\necho "$SUDO_USER $*" >>${folder}/put\n`,
    );
    chmodSync(join(folder, "bin/evidence-put"), 0o755);
    writeFileSync(join(folder, "room.json"), JSON.stringify(FACTS));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A page: at most 500 blocks are asked for; the first one is empty, as a page may be. */
  function list(query: URLSearchParams, response: ServerResponse) {
    const start = Number(query.get("startingBlockIndex"));
    if (start >= BLOCKS) {
      refuse(response, 400, "ValidationException");
      return;
    }
    const left = written.filter((index) => index >= start);
    const empty = start === 0 && query.get("pageToken") === null;
    const over = query.get("pageToken") === "over";
    const page = empty || over ? [] : left.slice(0, Number(query.get("maxResults")));
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        Blocks: page.map((index) => ({ BlockIndex: index, BlockToken: `token-${index}` })),
        VolumeSize: 1,
        BlockSize: BLOCK,
        ExpiryTime: 1_900_000_000,
        // Also of the last there may be a token: what comes after it is empty.
        ...(over
          ? {}
          : page.at(-1) === BLOCKS - 1
            ? { NextToken: "over" }
            : page.length < left.length
              ? { NextToken: "more" }
              : {}),
      }),
    );
  }

  function sendBlock(response: ServerResponse, data: Buffer, checksum = sha256(data)) {
    response.setHeader("x-amz-Data-Length", data.length);
    response.setHeader("x-amz-Checksum", checksum.toString("base64"));
    response.setHeader("x-amz-Checksum-Algorithm", "SHA256");
    response.end(data);
  }

  function refuse(response: ServerResponse, status: number, code: string) {
    response.statusCode = status;
    response.setHeader("x-amzn-ErrorType", code);
    response.end(JSON.stringify({ Message: code }));
  }

  const run = (...args: string[]) => python(PROGRAM, ...args);

  async function python(...args: string[]) {
    const child = spawn("python3", ["-I", ...args], {
      env: {
        PATH: `${folder}/bin:${process.env["PATH"]}`,
        HOME: folder,
        SUDO_USER: "examiner",
        CLEAN_ROOM_FACTS: join(folder, "room.json"),
        CLEAN_ROOM_EVIDENCE: folder,
        AWS_ENDPOINT_URL_EBS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
      },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { status, stdout, stderr };
  }

  const record = () => join(folder, `${SNAPSHOT}.direct.json`);
  const kept = () => join(folder, `${SNAPSHOT}.direct.kept`);

  it("is what sha256sum says of the disk: holes and what comes after the last block are zeros", async () => {
    const { status, stdout, stderr } = await run(SNAPSHOT);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${disk}  ${SNAPSHOT}\n`);
    const said = JSON.parse(readFileSync(record(), "utf8")) as Record<string, unknown>;
    assert.deepEqual(
      { ...said, startedAt: "", finishedAt: "", instanceId: "" },
      {
        form: "clean-room/direct-hash/1",
        snapshotId: SNAPSHOT,
        instanceId: "",
        user: "examiner",
        sizeBytes: 1 << 30,
        blockBytes: BLOCK,
        blocksRead: WRITTEN.length,
        sha256: disk,
        startedAt: "",
        finishedAt: "",
      },
    );
    assert.deepEqual(
      [...asked].sort((a, b) => a - b),
      WRITTEN,
    );
    assert.ok(!existsSync(kept()));
    // Without the examiner's name: below intake/ vault-writer takes root's word alone.
    assert.match(
      readFileSync(join(folder, "put"), "utf8"),
      new RegExp(`^ ${record()} --as intake/(unknown|i-[0-9a-f]+)\n$`),
    );
  });

  it("says of a disk whether its hash is the same, and of one without a hash that it has none", async () => {
    assert.match((await run(SNAPSHOT, VOLUME)).stderr, /vol-0123456789abcdef0 has no hash yet/);
    assert.deepEqual(asked, []);
    writeFileSync(join(folder, `${VOLUME}.json`), JSON.stringify({ sha256: disk }));
    assert.equal((await run(SNAPSHOT, VOLUME)).status, 0);
    const once = asked.length;
    writeFileSync(join(folder, `${VOLUME}.json`), JSON.stringify({ sha256: "f".repeat(64) }));
    const { status, stdout } = await run(SNAPSHOT, VOLUME);
    assert.equal(status, 2);
    assert.match(stdout, /IS NOT THE SAME/);
    assert.equal(asked.length, once, "a hash that was taken is not taken again");
  });

  it("waits where it is throttled, and asks again where an answer breaks off", async () => {
    const first = new Set<number>();
    faults = {
      block: (index, response) => {
        if (first.has(index) || ![2, 7, 1200].includes(index)) {
          return false;
        }
        first.add(index);
        if (index === 1200) {
          response.setHeader("content-length", BLOCK);
          response.write(content(index).subarray(0, 1000), () => response.destroy());
        } else {
          refuse(response, 400, "RequestThrottledException");
        }
        return true;
      },
    };
    const { status, stdout, stderr } = await run(SNAPSHOT);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${disk}  ${SNAPSHOT}\n`);
    assert.deepEqual(
      [...first].sort((a, b) => a - b),
      [2, 7, 1200],
    );
  });

  it("refuses a block that is not what its checksum says, and writes no record", async () => {
    faults = {
      block: (index, response) => {
        if (index !== 601) {
          return false;
        }
        sendBlock(response, content(600), sha256(content(601)));
        return true;
      },
    };
    const { status, stdout, stderr } = await run(SNAPSHOT);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /block 601 cannot be read: it is not what its checksum says/);
    assert.ok(!existsSync(record()) && !existsSync(join(folder, "put")));
  });

  it("goes on where it was cut off, and the hash is the same", async () => {
    faults = {
      block: (index, response) => {
        if (index !== 1600) {
          return false;
        }
        refuse(response, 403, "AccessDeniedException");
        return true;
      },
    };
    const cut = await run(SNAPSHOT);
    assert.equal(cut.status, 1);
    assert.match(cut.stderr, /AccessDeniedException.*run it again to continue/);
    assert.ok(existsSync(kept()));
    // The first page was whole; what is after it is asked for again, and nothing else.
    const [before] = WRITTEN.slice(500);
    faults = {};
    asked = [];
    const { status, stdout, stderr } = await run(SNAPSHOT);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${disk}  ${SNAPSHOT}\n`);
    assert.deepEqual(
      [...asked].sort((a, b) => a - b),
      WRITTEN.filter((index) => index >= (before ?? 0)),
    );
  });

  it("asks for nothing past the volume's end, also where it was cut off between the last block and its record", async () => {
    written = [0, BLOCKS - 2, BLOCKS - 1];
    const cutOff = [
      "import pathlib, sys, types",
      `sys.path.insert(0, ${JSON.stringify(dirname(PROGRAM))})`,
      "sys.dont_write_bytecode = True",
      "import direct_record",
      "write = direct_record.write",
      "direct_record.write = lambda path, said: sys.exit('cut off') if path.suffix == '.json' else write(path, said)",
      `direct_record.take(types.SimpleNamespace(region="us-east-1"), "${SNAPSHOT}", pathlib.Path(sys.argv[1]), {})`,
    ].join("\n");
    const cut = await python("-c", cutOff, record());
    assert.match(cut.stderr, /cut off/);
    assert.deepEqual(
      asked.sort((a, b) => a - b),
      written,
    );
    assert.ok(existsSync(kept()) && !existsSync(record()));
    asked = [];
    const { status, stdout, stderr } = await run(SNAPSHOT);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${ofTheDisk(written)}  ${SNAPSHOT}\n`);
    assert.deepEqual(asked, []);
    const { sizeBytes, blocksRead } = JSON.parse(readFileSync(record(), "utf8")) as object & {
      sizeBytes?: number;
      blocksRead?: number;
    };
    assert.deepEqual([sizeBytes, blocksRead], [1 << 30, 3]);
  });

  it("takes snapshots' and volumes' ids alone", async () => {
    for (const args of [
      [],
      ["--help"],
      ["snap-../x"],
      [SNAPSHOT, "sda"],
      [SNAPSHOT, VOLUME, "x"],
    ]) {
      const { status, stderr } = await run(...args);
      assert.equal(status, 1);
      assert.match(stderr, /^usage: evidence-direct-hash SNAPSHOT \[VOLUME\]\n$/);
    }
  });
});
