import assert from "node:assert/strict";

import { chosen, workstationsOf } from "../../../cli/connect/connect";
import { Refusal } from "../../../components/refusal";

const output = (value: unknown) => ({ value, secret: false });
const ONE = workstationsOf({ instanceId: output("i-1") });
const TWO = workstationsOf({
  instanceId: output("i-1"),
  workstations: output({ windows: { instanceId: "i-2" } }),
});
const answering = (answer: string) => ({
  ask: (question: string) => {
    assert.equal(question, "Which workstation (main, windows): ");
    return Promise.resolve(answer);
  },
});

describe("Whoever connects to a room", () => {
  it("is asked for no workstation where there is one", async () => {
    assert.equal(await chosen("INC-1", ONE, undefined, undefined), "i-1");
  });

  it("names one of several, or is asked", async () => {
    assert.equal(await chosen("INC-1", TWO, "windows", undefined), "i-2");
    assert.equal(await chosen("INC-1", TWO, undefined, answering("main")), "i-1");
  });

  it("is refused with their names where nobody can be asked, or there is none of the name", async () => {
    for (const named of [undefined, "linux"]) {
      await assert.rejects(
        chosen("INC-1", TWO, named, undefined),
        (error: Error) => error instanceof Refusal && /main, windows/.test(error.reasons.join()),
      );
    }
  });
});
