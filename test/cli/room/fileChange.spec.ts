import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileChange } from "../../../cli/room/fileChange";

describe("A change of a file", () => {
  const path = join(mkdtempSync(join(tmpdir(), "file-change-")), "Pulumi.inc.yaml");
  const change = new FileChange(path, "before\n", "written\n");

  it("is taken back", () => {
    writeFileSync(path, "written\n");
    assert.equal(change.takeBack(), true);
    assert.equal(readFileSync(path, "utf8"), "before\n");
  });

  it("is taken back with the file where there was none", () => {
    writeFileSync(path, "written\n");
    assert.equal(new FileChange(path, undefined, "written\n").takeBack(), true);
    assert.equal(existsSync(path), false);
  });

  it("stays where somebody has changed the file since", () => {
    writeFileSync(path, "written\nand more\n");
    assert.equal(change.takeBack(), false);
    assert.equal(readFileSync(path, "utf8"), "written\nand more\n");
    rmSync(path);
    assert.equal(change.takeBack(), false);
  });
});
