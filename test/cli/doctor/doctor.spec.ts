import assert from "node:assert/strict";

import { orRefused } from "../../../cli/doctor/doctor";
import { Refusal } from "../../../components/refusal";

describe("A look-up of doctor", () => {
  it("that is refused is one more finding, and hides no other", async () => {
    const refused = () => Promise.reject(new Refusal("Cannot go on", ["AWS denies it."]));
    assert.deepEqual(await orRefused(refused), [{ verdict: "unknown", said: "AWS denies it." }]);
    const found = [{ verdict: "good", said: "It is there." }] as const;
    assert.deepEqual(await orRefused(() => Promise.resolve(found)), found);
  });
});
