import assert from "node:assert/strict";

import { anotherAccountsBucket, foreignSentence } from "../../stacks/nameConflicts";
import type { OwningStack } from "../../stacks/ownership";

const AUDIT: OwningStack = { stack: "audit", region: "us-east-1", accountId: "111122223333" };

/** For each kind of a thing that is there already: what it was asked for with, and the command that it is told with. */
const THERE: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ["aws:iam/role:Role", { name: "r" }, /aws iam tag-role --role-name r --tags Key=clean-room,/],
  ["aws:iam/policy:Policy", { name: "p" }, /aws iam tag-policy --policy-arn "\$\(.*'p'.*\)"/],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { name: "isolation", vpcId: "vpc-1" },
    /aws ec2 create-tags .*group-name,Values=isolation Name=vpc-id,Values=vpc-1/,
  ],
  ["aws:s3/bucket:Bucket", { bucket: "b" }, /tag-resources .*--resource-arn-list arn:aws:s3:::b /],
  ["aws:kms/alias:Alias", { name: "alias/a" }, /aws kms delete-alias .*--alias-name alias\/a;/],
  ["aws:sns/topic:Topic", { name: "t" }, /tag-resources .*ends_with\(ResourceARN, ':t'\)/],
  [
    "aws:route53/resolverFirewallRule:ResolverFirewallRule",
    { name: "block", firewallRuleGroupId: "rslvr-frg-1", firewallDomainListId: "rslvr-fdl-1" },
    /delete-firewall-rule .*--firewall-rule-group-id rslvr-frg-1 --firewall-domain-list-id rslvr-fdl-1;/,
  ],
  [
    "aws:ec2/route:Route",
    { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
    /delete-route .*--route-table-id rtb-1 --destination-cidr-block 0.0.0.0\/0;/,
  ],
  [
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    { routeTableId: "rtb-1", subnetId: "subnet-1" },
    /disassociate-route-table .*association.subnet-id,Values=subnet-1 /,
  ],
  [
    "aws:imagebuilder/component:Component",
    { name: "c", version: "1.0.0" },
    /tag-resources .*contains\(ResourceARN, '\/c\/1.0.0'\)/,
  ],
];

describe("What is there under a name that an audit or a member stack needs", () => {
  for (const [type, inputs, command] of THERE) {
    it(`is told with the command that settles it: ${type}`, () => {
      const told = foreignSentence(AUDIT, type, "logical", inputs);
      assert.match(told, command);
      assert.match(told, /pulumi up --stack audit/);
    });
  }

  it("is tagged with what the next up looks for", () => {
    const told = foreignSentence(AUDIT, "aws:iam/role:Role", "roles-responder", { name: "r" });
    assert.match(told, /Value=audit\/us-east-1::iam\/role::roles-responder;/);
  });

  it("is another account's where it is a bucket: the stack gets another name, and nobody's bucket a tag", () => {
    const told = anotherAccountsBucket(AUDIT, "vault-bucket", { bucket: "vault-bucket-0a1b2c3" });
    assert.match(told, /vault-bucket-0a1b2c3 is a bucket of another AWS account's/);
    assert.match(told, /pulumi stack rename audit-2 --stack audit; .*pulumi up --stack audit-2/);
    assert.doesNotMatch(told, /tag-resources/);
  });
});
