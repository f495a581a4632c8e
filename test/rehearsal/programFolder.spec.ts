import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type * as acquisition from "../../components/acquisition/acquisitionDocument";
import { acquisitionContent } from "../../components/acquisition/acquisitionDocument";
import type * as documents from "../../components/image/documents";
import { groupDocuments } from "../../components/image/documents";
import type * as toolbox from "../../components/image/toolbox";
import { readToolbox } from "../../components/image/toolbox";
import { writeProgram } from "../../rehearsal/language/programFolder";

describe("The program as the sandbox starts it", () => {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  const pins = {
    vault: "vault",
    avml: "a".repeat(64),
    busybox: "b".repeat(64),
    winpmem: "c".repeat(64),
  };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is compiled a moment before
  const load = (name: string): unknown => require(join(folder, "plugins/program/components", name));

  before(() => {
    ["plugins", "project"].forEach((each) => mkdirSync(join(folder, each)));
    symlinkSync(join(__dirname, "../../node_modules"), join(folder, "node_modules"));
    writeProgram(join(folder, "plugins"), join(folder, "project"));
  });

  it("has what the image is built from", () => {
    const { readToolbox: readsToolbox } = load("image/toolbox") as typeof toolbox;
    const { groupDocuments: makes } = load("image/documents") as typeof documents;
    assert.deepEqual(makes(readsToolbox()), groupDocuments(readToolbox()));
  });

  it("has the scripts that acquire", () => {
    const { acquisitionContent: made } = load(
      "acquisition/acquisitionDocument",
    ) as typeof acquisition;
    assert.equal(made(pins), acquisitionContent(pins));
  });
});
