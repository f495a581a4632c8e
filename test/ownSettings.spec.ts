import assert from "node:assert/strict";

import { requireOwnSettings } from "../settings/ownSettings";
import { parseSettings } from "../settings/parseSettings";

const of = (stack: string, ...keys: readonly string[]) => ({
  project: "clean-room",
  stack,
  values: Object.fromEntries(keys.map((key) => [key, "x"])),
});

/** What Pulumi.yaml has for every stack. */
const OF_THE_PROJECT = ["aws:region", "clean-room:notification", "clean-room:accountId"];

describe("A stack whose file is not here", () => {
  it("is told as that, and not by every setting that it lacks", () => {
    for (const keys of [[], OF_THE_PROJECT]) {
      assert.throws(
        () => requireOwnSettings(of("inc-2026-0042", ...keys)),
        /^\S+ The stack inc-2026-0042 has no settings of its own; nothing was changed:\n {2}- Pulumi\.inc-2026-0042\.yaml is not here, or .* npx clean-room take-over INC-2026-0042\. To open one: npx clean-room open INC-2026-0042$/,
      );
      assert.throws(
        () => requireOwnSettings(of("audit", ...keys)),
        /Pulumi\.audit\.yaml is not here, .*pulumi config refresh --stack audit\. .*docs\/foundation\.md$/,
      );
      assert.throws(
        () => requireOwnSettings(of("member-222233334444", ...keys)),
        /docs\/member-accounts\.md$/,
      );
    }
  });

  it("is no stack that says of what kind it is, or nearly, nor one with other settings of its own", () => {
    requireOwnSettings(of("inc-2026-0042", "clean-room:kind"));
    requireOwnSettings(of("inc-2026-0042", "clean-room:ticket"));
    requireOwnSettings(of("inc-2026-0042", "cleanroom:slot"));
    requireOwnSettings(of("audit", "clean-room:vault"));
  });
});

describe("A list with many mistakes", () => {
  it("has its example once", () => {
    const values = {
      "clean-room:kind": "incident",
      "clean-room:evidence": JSON.stringify([{ snapshot: "snap", account: 1, device: "sdf" }]),
    };
    assert.throws(
      () => parseSettings({ project: "clean-room", stack: "inc-1", values }),
      ({ message }: Error) =>
        (message.match(/clean-room:evidence\.0\./g) ?? []).length === 3 &&
        message.split('"device":"/dev/sdf"').length === 2,
    );
  });
});
