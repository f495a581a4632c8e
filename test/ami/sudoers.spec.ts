import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AMI_FOLDER } from "../../components/image/toolbox";

function read(file: string): string {
  return readFileSync(join(AMI_FOLDER, file), "utf8");
}

describe("What examiner may do as root", () => {
  it("is what the build of the image asks for: with another list no image is made", () => {
    const [, given] = /NOPASSWD: (.*)$/m.exec(read("files/examiner.sudoers")) ?? [];
    const [, asked] = /= '(.*)' \]$/m.exec(read("steps/mounting.validate.sh")) ?? [];
    assert.ok(given !== undefined);
    assert.equal(asked, given);
  });
});
