import assert from "node:assert/strict";

import { findPulumi, NoEngineError, pinnedVersion } from "../../rehearsal/engine/pulumiCli";

describe("The Pulumi CLI of the rehearsal", () => {
  it("is pinned", () => {
    assert.match(pinnedVersion(), /^v3\.\d+\.\d+$/);
  });

  it("where neither it nor Go is there: what to install, in words", async () => {
    const environment = { PATH: "/nowhere", XDG_CACHE_HOME: "/nowhere" };
    await assert.rejects(
      findPulumi(environment, () => undefined),
      (error: unknown) =>
        error instanceof NoEngineError &&
        /Install one of these.*Pulumi CLI.*Go /s.test(error.message),
    );
  });
});
