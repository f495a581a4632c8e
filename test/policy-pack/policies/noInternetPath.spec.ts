import assert from "node:assert/strict";

import { noInternetPath } from "../../../policy-pack/policies/noInternetPath";
import { judge, type Subject, UNKNOWN_LIST, UNKNOWN_TEXT } from "../../support/policies";

const VPC: Subject = { type: "aws:ec2/vpc:Vpc", name: "room" };
const BUILDER: Subject = { type: "aws:ec2/vpc:Vpc", name: "builder" };
const TABLE = "aws:ec2/routeTable:RouteTable";
const config = { internetVpcs: ["builder"] };

/** Every way out, and what is said of it. */
const WAYS: [Subject, RegExp][] = [
  ...[
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/eipAssociation:EipAssociation",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpnGateway:VpnGateway",
  ].map((type): [Subject, RegExp] => [{ type }, new RegExp(`^way: type is ${type}; required: no`)]),
  [
    { type: "aws:ec2/instance:Instance", props: { associatePublicIpAddress: true } },
    /^way: associatePublicIpAddress is true; required: false/,
  ],
  [
    { type: "aws:ec2/subnet:Subnet", props: { mapPublicIpOnLaunch: true } },
    /^way: mapPublicIpOnLaunch is true; required: false/,
  ],
  [
    { type: "aws:ec2/subnet:Subnet", props: { assignIpv6AddressOnCreation: true } },
    /^way: assignIpv6AddressOnCreation is true/,
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationCidrBlock: "0.0.0.0/0" } },
    /^way: the route's destination is 0\.0\.0\.0\/0; required: no default route/,
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationIpv6CidrBlock: "::/0" } },
    /^way: the route's destination is ::\/0/,
  ],
  [
    { type: TABLE, props: { routes: [{ cidrBlock: "0.0.0.0/0" }] } },
    /destination is 0\.0\.0\.0\/0/,
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationCidrBlock: UNKNOWN_TEXT } },
    /destination is not known in the preview|routes are not known/,
  ],
  [{ type: TABLE, props: { routes: UNKNOWN_LIST } }, /routes are not known in the preview/],
];

describe("no-internet-path", () => {
  it("accepts a VPC with private subnets and routes of its own", async () => {
    const stack: Subject[] = [
      VPC,
      { type: "aws:ec2/subnet:Subnet", props: { mapPublicIpOnLaunch: false } },
      { type: TABLE, props: { routes: [{ cidrBlock: "10.20.0.0/16" }] } },
      { type: "aws:ec2/instance:Instance", props: { associatePublicIpAddress: false } },
      { type: "aws:ec2/vpcEndpoint:VpcEndpoint" },
    ];
    assert.deepEqual(await judge(noInternetPath, stack), []);
  });

  for (const [way, message] of WAYS) {
    const described = `${way.type} ${JSON.stringify(way.props ?? {})}`;

    it(`refuses ${described}`, async () => {
      const stack = [VPC, { ...way, name: "way", uses: { vpcId: ["room"] } }];
      const [violation, ...more] = (await judge(noInternetPath, stack, { config })) as string[];
      assert.match(violation ?? "", message);
      assert.deepEqual(more, []);
    });

    it(`accepts ${described} in a VPC that may reach the internet`, async () => {
      const stack = [BUILDER, { ...way, name: "way", uses: { vpcId: ["builder"] } }];
      assert.deepEqual(await judge(noInternetPath, stack, { config }), []);
    });
  }

  it("exempts no VPC by default", async () => {
    const gateway = {
      type: "aws:ec2/internetGateway:InternetGateway",
      uses: { vpcId: ["builder"] },
    };
    const violations = (await judge(noInternetPath, [BUILDER, gateway])) as string[];
    assert.equal(violations.length, 1);
  });

  it("traces a gateway through its subnet to its VPC", async () => {
    const stack: Subject[] = [
      BUILDER,
      { type: "aws:ec2/subnet:Subnet", name: "subnet", uses: { vpcId: ["builder"] } },
      { type: "aws:ec2/natGateway:NatGateway", name: "nat", uses: { subnetId: ["subnet"] } },
    ];
    assert.deepEqual(await judge(noInternetPath, stack, { config }), []);
  });

  it("refuses a gateway that leads to no VPC of the stack, or to two", async () => {
    const gateway = { type: "aws:ec2/internetGateway:InternetGateway", name: "igw" };
    const alone = (await judge(noInternetPath, [BUILDER, gateway], { config })) as string[];
    assert.equal(alone.length, 1);
    const both = [VPC, BUILDER, { ...gateway, uses: { a: ["builder"], b: ["room"] } }];
    assert.equal(((await judge(noInternetPath, both, { config })) as string[]).length, 1);
  });
});
