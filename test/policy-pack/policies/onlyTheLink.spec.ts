import assert from "node:assert/strict";

import { onlyTheLink } from "../../../policy-pack/policies/onlyTheLink";
import { onePlace } from "../../../policy-pack/policies/onePlace";
import { judge, type Subject, UNKNOWN_TEXT } from "../../support/policies";

const ROUTE = "aws:ec2/route:Route";
const CONNECTION: Subject = {
  type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  name: "link-connection",
  props: { vpcId: "vpc-1", peerVpcId: "vpc-2", peerOwnerId: "222233334444" },
};
const ACCEPTER: Subject = {
  type: "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
  name: "link-accepter",
  props: { vpcPeeringConnectionId: UNKNOWN_TEXT, autoAccept: true },
};
const over = { vpcPeeringConnectionId: UNKNOWN_TEXT };
const THERE: Subject = {
  type: ROUTE,
  name: "link-to-10.20.30.0/24",
  props: { routeTableId: "rtb-1", destinationCidrBlock: "10.20.30.0/24", ...over },
};
const BACK: Subject = {
  type: ROUTE,
  name: "link-from-rtb-2",
  props: { routeTableId: "rtb-2", destinationCidrBlock: "10.66.0.0/28", ...over },
};
const mirror = (kind: string, name: string, props: object = {}): Subject => ({
  type: `aws:ec2/trafficMirror${kind}:TrafficMirror${kind}`,
  name: `link-capture-${name}`,
  props: { ...props },
});
const TARGET = mirror("Target", "target", { networkInterfaceId: UNKNOWN_TEXT });
const FILTER = mirror("Filter", "filter");
const RULE = mirror("FilterRule", "filter-egress", { trafficDirection: "egress" });
const SESSION = mirror("Session", "session-eni-1", { networkInterfaceId: "eni-1" });
const SHARE: Subject = {
  type: "aws:ram/resourceShare:ResourceShare",
  name: "link-capture-share",
  props: { allowExternalPrincipals: false },
};
const SHARED: Subject = {
  type: "aws:ram/resourceAssociation:ResourceAssociation",
  name: "link-capture-share-target",
  props: { resourceArn: UNKNOWN_TEXT },
};
const SHARED_WITH: Subject = {
  type: "aws:ram/principalAssociation:PrincipalAssociation",
  name: "link-capture-share-account",
  props: { principal: "222233334444" },
};
const CAPTURE = [TARGET, FILTER, RULE, SESSION, SHARE, SHARED, SHARED_WITH];
const LINK = [CONNECTION, ACCEPTER, THERE, BACK, ...CAPTURE];
const changed = (subject: Subject, props: object, name = subject.name): Subject => ({
  ...subject,
  ...(name === undefined ? {} : { name }),
  props: { ...subject.props, ...props },
});

/** The same over a transit gateway. */
const GATEWAY = { vpcPeeringConnectionId: undefined, transitGatewayId: "tgw-1" };

/** What is no link, or more than one. */
const DEFECTS: readonly (readonly [Subject, RegExp])[] = [
  [changed(CONNECTION, {}, "peering"), /name is peering; required: a part of the room's link/],
  [changed(ACCEPTER, {}, "link-connection"), /name is link-connection; required/],
  [changed(THERE, {}, "back-door"), /name is back-door; required/],
  [changed(THERE, { destinationCidrBlock: "10.99.0.0/24" }), /required: a part of the room's link/],
  [changed(CONNECTION, { peerRegion: "eu-west-1" }), /peerRegion is eu-west-1; required: not set/],
  [
    changed(CONNECTION, { requester: { allowRemoteVpcDnsResolution: true } }),
    /requester\.allowRemoteVpcDnsResolution is true; required/,
  ],
  [
    changed(ACCEPTER, { accepter: { allowRemoteVpcDnsResolution: UNKNOWN_TEXT } }),
    /accepter\.allowRemoteVpcDnsResolution is not known in the preview; required/,
  ],
  [
    changed(THERE, { destinationCidrBlock: "10.0.0.0/8" }, "link-to-10.0.0.0/8"),
    /a range of \/16 or narrower/,
  ],
  [changed(BACK, { destinationCidrBlock: "10.66.0.0/22" }), /a range of \/24 or narrower/],
  [changed(BACK, { destinationCidrBlock: UNKNOWN_TEXT }), /a range of \/24 or narrower/],
  [changed(THERE, { transitGatewayId: "tgw-1" }), /transitGatewayId is tgw-1; required: not set/],
  [changed(THERE, { ...GATEWAY, gatewayId: "igw-1" }), /gatewayId is igw-1; required: not set/],
  [changed(THERE, GATEWAY, "back-door"), /name is back-door; required: a part of the room's link/],
  [
    changed(BACK, { ...GATEWAY, destinationCidrBlock: "10.66.0.0/22" }),
    /a range of \/24 or narrower/,
  ],
  [
    changed(THERE, { ...GATEWAY, transitGatewayId: UNKNOWN_TEXT }),
    /transitGatewayId is not known in the preview; required: a transit gateway that is there/,
  ],
  [
    changed(THERE, { ...GATEWAY, transitGatewayId: "vgw-1" }),
    /transitGatewayId is vgw-1; required/,
  ],
  [changed(THERE, { destinationIpv6CidrBlock: "::/0" }), /destinationIpv6CidrBlock is ::\/0/],
  [
    changed(THERE, { vpcPeeringConnectionId: undefined }),
    /vpcPeeringConnectionId is not set; required: the link's connection, or transitGatewayId/,
  ],
  ...CAPTURE.map(
    (each) => [changed(each, {}, "mine"), /name is mine; required: a part of/] as const,
  ),
  [changed(SESSION, { networkInterfaceId: "eni-2" }), /required: a part of the room's link/],
  [changed(TARGET, { networkInterfaceId: undefined }), /networkInterfaceId is not set/],
  [
    changed(TARGET, { networkLoadBalancerArn: "arn:x" }),
    /networkLoadBalancerArn is arn:x; required/,
  ],
  [changed(SHARE, { allowExternalPrincipals: true }), /allowExternalPrincipals is true; required/],
  [changed(SHARE, { allowExternalPrincipals: undefined }), /allowExternalPrincipals is not set/],
  [changed(SHARE, { permissionArns: ["arn:x"] }), /permissionArns is .*; required: not set/],
  [changed(SHARED_WITH, { principal: "arn:aws:organizations::1:organization/o-1" }), /12 digits/],
];

describe("only-the-link", () => {
  it("lets a room have its link", async () => {
    assert.deepEqual(await judge(onlyTheLink, LINK, { stack: "inc-2026-0042" }), []);
    const overGateway = [THERE, BACK].map((each) => changed(each, GATEWAY));
    assert.deepEqual(await judge(onlyTheLink, overGateway, { stack: "inc-2026-0042" }), []);
  });

  for (const [defect, told] of DEFECTS) {
    it(`refuses ${defect.name} with ${JSON.stringify(defect.props)}`, async () => {
      const mistakes = await judge(onlyTheLink, [defect], { stack: "inc-2026-0042" });
      assert.match(JSON.stringify(mistakes), told);
    });
  }

  it("leaves the foundation's own routes to the others", async () => {
    const route = changed(THERE, {}, "builder-route");
    assert.deepEqual(await judge(onlyTheLink, [route], { stack: "audit" }), []);
  });
});

describe("one-place", () => {
  const room = { stack: "inc-2026-0042" };
  const elsewhere = { region: "eu-west-1" };

  it("has the suspect's side of a link in the suspect's account", async () => {
    const there = [ACCEPTER, BACK, FILTER, RULE, SESSION].map((each) => changed(each, elsewhere));
    assert.deepEqual(await judge(onePlace, there, room), []);
  });

  it("has the room's side where the room is", async () => {
    for (const each of [CONNECTION, THERE, TARGET, SHARE, changed(BACK, {}, "back-door")]) {
      const mistakes = await judge(onePlace, [changed(each, elsewhere)], room);
      assert.match(JSON.stringify(mistakes), /region is eu-west-1; required/);
    }
  });
});
