import assert from "node:assert/strict";

import type { SecurityGroupRule, Tag } from "@aws-sdk/client-ec2";

import { checkClosedGroups } from "../../stacks/openGroups";

describe("A security group that is taken on", () => {
  /** The reasons against a group with these rules; of those of which it holds, the program makes them so. */
  const look = async (
    SecurityGroupRules: SecurityGroupRule[],
    groups = ["sg-1"],
    isMeant?: (tags: readonly Tag[]) => boolean,
  ) => {
    const ec2 = { send: () => Promise.resolve({ SecurityGroupRules }) };
    const [, reasons] = await checkClosedGroups(ec2, groups, "us-east-1", isMeant);
    return reasons;
  };
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
      assert.match(
        (await look([rule(everybody)])).join(),
        new RegExp(
          `Run: aws ec2 revoke-security-group-${direction} --region us-east-1 --group-id sg-1 --security-group-rule-ids sgr-1; then this again\\.$`,
        ),
      );
    });
  }

  it("is let be with the rules of a room", async () => {
    const rules = [
      rule({ CidrIpv4: "10.20.30.40/32", IsEgress: true }),
      rule({ PrefixListId: "pl-1", IsEgress: true }),
      rule({ ReferencedGroupInfo: { GroupId: "sg-2" }, IsEgress: false }),
    ];
    assert.deepEqual(await look(rules), []);
  });

  it("is let be with a rule that the program makes so, and refused with AWS's own beside it", async () => {
    const meant = rule({ CidrIpv4: "0.0.0.0/0", Tags: [{ Key: "mine", Value: "" }] });
    const isMine = (tags: readonly Tag[]) => tags.some(({ Key }) => Key === "mine");
    assert.deepEqual(await look([meant], ["sg-1"], isMine), []);
    const own = rule({ CidrIpv4: "0.0.0.0/0", SecurityGroupRuleId: "sgr-2" });
    const reasons = await look([meant, own], ["sg-1"], isMine);
    assert.equal(reasons.length, 1);
    assert.match(reasons.join(), /sgr-2/);
  });

  it("is not looked at where there is none", async () => {
    assert.deepEqual(await look([rule({ CidrIpv4: "0.0.0.0/0" })], []), []);
  });

  it("is refused where AWS does not tell its rules", async () => {
    const ec2 = { send: () => Promise.reject(new Error("RequestLimitExceeded: slow down")) };
    await assert.rejects(checkClosedGroups(ec2, ["sg-1"], "us-east-1"), /The rules of sg-1/);
  });
});
