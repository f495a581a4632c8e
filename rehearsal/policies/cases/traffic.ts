import {
  casesOf,
  type Declared,
  document,
  kept,
  type PolicyCase,
  ref,
  set,
  without,
} from "../policyCase";
import { ACCOUNT, DNS, MEMBER, NETWORK, REGION, ROOM, STRANGER } from "../compliantStacks";

const network = casesOf("foundation", NETWORK);
const dns = casesOf("foundation", DNS);
const room = casesOf("incident", ROOM);
const member = casesOf("member", MEMBER);
const NOTIFIED = { notification: "ir@example.edu" };
const table = (routes: object[]) =>
  kept("aws:ec2/routeTable:RouteTable", "routes", { vpcId: ref("vpc"), routes, tags: NOTIFIED });
const route = (props: Declared["props"]) => (all: readonly Declared[]) => [
  ...table([])(all),
  {
    type: "aws:ec2/route:Route",
    name: "route",
    props: { routeTableId: ref("routes"), ...props },
    options: { protect: true },
  },
];
const endpoint = (statement: Record<string, unknown>) =>
  set("endpoint", {
    policy: document({ Principal: "*", Action: "kms:*", Resource: "*", ...statement }),
  });
const CALLER = { "aws:PrincipalAccount": ACCOUNT };
const OWNER = { "aws:ResourceAccount": ACCOUNT };
const s3 = (statement: Record<string, unknown>) =>
  set("endpoint", {
    serviceName: `com.amazonaws.${REGION}.s3`,
    vpcEndpointType: "Gateway",
    securityGroupIds: undefined,
    policy: document({
      Principal: "*",
      Action: "s3:*",
      Resource: "*",
      Condition: { StringEquals: { ...CALLER, ...OWNER } },
      ...statement,
    }),
  });
const https = (props: Record<string, unknown>) => set("https", props);
const acl = (rule: object) =>
  kept("aws:ec2/networkAcl:NetworkAcl", "acl", {
    vpcId: ref("vpc"),
    ingress: [rule],
    egress: [],
    tags: NOTIFIED,
  });
const allowing = (cidrBlock: string) => ({
  action: "allow",
  ruleNo: 100,
  protocol: "-1",
  fromPort: 0,
  toPort: 0,
  cidrBlock,
});
const ruleProps = { protocol: "tcp", fromPort: 443, toPort: 443, securityGroupId: ref("group") };

const subnet = (props: Declared["props"]) =>
  kept("aws:ec2/subnet:Subnet", "subnet", {
    vpcId: ref("vpc"),
    cidrBlock: "10.66.0.0/28",
    tags: NOTIFIED,
    ...props,
  });

/** What leads out of a network, and what may. */
export const TRAFFIC: readonly PolicyCase[] = [
  network(
    "a network of rooms whose default group is open",
    (all) => without("default-group")(subnet({})(all)),
    subnet({}),
  ),
  network("a default group of another VPC", (all) =>
    set("default-group", { vpcId: "vpc-0fedcba9876543210" })(subnet({})(all)),
  ),
  network(
    "a network of rooms whose names anybody answers",
    (all) => subnet({})(all).filter(({ type }) => !type.startsWith("aws:route53/")),
    subnet({}),
  ),
  network(
    "a route to another VPC",
    route({
      destinationCidrBlock: "10.99.0.0/16",
      vpcPeeringConnectionId: "pcx-0123456789abcdef0",
    }),
  ),
  network(
    "a route to a transit gateway",
    route({ destinationCidrBlock: "172.16.0.0/12", transitGatewayId: "tgw-0123456789abcdef0" }),
  ),
  network(
    "a route to a machine",
    route({ destinationCidrBlock: "172.16.5.0/24", networkInterfaceId: "eni-0123456789abcdef0" }),
  ),
  network(
    "a route to a prefix list over a gateway",
    route({ destinationPrefixListId: "pl-0123456789abcdef0", gatewayId: "igw-0123456789abcdef0" }),
  ),
  network(
    "a route of one address on the internet",
    route({ destinationCidrBlock: "8.8.8.8/32", gatewayId: "igw-0123456789abcdef0" }),
  ),
  network(
    "a route of a peering within its table",
    table([{ cidrBlock: "10.99.0.0/16", vpcPeeringConnectionId: "pcx-0123456789abcdef0" }]),
    table([]),
  ),
  network(
    "a route to a virtual gateway by propagation",
    kept("aws:ec2/routeTable:RouteTable", "routes", {
      vpcId: ref("vpc"),
      propagatingVgws: ["vgw-0123456789abcdef0"],
      tags: NOTIFIED,
    }),
    table([]),
  ),
  network(
    "a NAT gateway",
    kept("aws:ec2/natGateway:NatGateway", "nat", {
      subnetId: "subnet-0123456789abcdef0",
      connectivityType: "private",
      tags: NOTIFIED,
    }),
  ),
  network(
    "a group of a stranger lets itself in",
    https({ cidrIpv4: undefined, referencedSecurityGroupId: `${STRANGER}/sg-0123456789abcdef0` }),
    https({ cidrIpv4: undefined, referencedSecurityGroupId: ref("group") }),
  ),
  network(
    "a rule of the former type for everybody",
    kept("aws:ec2/securityGroupRule:SecurityGroupRule", "rule", {
      type: "ingress",
      cidrBlocks: ["0.0.0.0/0"],
      ...ruleProps,
    }),
  ),
  network(
    "rules within the default group",
    kept("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
      vpcId: ref("vpc"),
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      tags: NOTIFIED,
    }),
    kept("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
      vpcId: ref("vpc"),
      ingress: [],
      egress: [],
      tags: NOTIFIED,
    }),
  ),
  network(
    "a list of everybody lets everything in",
    acl(allowing("0.0.0.0/0")),
    acl(allowing("10.66.0.0/22")),
  ),
  network(
    "the default list lets everybody in",
    kept("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "default-acl", {
      defaultNetworkAclId: "acl-0123456789abcdef0",
      ingress: [allowing("0.0.0.0/0")],
      tags: NOTIFIED,
    }),
    kept("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "default-acl", {
      defaultNetworkAclId: "acl-0123456789abcdef0",
      tags: NOTIFIED,
    }),
  ),
  network(
    "addresses of version 6 from a pool",
    set("vpc", { ipv6IpamPoolId: "ipam-pool-0123456789abcdef0", ipv6NetmaskLength: 56 }),
    set("vpc", { enableDnsSupport: true }),
  ),
  network(
    "a subnet with addresses of version 6",
    kept("aws:ec2/subnet:Subnet", "subnet", {
      vpcId: ref("vpc"),
      cidrBlock: "10.66.0.0/28",
      ipv6CidrBlock: "2600:1f18:aaaa:bb00::/64",
      tags: NOTIFIED,
    }),
    kept("aws:ec2/subnet:Subnet", "subnet", {
      vpcId: ref("vpc"),
      cidrBlock: "10.66.0.0/28",
      tags: NOTIFIED,
    }),
  ),
  network(
    "names of version 6 for what is on the internet",
    kept("aws:ec2/subnet:Subnet", "subnet", {
      vpcId: ref("vpc"),
      cidrBlock: "10.66.0.0/28",
      enableDns64: true,
      tags: NOTIFIED,
    }),
    kept("aws:ec2/subnet:Subnet", "subnet", {
      vpcId: ref("vpc"),
      cidrBlock: "10.66.0.0/28",
      enableDns64: false,
      tags: NOTIFIED,
    }),
  ),
  network(
    "an endpoint for whoever is in the VPC",
    endpoint({
      Condition: { StringEquals: { "aws:SourceVpc": "vpc-0123456789abcdef0", ...OWNER } },
    }),
    endpoint({
      Condition: {
        StringEquals: { ...CALLER, ...OWNER, "aws:SourceVpc": "vpc-0123456789abcdef0" },
      },
    }),
  ),
  network(
    "an endpoint for whoever comes through it",
    endpoint({
      Condition: { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0", ...OWNER } },
    }),
  ),
  network("an endpoint whose policy is none", set("endpoint", { policy: "{}" })),
  network(
    "an endpoint whose policy has no statements",
    set("endpoint", { policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) }),
  ),
  network(
    "an endpoint for a named stranger",
    endpoint({
      Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
      Condition: { StringEquals: OWNER },
    }),
    endpoint({
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Condition: { StringEquals: OWNER },
    }),
  ),
  network(
    "an endpoint for everybody but one",
    endpoint({
      Principal: undefined,
      NotPrincipal: { AWS: `arn:aws:iam::${STRANGER}:root` },
      Condition: { StringEquals: OWNER },
    }),
  ),
  network(
    "every key of every account by a pattern",
    endpoint({ Resource: "arn:aws:kms:*:*:key/*", Condition: { StringEquals: CALLER } }),
    endpoint({
      Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/*`,
      Condition: { StringEquals: CALLER },
    }),
  ),
  network(
    "every bucket by a pattern",
    s3({ Resource: ["arn:*:s3:::*", "arn:*:s3:::*/*"], Condition: { StringEquals: CALLER } }),
    s3({}),
  ),
  network(
    "buckets that begin with a letter",
    s3({ Resource: ["arn:aws:s3:::c*", "arn:aws:s3:::c*/*"], Condition: { StringEquals: CALLER } }),
    s3({
      Resource: ["arn:aws:s3:::clean-room-evidence", "arn:aws:s3:::clean-room-evidence/*"],
      Condition: { StringEquals: CALLER },
    }),
  ),
  network(
    "everything but one bucket",
    s3({
      Resource: undefined,
      NotResource: "arn:aws:s3:::elsewhere/*",
      Condition: { StringEquals: CALLER },
    }),
  ),
  network(
    "a caller's account where there is one",
    endpoint({ Condition: { StringEqualsIfExists: CALLER, StringEquals: OWNER } }),
    endpoint({ Condition: { StringEquals: CALLER, StringEqualsIfExists: OWNER } }),
  ),
  network(
    "a caller of any account",
    endpoint({ Condition: { StringLike: { "aws:PrincipalAccount": "*" }, StringEquals: OWNER } }),
  ),
  network(
    "an endpoint in another Region",
    set("endpoint", { serviceRegion: "eu-west-1", serviceName: "com.amazonaws.eu-west-1.kms" }),
    set("endpoint", { serviceRegion: REGION }),
  ),
  network(
    "an endpoint to somebody's database",
    set("endpoint", {
      serviceName: undefined,
      vpcEndpointType: "Resource",
      resourceConfigurationArn: `arn:aws:vpc-lattice:${REGION}:${STRANGER}:resourceconfiguration/rcfg-1`,
    }),
  ),
  network(
    "an endpoint to a network of services",
    set("endpoint", {
      serviceName: undefined,
      vpcEndpointType: "ServiceNetwork",
      serviceNetworkArn: `arn:aws:vpc-lattice:${REGION}:${ACCOUNT}:servicenetwork/sn-1`,
    }),
  ),
  network("a second VPC whose packets nobody records", (all) => [
    ...all,
    {
      type: "aws:ec2/vpc:Vpc",
      name: "other",
      props: { cidrBlock: "10.67.0.0/22", tags: NOTIFIED },
      options: { protect: true },
    },
  ]),
  network(
    "a flow log that a stranger delivers to",
    set("flow-log", { deliverCrossAccountRole: `arn:aws:iam::${STRANGER}:role/x` }),
  ),
  network(
    "a flow log of half of what flows",
    set("flow-log", { logFormat: "${srcaddr} ${bytes}" }),
    set("flow-log", { logFormat: undefined }),
  ),
  dns(
    "every name of a registry",
    set("listed", { domains: ["*.edu"] }),
    set("listed", { domains: ["sts.us-east-1.amazonaws.com"] }),
  ),
  dns(
    "every name of AWS",
    set("listed", { domains: ["*.amazonaws.com"] }),
    set("listed", { domains: ["*.s3.us-east-1.amazonaws.com"] }),
  ),
  dns(
    "blocked names are answered with somebody's",
    set("deny", {
      blockResponse: "OVERRIDE",
      blockOverrideDomain: "sinkhole.example.com",
      blockOverrideDnsType: "CNAME",
      blockOverrideTtl: 1,
    }),
    set("deny", { blockResponse: "NXDOMAIN" }),
  ),
  dns(
    "only one kind of question is blocked",
    set("deny", { qType: "A" }),
    set("deny", { qType: undefined }),
  ),
  dns("a list of everything by its own pattern", set("listed", { domains: ["*."] })),
  dns("a firewall of another VPC", set("association", { vpcId: "vpc-0fedcba9876543210" })),
  dns(
    "a list that nobody sees is allowed",
    set("allow", { firewallDomainListId: "rslvr-fdl-0123456789abcdef0" }),
    set("deny", { priority: 201 }),
  ),
  room(
    "every port of a suspect's group",
    set("encase", {
      cidrIpv4: undefined,
      referencedSecurityGroupId: `${STRANGER}/sg-0123456789abcdef0`,
      fromPort: 0,
      toPort: 65535,
    }),
    set("encase", {
      cidrIpv4: undefined,
      referencedSecurityGroupId: `${STRANGER}/sg-0123456789abcdef0`,
    }),
  ),
  room(
    "the network of a whole continent",
    set("encase", { cidrIpv4: "10.0.0.0/7" }),
    set("encase", { cidrIpv4: "10.0.0.0/16" }),
  ),
  room(
    "addresses of version 6 written out",
    set("encase", { cidrIpv4: undefined, cidrIpv6: "0:0:0:0:0:0:0:0/0" }),
  ),
  room(
    "addresses of version 4 within version 6",
    set("encase", { cidrIpv4: undefined, cidrIpv6: "::ffff:0:0/96" }),
  ),
  room("link-local addresses", set("encase", { cidrIpv4: "169.254.169.254/32" })),
  member(
    "a shell from everywhere within",
    set("isolation-encase", { fromPort: 22, toPort: 3389 }),
    set("isolation-encase", { fromPort: 22, toPort: 22 }),
  ),
  member("a group in the default VPC", set("isolation", { vpcId: "" })),
];
