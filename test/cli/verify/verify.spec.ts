import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeBundle } from "../../../cli/report/bundle";
import type { CaseFacts } from "../../../cli/report/caseFacts";
import { caseOf } from "../../../cli/report/caseOf";
import { readKeptCase } from "../../../cli/verify/keptCase";
import { keptChecks } from "../../../cli/verify/keptChecks";
import { verify } from "../../../cli/verify/verify";
import { runCommand } from "../../../rehearsal/runCommand";
import {
  ATTACHED,
  CLOSING,
  DESTRUCTION,
  factsOf,
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

  /** The checks that are not sound, each with what it says. */
  const open = (named: Parameters<typeof readKeptCase>[1] = {}) =>
    Object.fromEntries(
      keptChecks(readKeptCase(bundle, named))
        .filter(({ verdict }) => verdict !== "sound")
        .map(({ id, verdict, findings }) => [
          id,
          `${verdict}: ${findings.map(({ said }) => said).join("\n")}`,
        ]),
    );

  it("is verified where it is as it was", async () => {
    write();
    assert.deepEqual(open(), {});
    const { code, told, said } = await runCommand(verify, bundle);
    assert.equal(code, 0, said.join("\n"));
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
    assert.match(open()["signatures"] ?? "", /^unverified: .*no public key/);
    assert.deepEqual(open({ publicKey: elsewhere }), {});
  });

  it("says what is wrong with a key that is none", () => {
    write();
    writeFileSync(join(bundle, "public-key.pem"), "no key");
    assert.match(open()["signatures"] ?? "", /^wrong: /);
  });

  it("has the records of both versions where a key's bytes differ", () => {
    write(withObjects((versions) => [...versions, object(OPENING.key, "{}", 200)]));
    assert.equal(readdirSync(join(bundle, "records")).length, 6);
    assert.match(open()["bytes"] ?? "", /^wrong: /);
  });

  it("can be records alone, as S3 gives them: what is lacking is said", () => {
    write();
    bundle = join(bundle, "records");
    assert.deepEqual(Object.keys(open()), ["signatures", "order"]);
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
      .replace(/ *npx clean-room verify \./, "");
    const out = execFileSync("bash", ["-euc", commands], { cwd: bundle, encoding: "utf8" });
    assert.doesNotMatch(out, /changed|not signed|FAILED/);
    assert.equal(out.match(/Verified OK/g)?.length, 5);
    assert.ok(instructions.split("\n").length < 60, "it is longer than a page");
  });
});
