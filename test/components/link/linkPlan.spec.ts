import assert from "node:assert/strict";

import { isolationWarnings } from "../../../components/link/isolation";
import { linkedBy, planLink, type WantedLink } from "../../../components/link/linkPlan";
import type {
  Attachment,
  Connection,
  GroupRule,
  RoomNetwork,
  Route,
  RouteTable,
  SuspectNetwork,
} from "../../../components/link/network";
import type { SecurityGroupRule } from "../../../components/securityGroupRules";

const TICKET_TAG = "quarantine:INC-2026-0042";
const SLOT = "10.66.0.0/28";
const RULE: SecurityGroupRule = {
  name: "lime",
  direction: "ingress",
  protocol: "tcp",
  fromPort: 4444,
  toPort: 4444,
  cidr: SLOT,
  description: "",
};
const WANTED: WantedLink = {
  mode: "peering",
  ticketTag: TICKET_TAG,
  account: "222233334444",
  suspectCidrs: ["10.20.30.40/32"],
  rules: [RULE],
  quotas: { rulesPerGroup: 60, routesPerTable: 50, peeringsPerVpc: 50 },
};
const route = (destination: string, target: string): Route => ({
  destination,
  target,
  counts: target !== "local",
});
const table = (
  routeTableId: string,
  subnetIds: readonly string[],
  routes: readonly Route[] = [],
): RouteTable => ({ routeTableId, main: subnetIds.length === 0, subnetIds, routes });
const connection = (changes: Partial<Connection> = {}): Connection => ({
  connectionId: "pcx-1",
  peerVpcId: "vpc-2",
  peerAccount: "222233334444",
  status: "active",
  ticketTag: TICKET_TAG,
  resolvesNames: false,
  ...changes,
});
const ROOM: RoomNetwork = {
  vpcCidr: "10.66.0.0/22",
  slotCidr: SLOT,
  slotZone: "us-east-1a",
  slotTable: table("rtb-slot", ["subnet-slot"], [route("10.66.0.0/22", "local")]),
  connections: [],
  attachments: [],
};
const SUSPECT: SuspectNetwork = {
  vpcId: "vpc-2",
  ownerId: "222233334444",
  cidrs: ["10.20.0.0/16"],
  subnets: [
    { subnetId: "subnet-a", cidr: "10.20.30.0/24", zone: "us-east-1b" },
    { subnetId: "subnet-b", cidr: "10.20.31.0/24", zone: "us-east-1c" },
  ],
  routeTables: [
    table("rtb-main", [], [route("10.20.0.0/16", "local")]),
    table("rtb-a", ["subnet-a"]),
  ],
  interfaces: [],
  rules: [],
  attachments: [],
};
const plan = (
  changes: {
    readonly wanted?: Partial<WantedLink>;
    readonly room?: Partial<RoomNetwork>;
    readonly suspect?: Partial<SuspectNetwork>;
  } = {},
) =>
  planLink(
    { ...WANTED, ...changes.wanted },
    { ...ROOM, ...changes.room },
    { ...SUSPECT, ...changes.suspect },
  );

describe("A link's plan", () => {
  it("leads the slot to the suspect's subnet, that one's table to the slot, and opens the group", () => {
    const { plan: planned, reasons, warnings } = plan();
    assert.deepEqual(reasons, []);
    assert.deepEqual(warnings, []);
    assert.deepEqual(planned, {
      peerVpcId: "vpc-2",
      over: undefined,
      slotTableId: "rtb-slot",
      toSuspect: ["10.20.30.0/24"],
      fromSuspect: ["rtb-a"],
      rules: [RULE],
    });
  });

  it("takes the main table of a subnet without one, and says who else uses a table", () => {
    const { plan: planned, warnings } = plan({
      wanted: { suspectCidrs: ["10.20.31.9/32"] },
      suspect: {
        subnets: [
          ...SUSPECT.subnets,
          { subnetId: "subnet-c", cidr: "10.20.32.0/24", zone: "us-east-1c" },
        ],
      },
    });
    assert.deepEqual(planned.fromSuspect, ["rtb-main"]);
    assert.match(warnings.join(), /rtb-main is the route table of subnet-c as well/);
  });

  it("leaves a rule out that the group has of others, and finds its own again", () => {
    const there: GroupRule = {
      ...RULE,
      cidr: SLOT,
      ruleId: "sgr-1",
      name: "",
      ticketTag: undefined,
    };
    assert.deepEqual(plan({ suspect: { rules: [there] } }).plan.rules, []);
    const own = { ...there, ticketTag: TICKET_TAG, name: "link-isolation-lime" };
    const found = plan({ suspect: { rules: [own] } });
    assert.deepEqual(found.plan.rules, [RULE]);
    assert.deepEqual(
      [...found.there.rules],
      [["link-isolation-lime", { ruleId: "sgr-1", direction: RULE.direction }]],
    );
  });

  it("finds its connection and its routes again, and nobody else's", () => {
    const { there, reasons } = plan({
      room: {
        connections: [connection(), connection({ connectionId: "pcx-0", status: "deleted" })],
        slotTable: table("rtb-slot", ["subnet-slot"], [route("10.20.30.0/24", "pcx-1")]),
      },
      suspect: { routeTables: [table("rtb-a", ["subnet-a"], [route(SLOT, "pcx-1")])] },
    });
    assert.deepEqual(reasons, []);
    assert.equal(there.connection, "pcx-1");
    assert.deepEqual(
      [...there.routes],
      [
        ["to-10.20.30.0/24", "rtb-slot_10.20.30.0/24"],
        ["from-rtb-a", `rtb-a_${SLOT}`],
      ],
    );
  });

  const full = (count: number) =>
    Array.from({ length: count }, (_, index) => route(`192.168.${index}.0/24`, "vgw-1"));
  const rules = (count: number): GroupRule[] =>
    Array.from({ length: count }, (_, index) => ({
      ...RULE,
      cidr: `192.168.${index}.0/24`,
      ruleId: `sgr-${index}`,
      name: "",
      ticketTag: undefined,
    }));
  const REFUSED: readonly (readonly [string, Parameters<typeof plan>[0], RegExp])[] = [
    ["a shared VPC", { suspect: { ownerId: "999988887777" } }, /belongs to 999988887777/],
    [
      "overlapping ranges, of a second one too",
      { suspect: { cidrs: ["10.20.0.0/16", "10.66.2.0/24"] } },
      /10\.66\.2\.0\/24 of vpc-2 overlaps the forensics VPC/,
    ],
    [
      "an address of no subnet",
      { wanted: { suspectCidrs: ["10.20.99.1/32"] } },
      /10\.20\.99\.1\/32 of suspectCidrs is in no subnet of vpc-2.*10\.20\.30\.0\/24/,
    ],
    [
      "another connection between the VPCs",
      { room: { connections: [connection({ ticketTag: "quarantine:INC-1" })] } },
      /pcx-1 connects .* already \(active, quarantine:INC-1\).*Set link to existing/,
    ],
    [
      "two of its own",
      { room: { connections: [connection(), connection({ connectionId: "pcx-2" })] } },
      /pcx-1 and pcx-2 both carry this ticket/,
    ],
    [
      "a forensics VPC with all its connections",
      {
        room: {
          connections: Array.from({ length: 50 }, (_, n) =>
            connection({ peerVpcId: `vpc-x${n}`, ticketTag: undefined }),
          ),
        },
      },
      /has 50 peering connections, and AWS takes 50/,
    ],
    [
      "a slot that leads elsewhere",
      { room: { slotTable: table("rtb-slot", [], [route("10.20.30.0/25", "tgw-1")]) } },
      /rtb-slot, the slot's route table, leads 10\.20\.30\.0\/25 to tgw-1 already/,
    ],
    [
      "a suspect that leads elsewhere",
      { suspect: { routeTables: [table("rtb-a", ["subnet-a"], [route(SLOT, "pcx-9")])] } },
      /rtb-a, of account 222233334444, leads 10\.66\.0\.0\/28 to pcx-9 already/,
    ],
    [
      "a full table",
      { suspect: { routeTables: [table("rtb-a", ["subnet-a"], full(50))] } },
      /rtb-a has 50 routes, the link makes 1 more, and AWS takes 50/,
    ],
    [
      "a full group",
      { suspect: { rules: rules(60) } },
      /has 60 ingress rules of others, the link makes 1, and AWS takes 60/,
    ],
  ];
  for (const [what, changes, told] of REFUSED) {
    it(`refuses ${what}`, () => {
      const { reasons } = plan(changes);
      assert.equal(reasons.length, 1, reasons.join("\n"));
      assert.match(reasons.join(), told);
    });
  }

  const existing = { mode: "existing" } as const;

  it("leads over somebody else's connection, which is none of its parts, and says whose it is", () => {
    const others = { ticketTag: "quarantine:INC-1", resolvesNames: true };
    const {
      plan: planned,
      reasons,
      there,
      warnings,
    } = plan({
      wanted: existing,
      room: {
        connections: [connection(others)],
        slotTable: table("rtb-slot", ["subnet-slot"], [route("10.20.30.0/24", "pcx-1")]),
      },
    });
    assert.deepEqual(reasons, []);
    assert.equal(planned.over, "pcx-1");
    assert.equal(there.connection, undefined);
    assert.deepEqual([...there.routes.keys()], ["to-10.20.30.0/24"]);
    assert.match(warnings.join("\n"), /another room's \(quarantine:INC-1\) and ends with that/);
    assert.match(warnings.join("\n"), /pcx-1, which the link leads over, resolves names/);
    const organisations = connection({ ticketTag: undefined });
    assert.deepEqual(
      plan({ wanted: existing, room: { connections: [organisations] } }).warnings,
      [],
    );
  });

  for (const [what, connections] of [
    ["none", []],
    ["one that nobody has accepted", [connection({ ticketTag: "", status: "pending-acceptance" })]],
    ["its own one", [connection()]],
    ["one to another VPC", [connection({ ticketTag: "", peerVpcId: "vpc-3" })]],
  ] as const) {
    it(`does not lead over ${what}`, () => {
      const { reasons } = plan({ wanted: existing, room: { connections } });
      assert.match(reasons.join(), /No active connection of somebody else.*Set link to peering/);
      assert.equal(reasons.length, 1);
    });
  }

  const attachment = (
    attachmentId: string,
    zones: readonly string[],
    changes: Partial<Attachment> = {},
  ): Attachment => ({ attachmentId, gatewayId: "tgw-1", status: "available", zones, ...changes });
  const OURS = attachment("tgw-attach-1", ["us-east-1a"]);
  const THEIRS = attachment("tgw-attach-2", ["us-east-1b"]);
  const attached = (
    rooms: readonly Attachment[],
    suspects: readonly Attachment[],
    {
      slotTable = ROOM.slotTable,
      suspectCidrs = WANTED.suspectCidrs,
      suspect = {},
    }: {
      readonly slotTable?: RouteTable;
      readonly suspectCidrs?: readonly string[];
      readonly suspect?: Partial<SuspectNetwork>;
    } = {},
  ) =>
    plan({
      wanted: { mode: "transit-gateway", suspectCidrs },
      room: { attachments: rooms, slotTable },
      suspect: { attachments: suspects, ...suspect },
    });

  it("leads over the transit gateway that both VPCs are attached to, and says what it cannot see", () => {
    const others = attachment("tgw-attach-3", ["us-east-1b"], { gatewayId: "tgw-2" });
    const { plan: planned, reasons, warnings, there } = attached([OURS], [others, THEIRS]);
    assert.deepEqual(reasons, []);
    assert.deepEqual(planned, {
      peerVpcId: "vpc-2",
      over: "tgw-1",
      slotTableId: "rtb-slot",
      toSuspect: ["10.20.30.0/24"],
      fromSuspect: ["rtb-a"],
      rules: [RULE],
    });
    assert.equal(linkedBy(planned), "transit-gateway");
    assert.match(warnings.join(), /tgw-1, whose route tables are its owner's and not looked at/);
    assert.deepEqual([there.connection, there.routes.size], [undefined, 0]);
  });

  it("finds its routes over a gateway again, stays on it, and leaves wider ones as they are", () => {
    const second = { gatewayId: "tgw-2" };
    const led = attached(
      [attachment("tgw-attach-3", ["us-east-1a"], second), OURS],
      [attachment("tgw-attach-4", ["us-east-1b"], second), THEIRS],
      {
        slotTable: table("rtb-slot", ["subnet-slot"], [route("10.20.30.0/24", "tgw-1")]),
        suspect: {
          routeTables: [
            table("rtb-a", ["subnet-a"], [route(SLOT, "tgw-1"), route("10.66.0.0/16", "tgw-2")]),
          ],
        },
      },
    );
    assert.deepEqual(led.reasons, []);
    assert.equal(led.plan.over, "tgw-1");
    assert.deepEqual([...led.there.routes.keys()], ["to-10.20.30.0/24", "from-rtb-a"]);
  });

  const second = { gatewayId: "tgw-2" };
  const UNATTACHED: readonly (readonly [string, Parameters<typeof attached>, RegExp])[] = [
    [
      "no attachment",
      [[], []],
      /No transit gateway .* forensics VPC has none, vpc-2 none\..*set link to peering/,
    ],
    [
      "an attachment of one of them only",
      [[OURS], []],
      /forensics VPC has tgw-attach-1 to tgw-1 \(available\), vpc-2 none/,
    ],
    [
      "attachments to two gateways",
      [[OURS], [{ ...THEIRS, ...second }]],
      /tgw-attach-1 to tgw-1 .* vpc-2 tgw-attach-2 to tgw-2/,
    ],
    [
      "one that nobody has accepted",
      [[OURS], [{ ...THEIRS, status: "pendingAcceptance" }]],
      /tgw-attach-2 to tgw-1 \(pendingAcceptance\)/,
    ],
    [
      "one without a subnet in the slot's zone",
      [[{ ...OURS, zones: ["us-east-1b"] }], [THEIRS]],
      /tgw-attach-1 to tgw-1, has subnets in us-east-1b only.*the slot \(10\.66\.0\.0\/28\) is in us-east-1a.*slot of another zone, or set link to peering/,
    ],
    [
      "one without a subnet in the zone of one of the suspect's",
      [[OURS], [THEIRS], { suspectCidrs: ["10.20.30.40/32", "10.20.31.9/32"] }],
      /attachment of vpc-2, tgw-attach-2 .*: subnet-b is in us-east-1c\..*or set link to peering/,
    ],
    [
      "two gateways of which either could lead",
      [
        [OURS, { ...OURS, ...second }],
        [THEIRS, { ...THEIRS, ...second }],
      ],
      /tgw-1 and tgw-2 are attached to .* or set link to peering/,
    ],
    [
      "overlapping ranges",
      [[OURS], [THEIRS], { suspect: { cidrs: ["10.66.0.0/16"] } }],
      /10\.66\.0\.0\/16 of vpc-2 overlaps .*Set link to none and work on snapshots/,
    ],
    [
      "a slot that leads elsewhere",
      [
        [OURS],
        [THEIRS],
        { slotTable: table("rtb-slot", ["subnet-slot"], [route("10.20.30.0/24", "tgw-9")]) },
      ],
      /rtb-slot, the slot's route table, leads 10\.20\.30\.0\/24 to tgw-9 already/,
    ],
  ];
  for (const [what, changes, told] of UNATTACHED) {
    it(`does not lead over a transit gateway with ${what}`, () => {
      const { reasons } = attached(...changes);
      assert.equal(reasons.length, 1, reasons.join("\n"));
      assert.match(reasons.join(), told);
    });
  }

  it("passes a table that has more than the quota: nobody knows what its account was given", () => {
    const routeTables = [table("rtb-a", ["subnet-a"], full(120))];
    assert.deepEqual(plan({ suspect: { routeTables } }).reasons, []);
  });

  it("passes wider routes, which the link's are before", () => {
    const routeTables = [table("rtb-a", ["subnet-a"], [route("10.0.0.0/8", "tgw-1")])];
    assert.deepEqual(plan({ suspect: { routeTables } }).reasons, []);
  });
});

describe("Whether the suspect is isolated", () => {
  const told = (groupIds: readonly string[], address = "10.20.30.40") =>
    isolationWarnings(["10.20.30.40/32"], "sg-1", {
      vpcId: "vpc-2",
      interfaces: [
        { interfaceId: "eni-1", instanceId: "i-1", addresses: [address], groupIds },
        { interfaceId: "eni-2", instanceId: "i-2", addresses: ["10.20.30.41"], groupIds: ["sg-9"] },
      ],
    }).join("\n");

  it("is told where it is not, with the command, and of nobody else", () => {
    assert.equal(told(["sg-1"]), "");
    assert.match(told(["sg-2"]), /^i-1 .*is not in the isolation group sg-1, but in sg-2/);
    assert.match(told(["sg-1", "sg-2"]), /^i-1 .*and in sg-2 as well.*--groups sg-1$/);
    assert.match(told(["sg-1"], "10.20.30.50"), /^Nothing in vpc-2 has an address of/);
  });
});
