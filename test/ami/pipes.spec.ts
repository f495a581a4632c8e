import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { AMI_FOLDER } from "../../components/image/toolbox";

// `grep -q` ends at its first match. What writes into it is ended by a signal then, if it has not written all: with pipefail
// the pipe has failed, and the match counts as none. An E01 that lacked a file was shown with holes in it by that.

describe("The image's scripts", () => {
  const scripts = ["files", "steps"].flatMap((folder) =>
    readdirSync(join(AMI_FOLDER, folder)).map((name) => join(folder, name)),
  );

  it("decide by no pipe into what ends before it has read all", () => {
    const found = scripts.flatMap((name) => {
      const text = readFileSync(join(AMI_FOLDER, name), "utf8");
      return withEarlyEnd(text).map((line) => `${name}: ${line}`);
    });
    assert.deepEqual(found, []);
    assert.ok(scripts.length > 50, `only ${scripts.length} scripts were read`);
  });

  it("would be found, did they", () => {
    assert.equal(withEarlyEnd("! ewfinfo x | grep -q yes ||").length, 1);
    assert.equal(withEarlyEnd("a |\n\tgrep -xqE yes").length, 1);
    assert.deepEqual(withEarlyEnd('! grep -q yes <<<"$told" || b\n# a | grep -q\n'), []);
  });
});

/** Pipes into a quiet grep; of comments none is meant. */
function withEarlyEnd(script: string): string[] {
  const code = script.replaceAll(/^\s*#.*$/gm, "");
  return [
    ...code.matchAll(/^.*[^|]\|\s*grep\s+(-\S+\s+)*(-[a-zA-Z]*q[a-zA-Z]*\b|--quiet\b).*$/gm),
  ].map(([line]) => line);
}
