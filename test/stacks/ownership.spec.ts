import assert from "node:assert/strict";

import { OWN_TAGS, OWNER_TAG } from "../../components/tags";
import stackTypes from "../../policy-pack/stackTypes.json";
import { UNTAGGABLE } from "../../policy-pack/untaggable";
import {
  belongings,
  importId,
  madeBy,
  nameFor,
  ownerTag,
  type OwningStack,
} from "../../stacks/ownership";

const VPC = "aws:ec2/vpc:Vpc";
const AUDIT: OwningStack = { stack: "audit", region: "us-east-1", accountId: "111122223333" };

/** What a tag's value may have. Source: IAM API reference, Tag; the strictest of AWS's services. */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,256}$/u;

function vpc(id: string, name = "forensics") {
  return {
    arn: `arn:aws:ec2:us-east-1:111122223333:vpc/${id}`,
    owner: ownerTag(AUDIT, VPC, name),
  };
}

describe("The tag by which an audit or a member stack's things are found again", () => {
  it("is read as what the engine calls the resource, for every type that such a stack may contain", () => {
    const taggable = [...stackTypes.foundation, ...stackTypes.member].filter(
      (type) => type.startsWith("aws:") && !UNTAGGABLE.has(type),
    );
    assert.ok(taggable.length > 20);
    for (const type of taggable) {
      const owner = ownerTag(AUDIT, type, "a::b");
      assert.match(owner, TAG_VALUE);
      const [made] = madeBy(AUDIT, [{ arn: "arn:aws:x:y:z:w/v", owner }]);
      assert.deepEqual([made?.type, made?.name], [type, "a::b"]);
    }
  });

  it("fits where names are as long as they may be", () => {
    const long = { ...AUDIT, stack: "s".repeat(100), region: "ap-southeast-2" };
    const type =
      "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
    assert.match(ownerTag(long, type, "n".repeat(90)), TAG_VALUE);
  });

  it("is no tag that an organisation can set", () => {
    assert.ok(OWN_TAGS.includes(OWNER_TAG));
  });

  it("names no other stack's things, nor those of the same stack in another Region", () => {
    for (const of of [
      { ...AUDIT, stack: "audit-2" },
      { ...AUDIT, region: "eu-west-1" },
    ]) {
      assert.deepEqual(madeBy(of, [vpc("vpc-1")]), []);
    }
    assert.deepEqual(madeBy(AUDIT, [{ arn: "arn", owner: "somebody's own tag" }]), []);
  });

  it("tells what the engine has not from what is there beside what it has", () => {
    const made = madeBy(AUDIT, [vpc("vpc-1"), vpc("vpc-2"), vpc("vpc-3", "other")]);
    const state = [{ type: VPC, name: "forensics", id: "vpc-1", outputs: {} }];
    const { forgotten, beside } = belongings(made, state);
    assert.deepEqual(
      [forgotten.map(({ id }) => id), beside.map(({ id }) => id)],
      [["vpc-3"], ["vpc-2"]],
    );
  });

  it("knows what the engine has by its ARN where its id is another", () => {
    const arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/t";
    const type = "aws:cloudtrail/trail:Trail";
    const made = madeBy(AUDIT, [{ arn, owner: ownerTag(AUDIT, type, "t") }]);
    const state = [{ type, name: "t", id: "t", outputs: { arn } }];
    assert.deepEqual(belongings(made, state), { forgotten: [], beside: [] });
  });

  for (const [type, arn, id] of [
    [VPC, "arn:aws:ec2:us-east-1:1:vpc/vpc-1", "vpc-1"],
    ["aws:kms/key:Key", "arn:aws:kms:us-east-1:1:key/0a-1b", "0a-1b"],
    ["aws:s3/bucket:Bucket", "arn:aws:s3:::vault-0a1b2c3", "vault-0a1b2c3"],
    [
      "aws:cloudwatch/logGroup:LogGroup",
      "arn:aws:logs:us-east-1:1:log-group:/aws/x/y:*",
      "/aws/x/y",
    ],
    ["aws:cloudwatch/logGroup:LogGroup", "arn:aws:logs:us-east-1:1:log-group:a/b", "a/b"],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", "arn:aws:cloudwatch:us-east-1:1:alarm:a", "a"],
    ["aws:cloudwatch/eventRule:EventRule", "arn:aws:events:us-east-1:1:rule/r-1", "r-1"],
    ["aws:ssm/document:Document", "arn:aws:ssm:us-east-1:1:document/d", "d"],
    ["aws:rbin/rule:Rule", "arn:aws:rbin:us-east-1:1:rule/0AbC", "0AbC"],
    [
      "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
      "arn:aws:route53resolver:us-east-1:1:firewall-domain-list/rslvr-fdl-1",
      "rslvr-fdl-1",
    ],
    ["aws:sns/topic:Topic", "arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:1:t"],
    [
      "aws:iam/policy:Policy",
      "arn:aws:iam::1:policy/clean-room/p",
      "arn:aws:iam::1:policy/clean-room/p",
    ],
    ["aws:iam/role:Role", "arn:aws:iam::1:role/clean-room/r", "r"],
  ] as const) {
    it(`imports ${arn} as ${id}`, () => assert.equal(importId(type, arn), id));
  }
});

describe("The name of what the program gives none", () => {
  it("is the same again, and another one in another account, Region or stack", () => {
    const of = (changes: Partial<OwningStack>) =>
      nameFor({ ...AUDIT, ...changes }, "aws:s3/bucket:Bucket", "vault-bucket");
    assert.equal(of({}), of({}));
    assert.match(of({}), /^vault-bucket-[0-9a-f]{7}$/);
    const others = [{ accountId: "444455556666" }, { region: "eu-west-1" }, { stack: "audit-2" }];
    assert.equal(new Set([{}, ...others].map(of)).size, 4);
  });
});
