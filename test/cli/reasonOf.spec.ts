import assert from "node:assert/strict";

import { reasonOf } from "../../cli/reasonOf";

describe("Why a command failed", () => {
  // As CLI 3.259 says it.
  for (const [said, told] of [
    ["spawn pulumi ENOENT", /not on the PATH: install it/],
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      /not logged in, or its token has expired: pulumi login/,
    ],
    [
      "warning: failed to get capabilities: querying capabilities failed\nerror: this command requires logging in; try running `pulumi login` first",
      /not logged in, or its token has expired: pulumi login/,
    ],
    [
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
      /set PULUMI_CONFIG_PASSPHRASE or/,
    ],
    [
      'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
      /bucket of Pulumi's state .*log in first/,
    ],
    ["error: incorrect passphrase", /and it is not this one/],
  ] as const) {
    it(`is told in one sentence with what to do: ${said.slice(0, 40)}`, () => {
      assert.match(reasonOf(new Error(said)), told);
      assert.doesNotMatch(reasonOf(new Error(said)), /\n/);
    });
  }

  it("is told in the CLI's own words otherwise", () => {
    const commandResult = { stderr: "error: no stack named 'x' found\n" };
    assert.equal(
      reasonOf({ commandResult, message: "code 255" }),
      "error: no stack named 'x' found",
    );
  });
});
