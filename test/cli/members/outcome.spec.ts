import assert from "node:assert/strict";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { OutcomeRecorder } from "../../../cli/members/outcome";

/** What a recorder makes of these events. */
function recorded(...events: readonly object[]): OutcomeRecorder {
  const recorder = new OutcomeRecorder();
  events.forEach((event) => recorder.take(event as EngineEvent));
  return recorder;
}

const error = (message: string) => ({ diagnosticEvent: { severity: "error", message } });

describe("what came of a stack", () => {
  it("counts what was done to resources, a replacement once and what stayed not at all", () => {
    const resourceChanges = {
      same: 3,
      create: 14,
      replace: 1,
      "create-replacement": 1,
      "delete-replaced": 1,
    };
    assert.deepEqual(recorded({ summaryEvent: { resourceChanges } }).succeeded(), {
      changes: { created: 14, replaced: 1 },
    });
  });

  it("names the first thing that went wrong, not what the engine says of every failure", () => {
    const recorder = recorded(
      error("<{%reset%}>AccessDenied: no role<{%reset%}>\n"),
      error("update failed"),
    );
    assert.equal(recorder.failed("an error").reason, "AccessDenied: no role");
    assert.equal(recorded(error("update failed")).failed("last words").reason, "last words");
  });

  it("names the policy that refused it; one that only advises is no reason", () => {
    const policy = (enforcementLevel: string) => ({
      policyEvent: {
        enforcementLevel,
        policyName: "required-tags",
        resourceUrn: "urn:pulumi:s::p::t::responder",
        message: "no notification",
      },
    });
    assert.equal(
      recorded(policy("mandatory")).failed("").reason,
      "required-tags: responder: no notification",
    );
    assert.equal(recorded(policy("advisory")).failed("last words").reason, "last words");
  });

  it("keeps only the beginning of a long reason", () => {
    assert.equal(recorded(error("x".repeat(10_000))).failed("").reason?.length, 600);
  });
});
