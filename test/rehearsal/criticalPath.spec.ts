import assert from "node:assert/strict";

import { criticalPath, pathText } from "../../rehearsal/criticalPath";

const urn = (name: string) => `urn:pulumi:s::p::t::${name}`;

describe("The critical path of a deployment", () => {
  const spans = [
    { urn: urn("role"), began: 4000, ended: 6000 },
    { urn: urn("group"), began: 4000, ended: 9000 },
    { urn: urn("key"), began: 6000, ended: 12_000 },
    { urn: urn("instance"), began: 12_000, ended: 22_000 },
    { urn: urn("other"), began: 4000, ended: 21_000 },
  ];

  it("is what was waited for last, from the last that was done to the first", () => {
    const state = [
      { urn: urn("role") },
      { urn: urn("group") },
      { urn: urn("key"), dependencies: [urn("role")] },
      { urn: urn("instance"), dependencies: [urn("group"), urn("key")] },
      { urn: urn("other") },
    ];
    assert.equal(
      pathText(criticalPath(spans, state)),
      "at 4.0 s role for 2.0 s, at 6.0 s key for 6.0 s, at 12.0 s instance for 10.0 s",
    );
  });

  it("goes through a component, which has no time of its own, to what it waited for", () => {
    const state = [
      { urn: urn("group"), parent: urn("stack") },
      { urn: urn("stack") },
      { urn: urn("room"), parent: urn("stack"), dependencies: [urn("group")] },
      { urn: urn("instance"), parent: urn("room") },
    ];
    assert.deepEqual(
      criticalPath(spans, state).map((span) => span.urn),
      [urn("group"), urn("instance")],
    );
  });

  it("is nothing where nothing was done", () => {
    assert.deepEqual(criticalPath([], []), []);
  });
});
