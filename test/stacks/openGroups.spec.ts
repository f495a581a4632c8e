import assert from "node:assert/strict";

import type { SecurityGroupRule } from "@aws-sdk/client-ec2";

import { Refusal } from "../../components/refusal";
import { requireClosedGroups } from "../../stacks/openGroups";

describe("A security group that is taken on", () => {
  const look = (SecurityGroupRules: SecurityGroupRule[], groups = ["sg-1"]) =>
    requireClosedGroups(
      { send: () => Promise.resolve({ SecurityGroupRules }) },
      groups,
      "us-east-1",
    );
  const rule = (more: SecurityGroupRule): SecurityGroupRule => ({
    GroupId: "sg-1",
    SecurityGroupRuleId: "sgr-1",
    IpProtocol: "-1",
    ...more,
  });

  for (const [everybody, direction] of [
    [{ CidrIpv4: "0.0.0.0/0", IsEgress: true }, "egress"],
    [{ CidrIpv6: "::/0", IsEgress: true }, "egress"],
    [{ CidrIpv4: "0.0.0.0/0", IsEgress: false }, "ingress"],
  ] as const) {
    it(`is refused as AWS makes it, open to everybody: ${JSON.stringify(everybody)}`, async () => {
      await assert.rejects(look([rule(everybody)]), (error: Refusal) => {
        assert.ok(error instanceof Refusal);
        assert.match(
          error.reasons.join(),
          new RegExp(
            `Run: aws ec2 revoke-security-group-${direction} --region us-east-1 --group-id sg-1 --security-group-rule-ids sgr-1; then this again\\.$`,
          ),
        );
        return true;
      });
    });
  }

  it("is let be with the rules of a room", async () => {
    await look([
      rule({ CidrIpv4: "10.20.30.40/32", IsEgress: true }),
      rule({ PrefixListId: "pl-1", IsEgress: true }),
      rule({ ReferencedGroupInfo: { GroupId: "sg-2" }, IsEgress: false }),
    ]);
  });

  it("is let be with a rule that the program makes so, and refused with AWS's own beside it", async () => {
    const meant = rule({ CidrIpv4: "0.0.0.0/0", Tags: [{ Key: "mine", Value: "" }] });
    const lookFor = (SecurityGroupRules: SecurityGroupRule[]) =>
      requireClosedGroups(
        { send: () => Promise.resolve({ SecurityGroupRules }) },
        ["sg-1"],
        "us-east-1",
        (tags) => tags.some(({ Key }) => Key === "mine"),
      );
    await lookFor([meant]);
    await assert.rejects(
      lookFor([meant, rule({ CidrIpv4: "0.0.0.0/0", SecurityGroupRuleId: "sgr-2" })]),
      (error: Refusal) => error.reasons.length === 1 && /sgr-2/.test(error.reasons.join()),
    );
  });

  it("is not looked at where there is none", async () => {
    await look([rule({ CidrIpv4: "0.0.0.0/0" })], []);
  });

  it("is refused where AWS does not tell its rules", async () => {
    const ec2 = { send: () => Promise.reject(new Error("RequestLimitExceeded: slow down")) };
    await assert.rejects(requireClosedGroups(ec2, ["sg-1"], "us-east-1"), /The rules of sg-1/);
  });
});
