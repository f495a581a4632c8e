import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { requirePrograms } from "../../../cli/room/neededPrograms";
import { isOnPath } from "../../../cli/room/programOnPath";

describe("A program that is started at the terminal", () => {
  it("is asked for with where it comes from", () => {
    assert.throws(
      () => requirePrograms("Not here", ["aws"], () => false),
      /^\w*Error: Not here:\n {2}- aws is not on the PATH: install the AWS CLI \(https:.*\)\.$/,
    );
    requirePrograms("Not here", ["aws"], () => true);
  });

  it("is found by the endings that Windows lets one leave out", () => {
    const folder = mkdtempSync(join(tmpdir(), "path-"));
    try {
      writeFileSync(join(folder, "aws.EXE"), "", { mode: 0o755 });
      const path = `/nonexistent${delimiter}${folder}`;
      assert.ok(isOnPath("aws", path, [".COM", ".EXE"]));
      assert.ok(!isOnPath("aws", path, [""]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
