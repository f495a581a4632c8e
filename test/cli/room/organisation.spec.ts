import assert from "node:assert/strict";

import { requireDefaultOrganisation } from "../../../cli/room/organisation";

describe("The organisation of Pulumi Cloud", () => {
  it("is to be the default one, as rooms are found by their name alone", () => {
    assert.throws(
      () => requireDefaultOrganisation([{ name: "acme/audit" }, { name: "acme/inc-1" }]),
      /pulumi org set-default acme, then this again\.$/,
    );
  });

  it("may have others beside it, and no stack yet", () => {
    requireDefaultOrganisation([{ name: "audit" }, { name: "acme/audit" }]);
    requireDefaultOrganisation([]);
  });
});
