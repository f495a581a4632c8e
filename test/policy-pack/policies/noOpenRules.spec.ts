import assert from "node:assert/strict";

import { noOpenRules } from "../../../policy-pack/policies/noOpenRules";
import { judge, type Subject, UNKNOWN_TEXT } from "../../support/policies";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";

const OPEN: Subject[] = [
  { type: INGRESS, props: { cidrIpv4: "0.0.0.0/0" } },
  { type: EGRESS, props: { cidrIpv4: "0.0.0.0/0" } },
  { type: INGRESS, props: { cidrIpv6: "::/0" } },
  { type: GROUP, props: { ingress: [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] } },
  { type: GROUP, props: { egress: [{ ipv6CidrBlocks: ["::/0"] }] } },
  { type: "aws:ec2/securityGroupRule:SecurityGroupRule", props: { cidrBlocks: ["0.0.0.0/0"] } },
  {
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    props: { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
  },
];

describe("no-open-rules", () => {
  it("accepts rules that name a range, a group or a prefix list", async () => {
    const rules: Subject[] = [
      { type: INGRESS, props: { cidrIpv4: "10.20.30.40/32" } },
      { type: EGRESS, props: { prefixListId: UNKNOWN_TEXT } },
      { type: EGRESS, props: { referencedSecurityGroupId: UNKNOWN_TEXT } },
      { type: GROUP, props: {} },
    ];
    assert.deepEqual(await judge(noOpenRules, rules), []);
  });

  for (const rule of OPEN) {
    it(`refuses ${rule.type} ${JSON.stringify(rule.props)}`, async () => {
      const range = JSON.stringify(rule.props).includes("::/0") ? "::/0" : "0.0.0.0/0";
      assert.deepEqual(await judge(noOpenRules, rule), [
        `subject: the rule's range is ${range}; required: the range that is meant, known in the preview.`,
      ]);
    });
  }

  it("refuses a range that the preview does not know", async () => {
    assert.deepEqual(
      await judge(noOpenRules, { type: EGRESS, props: { cidrIpv4: UNKNOWN_TEXT } }),
      [
        "subject: the rule's range is not known in the preview; required: the range that is meant, known in the preview.",
      ],
    );
  });

  it("accepts an open rule of a VPC that may reach the internet, through its group", async () => {
    const stack: Subject[] = [
      { type: "aws:ec2/vpc:Vpc", name: "builder" },
      { type: GROUP, name: "group", uses: { vpcId: ["builder"] } },
      {
        type: EGRESS,
        name: "rule",
        props: { cidrIpv4: "0.0.0.0/0" },
        uses: { securityGroupId: ["group"] },
      },
    ];
    const config = { internetVpcs: ["builder"] };
    assert.deepEqual(await judge(noOpenRules, stack, { config }), []);
    assert.equal(((await judge(noOpenRules, stack)) as string[]).length, 1);
  });
});
