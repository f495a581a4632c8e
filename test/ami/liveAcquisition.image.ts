import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import {
  ACQUIRED_OBJECTS,
  acquisitionDocument,
  partName,
  partsOf,
} from "../../components/acquisition/acquisitionDocument";
import { sha256 } from "../../components/sha256";
import {
  ACCESS,
  ELSEWHERE,
  PresignedVault,
  signatureOf,
} from "../components/acquisition/presignedVault";
import { ACQUISITION } from "../support/examples";
import { EmulatedSuspect, type SuspectSaid } from "./emulatedSuspect";
import { ImageRoot } from "./imageRoot";
import { symbolsOfBtf } from "./symbolsOfBtf";

// The document's script acquires the memory of a whole machine by the image's AVML; the image's Volatility reads it.
// It cannot prove AWS's kernels, nor that Systems Manager delivers it.

const PREFIX = "intake/222233334444/INC-2026-0042/live/i-0123456789abcdef0/20261130T091500Z/";
const MIB = 1024 * 1024;
const MEMORY_MIB = 168;

/** Where Volatility's plugins begin, of which BTF does not tell the type. */
const VARIABLES = { init_task: "task_struct", init_mm: "mm_struct", modules: "list_head" };

/** Where the image has its AVML, which is the one that is carried. */
const AVML = "opt/clean-room/memory/bin/avml";

describe("A running Linux of its own, acquired and read", function () {
  this.timeout(900_000);
  let image: ImageRoot | undefined;
  let folder: string | undefined;
  let vault: PresignedVault;
  let said: SuspectSaid;
  let memory: Buffer;

  /** The same folder, as the image has it. */
  let inRoot: string;

  before(async function () {
    const root = process.env["CLEANROOM_IMAGE_ROOT"];
    const lacking =
      root === undefined ? "no tree of the image's system" : EmulatedSuspect.missing();
    if (root === undefined || lacking !== undefined) {
      console.log(`    not run: there is ${lacking}`);
      return this.skip();
    }
    // On a disk, below what both see.
    folder = mkdtempSync(join(root, "var/tmp/suspect-"));
    const suspect = EmulatedSuspect.make(folder);
    const opened = suspect && (await PresignedVault.open(folder));
    if (suspect === undefined || opened === undefined) {
      console.log("    not run: Debian's archive brings no kernel, or there is no openssl");
      return this.skip();
    }
    vault = opened;
    const address = vault.address.replace("localhost", ELSEWHERE);
    const avml = readFileSync(join(root, AVML));
    vault.tools.set("carry/avml", avml).set("carry/busybox", suspect.busybox);
    const { partMiB, parts } = partsOf(MEMORY_MIB) ?? assert.fail();
    const names = [
      ...ACQUIRED_OBJECTS,
      ...Array.from({ length: parts }, (_, index) => partName(index + 1)),
    ];
    const given: Readonly<Record<string, string>> = {
      ...{ Vault: address, Prefix: PREFIX, Access: ACCESS, Acquire: "memory" },
      Signatures: names.map((name) => signatureOf(PREFIX + name)).join(" "),
      PartMiB: `${partMiB}`,
      AvmlUrl: `${address}/carry/avml?${ACCESS}`,
      AvmlSha256: sha256(avml),
      BusyboxUrl: `${address}/carry/busybox?${ACCESS}`,
      BusyboxSha256: sha256(suspect.busybox),
    };
    const [step] = acquisitionDocument(ACQUISITION).mainSteps;
    const script = (step?.inputs.runCommand ?? [])
      .join("\n")
      .replace(/\{\{ (\w+) \}\}/g, (_, name: string) => given[name] ?? assert.fail(name));
    said = await suspect.run(script, vault.certificate, MEMORY_MIB, {
      VAULT: address,
      ...{ KALLSYMS: signatureOf("kallsyms"), BTF: signatureOf("btf") },
    });
    assert.equal(said.status, 0, said.console);
    const parted = [...vault.objects.keys()].filter((key) => key.includes("/memory/")).sort();
    memory = Buffer.concat(parted.map(put));
    writeFileSync(join(folder, "memory.lime"), memory);
    mkdirSync(join(folder, "symbols/linux"), { recursive: true });
    const facts = {
      btf: gunzipSync(put("btf")),
      kallsyms: gunzipSync(put("kallsyms")).toString(),
      banner: said.banner,
    };
    writeFileSync(join(folder, "symbols/linux/kernel.json"), symbolsOfBtf(facts, VARIABLES));
    inRoot = folder.slice(root.length);
    image = await ImageRoot.open(root);
  });
  after(() => {
    image?.close();
    vault?.close();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  const read = (plugin: string, options: string) => {
    assert.ok(image);
    return image.must(`vol -q --offline ${options} -f ${inRoot}/memory.lime ${plugin}`);
  };
  const put = (key: string) => vault.objects.get(key) ?? assert.fail(`${key} was not put`);

  it("has in the vault what the machine hashed, and leaves nothing there", () => {
    const manifest = JSON.parse(put(`${PREFIX}manifest.json`).toString()) as {
      readonly memory: { readonly state: string; readonly bytes: number; readonly sha256: string };
      readonly files: readonly { readonly key: string; readonly sha256: string }[];
    };
    const { state, bytes } = manifest.memory;
    assert.equal(state, "complete");
    assert.equal(manifest.memory.sha256, sha256(memory));
    assert.equal(bytes, memory.length);
    // What firmware and kernel keep to themselves is no memory to read: 17 of 168 MiB were seen.
    assert.ok(bytes > MEMORY_MIB * MIB * 0.85 && bytes < MEMORY_MIB * MIB * 1.05, `${bytes}`);
    for (const file of manifest.files) {
      assert.equal(file.sha256, sha256(put(file.key)), file.key);
    }
    assert.equal(said.left, "");
    const perGib = Math.round((said.seconds * 1024 * MIB) / bytes);
    console.log(`      ${said.seconds} s of an emulated machine, ${perGib} s for a GiB`);
  });

  it("shows its kernel's banner to Volatility, without any symbols", () => {
    assert.ok(read("banners.Banners", "").includes(said.banner.trim()));
  });

  it("shows the processes that ran to Volatility, with the symbols that the kernel gave", () => {
    const processes = read("linux.pslist.PsList", `-s ${inRoot}/symbols`);
    assert.match(processes, /\sinit\s/);
    assert.match(processes, /\splanted\s/);
    assert.match(processes, /\savml\s/);
  });
});
