import assert from "node:assert/strict";

import { LOOKED_UP } from "../../stacks/madeForRoom";
import { physicalId } from "../../stacks/stateResources";

const EC2 = "arn:aws:ec2:us-east-1:111122223333";
const ROLE = "workstation-INC-2026-0042";
const SLOT = "/clean-room/slots/us-east-1a-1";

/** As a bridge puts them out whose schema has `id` as an attribute: under another name, or as it is. */
const PUT_OUT: Readonly<Record<string, readonly [id: string, outputs: Record<string, unknown>]>> = {
  "aws:ebs/snapshotCopy:SnapshotCopy": [
    "snap-0123456789abcdef0",
    { arn: "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0" },
  ],
  "aws:ebs/volume:Volume": [
    "vol-0123456789abcdef0",
    { arn: `${EC2}:volume/vol-0123456789abcdef0`, ebsVolumeId: "vol-0123456789abcdef0" },
  ],
  "aws:ec2/instance:Instance": [
    "i-0123456789abcdef0",
    { arn: `${EC2}:instance/i-0123456789abcdef0`, keyName: "" },
  ],
  "aws:ec2/securityGroup:SecurityGroup": [
    "sg-0123456789abcdef0",
    { arn: `${EC2}:security-group/sg-0123456789abcdef0`, name: "workstation-sg-0a1b2c3" },
  ],
  "aws:iam/instanceProfile:InstanceProfile": [
    ROLE,
    { arn: `arn:aws:iam::111122223333:instance-profile/clean-room/case/${ROLE}`, name: ROLE },
  ],
  "aws:iam/role:Role": [
    ROLE,
    { arn: `arn:aws:iam::111122223333:role/clean-room/case/${ROLE}`, name: ROLE, iamRoleId: ROLE },
  ],
  "aws:kms/alias:Alias": [
    "alias/clean-room/inc-2026-0042",
    { name: "alias/clean-room/inc-2026-0042", targetKeyId: "9eb5937b" },
  ],
  "aws:kms/key:Key": [
    "9eb5937b",
    { arn: "arn:aws:kms:us-east-1:111122223333:key/9eb5937b", keyId: "9eb5937b" },
  ],
  "aws:ssm/parameter:Parameter": [
    SLOT,
    { arn: `arn:aws:ssm:us-east-1:111122223333:parameter${SLOT}`, name: SLOT, keyId: "" },
  ],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    "sgr-0123456789abcdef0",
    { arn: `${EC2}:security-group-rule/sgr-0123456789abcdef0` },
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "sgr-0123456789abcdef0",
    { id: "sgr-0123456789abcdef0", securityGroupId: "sg-0123456789abcdef0" },
  ],
};

describe("What the engine has of a resource", () => {
  for (const [type, [id, outputs]] of Object.entries(PUT_OUT)) {
    it(`has the id of a ${type}, whatever its provider calls it`, () => {
      assert.equal(physicalId({ type, outputs }), id);
      assert.equal(physicalId({ type, outputs: { ...outputs, id } }), id);
    });
  }

  // What belongs to these is found only where the engine is known to have them.
  for (const [type, id, arn] of [
    ["aws:ec2/subnet:Subnet", "subnet-1", `${EC2}:subnet/subnet-1`],
    ["aws:ec2/routeTable:RouteTable", "rtb-1", `${EC2}:route-table/rtb-1`],
    ["aws:s3/bucket:Bucket", "vault-0a1b2c3", "arn:aws:s3:::vault-0a1b2c3"],
    [
      "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
      "rslvr-frg-1",
      "arn:aws:route53resolver:us-east-1:111122223333:firewall-rule-group/rslvr-frg-1",
    ],
    [
      "aws:sns/topic:Topic",
      "arn:aws:sns:us-east-1:111122223333:t",
      "arn:aws:sns:us-east-1:111122223333:t",
    ],
  ] as const) {
    it(`has the id of a ${type} that only its ARN says`, () =>
      assert.equal(physicalId({ type, outputs: { arn } }), id));
  }

  it("has one of everything that is compared with what AWS has", () => {
    assert.deepEqual(
      LOOKED_UP.filter((type) => !(type in PUT_OUT)),
      [],
    );
  });

  it("has none of a component", () => {
    assert.equal(physicalId({ type: "cleanroom:room:Workstation", outputs: {} }), undefined);
  });
});
