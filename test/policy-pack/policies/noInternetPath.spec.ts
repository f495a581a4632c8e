import assert from "node:assert/strict";

import { noInternetPath } from "../../../policy-pack/policies/noInternetPath";
import { COMPONENT, COMPONENT_VPC, IMAGE_BUILDER_VPC } from "../../support/imageBuilderVpc";
import { judge, type Subject, UNKNOWN_LIST, UNKNOWN_TEXT } from "../../support/policies";

const VPC: Subject = { type: "aws:ec2/vpc:Vpc", name: "room" };
const BUILDER: Subject = { type: "aws:ec2/vpc:Vpc", name: "builder" };
const TABLE = "aws:ec2/routeTable:RouteTable";
const config = { internetVpcs: ["builder"] };

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
const UNKNOWN_FLAG = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";

/** Every way out, and what is said of it. */
const WAYS: [Subject, string][] = [
  ...[
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/eipAssociation:EipAssociation",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpnGateway:VpnGateway",
  ].map((type): [Subject, string] => [
    { type },
    `type is ${type}; required: no gateway and no public address in this VPC.`,
  ]),
  [
    { type: "aws:ec2/instance:Instance", props: { associatePublicIpAddress: true } },
    "associatePublicIpAddress is true; required: no public address.",
  ],
  [
    { type: "aws:ec2/instance:Instance", props: { ipv6AddressCount: 1 } },
    "ipv6AddressCount is 1; required: no public address.",
  ],
  [
    { type: "aws:ec2/instance:Instance", props: { ipv6Addresses: ["2001:db8::1"] } },
    'ipv6Addresses is ["2001:db8::1"]; required: no public address.',
  ],
  [
    {
      type: TEMPLATE,
      props: { networkInterfaces: [{}, { associatePublicIpAddress: "true" }] },
    },
    "networkInterfaces.1.associatePublicIpAddress is true; required: no public address.",
  ],
  [
    { type: "aws:ec2/vpc:Vpc", props: { assignGeneratedIpv6CidrBlock: true } },
    "assignGeneratedIpv6CidrBlock is true; required: no public address.",
  ],
  [
    { type: "aws:ec2/subnet:Subnet", props: { mapPublicIpOnLaunch: true } },
    "mapPublicIpOnLaunch is true; required: no public address.",
  ],
  [
    { type: "aws:ec2/subnet:Subnet", props: { assignIpv6AddressOnCreation: true } },
    "assignIpv6AddressOnCreation is true; required: no public address.",
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationCidrBlock: "0.0.0.0/0" } },
    "destinationCidrBlock is 0.0.0.0/0; required: no default route.",
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationIpv6CidrBlock: "::/0" } },
    "destinationIpv6CidrBlock is ::/0; required: no default route.",
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationCidrBlock: "128.0.0.0/1" } },
    "destinationCidrBlock is 128.0.0.0/1; required: no default route.",
  ],
  [
    { type: TABLE, props: { routes: [{ cidrBlock: "10.0.0.0/8" }, { ipv6CidrBlock: "0::/0" }] } },
    "routes.1.ipv6CidrBlock is 0::/0; required: no default route.",
  ],
  [
    { type: "aws:ec2/route:Route", props: { destinationCidrBlock: UNKNOWN_TEXT } },
    "destinationCidrBlock is not known in the preview; required: no default route.",
  ],
  [
    { type: TABLE, props: { routes: UNKNOWN_LIST } },
    "routes is not known in the preview; required: a list that is known.",
  ],
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
      assert.deepEqual(await judge(noInternetPath, stack, { config }), [`way: ${message}`]);
    });

    it(`accepts ${described} in a VPC that may reach the internet`, async () => {
      const vpc = way.type === BUILDER.type;
      const placed = { ...way, name: "way", uses: { vpcId: ["builder"] } };
      const stack = vpc ? [{ ...way, name: "builder" }] : [BUILDER, placed];
      assert.deepEqual(await judge(noInternetPath, stack, { config }), []);
    });
  }

  it("does not take what the provider fills in for what the program gave", async () => {
    const stack: Subject[] = [
      VPC,
      { type: TABLE, computed: { routes: UNKNOWN_LIST } },
      {
        type: "aws:ec2/instance:Instance",
        computed: {
          associatePublicIpAddress: UNKNOWN_FLAG,
          ipv6AddressCount: UNKNOWN_NUMBER,
          ipv6Addresses: UNKNOWN_LIST,
        },
      },
    ];
    assert.deepEqual(await judge(noInternetPath, stack), []);
    // After the deployment it is known, and checked.
    const deployed = [{ type: "aws:ec2/instance:Instance", computed: { ipv6AddressCount: 1 } }];
    assert.equal(((await judge(noInternetPath, deployed)) as string[]).length, 1);
    const closed = [
      { type: "aws:ec2/instance:Instance", computed: { ipv6AddressCount: 0, ipv6Addresses: [] } },
    ];
    assert.deepEqual(await judge(noInternetPath, closed), []);
  });

  it("finds an address through the gateway that uses it", async () => {
    const nat = (vpc: string): Subject[] => [
      VPC,
      BUILDER,
      { type: "aws:ec2/eip:Eip", name: "address" },
      { type: "aws:ec2/subnet:Subnet", name: "subnet", uses: { vpcId: [vpc] } },
      {
        type: "aws:ec2/natGateway:NatGateway",
        name: "nat",
        uses: { allocationId: ["address"], subnetId: ["subnet"] },
      },
    ];
    assert.deepEqual(await judge(noInternetPath, nat("builder"), { config }), []);
    assert.equal(((await judge(noInternetPath, nat("room"), { config })) as string[]).length, 2);
  });

  it("does not take a tag that names a VPC for its place", async () => {
    const gateway: Subject = {
      type: "aws:ec2/internetGateway:InternetGateway",
      props: { vpcId: "vpc-0123" },
      uses: { tags: ["builder"] },
    };
    const violations = (await judge(noInternetPath, [BUILDER, gateway], { config })) as string[];
    assert.equal(violations.length, 1);
  });

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
    const both = [VPC, BUILDER, { ...gateway, uses: { vpcId: ["builder", "room"] } }];
    assert.equal(((await judge(noInternetPath, both, { config })) as string[]).length, 1);
  });

  describe("in the VPC of a remote component", () => {
    const exempt = { config: { internetVpcs: ["image-builder"] } };
    const address: Subject = {
      type: "aws:ec2/instance:Instance",
      name: "machine",
      props: { associatePublicIpAddress: true },
    };
    const refused = "machine: associatePublicIpAddress is true; required: no public address.";

    it("accepts gateway, public subnet and default route where it is named", async () => {
      assert.deepEqual(await judge(noInternetPath, IMAGE_BUILDER_VPC, exempt), []);
    });

    it("refuses them where it is not", async () => {
      const three = [
        "image-builder: type is aws:ec2/internetGateway:InternetGateway; required: no gateway and no public address in this VPC.",
        "image-builder-public-1: mapPublicIpOnLaunch is true; required: no public address.",
        "image-builder-public-1: destinationCidrBlock is 0.0.0.0/0; required: no default route.",
      ];
      assert.deepEqual(await judge(noInternetPath, IMAGE_BUILDER_VPC), three);
      assert.deepEqual(await judge(noInternetPath, IMAGE_BUILDER_VPC, { config }), three);
    });

    it("refuses a way out of another VPC all the same", async () => {
      const gateway: Subject = {
        type: "aws:ec2/internetGateway:InternetGateway",
        name: "planted",
        uses: { vpcId: ["room"] },
      };
      assert.deepEqual(await judge(noInternetPath, [...IMAGE_BUILDER_VPC, VPC, gateway], exempt), [
        "planted: type is aws:ec2/internetGateway:InternetGateway; required: no gateway and no public address in this VPC.",
      ]);
    });

    it("finds what depends on the component, on its children, or on both", async () => {
      const ways = [[COMPONENT], [COMPONENT_VPC], [COMPONENT, COMPONENT_VPC]];
      for (const subnetId of ways) {
        const stack = [...IMAGE_BUILDER_VPC, { ...address, uses: { subnetId } }];
        assert.deepEqual(await judge(noInternetPath, stack, exempt), [], subnetId.join());
      }
    });

    it("refuses what depends on another VPC too, or on the component for something else", async () => {
      for (const uses of [{ subnetId: [COMPONENT, "room"] }, { userData: [COMPONENT] }]) {
        const stack = [...IMAGE_BUILDER_VPC, VPC, { ...address, uses }];
        assert.deepEqual(await judge(noInternetPath, stack, exempt), [refused]);
      }
    });

    it("takes no other component of that name for it", async () => {
      const other: Subject = { type: "awsx:ecs:FargateService", name: "image-builder" };
      const stack = [other, { ...address, uses: { subnetId: ["image-builder"] } }];
      assert.deepEqual(await judge(noInternetPath, stack, exempt), [refused]);
    });
  });
});
