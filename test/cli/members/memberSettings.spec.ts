import assert from "node:assert/strict";

import type { MemberAccount } from "../../../cli/members/accountsFile";
import { requireSettings } from "../../../cli/members/memberSettings";
import { memberSettings } from "../../support/examples";

function account(number: number, settings: Record<string, unknown> = {}): MemberAccount {
  return {
    accountId: String(200000000000 + number),
    region: "us-east-1",
    settings: { ...memberSettings(), ...settings },
  };
}

describe("The settings of member accounts", () => {
  it("are checked as their stacks would", () => {
    assert.doesNotThrow(() => {
      requireSettings([account(1), account(2)], "clean-room");
    });
  });

  it("are refused before the first account is touched, with the account, key and what is required", () => {
    assert.throws(() => {
      requireSettings([account(1), account(2, { vpcs: [{ vpcId: "vpc" }] })], "clean-room");
    }, /1 of 2 accounts have mistakes:[^]*member-200000000002[^]*clean-room:vpcs\.0\.vpcId/);
  });

  it("show a mistake that all have three times, and how many more have it", () => {
    const all = [1, 2, 3, 4, 5].map((number) =>
      account(number, { securityContact: { name: "x" } }),
    );
    assert.throws(
      () => {
        requireSettings(all, "clean-room");
      },
      ({ message }: Error) =>
        message.match(/of stack member-/g)?.length === 3 && message.includes("and 2 more"),
    );
  });
});
