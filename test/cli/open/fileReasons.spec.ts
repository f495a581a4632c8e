import assert from "node:assert/strict";

import { closingReasons, requireSpelling } from "../../../cli/open/fileReasons";

const TICKET = "INC-2026-0042";

describe("A room's file, before the room is opened", () => {
  it("refuses another spelling of its ticket, which names other things in AWS", () => {
    assert.throws(
      () => requireSpelling(TICKET.toLowerCase(), TICKET, "Pulumi.inc-2026-0042.yaml"),
      /Pulumi\.inc-2026-0042\.yaml its ticket is spelled INC-2026-0042: npx clean-room open INC-2026-0042$/,
    );
    requireSpelling(TICKET, TICKET, "Pulumi.inc-2026-0042.yaml");
    requireSpelling(TICKET, undefined, "Pulumi.inc-2026-0042.yaml");
  });

  it("speaks against an up that would go on with closing it", () => {
    for (const closing of [true, "true"]) {
      assert.deepEqual(closingReasons(TICKET, { "clean-room:closing": closing }), [
        "Its file says closing: true. To close: npx clean-room close INC-2026-0042. To go on: closing: false there, then this again.",
      ]);
    }
    for (const closing of [false, "false", undefined]) {
      assert.deepEqual(closingReasons(TICKET, { "clean-room:closing": closing }), []);
    }
  });
});
