import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { costsPage, monthOf } from "../../docs/costs";
import type { Declaration } from "../support/deployment";

describe("docs/costs.md", () => {
  it("is what the program declares, by the dated prices", async () => {
    const page = readFileSync(join(__dirname, "../../docs/costs.md"), "utf8");
    assert.equal(page, await costsPage());
  });

  it("takes nothing for free that nobody has judged", () => {
    const gateway = { type: "aws:ec2/natGateway:NatGateway", name: "nat" } as Declaration;
    assert.throws(() => monthOf(gateway), /What nat, aws:ec2\/natGateway:NatGateway, costs/);
  });
});
