import assert from "node:assert/strict";

import { recordText } from "../../../../components/evidence/records/custodyRecord";
import { Refusal } from "../../../../components/refusal";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/evidence";

const RECORD = {
  form: "clean-room/record/2",
  event: "evidence",
  ticket: "INC-2026-0042",
  facts: {
    source: {
      snapshot: "snap-0123456789abcdef0",
      account: "222233334444",
      ownerCompared: true,
    },
    claimed: { sourceVolume: "vol-0123456789abcdef0" },
    preserved: { snapshot: "snap-00000000000000c0c", key: KEY, sizeGiB: 8 },
    working: {
      volume: "vol-00000000000000d0d",
      key: KEY,
      instance: "i-0123456789abcdef0",
      device: "/dev/sdf",
      hashRecord: "cases/INC-2026-0042/intake/i-0123456789abcdef0/vol-00000000000000d0d.json",
    },
  },
};

type Facts = (typeof RECORD)["facts"];

describe("The text of a custody record", () => {
  it("is the same for the same facts, in whatever order they come", () => {
    const backwards = (value: unknown): unknown =>
      value !== null && typeof value === "object"
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, backwards(inner)]),
          )
        : value;
    assert.equal(recordText(backwards(RECORD)), recordText(RECORD));
    assert.deepEqual(JSON.parse(recordText(RECORD)), RECORD);
  });

  it("leaves out what is not claimed", () => {
    const silent = { ...RECORD, facts: { ...RECORD.facts, claimed: { sha256: undefined } } };
    const { facts } = JSON.parse(recordText(silent)) as { facts: Facts };
    assert.deepEqual(facts.claimed, {});
  });

  const facts = (changes: object) => ({ ...RECORD, facts: { ...RECORD.facts, ...changes } });
  const refusals: [string, object, RegExp][] = [
    ["of another form", { ...RECORD, form: "clean-room/record/1" }, /form: /],
    ["of another event", { ...RECORD, event: "burning" }, /event: /],
    ["of no ticket", { ...RECORD, ticket: "" }, /ticket: /],
    ["with a field that nothing describes", { ...RECORD, note: "x" }, /note/],
    ["with a claim that nothing describes", facts({ claimed: { owner: "x" } }), /owner/],
    ["without the preserved copy", facts({ preserved: undefined }), /facts\.preserved: /],
    [
      "of a copy under no key",
      facts({ preserved: { ...RECORD.facts.preserved, key: "" } }),
      /facts\.preserved\.key: /,
    ],
    [
      "of a source whose owner was not compared",
      facts({ source: { ...RECORD.facts.source, ownerCompared: false } }),
      /facts\.source\.ownerCompared: /,
    ],
    [
      "of a hash that is kept where no workstation writes",
      facts({ working: { ...RECORD.facts.working, hashRecord: "records/x.json" } }),
      /facts\.working\.hashRecord: /,
    ],
  ];
  for (const [what, record, reason] of refusals) {
    it(`is refused ${what}`, () => {
      assert.throws(
        () => recordText(record),
        (error: unknown) => error instanceof Refusal && reason.test(error.message),
      );
    });
  }

  it("is refused for every reason there is, not the first", () => {
    const { claimed, working } = RECORD.facts;
    const wrong = facts({
      claimed: { ...claimed, sha256: "AB" },
      working: { ...working, device: "/dev/sda" },
    });
    assert.throws(
      () => recordText(wrong),
      /facts\.claimed\.sha256: .*\n.*facts\.working\.device: /,
    );
  });
});
