import { LINK_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { OutOfBand } from "../account/outOfBand";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT, REGION } from "../accounts";
import { belongings, type Cast, INCIDENT_DEPLOYER, type Room, roomFile } from "../cast";
import {
  expect,
  expectNoChanges,
  expectRefusal,
  expectSuccess,
  expectUntouched,
} from "../expectations";
import type { Observation, Step } from "../story";
import { attachDeployerPolicies } from "./deployers";

const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ROUTE = "aws:ec2/route:Route";
const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

/** The organisation's transit gateway. */
const GATEWAY = "tgw-0123456789abcdef0";

/** The suspects' VPCs have the same range, and so have their subnets. */
const VPC = "10.20.0.0/16";
const SUBNET = "10.20.30.0/24";

/** A room that is linked, and what is at the other end. */
interface Linked {
  readonly room: Room;
  readonly account: string;
  readonly outside: OutOfBand;
  readonly vpcId: string;
  readonly group: string;
  readonly subnetId: string;
  readonly routeTableId: string;
  readonly interfaceId: string;
}

const linkedBy = new WeakMap<Cast, readonly [Linked, Linked]>();

function linkedOf(cast: Cast): readonly [Linked, Linked] {
  const linked = linkedBy.get(cast);
  if (linked === undefined) {
    throw new Error("no room is linked");
  }
  return linked;
}

/** Rooms are linked to suspects, and no way is left of it. */
export const LINKS: readonly Step[] = [
  {
    part: "incident",
    name: "link a room to a suspect whose account is not prepared",
    expected: "refused, each time with what is missing, until it is there",
    needed: true,
    run: refuseUnprepared,
  },
  {
    part: "incident",
    name: "link two rooms to suspects in two accounts, with equal ranges",
    expected: "each has its routes and rules and no other; policies hold",
    needed: true,
    run: linkBoth,
  },
  {
    part: "incident",
    name: "link rooms where AWS would refuse it in mid-deployment",
    expected: "refused in the preview, with what would work",
    run: refuseImpossible,
  },
  {
    part: "incident",
    name: "link a room over the connection that another room has",
    expected: "routes and rules of its slot; closed again, the other one's way is untouched",
    needed: true,
    run: leadOverAnothers,
  },
  {
    part: "incident",
    name: "link a room over a transit gateway that both VPCs are attached to",
    expected:
      "refused until both attachments serve; routes and rules of its slot; closed again, the attachments are untouched",
    needed: true,
    run: leadOverGateway,
  },
  {
    part: "incident",
    name: "lose the state of a link",
    expected: "found again, nothing made a second time",
    run: findLinkAgain,
  },
  {
    part: "incident",
    name: "capture the suspect's traffic in a linked room",
    expected: "mirrored to its workstation alone; found again; taken away and made again",
    needed: true,
    run: capture,
  },
  {
    part: "incident",
    name: "close the linked rooms, the second one first",
    expected:
      "no route, rule or connection left of the one, the other's untouched; then of neither",
    needed: true,
    run: closeBoth,
  },
];

async function refuseUnprepared(cast: Cast): Promise<Observation> {
  const { audit, member } = cast;
  const linked = await Promise.all([suspectOfMember(cast), suspectElsewhere(cast)]);
  linkedBy.set(cast, linked);
  const [{ room, outside, interfaceId, group }] = linked;
  const refuse = async (reasons: readonly RegExp[], what: string) => {
    const preview = await room.stack.preview();
    expectRefusal(preview, reasons, what);
    expect(preview.changes.length === 0, "it was refused too late");
  };
  await refuse([/is none that the audit stack's linkedAccounts names/], "without the policy");
  audit.configure({ "clean-room:linkedAccounts": [MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT] });
  expectSuccess(await audit.up({ policies: true }), "the audit stack with linked accounts");
  await attachDeployerPolicies(cast, INCIDENT_DEPLOYER);
  await refuse([/suspect-link is not there.*link: on.*sts:AssumeRole/s], "without the role");
  member.configure({
    "clean-room:link": "on",
    "clean-room:workstationCidrs": [],
    "clean-room:incidentDeployers": [`arn:aws:iam::${AUDIT_ACCOUNT}:role/${INCIDENT_DEPLOYER}`],
  });
  expectSuccess(await member.up({ policies: true }), "the member account's stack with a link");
  await outside.setGroups(interfaceId, ["sg-0fedcba9876543210"]);
  const preview = await room.stack.preview();
  expectSuccess(preview, "once both are prepared");
  expect(
    preview.warnings.some((each) => each.includes(`is not in the isolation group ${group}`)),
    `it does not say that the suspect is not isolated: ${preview.warnings.join("\n")}`,
  );
  await outside.setGroups(interfaceId, [group]);
  return { result: "refused twice, then possible" };
}

async function linkBoth(cast: Cast): Promise<Observation> {
  const linked = linkedOf(cast);
  const ups = await Promise.all(linked.map(({ room: { stack } }) => stack.up({ policies: true })));
  ups.forEach((up) => expectSuccess(up, "opening a linked room"));
  ups
    .flatMap(({ warnings }) => warnings)
    .forEach((warning) => expect(!/isolation group/.test(warning), warning));
  linked.forEach((each) => expectWay(cast, each));
  for (const { room } of linked) {
    const again = await room.stack.preview();
    expectNoChanges(again, "a linked room again");
    expect(!again.warnings.some((each) => /Left over/.test(each)), again.warnings.join("\n"));
  }
  return {
    result: "two connections, equal ranges",
    changes: ups.flatMap(({ changes }) => changes),
  };
}

/** What leads to the suspect and back, and is let through, is this and no more. */
function expectWay({ stage }: Cast, { room, account, routeTableId, group }: Linked): void {
  const slots: Readonly<Record<string, string>> = {
    [`${REGION}a-3`]: "10.66.0.32/28",
    [`${REGION}b-3`]: "10.66.1.32/28",
  };
  const slot = slots[String(room.stack.setting("clean-room:slot"))];
  const own = stage.account.read();
  const other = stage.members.of(account).read();
  const [connection, ...more] = own
    .ofType(CONNECTION)
    .filter(({ tags }) => tags["incident-response"] === `quarantine:${room.ticket}`);
  expect(connection?.state === "active" && more.length === 0, "it has not one active connection");
  const over = (routes: typeof own) =>
    routes
      .ofType(ROUTE)
      .filter(({ properties }) => properties["vpcPeeringConnectionId"] === connection?.id)
      .map(({ properties }) => String(properties["destinationCidrBlock"]));
  expect(over(own).join() === SUBNET, `the slot leads to ${over(own).join()}`);
  expect(over(other).join() === slot, `the suspect's tables lead to ${over(other).join()}`);
  const tables = other
    .ofType(ROUTE)
    .filter(({ properties }) => properties["destinationCidrBlock"] === slot)
    .map(({ properties }) => properties["routeTableId"]);
  expect(tables.join() === routeTableId, `routes are in ${tables.join()}`);
  const rules = other
    .ofType(...RULES)
    .filter(({ properties }) => properties["securityGroupId"] === group)
    .map(({ type, properties }) => {
      const way = type === RULES[0] ? "in" : "out";
      return `${way} ${String(properties["fromPort"])} ${String(properties["cidrIpv4"])}`;
    })
    .sort();
  const wanted = [`in 4444 ${slot}`, `in 4445 ${slot}`, `out 4445 ${slot}`];
  expect(rules.join() === wanted.join(), `the isolation group lets through ${rules.join()}`);
}

async function refuseImpossible(cast: Cast): Promise<Observation> {
  const [first] = linkedOf(cast);
  const { outside, account, vpcId, group, routeTableId, room } = first;
  const third = await roomOf(cast, "INC-2026-0073", `${REGION}a-2`, `${account}/${group}`);
  const refuse = async (
    reasons: readonly RegExp[],
    what: string,
    settings: Readonly<Record<string, unknown>> = {},
  ) => {
    const preview = await third.stack.preview({ settings });
    expectRefusal(preview, reasons, what);
    expect(preview.changes.length === 0, `${what} was refused too late`);
  };
  await refuse([/connects the forensics VPC with .* already \(active, quarantine:/], "twice");
  await refuse([/10\.20\.99\.0\/24 of suspectCidrs is in no subnet/], "a range of no subnet", {
    "clean-room:suspectCidrs": ["10.20.99.0/24"],
  });
  await refuse([/sg-0123456789abcdef0 is not in us-east-1 of account/], "another Region", {
    "clean-room:isolationSecurityGroup": `${account}/sg-0123456789abcdef0`,
  });
  const overlapping = await outside.addVpc("10.66.0.0/16");
  const overlappingGroup = await outside.addGroup(overlapping, "isolation");
  await outside.addSuspect(overlapping, "10.66.128.0/24", "10.66.128.4", [overlappingGroup]);
  await refuse([/overlaps the forensics VPC \(10\.66\.0\.0\/22\)/], "overlapping ranges", {
    "clean-room:isolationSecurityGroup": `${account}/${overlappingGroup}`,
    "clean-room:suspectCidrs": ["10.66.128.0/24"],
  });
  await outside.shareVpc(vpcId, "999988887777");
  await refuse([/is shared with account .* and belongs to 999988887777/], "a shared VPC");
  await outside.shareVpc(vpcId, account);
  const takeAway = await outside.addRoutes(routeTableId, 49);
  await refuse([/has 50 routes, the link makes 1 more, and AWS takes 50/], "a full table");
  await takeAway();
  expectNoChanges(await room.stack.preview(), "the linked room");
  return { result: "refused 6 times" };
}

async function leadOverAnothers(cast: Cast): Promise<Observation> {
  const [first] = linkedOf(cast);
  const { account, group, room } = first;
  const third = await roomOf(cast, "INC-2026-0074", `${REGION}a-2`, `${account}/${group}`);
  third.stack.configure({ "clean-room:link": "existing" });
  const others = wayOf(cast, account, room);
  const up = await third.stack.up({ policies: true });
  expectSuccess(up, "a room over another's connection");
  expect(
    up.warnings.some((each) => /is another room's .* and ends with that/.test(each)),
    `it does not say whose the connection is: ${up.warnings.join("\n")}`,
  );
  const made = wayOf(cast, account, third).map(({ type }) => type);
  const count = (...types: readonly string[]) => made.filter((each) => types.includes(each)).length;
  expect(count(CONNECTION) === 0 && count(ROUTE) === 2 && count(...RULES) === 3, made.join());
  expectNoChanges(await third.stack.preview(), "the third room again");
  third.stack.configure({ "clean-room:closing": true });
  expectSuccess(await third.stack.up({ policies: true }), "recording the closing");
  expectSuccess(await third.stack.up({ policies: true }), "ending its way");
  expect(wayOf(cast, account, third).length === 0, "something is left of its way");
  const { succeeded, output } = await third.stack.cli("destroy", "--yes");
  expect(succeeded, `the third room could not be destroyed: ${output}`);
  expectUntouched(others, wayOf(cast, account, room), "the room whose connection it is");
  return { result: "over the other's connection and back", changes: up.changes };
}

async function leadOverGateway(cast: Cast): Promise<Observation> {
  const { stage } = cast;
  const [first] = linkedOf(cast);
  const { account, group, room, outside, vpcId, subnetId, routeTableId } = first;
  const over = await roomOf(cast, "INC-2026-0075", `${REGION}a-2`, `${account}/${group}`);
  const { stack } = over;
  stack.configure({ "clean-room:link": "transit-gateway" });
  const others = wayOf(cast, account, room);
  const refuse = async (reason: RegExp, what: string) => {
    const preview = await stack.preview();
    expectRefusal(preview, [reason], what);
    expect(preview.changes.length === 0, `${what} was refused too late`);
  };
  const roomsVpc = String((await cast.audit.outputs())["vpcId"]);
  const [elsewhere = "", here = ""] = [`${REGION}b`, `${REGION}a`].map(
    (zone) =>
      stage.account
        .read()
        .ofType("aws:ec2/subnet:Subnet")
        .filter(({ properties }) => properties["vpcId"] === roomsVpc)
        .find(({ properties }) => properties["availabilityZone"] === zone)?.id,
  );
  await refuse(/No transit gateway has an available attachment of both/, "no attachment");
  await outside.attachGateway(GATEWAY, vpcId, [subnetId]);
  await refuse(/The forensics VPC has none, vpc-\S+ tgw-attach-/, "one attachment");
  await stage.outside.attachGateway(GATEWAY, roomsVpc, [elsewhere]);
  await refuse(/has subnets in us-east-1b only.*set link to peering/, "another Availability Zone");
  await stage.outside.attachGateway(GATEWAY, roomsVpc, [elsewhere, here]);
  const attachments = attachmentsOf(cast, account);

  const up = await stack.up({ policies: true });
  expectSuccess(up, "a room over a transit gateway");
  expect(
    up.warnings.some((each) => /route tables are its owner's and not looked at/.test(each)),
    `it does not say what it cannot see: ${up.warnings.join("\n")}`,
  );
  const made = wayOf(cast, account, over);
  const routes = made
    .filter(({ type }) => type === ROUTE)
    .map(({ properties }) =>
      [properties["routeTableId"], properties["destinationCidrBlock"]].map(String).join(" "),
    );
  const rules = made.filter(({ type }) => RULES.includes(type)).length;
  expect(
    routes.length === 2 &&
      routes.some((each) => each.endsWith(` ${SUBNET}`)) &&
      routes.includes(`${routeTableId} 10.66.0.16/28`) &&
      rules === 3 &&
      made.every(({ type, properties }) => type !== ROUTE || isOver(properties, GATEWAY)) &&
      made.every(({ type }) => type !== CONNECTION),
    `it has ${routes.join()} and ${rules} rules`,
  );
  expectNoChanges(await stack.preview(), "the room over a transit gateway again");
  stack.configure({ "clean-room:closing": true });
  expectSuccess(await stack.up({ policies: true }), "recording the closing");
  expect(wayOf(cast, account, over).length === made.length, "its way ended too early");
  expectSuccess(await stack.up({ policies: true }), "ending its way");
  expect(wayOf(cast, account, over).length === 0, "something is left of its way");
  const { succeeded, output } = await stack.cli("destroy", "--yes");
  expect(succeeded, `the room over a transit gateway could not be destroyed: ${output}`);
  expectUntouched(others, wayOf(cast, account, room), "the room that is peered");
  expectUntouched(attachments, attachmentsOf(cast, account), "the attachments");
  const left = [stage.account, stage.members.of(account)].flatMap((store) =>
    store
      .read()
      .ofType(ROUTE)
      .filter(({ properties }) => isOver(properties, GATEWAY)),
  );
  expect(left.length === 0, `there is left ${left.map(({ id }) => id).join()}`);
  await outside.detachGateway(GATEWAY, vpcId);
  await stage.outside.detachGateway(GATEWAY, roomsVpc);
  return { result: "refused 3 times, then there and back", changes: up.changes };
}

function isOver(properties: Readonly<Record<string, unknown>>, gatewayId: string): boolean {
  return (
    properties["transitGatewayId"] === gatewayId &&
    properties["vpcPeeringConnectionId"] === undefined
  );
}

/** Both VPCs' attachments to transit gateways. */
function attachmentsOf({ stage }: Cast, account: string) {
  return [stage.account, stage.members.of(account)].flatMap((store) =>
    store.read().ofType("aws:ec2transitgateway/vpcAttachment:VpcAttachment"),
  );
}

async function findLinkAgain(cast: Cast): Promise<Observation> {
  const [{ room, account }] = linkedOf(cast);
  const before = wayOf(cast, account, room);
  // The records name the connection: the engine keeps it as long as they are there.
  const isAccepter = (urn: string) => urn.includes("Accepter::");
  const urns = before
    .flatMap(({ urn }) => urn ?? [])
    .filter((urn) => !urn.endsWith("::link-connection"))
    .sort((a, b) => Number(isAccepter(a)) - Number(isAccepter(b)));
  for (const urn of urns) {
    const { succeeded, output } = await cast.stage.cli(
      ...["state", "delete", urn, "--yes", "--stack", room.stack.name],
    );
    expect(succeeded, `${urn} stays in the state: ${output}`);
  }
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "after the link was lost");
  expect(
    up.warnings.some((each) => /Found again and taken on.*Route rtb-/.test(each)),
    `it does not say what it found: ${up.warnings.join("\n")}`,
  );
  const ids = (entries: typeof before) => entries.map(({ id }) => id).sort();
  const after = ids(wayOf(cast, account, room));
  expect(after.join() === ids(before).join(), `it made ${after.join()}`);
  expectWay(cast, linkedOf(cast)[0]);
  expectNoChanges(await room.stack.preview(), "the linked room again");
  return { result: `${urns.length} taken on`, changes: up.changes };
}

/** What a capture is made of, by type, in the room's account and in the suspect's. */
const MIRRORS = {
  here: [
    "aws:ec2/trafficMirrorTarget:TrafficMirrorTarget",
    "aws:ram/principalAssociation:PrincipalAssociation",
    "aws:ram/resourceAssociation:ResourceAssociation",
    "aws:ram/resourceShare:ResourceShare",
  ],
  there: [
    "aws:ec2/trafficMirrorFilter:TrafficMirrorFilter",
    "aws:ec2/trafficMirrorFilterRule:TrafficMirrorFilterRule",
    "aws:ec2/trafficMirrorSession:TrafficMirrorSession",
  ],
} as const;

async function capture(cast: Cast): Promise<Observation> {
  const [first] = linkedOf(cast);
  const { room, interfaceId } = first;
  const { stack } = room;
  const absent = { "clean-room:capture": ["eni-0123456789abcdef0"] };
  expectRefusal(
    await stack.preview({ settings: absent }),
    [/eni-0123456789abcdef0 of capture is no interface in vpc-/],
    "another interface",
  );
  const before = wayOf(cast, first.account, room);
  stack.configure({ "clean-room:capture": [interfaceId] });
  const up = await stack.up({ policies: true });
  expectSuccess(up, "capturing");
  expectMirrors(cast, first, 1);
  expectNoChanges(await stack.preview(), "the capturing room again");

  const lost = wayOf(cast, first.account, room)
    .filter(({ type }) => (MIRRORS.there as readonly string[]).includes(type))
    .sort((a, b) => rankOf(a.type) - rankOf(b.type));
  for (const { urn = "" } of lost) {
    const { succeeded, output } = await cast.stage.cli(
      ...["state", "delete", urn, "--yes", "--stack", stack.name],
    );
    expect(succeeded, `${urn} stays in the state: ${output}`);
  }
  expectSuccess(await stack.up({ policies: true }), "after the mirrors were lost");
  const ids = wayOf(cast, first.account, room).map(({ id }) => id);
  expect(
    lost.every(({ id }) => ids.includes(id)),
    "the mirrors were made a second time",
  );
  expectMirrors(cast, first, 1);

  stack.configure({ "clean-room:capture": [] });
  expectSuccess(await stack.up({ policies: true }), "ending the capture");
  expectMirrors(cast, first, 0);
  expectUntouched(before, wayOf(cast, first.account, room), "the link itself");
  expectWay(cast, first);

  stack.configure({ "clean-room:capture": [interfaceId] });
  expectSuccess(await stack.up({ policies: true }), "capturing again");
  expectMirrors(cast, first, 1);
  return { result: `${lost.length} taken on, nothing left in between`, changes: up.changes };
}

/** Dependants first: a session and the rules are of a filter. */
function rankOf(type: string): number {
  return type === MIRRORS.there[0] ? 1 : 0;
}

/** What mirrors a suspect is this and no more, in either account. */
function expectMirrors({ stage }: Cast, { account, interfaceId }: Linked, sessions: 0 | 1): void {
  const here = stage.account.read();
  const there = stage.members.of(account).read();
  const count = (store: typeof here, types: readonly string[]) =>
    types.map((type) => store.ofType(type).length).join();
  const wanted = sessions === 0 ? ["0,0,0,0", "0,0,0"] : ["1,1,1,1", "1,2,1"];
  const found = [count(here, MIRRORS.here), count(there, MIRRORS.there)];
  expect(found.join(" ") === wanted.join(" "), `there are ${found.join(" ")} mirrors`);
  const [session] = there.ofType(MIRRORS.there[2]);
  const [target] = here.ofType(MIRRORS.here[0]);
  expect(
    sessions === 0 ||
      (session?.properties["networkInterfaceId"] === interfaceId &&
        session.properties["trafficMirrorTargetId"] === target?.id),
    "the session mirrors something else",
  );
}

async function closeBoth(cast: Cast): Promise<Observation> {
  const [first, second] = linkedOf(cast);
  const neighbour = belongings(cast, cast.neighbour);
  for (const [one, other] of [
    [second, first],
    [first, undefined],
  ] as const) {
    const { stack } = one.room;
    const others = other === undefined ? [] : wayOf(cast, other.account, other.room);
    stack.configure({ "clean-room:closing": true });
    const recording = await stack.up({ policies: true });
    expectSuccess(recording, "recording the closing");
    expectWay(cast, one);
    expectSuccess(await stack.up({ policies: true }), "ending the link");
    const left = wayOf(cast, one.account, one.room);
    expect(
      left.length === 0,
      `there is left ${left.map(({ type, id }) => `${type} ${id}`).join()}`,
    );
    const { succeeded, output } = await stack.cli("destroy", "--yes");
    expect(succeeded, `the linked room could not be destroyed: ${output}`);
    if (other !== undefined) {
      expectUntouched(others, wayOf(cast, other.account, other.room), "the other link");
      expectWay(cast, other);
    }
  }
  expectUntouched(neighbour, belongings(cast, cast.neighbour), "the other room");
  const connections = [AUDIT_ACCOUNT, MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT].flatMap((account) =>
    (cast.stage.members.find(account)?.read().ofType(CONNECTION) ?? []).map(({ id }) => id),
  );
  expect(connections.length === 0, `there is left ${connections.join()}`);
  expectMirrors(cast, first, 0);
  return { result: "nothing left of either" };
}

/** Connections, routes and rules that a room's stack made, in both accounts. */
function wayOf({ stage }: Cast, account: string, { stack }: Room) {
  return [stage.account, stage.members.of(account)].flatMap((store) =>
    store
      .read()
      .state.entries.filter(({ urn }) => urn?.startsWith(`urn:pulumi:${stack.name}::`) === true)
      .filter(
        ({ urn }) => /::link-[^:]*$/.test(urn ?? "") || urn?.includes("SuspectLink$") === true,
      ),
  );
}

async function suspectOfMember(cast: Cast): Promise<Linked> {
  const { stage, member } = cast;
  const outputs = await member.outputs();
  const [group] = outputs["isolationSecurityGroups"] as {
    readonly vpcId: string;
    readonly securityGroup: string;
  }[];
  const [account = "", groupId = ""] = (group?.securityGroup ?? "").split("/");
  return suspectIn(cast, account, stage.outsideMember, group?.vpcId ?? "", groupId, {
    ticket: "INC-2026-0071",
    slot: `${REGION}a-3`,
  });
}

/** In an account that has no stack of the program, but the role. */
async function suspectElsewhere(cast: Cast): Promise<Linked> {
  const outside = new OutOfBand(cast.stage.members.create(OTHER_MEMBER_ACCOUNT, REGION));
  const vpcId = await outside.addVpc(VPC);
  const group = await outside.addGroup(vpcId, "isolation");
  await outside.setRole(LINK_ROLE_NAME, [], ROLE_PATH);
  return suspectIn(cast, OTHER_MEMBER_ACCOUNT, outside, vpcId, group, {
    ticket: "INC-2026-0072",
    slot: `${REGION}b-3`,
  });
}

async function suspectIn(
  cast: Cast,
  account: string,
  outside: OutOfBand,
  vpcId: string,
  group: string,
  { ticket, slot }: { readonly ticket: string; readonly slot: string },
): Promise<Linked> {
  const suspect = await outside.addSuspect(vpcId, SUBNET, "10.20.30.40", [group]);
  const room = await roomOf(cast, ticket, slot, `${account}/${group}`);
  return { room, account, outside, vpcId, group, ...suspect };
}

async function roomOf(
  { stage }: Cast,
  ticket: string,
  slot: string,
  isolationSecurityGroup: string,
): Promise<Room> {
  const { config } = roomFile(ticket, slot);
  const file = {
    config: {
      ...config,
      "clean-room:link": "peering",
      "clean-room:isolationSecurityGroup": isolationSecurityGroup,
      "clean-room:suspectCidrs": ["10.20.30.40/32"],
      "clean-room:responderRoles": [],
    },
  };
  return { ticket, stack: await stage.stack(ticket.toLowerCase(), file) };
}
