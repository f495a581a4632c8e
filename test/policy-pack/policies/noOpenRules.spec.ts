import assert from "node:assert/strict";

import { noOpenRules } from "../../../policy-pack/policies/noOpenRules";
import { COMPONENT, COMPONENT_VPC, IMAGE_BUILDER_VPC } from "../../support/imageBuilderVpc";
import { judge, type Subject, UNKNOWN_LIST, UNKNOWN_TEXT } from "../../support/policies";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** Rules that are open to everybody, and field and range in the message. */
const OPEN: [Subject, string, string][] = [
  [{ type: INGRESS, props: { cidrIpv4: "0.0.0.0/0" } }, "cidrIpv4", "0.0.0.0/0"],
  [{ type: EGRESS, props: { cidrIpv4: "0.0.0.0/0" } }, "cidrIpv4", "0.0.0.0/0"],
  [{ type: INGRESS, props: { cidrIpv6: "::/0" } }, "cidrIpv6", "::/0"],
  [{ type: INGRESS, props: { cidrIpv6: "0::/0" } }, "cidrIpv6", "0::/0"],
  [
    { type: GROUP, props: { ingress: [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] } },
    "ingress",
    "0.0.0.0/0",
  ],
  [{ type: GROUP, props: { egress: [{ ipv6CidrBlocks: ["::/0"] }] } }, "egress", "::/0"],
  [
    { type: "aws:ec2/securityGroupRule:SecurityGroupRule", props: { cidrBlocks: ["0.0.0.0/0"] } },
    "cidrBlocks",
    "0.0.0.0/0",
  ],
  [
    {
      type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      props: { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
    },
    "egress",
    "0.0.0.0/0",
  ],
  // Everybody in two rules, and all of the public addresses of IPv6.
  [{ type: EGRESS, props: { cidrIpv4: "0.0.0.0/1" } }, "cidrIpv4", "0.0.0.0/1"],
  [{ type: INGRESS, props: { cidrIpv4: "128.0.0.0/1" } }, "cidrIpv4", "128.0.0.0/1"],
  [{ type: INGRESS, props: { cidrIpv6: "2000::/3" } }, "cidrIpv6", "2000::/3"],
  [
    {
      type: "aws:ec2/managedPrefixList:ManagedPrefixList",
      props: { entries: [{ cidr: "10.0.0.0/8" }, { cidr: "0.0.0.0/0" }] },
    },
    "entries",
    "0.0.0.0/0",
  ],
  [
    { type: "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", props: { cidr: "::/0" } },
    "cidr",
    "::/0",
  ],
];

describe("no-open-rules", () => {
  it("accepts rules that name a range, a group or a prefix list", async () => {
    const rules: Subject[] = [
      { type: INGRESS, props: { cidrIpv4: "10.20.30.40/32" } },
      { type: INGRESS, props: { cidrIpv4: "10.0.0.0/8" } },
      { type: INGRESS, props: { cidrIpv6: "fc00::/7" } },
      { type: EGRESS, props: { prefixListId: UNKNOWN_TEXT } },
      { type: EGRESS, props: { referencedSecurityGroupId: UNKNOWN_TEXT } },
      { type: GROUP, props: {} },
    ];
    assert.deepEqual(await judge(noOpenRules, rules), []);
  });

  for (const [rule, field, range] of OPEN) {
    it(`refuses ${rule.type} ${JSON.stringify(rule.props)}`, async () => {
      assert.deepEqual(await judge(noOpenRules, rule), [
        `subject: ${field} is ${range}; required: the range meant.`,
      ]);
    });
  }

  for (const range of [
    "8.8.8.8/32",
    "172.32.0.0/16",
    "11.0.0.0/8",
    "100.128.0.0/10",
    "2a00::/32",
  ]) {
    it(`refuses ${range}, which somebody has on the internet, unless it is one's own`, async () => {
      const field = range.includes(":") ? "cidrIpv6" : "cidrIpv4";
      const rule = { type: EGRESS, props: { [field]: range } };
      assert.deepEqual(await judge(noOpenRules, rule), [
        `subject: ${field} is ${range}; required: a range of private addresses.\nName it, or configure the pack, where this one is your own: { "no-open-rules": { "ownRanges": ["${range}"] } }.`,
      ]);
      const wider = range.replace(/\/\d+$/, field === "cidrIpv6" ? "/32" : "/8");
      assert.deepEqual(
        await judge(noOpenRules, rule, { config: { internetVpcs: [], ownRanges: [wider] } }),
        [],
      );
    });
  }

  it("accepts private ranges to their last address", async () => {
    const ranges = ["10.255.255.255/32", "172.31.0.0/16", "192.168.0.0/16", "100.127.255.0/24"];
    for (const cidrIpv4 of ranges) {
      assert.deepEqual(await judge(noOpenRules, { type: INGRESS, props: { cidrIpv4 } }), []);
    }
  });

  it("refuses a range that the preview does not know", async () => {
    const unknown: [Subject, string][] = [
      [{ type: EGRESS, props: { cidrIpv4: UNKNOWN_TEXT } }, "cidrIpv4"],
      [{ type: GROUP, props: { ingress: [{ cidrBlocks: [UNKNOWN_TEXT] }] } }, "ingress"],
      [{ type: GROUP, props: { egress: UNKNOWN_LIST } }, "egress"],
    ];
    for (const [rule, field] of unknown) {
      assert.deepEqual(await judge(noOpenRules, rule), [
        `subject: ${field} is not known in the preview; required: the range meant.`,
      ]);
    }
  });

  it("does not take the rules that the provider fills in for the program's", async () => {
    const computed = { ingress: UNKNOWN_LIST, egress: UNKNOWN_LIST };
    assert.deepEqual(await judge(noOpenRules, { type: GROUP, computed }), []);
  });

  it("accepts an open egress rule of a VPC that may reach the internet, through its group", async () => {
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

  describe("in the VPC of a remote component that may reach the internet", () => {
    const exempt = { config: { internetVpcs: ["image-builder"] } };
    const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
    const tcp443 = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const everybody = { cidrBlocks: ["0.0.0.0/0"] };

    /** A rule of a group whose VPC leads to these resources. */
    const stackOf = (vpcId: readonly string[], rule: Subject): Subject[] => [
      ...IMAGE_BUILDER_VPC,
      { type: "aws:ec2/vpc:Vpc", name: "room" },
      { type: GROUP, name: "builds", uses: { vpcId } },
      { ...rule, name: "rule", uses: { securityGroupId: ["builds"] } },
    ];
    const https: Subject = { type: EGRESS, props: { ...tcp443, cidrIpv4: "0.0.0.0/0" } };
    const refused = "rule: cidrIpv4 is 0.0.0.0/0; required: the range meant.";

    it("accepts egress, whether the group depends on the component, its VPC, or both", async () => {
      for (const vpcId of [[COMPONENT], [COMPONENT_VPC], [COMPONENT, COMPONENT_VPC]]) {
        const outcome = await judge(noOpenRules, stackOf(vpcId, https), exempt);
        assert.deepEqual(outcome, [], vpcId.join());
      }
    });

    it("refuses egress where the VPC is not named, or the group is in another one too", async () => {
      assert.deepEqual(await judge(noOpenRules, stackOf([COMPONENT], https)), [refused]);
      for (const vpcId of [["room"], [COMPONENT, "room"]]) {
        assert.deepEqual(await judge(noOpenRules, stackOf(vpcId, https), exempt), [refused]);
      }
    });

    it("refuses ingress all the same, in whichever form", async () => {
      const forms: [Subject, string][] = [
        [{ type: INGRESS, props: { ...tcp443, cidrIpv4: "0.0.0.0/0" } }, "cidrIpv4"],
        [{ type: INGRESS, props: { ...tcp443, cidrIpv4: UNKNOWN_TEXT } }, "cidrIpv4"],
        [{ type: RULE, props: { type: "ingress", ...everybody } }, "cidrBlocks"],
        [{ type: RULE, props: { type: UNKNOWN_TEXT, ...everybody } }, "cidrBlocks"],
      ];
      for (const [rule, field] of forms) {
        const stack = stackOf([COMPONENT, COMPONENT_VPC], rule);
        const violations = (await judge(noOpenRules, stack, exempt)) as string[];
        assert.equal(violations.length, 1);
        assert.match(violations[0] ?? "", new RegExp(`^rule: ${field} is .*; required: the range`));
      }
      const outward: Subject = { type: RULE, props: { type: "egress", ...everybody } };
      assert.deepEqual(await judge(noOpenRules, stackOf([COMPONENT], outward), exempt), []);
    });

    it("tells a group's own ingress from its egress", async () => {
      const group: Subject = {
        type: GROUP,
        name: "group",
        props: { ingress: [everybody], egress: [everybody] },
        uses: { vpcId: [COMPONENT] },
      };
      assert.deepEqual(await judge(noOpenRules, [...IMAGE_BUILDER_VPC, group], exempt), [
        "group: ingress is 0.0.0.0/0; required: the range meant.",
      ]);
    });
  });
});
