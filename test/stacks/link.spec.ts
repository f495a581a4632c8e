import assert from "node:assert/strict";

import type { RoomFacts } from "../../components/evidence/records/roomForm";
import { TICKET_TAG } from "../../components/tags";
import type { QueryAnswers } from "../../rehearsal/account/awsEndpoint";
import { AwsError } from "../../rehearsal/account/awsError";
import { linkInState } from "../../stacks/linkInState";
import { leftAtOtherEnd } from "../../stacks/linkLeft";
import { EGRESS, INGRESS } from "../../stacks/madeForRoom";
import { deploy } from "../support/deployment";
import {
  type Account,
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  STACK,
  TICKET,
} from "../support/examples";
import {
  ATTACHMENTS,
  GATEWAY,
  GROUP,
  linkedNetworks,
  SUSPECTS_VPC,
} from "../support/linkedNetworks";

const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ROUTE = "aws:ec2/route:Route";
const ROLE = "arn:aws:iam::222233334444:role/clean-room/suspect-link";
const LINKED = { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] };

/** The same, where the link's role alone is assumed. */
function networks(connections: readonly object[] = []): QueryAnswers {
  const answers = linkedNetworks(connections);
  return {
    ...answers,
    AssumeRole: (asked) => {
      assert.equal(asked.get("RoleArn"), ROLE);
      return answers["AssumeRole"]?.(asked) ?? {};
    },
  };
}

const open = (changes: object, network = networks(), account: Account = {}) =>
  deploy(STACK, incidentConfig({ link: "peering", tools: ["lime"], ...changes }), {
    answers: answersOf(account),
    foundation: LINKED,
    ec2: { ...ec2Of(account), ...network },
  });

describe("A room with a link", () => {
  it("is peered, for its slot and the suspect's subnet, both ways, and opens the group", async () => {
    const room = await open({});
    const { inputs } = room.named("link-connection");
    assert.deepEqual(
      [inputs["vpcId"], inputs["peerVpcId"], inputs["peerOwnerId"]],
      [FOUNDATION_OUTPUTS.vpcId, SUSPECTS_VPC, "222233334444"],
    );
    assert.ok(!("requester" in inputs) && !("accepter" in inputs), "names are resolved");
    const routes = room
      .ofType(ROUTE)
      .map(({ inputs: { routeTableId, destinationCidrBlock } }) => [
        routeTableId,
        destinationCidrBlock,
      ]);
    assert.deepEqual(routes.sort(), [
      ["rtb-0a", "10.20.30.0/24"],
      ["rtb-0b", "10.66.0.0/28"],
    ]);
    const rules = room.resources.filter(({ name }) => name.startsWith("link-isolation-"));
    assert.deepEqual(
      rules.map(({ inputs: rule }) => [
        rule["securityGroupId"],
        rule["cidrIpv4"],
        rule["fromPort"],
      ]),
      [[GROUP, "10.66.0.0/28", 4444]],
    );
    const [provider] = room.resources.filter(({ name }) => name === "link-222233334444");
    assert.deepEqual(JSON.parse(String(provider?.inputs["assumeRoles"])), [{ roleArn: ROLE }]);
    const record = JSON.parse(String(room.named("room-record").inputs["content"])) as {
      readonly facts: { readonly room: { readonly link: object } };
    };
    assert.deepEqual(Object.keys(record.facts.room.link).sort(), [
      "connection",
      "mode",
      "routes",
      "tables",
      "vpc",
    ]);
  });

  it("takes on the connection that an interrupted up has left", async () => {
    const room = await open(
      {},
      networks([
        {
          vpcPeeringConnectionId: "pcx-0123456789abcdef0",
          status: { code: "active" },
          requesterVpcInfo: { vpcId: FOUNDATION_OUTPUTS.vpcId, ownerId: "111122223333" },
          accepterVpcInfo: { vpcId: SUSPECTS_VPC, ownerId: "222233334444" },
          tagSet: [{ key: TICKET_TAG, value: `quarantine:${TICKET}` }],
        },
      ]),
    );
    assert.equal(room.named("link-connection").importedAs, "pcx-0123456789abcdef0");
  });

  it("takes on the rules that it has left, each as what it is, and calls none of them left over", async () => {
    const rule = (name: string, isEgress: boolean, id: string) => ({
      securityGroupRuleId: id,
      groupId: GROUP,
      isEgress: `${isEgress}`,
      ipProtocol: "tcp",
      fromPort: "4444",
      toPort: "4444",
      cidrIpv4: "10.66.0.0/28",
      tagSet: [
        { key: TICKET_TAG, value: `quarantine:${TICKET}` },
        { key: "Name", value: name },
      ],
    });
    const name = "link-isolation-lime-tcp-4444-ingress-10.66.0.0/28";
    const room = await open(
      {},
      {
        ...networks(),
        DescribeSecurityGroupRules: (asked) =>
          asked.toString().includes(GROUP)
            ? { securityGroupRuleSet: [rule(name, false, "sgr-0123456789abcdef0")] }
            : {},
      },
    );
    assert.equal(room.named(name).importedAs, "sgr-0123456789abcdef0");
    assert.ok(!room.warnings.some((each) => /Left over/.test(each)), room.warnings.join("\n"));
  });

  const organisations = {
    vpcPeeringConnectionId: "pcx-0fedcba9876543210",
    status: { code: "active" },
    requesterVpcInfo: { vpcId: SUSPECTS_VPC, ownerId: "222233334444" },
    accepterVpcInfo: { vpcId: FOUNDATION_OUTPUTS.vpcId, ownerId: "111122223333" },
  };

  it("leads over the organisation's connection, and has no part in that", async () => {
    const room = await open({ link: "existing" }, networks([organisations]));
    const made = room.resources.filter(({ type }) => /vpcPeering/.test(type));
    assert.deepEqual(made, []);
    const over = room.ofType(ROUTE).map(({ inputs }) => inputs["vpcPeeringConnectionId"]);
    assert.deepEqual(over, Array(2).fill(organisations.vpcPeeringConnectionId));
    const record = JSON.parse(String(room.named("room-record").inputs["content"])) as {
      readonly facts: { readonly room: { readonly link: object } };
    };
    assert.deepEqual(record.facts.room.link, {
      mode: "existing",
      connection: organisations.vpcPeeringConnectionId,
      vpc: SUSPECTS_VPC,
      routes: ["10.20.30.0/24"],
      tables: ["rtb-0b"],
    });
  });

  it("is refused where there is no connection to lead over", async () => {
    await assert.rejects(open({ link: "existing" }), /No active connection of somebody else/);
  });

  const overGateway = (answer: QueryAnswers[string]) =>
    open(
      { link: "transit-gateway" },
      { ...networks(), DescribeTransitGatewayVpcAttachments: answer },
    );

  it("leads over the transit gateway that both VPCs are attached to, and has no part in that", async () => {
    const room = await open({ link: "transit-gateway" });
    const made = room.resources.filter(({ type }) => /vpcPeering|ec2transitgateway/.test(type));
    assert.deepEqual(made, []);
    const routes = room.ofType(ROUTE).map(({ inputs }) => inputs);
    assert.deepEqual(
      routes.sort((a, b) => String(a["routeTableId"]).localeCompare(String(b["routeTableId"]))),
      [
        {
          routeTableId: "rtb-0a",
          destinationCidrBlock: "10.20.30.0/24",
          transitGatewayId: GATEWAY,
        },
        { routeTableId: "rtb-0b", destinationCidrBlock: "10.66.0.0/28", transitGatewayId: GATEWAY },
      ],
    );
    const rules = room.resources.filter(({ name }) => name.startsWith("link-isolation-"));
    assert.equal(rules.length, 1);
    const record = JSON.parse(String(room.named("room-record").inputs["content"])) as {
      readonly facts: { readonly room: { readonly link: object } };
    };
    assert.deepEqual(record.facts.room.link, {
      mode: "transit-gateway",
      connection: GATEWAY,
      vpc: SUSPECTS_VPC,
      routes: ["10.20.30.0/24"],
      tables: ["rtb-0b"],
    });
  });

  it("is refused where the VPCs are attached to no transit gateway, or the role may not look", async () => {
    await assert.rejects(
      overGateway(() => ({ transitGatewayVpcAttachments: ATTACHMENTS.slice(0, 1) })),
      /No transit gateway has an available attachment of both VPCs[^]*set link to peering/,
    );
    const asked = { count: 0 };
    await assert.rejects(
      overGateway((request) => {
        asked.count += 1;
        if (request.toString().includes(SUSPECTS_VPC)) {
          throw new AwsError("UnauthorizedOperation", "You are not authorized");
        }
        return { transitGatewayVpcAttachments: ATTACHMENTS };
      }),
      /transit gateways of vpc-0fedcba9876543210 could not be looked up: .*link role is one of an earlier program/,
    );
    assert.equal(asked.count, 2);
  });

  it("is closed by what the engine and the record know where nobody can look any more", () => {
    const route = (name: string, routeTableId: string, destinationCidrBlock: string) => ({
      type: ROUTE,
      name: `link-${name}`,
      id: "r-1",
      outputs: { routeTableId, destinationCidrBlock },
    });
    const state = [
      route("to-10.20.30.0/24", "rtb-0a", "10.20.30.0/24"),
      route("from-rtb-0b", "rtb-0b", "10.66.0.0/28"),
    ];
    const recorded: RoomFacts["link"] = {
      mode: "transit-gateway",
      connection: GATEWAY,
      vpc: SUSPECTS_VPC,
      routes: ["10.20.30.0/24"],
      tables: ["rtb-0b"],
    };
    assert.deepEqual(linkInState(state, [], recorded), {
      peerVpcId: SUSPECTS_VPC,
      over: GATEWAY,
      slotTableId: "rtb-0a",
      toSuspect: ["10.20.30.0/24"],
      fromSuspect: ["rtb-0b"],
      rules: [],
    });
  });

  it("tells what stays in the suspect's account where nobody is let in, and how it is taken away by hand", () => {
    const end = {
      region: "us-east-1",
      account: "222233334444",
      isolationGroupId: GROUP,
      slotCidr: "10.66.0.0/28",
    };
    const rule = (type: string, name: string, id: string) => ({ type, name, id, outputs: {} });
    const state = [
      rule(INGRESS, "link-isolation-lime", "sgr-1"),
      rule(INGRESS, "link-isolation-encase", "sgr-2"),
      rule(EGRESS, "link-isolation-encase-back", "sgr-3"),
      rule(INGRESS, "workstation-lime", "sgr-4"),
    ];
    assert.equal(leftAtOtherEnd(end, { fromSuspect: [] }, state.slice(3)), undefined);
    const told = leftAtOtherEnd(end, { fromSuspect: ["rtb-0b"] }, state) ?? "";
    assert.match(told, /until \S+role\/clean-room\/suspect-link lets you in.*link: on/);
    const [, commands = ""] = told.split("by hand: ");
    assert.deepEqual(commands.split("; "), [
      "aws ec2 delete-route --region us-east-1 --route-table-id rtb-0b --destination-cidr-block 10.66.0.0/28",
      `aws ec2 revoke-security-group-egress --region us-east-1 --group-id ${GROUP} --security-group-rule-ids sgr-3`,
      `aws ec2 revoke-security-group-ingress --region us-east-1 --group-id ${GROUP} --security-group-rule-ids sgr-1 sgr-2`,
    ]);
  });

  it("is refused where the audit stack names no such account", async () => {
    const refused = deploy(STACK, incidentConfig({ link: "peering" }), {
      answers: answersOf(),
      foundation: FOUNDATION_OUTPUTS,
      ec2: { ...ec2Of(), ...networks() },
    });
    await assert.rejects(refused, /none that the audit stack's linkedAccounts names/);
  });

  it("is refused where its connection was ended outside of Pulumi", async () => {
    const state = { [`${CONNECTION}::link-connection`]: { id: "pcx-1", peerVpcId: SUSPECTS_VPC } };
    const account = { claims: { "us-east-1a-1": TICKET }, state };
    await assert.rejects(open({}, networks(), account), /pcx-1 was ended outside of Pulumi/);
  });

  it("makes nothing of it without one, and asks nobody", async () => {
    const asked = () => assert.fail("it asked");
    const room = await open(
      { link: "none" },
      { AssumeRole: asked, DescribeRouteTables: asked, DescribeVpcPeeringConnections: asked },
    );
    assert.deepEqual(
      room.resources.filter(({ name }) => name.startsWith("link")),
      [],
    );
  });
});

describe("The settings of a link", () => {
  const REFUSED: readonly (readonly [object, RegExp])[] = [
    [{ reach: "same-vpc", suspectCidrs: [] }, /clean-room:link[^]*none with reach same-vpc/],
    [{ reach: "peering", suspectCidrs: [] }, /suspectCidrs[^]*routes lead there/],
    [{ link: "transit-gateway", reach: "peering" }, /clean-room:reach[^]*cidr with link transit/],
    [{ isolationSecurityGroup: GROUP }, /isolationSecurityGroup[^]*a role of that account/],
  ];
  for (const [settings, told] of REFUSED) {
    it(`are refused with ${JSON.stringify(settings)}`, async () => {
      await assert.rejects(open(settings), told);
    });
  }

  it("are refused in a member account without a VPC, or a deployer", async () => {
    const member = (changes: object) =>
      deploy("member-222233334444", memberConfig({ link: "on", ...changes }));
    const incidentDeployers = ["arn:aws:iam::111122223333:role/incident-deployer"];
    await assert.rejects(member({}), /incidentDeployers[^]*somebody has to link rooms/);
    await assert.rejects(member({ vpcs: [], incidentDeployers }), /vpcs[^]*at least one VPC/);
    await assert.rejects(
      deploy("member-222233334444", memberConfig({ workstationCidrs: [] })),
      /workstationCidrs[^]*at least one range/,
    );
    const made = await member({ workstationCidrs: [], incidentDeployers });
    assert.equal(made.named("link-role").options.protect, true);
  });
});
