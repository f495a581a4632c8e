import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import { Interrupted } from "../../../cli/room/interruption";
import { personAt } from "../../../cli/room/person";

describe("Somebody who is asked", () => {
  const asked = (typed: string) => {
    const input = new PassThrough();
    const answer = personAt(input, new PassThrough()).ask("Go on? ");
    input.write(typed);
    return answer;
  };

  it("answers with a line", async () => {
    assert.equal(await asked(" yes \r"), "yes");
  });

  for (const [key, typed] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`ends the command with ${key}, so that what was begun is taken back`, async () => {
      await assert.rejects(
        asked(typed),
        (error: unknown) => error instanceof Interrupted && error.exitCode === 130,
      );
    });
  }
});
