import assert from "node:assert/strict";
import { join } from "node:path";

import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcPeeringConnectionsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Stack } from "@pulumi/pulumi/automation";

import { readToolbox } from "../../components/image/toolbox";
import { auditConfig, incidentConfig, memberConfig } from "../support/examples";
import { GIVEN_TWICE } from "./access/givenTwice";
import { clausesNeeded } from "./access/neededClauses";
import { ENGINEER } from "./access/organisation";
import { type Clients, clientsOf } from "./accountClients";
import { added, listAccount, type Listing } from "./accountListing";
import { DEMANDED_TAG, deployerOf, foundationDeployerOf } from "./awsCorrections";
import { EmulatedStage, REPOSITORY } from "./emulatedStage";
import { changesOf } from "./engineChanges";

// Rooms that are linked to suspects of two accounts, with the real CLI and the real provider: what leads to the suspect and
// back, and is let through, is the tools' and no more, and nothing of it is left in either account. What passes between
// accounts is played after AWS's documentation (peerings.ts, trafficMirrors.ts, resourceShares.ts).

const POLICY_PACK = join(REPOSITORY, "policy-pack");
const ACCOUNT = "321098765432";
const REGION = "eu-central-1";
const PLACE = { account: ACCOUNT, region: REGION };

/** Both suspects' VPCs have the same range, and so have their subnets. */
const VPC = "10.20.0.0/16";
const SUBNET = "10.20.30.0/24";
const SUSPECT = "10.20.30.40";

/** A room, and the account of its suspect. */
interface Room {
  readonly ticket: string;
  readonly slot: string;

  /** The range of the slot. */
  readonly slotCidr: string;
  readonly account: string;
}

/** Two that are linked, and one of a third account that is not. */
const FIRST: Room = {
  ticket: "INC-2026-0071",
  slot: "a-1",
  slotCidr: "10.66.0.0/28",
  account: "222233334444",
};
const SECOND: Room = {
  ticket: "INC-2026-0072",
  slot: "b-1",
  slotCidr: "10.66.1.0/28",
  account: "333344445555",
};
const THIRD: Room = {
  ticket: "INC-2026-0073",
  slot: "a-2",
  slotCidr: "10.66.0.16/28",
  account: "444455556666",
};
const LINKED = [FIRST, SECOND];

/** What a member account has of its suspect. */
interface Suspect {
  readonly clients: Clients;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly group: string;
  readonly interfaceId: string;

  /** The account before a room was linked to it. */
  readonly before: Listing;
}

/** What is refused in this run, and to whom: the provider asks it of images, and goes on without an answer. */
const REFUSED = [
  "foundation-deployer ec2:GetInstanceUefiData",
  "incident-deployer ec2:GetInstanceUefiData",
];

/** Statements of the policies by which rooms are linked, and their traffic is mirrored. */
const OF_LINKS = /^(incident-deployer-link|.*suspect-link)/;

describe("Rooms that are linked to suspects, on the emulator", () => {
  let stage: EmulatedStage;
  let audit: Stack;
  const suspects = new Map<string, Suspect>();
  const rooms = new Map<Room, Stack>();

  before(async () => {
    stage = await EmulatedStage.set(
      PLACE,
      ...(LINKED.map(({ account }) => account) as [string, string]),
    );
  });

  after(() => stage.clear());

  function suspectOf({ account }: Room): Suspect {
    return suspects.get(account) ?? assert.fail(`${account} has no suspect`);
  }

  function stackOf(room: Room): Stack {
    return rooms.get(room) ?? assert.fail(`${room.ticket} is not there`);
  }

  function configure(room: Room, changes: Readonly<Record<string, unknown>> = {}): void {
    const group = suspects.get(room.account)?.group ?? "sg-0123456789abcdef0";
    const linked = LINKED.includes(room) ? { link: "peering" } : {};
    const config = incidentConfig({
      ticket: room.ticket,
      slot: `us-east-1${room.slot}`,
      tools: ["encase", "lime"],
      isolationSecurityGroup: `${room.account}/${group}`,
      suspectCidrs: [`${SUSPECT}/32`],
      tags: { [DEMANDED_TAG]: "4711" },
      ...linked,
      ...changes,
    });
    stage.configure(room.ticket.toLowerCase(), config);
  }

  /** Where the route tables of a network lead beside their own: `<range> <what it leads over>`, by subnet. */
  async function routesIn({ ec2 }: Clients): Promise<Map<string, string[]>> {
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
    return new Map(
      RouteTables.flatMap(({ RouteTableId, Associations = [], Routes = [] }) => {
        const routes = Routes.flatMap(({ DestinationCidrBlock, VpcPeeringConnectionId }) =>
          VpcPeeringConnectionId === undefined
            ? []
            : `${DestinationCidrBlock} ${VpcPeeringConnectionId}`,
        );
        const name = Associations.map(({ SubnetId }) => SubnetId).join() || RouteTableId;
        return routes.length === 0 ? [] : [[name ?? "", routes] as const];
      }),
    );
  }

  /** What a group lets through: direction, ports, to whom. */
  async function rulesOf({ ec2 }: Clients, group: string): Promise<string[]> {
    const { SecurityGroupRules = [] } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
    );
    return SecurityGroupRules.map(
      ({ IsEgress, IpProtocol, FromPort, ToPort, CidrIpv4, ReferencedGroupInfo }) =>
        `${IsEgress ? "out" : "in"} ${IpProtocol} ${FromPort}-${ToPort} ${CidrIpv4 ?? ReferencedGroupInfo?.GroupId}`,
    ).sort();
  }

  /** The connections of an account that are not ended. */
  async function connectionsIn({ ec2 }: Clients): Promise<string[]> {
    const { VpcPeeringConnections = [] } = await ec2.send(
      new DescribeVpcPeeringConnectionsCommand({}),
    );
    return VpcPeeringConnections.filter(({ Status }) => Status?.Code !== "deleted").map(
      ({ VpcPeeringConnectionId = "", Status }) => `${VpcPeeringConnectionId} ${Status?.Code}`,
    );
  }

  /** What leads to the suspect and back, and is let through, is this and no more. */
  async function requireWay(room: Room, others: readonly Room[]): Promise<void> {
    const { clients, group } = suspectOf(room);
    const [connection = "", ...more] = await connectionsIn(clients);
    assert.deepEqual(more, []);
    const [id, state] = connection.split(" ");
    assert.equal(state, "active");
    const here = [...(await routesIn(stage.clients)).values()].flat();
    assert.deepEqual(
      here.filter((route) => route.endsWith(String(id))),
      [`${SUBNET} ${id}`],
    );
    assert.equal(here.length, 1 + others.length);
    assert.deepEqual([...(await routesIn(clients)).values()], [[`${room.slotCidr} ${id}`]]);
    assert.deepEqual(await rulesOf(clients, group), [
      `in tcp 4444-4444 ${room.slotCidr}`,
      `in tcp 4445-4445 ${room.slotCidr}`,
      `out tcp 4445-4445 ${room.slotCidr}`,
    ]);
  }

  /** What the suspect's account has beside what it had before it was linked. */
  async function leftThere(room: Room): Promise<unknown[]> {
    const { clients, before } = suspectOf(room);
    const { mirrors } = stage.corrections;
    const now = await listAccount(clients);
    return [
      ...added(before, now).keys(),
      ...added(now, before).keys(),
      ...(await connectionsIn(clients)),
      ...(await routesIn(clients)).keys(),
      ...mirrors.of(room.account),
    ];
  }

  /** Closes a room as docs/close-the-room.md says, and destroys it. */
  async function close(room: Room, others: readonly Room[], changes: object = {}): Promise<void> {
    const stack = stackOf(room);
    configure(room, { ...changes, closing: true });
    await stack.up();
    await requireWay(room, others);
    await stack.up();
    assert.deepEqual(await leftThere(room), []);
    await stack.destroy();
  }

  it("the audit stack names the accounts that rooms may be linked to", async () => {
    await stage.makeImage(readToolbox().base.name, {});
    const assumeRoles = [{ roleArn: foundationDeployerOf(PLACE) }];
    const linkedAccounts = LINKED.map(({ account }) => account);
    stage.configure("audit", auditConfig({ "aws:assumeRoles": assumeRoles, linkedAccounts }));
    audit = await stage.select("audit", ENGINEER);
    const { outputs } = await audit.up();
    const digest = outputs["toolboxDigest"]?.value as string;
    const image = await stage.makeImage("forensics", { "toolbox-digest": digest });
    stage.corrections.encryptedImages.add(image);
    await stage.clients.ssm.send(
      new PutParameterCommand({
        Name: "/imagebuilder/clean-room/ami",
        Value: image,
        Type: "String",
      }),
    );
    await stage.makeDeployer(deployerOf(PLACE), audit);
  });

  it("both accounts' stacks let rooms be linked, to suspects in networks of the same range", async () => {
    const { transferKeyArn } = await audit.outputs();
    for (const { account } of LINKED) {
      const clients = clientsOf(stage.emulator, { account, region: REGION });
      const { ec2 } = clients;
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: VPC }));
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: Vpc?.VpcId,
          CidrBlock: SUBNET,
          AvailabilityZone: `${REGION}a`,
        }),
      );
      const name = `member-${account}`;
      stage.configure(
        name,
        memberConfig({
          "aws:assumeRoles": [{ roleArn: `arn:aws:iam::${account}:role/member-deployer` }],
          "aws:allowedAccountIds": [account],
          accountId: account,
          vpcs: [{ vpcId: Vpc?.VpcId }],
          workstationCidrs: [],
          link: "on",
          transferKeyArns: [transferKeyArn?.value],
          incidentDeployers: [deployerOf(PLACE)],
          // The emulator has none of AWS's managed policies.
          samlProviderArn: undefined,
          namespace: undefined,
        }),
      );
      const { outputs } = await (
        await stage.select(name, ENGINEER)
      ).up({ policyPacks: [POLICY_PACK] });
      const [found] = outputs["isolationSecurityGroups"]?.value as { securityGroup: string }[];
      const group = found?.securityGroup.split("/")[1] ?? "";
      const { Instances = [] } = await ec2.send(
        new RunInstancesCommand({
          ImageId: "ami-12c6146b",
          InstanceType: "m5.large",
          MinCount: 1,
          MaxCount: 1,
          SubnetId: Subnet?.SubnetId,
          PrivateIpAddress: SUSPECT,
          SecurityGroupIds: [group],
        }),
      );
      const [{ NetworkInterfaceId: interfaceId = "" } = {}] = Instances[0]?.NetworkInterfaces ?? [];
      suspects.set(account, {
        clients,
        vpcId: Vpc?.VpcId ?? "",
        subnetId: Subnet?.SubnetId ?? "",
        group,
        interfaceId,
        before: await listAccount(clients),
      });
    }
  });

  it("two rooms are linked to them at once, and one of a third account is open beside them", async () => {
    await Promise.all(
      [...LINKED, THIRD].map(async (room) => {
        configure(room);
        const stack = await stage.select(room.ticket.toLowerCase());
        rooms.set(room, stack);
        const { stdout } = await stack.up({ policyPacks: [POLICY_PACK] });
        assert.doesNotMatch(stdout, /is not in the isolation group/);
      }),
    );
  });

  it("each has the ports and routes of its tools, and of nobody else", async () => {
    await requireWay(FIRST, [SECOND]);
    await requireWay(SECOND, [FIRST]);
  });

  it("a second up of each changes nothing, and calls nothing left over", async () => {
    for (const room of LINKED) {
      let told = "";
      const changes = await changesOf(async (options) => {
        const { stdout } = await stackOf(room).preview(options);
        told = stdout;
      });
      assert.deepEqual(changes, []);
      assert.doesNotMatch(told, /Left over/);
    }
  });

  it("the suspect's traffic is mirrored to its room's workstation alone", async () => {
    configure(FIRST, { capture: [suspectOf(FIRST).interfaceId] });
    await stackOf(FIRST).up({ policyPacks: [POLICY_PACK] });
    const { mirrors, shares } = stage.corrections;
    const kinds = (account: string) =>
      mirrors
        .of(account)
        .map((id) => id.split("-")[0])
        .sort();
    assert.deepEqual(kinds(ACCOUNT), ["tmt"]);
    assert.deepEqual(kinds(FIRST.account), ["tmf", "tmfr", "tmfr", "tms"]);
    assert.equal(shares.of(ACCOUNT).length, 1);
    assert.deepEqual(kinds(SECOND.account), []);
    assert.deepEqual(await changesOf((options) => stackOf(FIRST).preview(options)), []);
  });

  it("taken off again, nothing mirrors it any more, and the way to it stays", async () => {
    configure(FIRST);
    await stackOf(FIRST).up();
    const { mirrors, shares } = stage.corrections;
    const left = [ACCOUNT, FIRST.account].flatMap((account) => [
      ...mirrors.of(account),
      ...shares.of(account),
    ]);
    assert.deepEqual(left, []);
    await requireWay(FIRST, [SECOND]);
  });

  it("the second room is closed first: nothing of it is left, and the other's way is as it was", async () => {
    await close(SECOND, [FIRST]);
    await requireWay(FIRST, []);
  });

  it("then the first one, while it captures: no route, rule, connection, share or mirror is left in any account", async () => {
    const capturing = { capture: [suspectOf(FIRST).interfaceId] };
    configure(FIRST, capturing);
    await stackOf(FIRST).up();
    await close(FIRST, [], capturing);
    for (const room of LINKED) {
      assert.deepEqual(await leftThere(room), []);
    }
    assert.deepEqual(await connectionsIn(stage.clients), []);
    assert.deepEqual(await routesIn(stage.clients), new Map());
    const { mirrors, shares } = stage.corrections;
    assert.deepEqual([...mirrors.of(ACCOUNT), ...shares.of(ACCOUNT)], []);
  });

  it("the third account's room is as it was", async () => {
    assert.deepEqual(await changesOf((options) => stackOf(THIRD).preview(options)), []);
  });

  it("every request was somebody's who may, and nothing that links take can be taken out of their policies", async () => {
    const { decided, refused, unmapped } = stage.corrections.authorization;
    assert.deepEqual(unmapped, []);
    const unexpected = refused
      .map(({ principal, action }) => `${principal.split("/").at(-1)} ${action}`)
      .filter((each) => !REFUSED.includes(each));
    assert.deepEqual([...new Set(unexpected)], []);
    const needed = (await clausesNeeded([...decided.values()])).filter(({ policy }) =>
      OF_LINKS.test(policy),
    );
    const unexplained = needed.filter(
      ({ isNoticed, what }) => !isNoticed && !GIVEN_TWICE.some(([form]) => form.test(what)),
    );
    assert.deepEqual(
      unexplained.map(({ policy, what }) => `${policy}: ${what}`),
      [],
    );
    assert.ok(needed.length > 40, `only ${needed.length} clauses were needed`);
  });
});
