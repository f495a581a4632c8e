import assert from "node:assert/strict";

import type { Finding } from "../../../cli/doctor/checks";
import { conclusion, orRefused } from "../../../cli/doctor/doctor";
import { Refusal } from "../../../components/refusal";

const finding = (verdict: Finding["verdict"]): Finding => ({ verdict, said: "" });

describe("What doctor concludes", () => {
  it("is that all is ready where all was seen and is good, alone", () => {
    assert.deepEqual(conclusion([finding("good"), finding("know")], []), {
      said: "Ready.",
      isGood: true,
    });
    const unseen = conclusion([finding("good"), finding("unknown")], [finding("good")]);
    assert.doesNotMatch(unseen.said, /Ready/);
    assert.match(unseen.said, /1 could not be looked at/);
    const both = conclusion([finding("mend"), finding("unknown")], []);
    assert.match(both.said, /^1 to mend.*1 could not be looked at/);
    assert.equal(both.isGood, false);
  });

  it("fails where drift was asked for and AWS was not compared: a night that saw nothing is not green", () => {
    assert.equal(conclusion([finding("unknown")], []).isGood, true);
    assert.equal(conclusion([finding("good")], [finding("unknown")]).isGood, false);
    assert.equal(conclusion([], [finding("mend")]).isGood, false);
  });
});

describe("A look-up of doctor", () => {
  it("that is refused is one more finding, and hides no other", async () => {
    const refused = () => Promise.reject(new Refusal("Cannot go on", ["AWS denies it."]));
    assert.deepEqual(await orRefused(refused), [{ verdict: "unknown", said: "AWS denies it." }]);
    const found = [{ verdict: "good", said: "It is there." }] as const;
    assert.deepEqual(await orRefused(() => Promise.resolve(found)), found);
  });
});
