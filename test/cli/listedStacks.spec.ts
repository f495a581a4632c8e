import assert from "node:assert/strict";

import { listedStacks } from "../../cli/listedStacks";

describe("The stacks of a project", () => {
  const failing = (stderr: string) =>
    Object.assign(new Error(stderr), { commandResult: { stderr } });

  /** A backend that says these words, one a listing, then lists. */
  const backend = (...words: readonly string[]) => {
    const left = [...words];
    return {
      listStacks: () => {
        const next = left.shift();
        return next === undefined ? Promise.resolve(["audit"]) : Promise.reject(failing(next));
      },
    };
  };

  it("are listed while another process writes one of them", async () => {
    let waited = 0;
    const wait = () => Promise.resolve((waited += 1));
    assert.deepEqual(await listedStacks(backend("error: EOF", "EOF\n"), wait), ["audit"]);
    assert.equal(waited, 2);
  });

  it("are refused with where it stands how to mend one that is torn for good, and anything else at once", async () => {
    let waited = 0;
    const wait = () => Promise.resolve((waited += 1));
    const torn = backend(...Array.from({ length: 50 }, () => "error: EOF"));
    await assert.rejects(listedStacks(torn, wait), /cannot be listed:[^]*docs\/interrupted\.md/);
    assert.equal(waited, 9);
    await assert.rejects(listedStacks(backend("error: no credentials"), wait), /no credentials/);
    assert.equal(waited, 9);
  });
});
