import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { unixText } from "../components/image/unixText";

describe("Line ends", () => {
  it("are refused, in a sentence, in what the image is built from, where they are Windows's", () => {
    const folder = mkdtempSync(join(tmpdir(), "line-ends-"));
    try {
      for (const [name, text] of Object.entries({ unix: "a\nb\n", windows: "a\r\nb\r\n" })) {
        writeFileSync(join(folder, name), text);
      }
      assert.equal(unixText(join(folder, "unix")), "a\nb\n");
      assert.throws(
        () => unixText(join(folder, "windows")),
        /carriage returns.*core\.autocrlf false/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are those of Unix in every file, in the clone and in its copy, whatever Git is told", () => {
    const listing = execFileSync("git", ["ls-files", "--eol"], {
      cwd: join(__dirname, ".."),
      encoding: "utf8",
    });
    const files = listing.trimEnd().split("\n");
    assert.ok(files.length > 100);
    const wrong = files.filter((line) => /^i\/(crlf|mixed)|w\/(crlf|mixed)/.test(line));
    assert.deepEqual(wrong, []);
    // Without an attribute core.autocrlf=true turns them around in the next clone.
    const unguarded = files.filter((line) => !/attr\/text(=auto)? eol=lf/.test(line));
    assert.deepEqual(unguarded, []);
  });
});
