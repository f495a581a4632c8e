import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeBundle } from "../../../cli/report/bundle";
import type { CaseFacts } from "../../../cli/report/caseFacts";
import { caseOf } from "../../../cli/report/caseOf";
import { CASE_REPORT, type CaseReport } from "../../../cli/report/caseReport";
import { readKeptCase } from "../../../cli/verify/keptCase";
import { keptChecks } from "../../../cli/verify/keptChecks";
import { fingerprint } from "../../../cli/verify/publicKey";
import { verify } from "../../../cli/verify/verify";
import { Case } from "../../../components/case";
import { sha256 } from "../../../components/sha256";
import { runCommand } from "../../../rehearsal/runCommand";
import { TICKET } from "../../support/examples";
import {
  ATTACHED,
  CLOSING,
  DESTRUCTION,
  factsOf,
  LATER_KEY,
  minute,
  object,
  OPENING,
  PRESERVED,
  withObjects,
} from "../report/reportedCase";

describe("a case away from AWS", () => {
  let folder: string;
  let bundle: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bundle-"));
    bundle = join(folder, "case");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (facts: CaseFacts = factsOf()) => writeBundle(bundle, facts, caseOf(facts));
  const pathOf = (key: string, kind = "records") =>
    join(
      bundle,
      kind,
      key.slice(key.lastIndexOf("/") + 1).replace(/json$/, kind === "records" ? "json" : "sig"),
    );

  /** As the foundation's owner tells it. */
  const FINGERPRINT = fingerprint(factsOf().signingKey?.publicKey ?? "") ?? "";

  /** Says of whatever is in the folder that it was handed over so. */
  const sumAgain = () => {
    const names = readdirSync(bundle, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && each.name !== "SHA256SUMS")
      .map((each) => join(each.parentPath, each.name).slice(bundle.length + 1));
    const lines = names.map((name) => `${sha256(readFileSync(join(bundle, name)))}  ${name}\n`);
    writeFileSync(join(bundle, "SHA256SUMS"), lines.sort().join(""));
  };

  /** The report in the folder, with something changed by hand. */
  const editReport = (change: (report: CaseReport) => CaseReport) => {
    const file = join(bundle, "report.json");
    writeFileSync(
      file,
      JSON.stringify(change(CASE_REPORT.parse(JSON.parse(readFileSync(file, "utf8"))))),
    );
    sumAgain();
  };

  /** The checks that are not sound, each with what it says, for who was told the key's fingerprint. */
  const open = (named: Parameters<typeof readKeptCase>[1] = { fingerprint: [FINGERPRINT] }) =>
    Object.fromEntries(
      keptChecks(readKeptCase(bundle, named))
        .filter(({ verdict }) => verdict !== "sound")
        .map(({ id, verdict, findings }) => [
          id,
          `${verdict}: ${findings.map(({ said }) => said).join("\n")}`,
        ]),
    );

  it("is verified where it is as it was", async () => {
    const sums = write();
    assert.deepEqual(open(), {});
    const { code, told, said } = await runCommand(
      verify,
      bundle,
      ...["--fingerprint", FINGERPRINT, "--sums", sums],
    );
    assert.equal(code, 0, said.join("\n"));
    assert.match(said.join("\n"), new RegExp(`SHA256SUMS has the SHA-256 ${sums}`));
    assert.match(said.join("\n"), new RegExp(`fingerprint ${FINGERPRINT}`));
    assert.equal((told[0] as { fingerprint: string }).fingerprint, FINGERPRINT);
    assert.equal((told[0] as { sums: string }).sums, sums);
    assert.match(said.join("\n"), /compare it with what the foundation's owner tells you/);
    assert.equal((told[0] as { verdict: string }).verdict, "sound");
  });

  it("is wrong where a byte was changed", async () => {
    write();
    const path = pathOf(PRESERVED.key);
    writeFileSync(path, readFileSync(path, "utf8").replace("vol-0a", "vol-0b"), { mode: 0o600 });
    assert.match(open()["bytes"] ?? "", /^wrong: .*a byte was changed/);
    assert.match(open()["signatures"] ?? "", /^wrong: /);
    assert.equal((await runCommand(verify, bundle)).code, 2);
  });

  it("is wrong where a record was put there whose name is right, and nobody has signed it", () => {
    write();
    const forged = PRESERVED.content.replace("vol-0a", "vol-0b");
    const name = execFileSync("sha256sum", { input: forged }).toString().slice(0, 64);
    writeFileSync(join(bundle, "records", `${name}.json`), forged);
    assert.match(open()["signatures"] ?? "", /^unverified: .*unsigned/);
    // With another record's signature beside it.
    writeFileSync(
      join(bundle, "signatures", `${name}.sig`),
      readFileSync(pathOf(PRESERVED.key, "signatures")),
    );
    assert.match(open()["signatures"] ?? "", /^wrong: .*not of these bytes/);
  });

  it("is wrong where a record is missing, also the last one, that no other names", () => {
    write();
    unlinkSync(pathOf(ATTACHED.key));
    assert.match(
      open()["missing"] ?? "",
      /a record names it[\s\S]*signs a record[\s\S]*the report has/,
    );
    rmSync(bundle, { recursive: true });
    write();
    unlinkSync(pathOf(DESTRUCTION.key));
    unlinkSync(pathOf(DESTRUCTION.key, "signatures"));
    assert.match(open()["missing"] ?? "", /the report has it/);
    rmSync(bundle, { recursive: true });
    write();
    unlinkSync(pathOf(OPENING.key));
    assert.match(open()["missing"] ?? "", /^wrong: /);
  });

  it("is wrong where records follow each other as they cannot", () => {
    write(
      withObjects((versions) =>
        versions.map((each) =>
          each.key === OPENING.key ? { ...each, written: minute(91) } : each,
        ),
      ),
    );
    assert.match(open()["order"] ?? "", new RegExp(`was written after ${CLOSING.key}`));
  });

  it("is unverified where no key is there, and takes one from elsewhere", () => {
    write();
    const key = join(bundle, "public-key.pem");
    const elsewhere = join(folder, "key.pem");
    writeFileSync(elsewhere, readFileSync(key));
    unlinkSync(key);
    sumAgain();
    assert.match(open()["signatures"] ?? "", /^unverified: .*no public key/);
    assert.deepEqual(open({ publicKey: [elsewhere] }), {});
  });

  it("is unverified where another key signed it than the report had, as the report says", () => {
    write(factsOf({ signingKey: LATER_KEY }));
    const named = { fingerprint: [fingerprint(LATER_KEY.publicKey) ?? ""] };
    assert.deepEqual(Object.keys(open(named)), ["signatures"]);
    assert.match(
      open(named)["signatures"] ?? "",
      /^unverified: .*not the foundation's key of today/,
    );
    // Its public half may be kept elsewhere.
    const elsewhere = join(folder, "key.pem");
    writeFileSync(elsewhere, factsOf().signingKey?.publicKey ?? "");
    assert.deepEqual(open({ fingerprint: [FINGERPRINT], publicKey: [elsewhere] }), {});
  });

  it("takes the foundation's earlier keys along, and is verified by those whose fingerprint was told", async () => {
    const earlierSigningKeys = [factsOf().signingKey ?? LATER_KEY];
    write(factsOf({ signingKey: LATER_KEY, earlierSigningKeys }));
    const today = fingerprint(LATER_KEY.publicKey) ?? "";
    assert.deepEqual(open({ fingerprint: [today, FINGERPRINT] }), {});
    // Whoever forges records can put a key of their own into the folder beside the foundation's.
    assert.match(
      open({ fingerprint: [today] })["signatures"] ?? "",
      new RegExp(`^unverified: The public key with the fingerprint ${FINGERPRINT} came with`),
    );
    assert.match(open({ fingerprint: ["0".repeat(64)] })["signatures"] ?? "", /^wrong: No public/);
    const { said, code } = await runCommand(
      verify,
      bundle,
      ...["--fingerprint", today, "--fingerprint", FINGERPRINT],
    );
    assert.equal(code, 0, said.join("\n"));
    assert.match(said.join("\n"), new RegExp(`An earlier one has the fingerprint ${FINGERPRINT}`));
    const commands = readFileSync(join(bundle, "README.txt"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("     ") && !line.includes("clean-room.js"))
      .join("\n");
    const out = execFileSync("bash", ["-uc", commands], { cwd: bundle, encoding: "utf8" });
    assert.equal(out.match(/Verified OK/g)?.length, 5);
    assert.doesNotMatch(out, /is not signed/);
  });

  it("tells that a record was signed late, as the report does", () => {
    const late = (versions: CaseFacts["versions"]) =>
      versions.map((each) =>
        each.key.startsWith("signatures/") ? { ...each, written: minute(600) } : each,
      );
    write(withObjects(late));
    assert.deepEqual(Object.keys(open()), ["order"]);
    assert.match(open()["order"] ?? "", /^unverified: .*h after it was written/);
  });

  it("says what is wrong with a key that is none", () => {
    write();
    writeFileSync(join(bundle, "public-key.pem"), "no key");
    assert.match(open()["signatures"] ?? "", /^wrong: .*none in PEM/);
  });

  it("has the records of both versions where a key's bytes differ", () => {
    write(withObjects((versions) => [...versions, object(OPENING.key, "{}", 200)]));
    assert.equal(readdirSync(join(bundle, "records")).length, 6);
    assert.match(open()["bytes"] ?? "", /^wrong: /);
  });

  it("can be records alone, as S3 gives them: what is lacking is said", () => {
    write();
    bundle = join(bundle, "records");
    assert.deepEqual(Object.keys(open()), ["files", "signatures", "order"]);
  });

  it("is no folder, or one without records: that is said in a sentence", async () => {
    for (const name of [join(folder, "nothing"), folder]) {
      await assert.rejects(runCommand(verify, name), /cannot be verified:\n {2}- [A-Z].*\.$/);
    }
  });

  it("is verified by openssl and sha256sum as the instructions say", function () {
    write();
    const instructions = readFileSync(join(bundle, "README.txt"), "utf8");
    const commands = instructions
      .split("\n")
      .filter((line) => line.startsWith("     "))
      .join("\n")
      .replace(/ *node cli\/clean-room\.js verify .*/, "");
    const out = execFileSync("bash", ["-euc", commands], { cwd: bundle, encoding: "utf8" });
    assert.doesNotMatch(out, /changed|not signed|FAILED/);
    assert.equal(out.match(/Verified OK/g)?.length, 5);
    assert.ok(instructions.split("\n").length < 62, "it is longer than a page");
    // What is of no registry is fetched from none.
    assert.doesNotMatch(instructions, /\bnpx\b/);
    assert.match(instructions, /node cli\/clean-room\.js verify/);
    const commit = "0a1b2c3d".repeat(5);
    rmSync(bundle, { recursive: true });
    write(factsOf({ program: `0.1.0+${commit}` }));
    assert.match(readFileSync(join(bundle, "README.txt"), "utf8"), new RegExp(`commit ${commit}`));
  });

  it("is not sound of no record: where the report has none, and where AWS gave none", async () => {
    write();
    rmSync(join(bundle, "records"), { recursive: true });
    rmSync(join(bundle, "signatures"), { recursive: true });
    mkdirSync(join(bundle, "records"));
    unlinkSync(join(bundle, "public-key.pem"));
    editReport((report) => ({ ...report, records: [], signingKey: undefined }));
    assert.match(open()["missing"] ?? "", /^wrong: There is no record of INC-2026-0042/);
    assert.match(open()["signatures"] ?? "", /^unverified: There is no public key/);
    assert.equal((await runCommand(verify, bundle)).code, 2);
    rmSync(bundle, { recursive: true });
    // S3 listed them and gave no bytes; KMS gave no key.
    const why = "AWS denies it.";
    write(
      withObjects(
        (versions) =>
          versions.map((each) =>
            each.key.startsWith(new Case(TICKET).records) ? { ...each, bytes: undefined } : each,
          ),
        {
          signingKey: undefined,
          unread: [{ what: "The signing key", why, opens: ["signatures"] }],
        },
      ),
    );
    assert.match(open()["missing"] ?? "", /^wrong: /);
    assert.match(open()["bytes"] ?? "", /When the report was made: .*It was not read/);
    assert.match(open()["reading"] ?? "", /^unverified: .*The signing key: AWS denies it/);
  });

  it("tells what the report found in AWS, and believes no verdict that does not follow from it", async () => {
    write(
      factsOf({ locks: [], unread: [{ what: "The sessions", why: "AWS denies it.", opens: [] }] }),
    );
    assert.match(open()["locks"] ?? "", /When the report was made: /);
    assert.match(open()["reading"] ?? "", /^unverified: .*The sessions: AWS denies it/);
    assert.notEqual((await runCommand(verify, bundle, "--fingerprint", FINGERPRINT)).code, 0);
    editReport((report) => ({ ...report, verdict: "sound" }));
    assert.match(open()["files"] ?? "", /^wrong: .*does not follow/);
    rmSync(bundle, { recursive: true });
    write();
    editReport((report) => ({ ...report, checks: [] }));
    assert.match(open()["locks"] ?? "", /^unverified: The report does not tell/);
  });

  describe("with a SHA256SUMS", () => {
    it("is wrong where a file is changed, lacking or too much", () => {
      for (const [change, said] of [
        [
          () => writeFileSync(join(bundle, "report.html"), "<p>sound"),
          /^wrong: report.html was changed/,
        ],
        [() => unlinkSync(join(bundle, "report.html")), /^wrong: report.html is not here/],
        [() => writeFileSync(join(bundle, "more.txt"), ""), /^wrong: more.txt is here/],
        [
          () => {
            mkdirSync(join(bundle, "deep", "er"), { recursive: true });
            writeFileSync(join(bundle, "deep", "er", "more.txt"), "");
          },
          /deep\/er\/more.txt is here/,
        ],
        [
          () => {
            const text = readFileSync(join(bundle, "report.html"));
            writeFileSync(join(folder, "elsewhere"), text);
            unlinkSync(join(bundle, "report.html"));
            symlinkSync(join(folder, "elsewhere"), join(bundle, "report.html"));
          },
          /^wrong: report.html is a link/,
        ],
        [() => writeFileSync(join(bundle, "SHA256SUMS"), "all is well\n"), /^wrong: Line 1 of/],
      ] as const) {
        write();
        change();
        assert.match(open()["files"] ?? "", said);
        rmSync(bundle, { recursive: true });
      }
    });

    it("is wrong where that is another than was told, or gone; unverified where it is gone and none was told", async () => {
      const sums = write();
      assert.deepEqual(open({ fingerprint: [FINGERPRINT], sums: sums.toUpperCase() }), {});
      editReport((report) => report);
      const told = { fingerprint: [FINGERPRINT], sums };
      assert.match(open(told)["files"] ?? "", /^wrong: .*not the one that you were told of/);
      unlinkSync(join(bundle, "SHA256SUMS"));
      assert.match(open(told)["files"] ?? "", /^wrong: There is no SHA256SUMS/);
      assert.match(open()["files"] ?? "", /^unverified: There is no SHA256SUMS/);
      await assert.rejects(runCommand(verify, bundle, "--sums", "abc"), /--sums abc is no SHA-256/);
    });
  });

  describe("with a key that came with it", () => {
    /** Every record signed again, by somebody else. */
    const forge = () => {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      for (const name of readdirSync(join(bundle, "records"))) {
        const text = readFileSync(join(bundle, "records", name));
        const signature = join(bundle, "signatures", name.replace(/json$/, "sig"));
        writeFileSync(signature, sign("sha256", text, privateKey));
      }
      writeFileSync(
        join(bundle, "public-key.pem"),
        publicKey.export({ type: "spki", format: "pem" }),
      );
      sumAgain();
    };

    it("is unverified where nobody told its fingerprint, forged or not", async () => {
      write();
      assert.match(
        open({})["signatures"] ?? "",
        /^unverified: The public key came with the records/,
      );
      assert.equal((await runCommand(verify, bundle)).code, 3);
      forge();
      assert.match(open({})["signatures"] ?? "", /^unverified: /);
      // To name the file in the folder is not to have it from elsewhere.
      const publicKey = join(bundle, "public-key.pem");
      assert.match(open({ publicKey: [publicKey] })["signatures"] ?? "", /^unverified: /);
    });

    it("is wrong where it is not the one of the fingerprint, or signs nothing by the one from elsewhere", () => {
      write();
      const elsewhere = join(folder, "key.pem");
      cpSync(join(bundle, "public-key.pem"), elsewhere);
      forge();
      assert.match(open()["signatures"] ?? "", /^wrong: The public key has the fingerprint/);
      assert.match(
        open({ publicKey: [elsewhere] })["signatures"] ?? "",
        /^wrong: .*not of these bytes/,
      );
    });
  });

  it("that went over another system is not wrong: what that left behind is named, and not read", () => {
    write();
    for (const name of [".DS_Store", "records/.DS_Store", `records/._${"0".repeat(64)}.json`]) {
      writeFileSync(join(bundle, name), "\0\u0005\u0016\u0007");
    }
    assert.deepEqual(Object.keys(open()), ["files"]);
    assert.match(open()["files"] ?? "", /^unverified: .*DS_Store is not of the bundle/);
    unlinkSync(join(bundle, "SHA256SUMS"));
    assert.deepEqual(Object.keys(open()), ["files"]);
    assert.match(open()["files"] ?? "", /^unverified: [\s\S]*DS_Store has no name of a record/);
  });

  it("has folders and links where records and signatures are: they are named, and not read", () => {
    write();
    const linked = `${"1".repeat(64)}.json`;
    mkdirSync(join(bundle, "signatures", `${"0".repeat(64)}.sig`));
    symlinkSync("/dev/zero", join(bundle, "records", linked));
    assert.match(open()["files"] ?? "", /^wrong: [\s\S]*0\.sig is here[\s\S]*/);
    unlinkSync(join(bundle, "SHA256SUMS"));
    assert.deepEqual(Object.keys(open()), ["files"]);
    assert.match(open()["files"] ?? "", /^unverified: [\s\S]*0\.sig has no name/);
    assert.match(open()["files"] ?? "", /1\.json has no name/);
  });

  it("is written whole of whatever somebody named an object in the vault", () => {
    const { records, signatures } = new Case(TICKET);
    const keys = ["", "..", ".", "a/x.json", "b/x.json", "noending", "c/noending"];
    const forged = keys.flatMap((name) => [
      object(`${records}${name}`, `of ${name}`, 100, { version: "null" }),
      object(`${signatures}${name}`, `signs ${name}`, 100, { version: "null" }),
    ]);
    const more = object(`${records}noending`, "again", 101, { version: "other" });
    write(withObjects((versions) => [...versions, ...forged, more]));
    const texts = readdirSync(bundle, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => readFileSync(join(each.parentPath, each.name), "utf8"));
    for (const { key, bytes } of [...forged, more]) {
      assert.ok(texts.includes(bytes?.toString() ?? ""), `the bytes of ${key} are lost`);
    }
    assert.deepEqual(readdirSync(folder), ["case"]);
    assert.match(open()["bytes"] ?? "", /^wrong: /);
    assert.doesNotMatch(open()["missing"] ?? "", /the report has it/);
  });

  it("reads the genuine record and its signature also where a forged version was listed before it", () => {
    write(withObjects((versions) => [object(OPENING.key, "{}", 200), ...versions]));
    const { bytes = "", signatures = "" } = open();
    assert.equal(bytes.match(/a byte was changed/g)?.length, 1);
    assert.doesNotMatch(signatures, /unsigned/);
  });

  it("is not left half where it cannot be written", () => {
    mkdirSync(bundle);
    writeFileSync(join(bundle, "notes"), "mine");
    assert.throws(() => write());
    assert.deepEqual(readdirSync(folder), ["case"]);
    assert.deepEqual(readdirSync(bundle), ["notes"]);
  });
});
