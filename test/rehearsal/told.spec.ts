import assert from "node:assert/strict";

import { toldBy } from "../../rehearsal/closing/told";

/** What a command that failed tells, of what the CLI prints. */
function told(...lines: readonly string[]): string {
  return toldBy({ succeeded: false, output: lines.join("\n") });
}

describe("What a command told that failed", () => {
  it("is the whole refusal, and no line of the plan", () => {
    assert.equal(
      told(
        " -  aws:s3:BucketObjectv2 room-record delete[retain]",
        "Diagnostics:",
        "  pulumi:pulumi:Stack (clean-room-inc-2026-0042):",
        "    warning: using pulumi-resource-aws from $PATH at /tmp/x",
        "    error: The room is left as it is:",
        "      - snap-0123456789abcdef0 is evidence of this room, and its line is gone.",
        "      - Another reason.",
        "",
        "Resources:",
        "    6 to delete",
      ),
      "The room is left as it is: - <snap> is evidence of this room, and its line is gone. - Another reason.",
    );
  });

  it("is the refusal before what the engine says of a resource, in whatever order they come", () => {
    const ofResource = [
      "  aws:kms:Alias (incident-key-alias):",
      '    error: resource "urn:pulumi:a::b::aws:kms/alias:Alias::incident-key-alias" cannot be deleted',
      "    because it is protected.",
      "",
    ];
    const refusal = ["  a:b:C (d):", "    error: The room of INC-2026-0042 is not closed", ""];
    const last = ["error: update failed"];
    for (const order of [
      [...ofResource, ...refusal, ...last],
      [...refusal, ...ofResource, ...last],
    ]) {
      assert.equal(told("Diagnostics:", ...order), "The room of INC-2026-0042 is not closed");
    }
    assert.equal(
      told("Diagnostics:", ...ofResource, ...last),
      'resource "incident-key-alias" cannot be deleted because it is protected.',
    );
  });
});
