import assert from "node:assert/strict";

import { oneWay } from "../../../policy-pack/policies/oneWay";
import { judge, type Subject, UNKNOWN_TEXT } from "../../support/policies";

const ROUTE = "aws:ec2/route:Route";
const CONNECTION: Subject = {
  type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  name: "link-connection",
};
const ACCEPTER: Subject = {
  type: "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
  name: "link-accepter",
};
const route =
  (name: string, routeTableId: string, destinationCidrBlock: string) =>
  (over: object, uses: Subject["uses"] = {}): Subject => ({
    type: ROUTE,
    name,
    props: { routeTableId, destinationCidrBlock, ...over },
    uses,
  });
const there = route("link-to-10.20.30.0/24", "rtb-1", "10.20.30.0/24");
const back = route("link-from-rtb-2", "rtb-2", "10.66.0.0/28");
const rule = (name: string, cidrIpv4: string | undefined): Subject => ({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name,
  props: { cidrIpv4 },
});
const RULES = [
  rule("workstation-lime", "10.20.30.40/32"),
  rule("link-isolation-lime", "10.66.0.0/28"),
];
const GATEWAY = { transitGatewayId: "tgw-1" };
const OTHERS = { vpcPeeringConnectionId: "pcx-1" };
const OWN = [
  { vpcPeeringConnectionId: UNKNOWN_TEXT },
  { vpcPeeringConnectionId: ["link-accepter"] },
] as const;

const LINKS: Readonly<Record<string, readonly Subject[]>> = {
  "over its own connection": [CONNECTION, ACCEPTER, there(...OWN), back(...OWN), ...RULES],
  "over somebody else's connection": [there(OTHERS), back(OTHERS), ...RULES],
  "over a transit gateway": [there(GATEWAY), back(GATEWAY), ...RULES],
  "that was imported": [there(GATEWAY), back({ ...GATEWAY, vpcPeeringConnectionId: "" }), ...RULES],
  "over a transit gateway, where nothing is let through": [there(GATEWAY), back(GATEWAY)],
  "where rules name the group": [there(...OWN), back(...OWN), rule("workstation-lime", undefined)],
};

/** A route that somebody has planted beside a link, named as its parts are. */
const PLANTED: readonly (readonly [string, readonly Subject[], RegExp])[] = [
  [
    "over another transit gateway",
    [there(GATEWAY), back({ transitGatewayId: "tgw-2" }), ...RULES],
    /link-from-rtb-2: transitGatewayId is tgw-2; required: tgw-1, as in link-to-10\.20\.30\.0\/24/,
  ],
  [
    "over a transit gateway beside the room's own connection",
    [CONNECTION, ACCEPTER, there(...OWN), back(GATEWAY), ...RULES],
    /vpcPeeringConnectionId is not set; required: the room's own connection, link-connection/,
  ],
  [
    "over a transit gateway beside somebody else's connection",
    [there(OTHERS), back(GATEWAY), ...RULES],
    /transitGatewayId is tgw-1; required: not set, as in/,
  ],
  [
    "over somebody else's connection beside its own",
    [CONNECTION, there(OTHERS), back(OTHERS), ...RULES],
    /vpcPeeringConnectionId is pcx-1; required: the room's own connection/,
  ],
  [
    "over its transit gateway to another network",
    [there(GATEWAY), route("link-to-10.99.0.0/24", "rtb-1", "10.99.0.0/24")(GATEWAY), ...RULES],
    /destinationCidrBlock is 10\.99\.0\.0\/24; required: a range that a rule beside it names \(10\.20\.30\.40\/32\)/,
  ],
  [
    "from the suspect to another network",
    [there(GATEWAY), route("link-from-rtb-2", "rtb-2", "10.77.0.0/28")(GATEWAY), ...RULES],
    /destinationCidrBlock is 10\.77\.0\.0\/28; required: .*\(10\.66\.0\.0\/28\)/,
  ],
];

describe("one-way", () => {
  const room = { stack: "inc-2026-0042" };

  for (const [what, link] of Object.entries(LINKS)) {
    it(`lets a room have its link ${what}`, async () => {
      assert.deepEqual(await judge(oneWay, link, room), []);
    });
  }

  for (const [what, link, told] of PLANTED) {
    it(`refuses a route ${what}`, async () => {
      const mistakes = await judge(oneWay, link, room);
      assert.match(JSON.stringify(mistakes), told);
    });
  }

  it("leaves the foundation's own routes to the others", async () => {
    const planted = [there(GATEWAY), back({ transitGatewayId: "tgw-2" })];
    assert.deepEqual(await judge(oneWay, planted, { stack: "audit" }), []);
  });
});
