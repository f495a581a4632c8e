import { add, casesOf, type Declared, document, type PolicyCase, ref, set } from "../policyCase";
import { MEMBER, ROOM, ROOM_TAGS, STRANGER } from "../compliantStacks";

const room = casesOf("incident", ROOM);
const member = casesOf("member", MEMBER);
/** Of a room's link, whose parts are told by their names. */
const link: typeof room = (...of) => ({ ...room(...of), byName: true });
const other = { ...ROOM_TAGS, "incident-response": "quarantine:INC-2026-0043" };
const machine = (props: Record<string, unknown>) => set("machine", props);
const encase = (props: Record<string, unknown>) => set("encase", props);
const script = (text: string) => Buffer.from(text).toString("base64");

/** What a room's link is made of in the room's own account. */
const CONNECTION: Declared = {
  type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  name: "link-connection",
  props: {
    vpcId: "vpc-0123456789abcdef0",
    peerVpcId: "vpc-0fedcba9876543210",
    peerOwnerId: "222233334444",
    tags: ROOM_TAGS,
  },
};
const ROUTE_TO_SUSPECT: Declared = {
  type: "aws:ec2/route:Route",
  name: "link-to-10.20.30.0/24",
  props: {
    routeTableId: "rtb-0123456789abcdef0",
    destinationCidrBlock: "10.20.30.0/24",
    vpcPeeringConnectionId: ref("link-connection"),
  },
};

/** The same over a transit gateway, and the way back. */
const OVER_GATEWAY: Declared = {
  ...ROUTE_TO_SUSPECT,
  props: {
    routeTableId: "rtb-0123456789abcdef0",
    destinationCidrBlock: "10.20.30.0/24",
    transitGatewayId: "tgw-0123456789abcdef0",
  },
};
const ROUTE_BACK: Declared = {
  ...OVER_GATEWAY,
  name: "link-from-rtb-0fedcba9876543210",
  props: {
    ...OVER_GATEWAY.props,
    routeTableId: "rtb-0fedcba9876543210",
    destinationCidrBlock: "10.66.0.0/28",
  },
};

/** What a room's machine, tickets, rules and roles may be, and what member accounts have. */
export const ROOMS: readonly PolicyCase[] = [
  room("another ticket on a volume", set("working", { tags: other })),
  room(
    "another ticket on the root volume",
    machine({
      rootBlockDevice: { encrypted: true, kmsKeyId: ref("room-key", "arn"), tags: other },
    }),
  ),
  room("no tags on a volume", set("working", { tags: undefined })),
  room(
    "no ticket in a record's metadata",
    set("record", { metadata: {} }),
    set("record", { metadata: { "incident-response": "quarantine:INC-2026-0042" } }),
  ),
  room("a key pair", machine({ keyName: "mine" })),
  room("no profile", machine({ iamInstanceProfile: undefined })),
  room("no group", machine({ vpcSecurityGroupIds: undefined })),
  room("no subnet", machine({ subnetId: undefined })),
  room("may be terminated", machine({ disableApiTermination: undefined })),
  room(
    "a shutdown terminates",
    machine({ instanceInitiatedShutdownBehavior: "terminate" }),
    machine({ instanceInitiatedShutdownBehavior: "stop" }),
  ),
  room("a spot machine", machine({ instanceMarketOptions: { marketType: "spot" } })),
  room(
    "version 1 of the metadata service",
    machine({ metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 } }),
    machine({ metadataOptions: { httpEndpoint: "disabled" } }),
  ),
  room(
    "a public address",
    machine({ associatePublicIpAddress: true }),
    machine({ associatePublicIpAddress: false }),
  ),
  room(
    "a password in user data",
    machine({ userDataBase64: script("#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n") }),
    machine({ userDataBase64: script("#!/bin/sh\nprintf '%s' \"$DB_PASSWORD\"\n") }),
  ),
  room(
    "an access key in user data",
    machine({ userData: "aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE" }),
  ),
  room(
    "a secret in a plain parameter",
    set("claim", { name: "/clean-room/db-password" }),
    set("claim", { name: "/clean-room/slots/a" }),
  ),
  room("every protocol", encase({ ipProtocol: "-1", fromPort: undefined, toPort: undefined })),
  room("every port", encase({ fromPort: 0, toPort: 65535 })),
  room(
    "a port that no tool has",
    encase({ fromPort: 4443, toPort: 4443 }),
    encase({ fromPort: 4444, toPort: 4444 }),
  ),
  room(
    "everybody's addresses",
    encase({ cidrIpv4: "0.0.0.0/0" }),
    encase({ cidrIpv4: "10.0.0.0/8" }),
  ),
  room("half of everybody's addresses", encase({ cidrIpv4: "128.0.0.0/1" })),
  room(
    "one range of the internet",
    encase({ cidrIpv4: "8.8.8.0/24" }),
    encase({ cidrIpv4: "100.64.8.0/24" }),
  ),
  room(
    "rules in the group",
    set("sg", {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["10.0.0.0/24"] }],
    }),
    set("sg", { ingress: [] }),
  ),
  room("a group of the default VPC", set("sg", { vpcId: undefined })),
  room("a role without a boundary", set("machine-role", { permissionsBoundary: undefined })),
  room(
    "a role in another place",
    set("machine-role", { path: "/" }),
    set("machine-role", { path: "/clean-room/case/deep/" }),
  ),
  room(
    "an administrator",
    set("machine-role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    set("machine-role", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    }),
  ),
  room(
    "a role that a stranger assumes",
    set("machine-role", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRole",
        Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
      }),
    }),
    set("machine-role", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRole",
        Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },
      }),
    }),
  ),
  room(
    "a role that nobody limits by a condition that everybody meets",
    set("machine-role", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRole",
        Principal: "*",
        Condition: { StringLike: { "aws:PrincipalOrgID": "*" } },
      }),
    }),
  ),
  room(
    "another Region",
    set("working", { region: "eu-west-1" }),
    set("working", { region: "us-east-1" }),
  ),
  link(
    "a connection that is no link's",
    add({ ...CONNECTION, name: "peering" }),
    add(CONNECTION, ROUTE_TO_SUSPECT),
  ),
  link(
    "a link that resolves names",
    add({
      ...CONNECTION,
      props: { ...CONNECTION.props, requester: { allowRemoteVpcDnsResolution: true } },
    }),
  ),
  link(
    "a link's route to anywhere else",
    add(CONNECTION, {
      ...ROUTE_TO_SUSPECT,
      props: { ...ROUTE_TO_SUSPECT.props, destinationCidrBlock: "10.0.0.0/8" },
    }),
  ),
  link(
    "a route over another transit gateway",
    add(OVER_GATEWAY, {
      ...ROUTE_BACK,
      props: { ...ROUTE_BACK.props, transitGatewayId: "tgw-0fedcba9876543210" },
    }),
    add(OVER_GATEWAY, ROUTE_BACK),
  ),
  link(
    "a route over a transit gateway beside the room's connection",
    add(CONNECTION, OVER_GATEWAY),
    add(CONNECTION, ROUTE_TO_SUSPECT),
  ),
  link(
    "a route over its transit gateway to another network",
    add(OVER_GATEWAY, {
      ...OVER_GATEWAY,
      name: "link-to-10.99.0.0/24",
      props: { ...OVER_GATEWAY.props, destinationCidrBlock: "10.99.0.0/24" },
    }),
    add(OVER_GATEWAY),
  ),
  link(
    "a route over a transit gateway that is no link's",
    add({ ...OVER_GATEWAY, name: "back-door" }),
  ),
  member(
    "an administrator who is none by the documents",
    set("readers-policy", { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
  ),
  member(
    "a stranger's policy",
    set("readers-policy", { policyArn: `arn:aws:iam::${STRANGER}:policy/mine` }),
  ),
  member(
    "everybody's addresses into isolation",
    set("isolation-encase", { cidrIpv4: "0.0.0.0/0" }),
  ),
  member("every port into isolation", set("isolation-encase", { fromPort: 1, toPort: 65535 })),
  member(
    "a federation without audience",
    set("readers", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRoleWithSAML",
        Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/idp" },
      }),
    }),
  ),
  member(
    "a stranger's federation",
    set("readers", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRoleWithSAML",
        Principal: { Federated: `arn:aws:iam::${STRANGER}:saml-provider/idp` },
        Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
      }),
    }),
  ),
  member("a group that is not protected", (resources) =>
    resources.map((each) => (each.name === "isolation" ? { ...each, options: {} } : each)),
  ),
];
