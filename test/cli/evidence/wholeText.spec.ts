import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import { wholeText } from "../../../cli/evidence/wholeText";

describe("The lines on standard input", () => {
  it("are waited for, and whole where a letter comes in two pieces", async () => {
    const stream = new PassThrough();
    const text = wholeText(stream);
    const bytes = Buffer.from("- snapshot: snap-1 # für\n");
    const cut = bytes.indexOf("ü") + 1;
    stream.write(bytes.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.end(bytes.subarray(cut));
    assert.equal(await text, bytes.toString());
  });
});
