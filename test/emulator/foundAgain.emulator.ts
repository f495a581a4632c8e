import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcsCommand,
  ModifySnapshotAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { DeleteAliasCommand } from "@aws-sdk/client-kms";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Stack } from "@pulumi/pulumi/automation";

import { readToolbox } from "../../components/image/toolbox";
import { type Ended, EngineProcess } from "../../rehearsal/kills/engineProcess";
import { LOOKED_UP } from "../../stacks/madeForRoom";
import { logicalName } from "../../stacks/stateResources";
import { auditConfig, incidentConfig, memberConfig } from "../support/examples";
import { clientsOf } from "./accountClients";
import { added, listAccount, type Listing } from "./accountListing";
import { ENGINEER } from "./access/organisation";
import { DEMANDED_TAG, deployerOf, foundationDeployerOf } from "./awsCorrections";
import { EmulatedStage } from "./emulatedStage";
import { changesOf } from "./engineChanges";

// What AWS made and the engine does not know of, with the real CLI and the real provider: killed between the two,
// or taken out of the state. What the provider reads of a thing that it takes on is its own, as is what it
// would then change; that nothing of AWS is made twice, replaced or stopped by it is what is looked at here.

const ACCOUNT = "210987654321";
const MEMBER = "222233334444";
const REGION = "us-west-2";
const PLACE = { account: ACCOUNT, region: REGION };
const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;
const INVESTIGATOR = `arn:aws:iam::${ACCOUNT}:role/investigator`;
const STACK = "inc-2026-0042";
const MEMBER_STACK = `member-${MEMBER}`;

/** Made anew where the state lacks it: AWS leaves what is there as it is. */
const ASKED_FOR_AGAIN = [
  "aws:ec2/volumeAttachment:VolumeAttachment",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:kms/grant:Grant",
  "aws:s3/bucketObjectv2:BucketObjectv2",
];

describe("What the engine was not told of, on the emulator", () => {
  let stage: EmulatedStage;
  let audit: Stack;
  let member: Stack;
  let room: Stack;

  /** An account before its stack. */
  let bare: Listing;

  /** The account without rooms, and with what the room had when it was opened. */
  let foundation: Listing;
  let opened: Listing;

  /** The member account's snapshot of a disk, `snap-…`. */
  let snapshot: string;

  before(async () => {
    stage = await EmulatedStage.set(PLACE, MEMBER);
    const { ec2 } = stage.memberClients;
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8 }),
    );
    ({ SnapshotId: snapshot = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId })));
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: snapshot,
        Attribute: "createVolumePermission",
        OperationType: "add",
        UserIds: [ACCOUNT],
      }),
    );
  });

  after(() => stage.clear());

  function configureRoom(changes: Readonly<Record<string, unknown>> = {}): void {
    stage.configure(STACK, roomConfig(changes));
  }

  function roomConfig(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return incidentConfig({
      tools: ["encase", "lime"],
      investigators: [INVESTIGATOR],
      responderRoles: [RESPONDER],
      tags: { [DEMANDED_TAG]: "4711" },
      ...changes,
    });
  }

  function evidence(): object[] {
    return [{ snapshot, account: MEMBER, device: "/dev/sdf" }];
  }

  /** Starts a command of the CLI on a stack. */
  function start(stack: string, ...args: string[]): EngineProcess {
    const who = [MEMBER_STACK, "audit"].includes(stack) ? ENGINEER : undefined;
    const env = { ...process.env, ...stage.environmentOf(who) };
    const plainly = ["--non-interactive", "--color", "never"];
    return new EngineProcess("pulumi", [...args, "--stack", stack, ...plainly], {
      cwd: stage.program,
      env,
    });
  }

  /** Runs one, which has to succeed. @returns what it printed. */
  async function cli(stack: string, ...args: string[]): Promise<string> {
    const { succeeded, output } = await start(stack, ...args).ended;
    assert.ok(succeeded, output);
    return output;
  }

  /** Kills `pulumi up` when AWS has done what this action asks for, and before it is told. */
  async function killAfter(action: string, stack = STACK): Promise<void> {
    const answer = stage.corrections.held.answerTo(action);
    const up = start(stack, "up", "--yes", "--skip-preview");
    const first = await Promise.race([answer.done, up.ended]);
    assert.ok(!first, `it came to no ${action}: ${(first as Ended | undefined)?.output}`);
    // What else it is told of meanwhile it has time to write down.
    await new Promise((resolve) => setTimeout(resolve, 300));
    up.kill();
    await up.ended;
    answer.release();
    // A torn file, and what docs/interrupted.md says of each.
    const state = join(stage.folder, "state/.pulumi/stacks/clean-room", `${stack}.json`);
    let { output } = await start(stack, "cancel", "--yes").ended;
    if (/failed to load checkpoint: EOF/.test(output)) {
      rmSync(`${state}.attrs`);
      ({ output } = await start(stack, "cancel", "--yes").ended);
    }
    if (/unexpected end of JSON input/.test(output)) {
      copyFileSync(`${state}.bak`, state);
      await cli(stack, "cancel", "--yes");
    }
  }

  /** A group has AWS's rule that lets everybody be reached: the next up says so, and how it is closed. */
  async function closeGroup(stack = STACK): Promise<void> {
    const { succeeded, output } = await start(stack, "preview").ended;
    assert.ok(!succeeded);
    const [, GroupId, rule = ""] =
      /aws ec2 revoke-security-group-egress .*--group-id (sg-\w+) --security-group-rule-ids (sgr-\w+)/.exec(
        output,
      ) ?? assert.fail(output);
    const { ec2 } = stack === STACK ? clientsOf(stage.endpoint, PLACE) : stage.memberClients;
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: [rule] }));
  }

  /** How many there are of each kind, of what was added; records are as many as there were changes. */
  function kindsOf(listing: Listing): Record<string, number> {
    const kinds: Record<string, number> = {};
    for (const thing of listing.keys()) {
      const [kind = ""] = /^[a-z ]+(?= )/.exec(thing) ?? [];
      if (!/^(object|overwritten)/.test(kind)) {
        kinds[kind] = (kinds[kind] ?? 0) + 1;
      }
    }
    return kinds;
  }

  /** What of the account is another than before, but for records. */
  async function changed(before: Listing): Promise<string[]> {
    const now = await listAccount(stage.clients);
    return [...added(before, now).keys(), ...added(now, before).keys()].filter(
      (thing) => !/^(object|overwritten)/.test(thing),
    );
  }

  /**
   * Nothing is left to change. Of a machine that was taken on this provider plans an update again and again: importing it
   * reads the hash of its user data as `userData`, and the program has them as `userDataBase64`, which it ignores. The
   * field is computed as well, so that the update asks AWS for nothing: the data stay, and nothing is stopped. To ignore
   * `userData` too would declare the hash as the machine's user data.
   */
  async function requireSettled(): Promise<void> {
    assert.deepEqual(
      (await changesOf((options) => room.preview(options))).filter(
        (change) => change !== "update clean-room-INC-2026-0042-instance",
      ),
      [],
    );
    const asked = [...stage.corrections.authorization.decided.values()];
    assert.ok(!asked.some(({ action }) => /^ec2:(Stop|Terminate)Instances$/.test(action)));
  }

  /** Names of what is in the state, by type. */
  async function inState(): Promise<Map<string, readonly string[]>> {
    const { resources = [] } = (await room.exportStack()).deployment as {
      resources?: { urn: string; type: string }[];
    };
    const byType = new Map<string, string[]>();
    for (const { urn, type } of resources) {
      byType.set(type, [...(byType.get(type) ?? []), urn]);
    }
    return byType;
  }

  /** Has the next `up` take on what the state lacks. */
  async function takeOn(lacking: readonly string[]): Promise<void> {
    const before = await listAccount(stage.clients);
    const types = new Map(
      [...(await inState())].flatMap(([type, urns]) =>
        urns.map((urn) => [logicalName(urn), type] as const),
      ),
    );
    const changes = await changesOf((options) => room.up(options));
    for (const [type, urns] of await inState()) {
      urns.forEach((urn) => types.set(logicalName(urn), type));
    }
    const typeOf = (change: string) => types.get(change.slice(change.indexOf(" ") + 1)) ?? "";
    assert.deepEqual(
      changes.filter((change) => {
        const [operation = ""] = change.split(" ");
        return operation === "create"
          ? !ASKED_FOR_AGAIN.includes(typeOf(change))
          : !["import", "update"].includes(operation);
      }),
      [],
    );
    assert.deepEqual(
      [...new Set(changes.filter((each) => each.startsWith("import ")).map(typeOf))].sort(),
      [...lacking].sort(),
    );
    assert.deepEqual(await changed(before), []);
    await requireSettled();
  }

  /** A stack whose `up` was killed again and again has each thing once, and nothing is left to change. */
  async function requireOnce(
    stack: Stack,
    listing: Listing,
    kinds: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { resources = [] } = (await stack.exportStack()).deployment as {
      resources?: { type: string }[];
    };
    const there = kindsOf(listing);
    for (const [kind, type] of Object.entries(kinds)) {
      assert.equal(there[kind], resources.filter((each) => each.type === type).length, kind);
    }
    assert.deepEqual(await changesOf((options) => stack.preview(options)), []);
  }

  it("a foundation is to be deployed", async () => {
    await stage.makeImage(readToolbox().base.name, {});
    const assumeRoles = [{ roleArn: foundationDeployerOf(PLACE) }];
    stage.configure("audit", auditConfig({ "aws:assumeRoles": assumeRoles }));
    audit = await stage.select("audit", ENGINEER);
    bare = await listAccount(stage.clients);
  });

  // Rules of a firewall and routes carry no tag: they are found by what they are in, which the engine may know or not.
  for (const action of ["Route53Resolver:CreateFirewallRule", "ec2:CreateRoute"]) {
    it(`its up is killed once AWS has done ${action}`, () => killAfter(action, "audit"));
  }

  it("the next up deploys it, with one of everything", async () => {
    const { outputs } = await audit.up();
    await requireOnce(audit, added(bare, await listAccount(stage.clients)), {
      alias: "aws:kms/alias:Alias",
      bucket: "aws:s3/bucket:Bucket",
      key: "aws:kms/key:Key",
      role: "aws:iam/role:Role",
      subnet: "aws:ec2/subnet:Subnet",
    });
    const image = await stage.makeImage("forensics", {
      "toolbox-digest": outputs["toolboxDigest"]?.value as string,
    });
    stage.corrections.encryptedImages.add(image);
    await stage.clients.ssm.send(
      new PutParameterCommand({
        Name: "/imagebuilder/clean-room/ami",
        Value: image,
        Type: "String",
      }),
    );
    await stage.makeDeployer(deployerOf(PLACE), audit);
    foundation = await listAccount(stage.clients);
  });

  it("a member account's stack is to be deployed", async () => {
    const { transferKeyArn, slots } = await audit.outputs();
    const { Vpcs = [] } = await stage.memberClients.ec2.send(new DescribeVpcsCommand({}));
    const config = memberConfig({
      "aws:assumeRoles": [{ roleArn: `arn:aws:iam::${MEMBER}:role/member-deployer` }],
      vpcs: [{ vpcId: Vpcs[0]?.VpcId }],
      workstationCidrs: (slots?.value as { cidr: string }[]).map(({ cidr }) => cidr),
      transferKeyArns: [transferKeyArn?.value],
      transferKey: "on",
      incidentDeployers: [deployerOf(PLACE)],
      // The emulator has none of AWS's managed policies.
      samlProviderArn: undefined,
      namespace: undefined,
    });
    stage.configure(MEMBER_STACK, config);
    member = await stage.select(MEMBER_STACK, ENGINEER);
    bare = await listAccount(stage.memberClients);
  });

  for (const action of ["ec2:CreateSecurityGroup", "kms:CreateAlias"]) {
    it(`its up is killed once AWS has done ${action}`, async () => {
      await killAfter(action, MEMBER_STACK);
      if (action === "ec2:CreateSecurityGroup") {
        await closeGroup(MEMBER_STACK);
      }
    });
  }

  it("the next up deploys it, with one of everything", async () => {
    await member.up();
    await requireOnce(member, added(bare, await listAccount(stage.memberClients)), {
      alias: "aws:kms/alias:Alias",
      key: "aws:kms/key:Key",
      role: "aws:iam/role:Role",
      "security group": "aws:ec2/securityGroup:SecurityGroup",
    });
  });

  for (const action of [
    "ssm:PutParameter",
    "ec2:CreateSecurityGroup",
    "kms:CreateKey",
    "ec2:RunInstances",
  ]) {
    it(`a room's opening is killed once AWS has done ${action}`, async () => {
      configureRoom();
      room = await stage.select(STACK);
      stage.corrections.tagIndex.isBehind = true;
      await killAfter(action);
      if (action === "ec2:CreateSecurityGroup") {
        await closeGroup();
      }
    });
  }

  it("the next up opens it, with one of everything, and no index of tags has been told yet", async () => {
    await room.up();
    stage.corrections.tagIndex.isBehind = false;
    opened = await listAccount(stage.clients);
    assert.deepEqual(kindsOf(added(foundation, opened)), {
      alias: 1,
      grant: 1,
      instance: 1,
      "instance profile": 1,
      interface: 1,
      key: 1,
      parameter: 1,
      role: 3,
      rule: 5,
      "security group": 1,
      volume: 1,
    });
    await requireSettled();
  });

  for (const action of ["ec2:CopySnapshot", "ec2:CreateVolume"]) {
    it(`evidence is added, and killed once AWS has done ${action}`, async () => {
      configureRoom({ evidence: evidence() });
      await killAfter(action);
    });
  }

  it("the next up has it, once", async () => {
    await room.up();
    assert.deepEqual(kindsOf(added(opened, await listAccount(stage.clients))), {
      snapshot: 1,
      volume: 1,
    });
    await requireSettled();
  });

  it("what is taken out of the state one by one is taken on, and nothing is made, replaced or stopped", async () => {
    const taken = [
      "aws:ebs/volume:Volume",
      "aws:iam/instanceProfile:InstanceProfile",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ];
    const before = await inState();
    for (const type of taken) {
      const [urn = assert.fail(`there is no ${type}`)] = before.get(type) ?? [];
      await cli(STACK, "state", "delete", urn, "--force", "--target-dependents", "--yes");
    }
    // With the profile went what was made after it.
    await takeOn([...taken, "aws:ec2/instance:Instance", "aws:kms/alias:Alias", "aws:kms/key:Key"]);
  });

  it("so is the whole state, where it is lost", async () => {
    const types = [...(await inState()).keys()].filter((type) => LOOKED_UP.includes(type));
    await cli(STACK, "stack", "rm", "--force", "--yes", "--preserve-config");
    room = await stage.select(STACK);
    configureRoom({ evidence: evidence() });
    await takeOn(types);
  });

  it("what somebody ends outside is told, and made anew once the state is refreshed", async () => {
    const before = await listAccount(stage.clients);
    const { ec2, kms } = stage.clients;
    const { SecurityGroupRules = [] } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "tag:incident-response", Values: ["quarantine:INC-2026-0042"] }],
      }),
    );
    const rule = SecurityGroupRules.find(({ IsEgress }) => IsEgress === false);
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: rule?.GroupId,
        SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ""],
      }),
    );
    await kms.send(new DeleteAliasCommand({ AliasName: `alias/clean-room/${STACK}` }));
    const told = await cli(STACK, "preview");
    assert.match(told, /Gone outside of Pulumi \(2\): /);
    assert.match(told, new RegExp(`pulumi refresh --stack ${STACK}, then pulumi up`));
    await cli(STACK, "refresh", "--yes", "--skip-preview");
    await cli(STACK, "up", "--yes", "--skip-preview");
    assert.deepEqual(
      kindsOf(added(foundation, await listAccount(stage.clients))),
      kindsOf(added(foundation, before)),
    );
    await requireSettled();
  });

  it("of two rooms that are opened in one slot at the same moment one is, and the other is told", async () => {
    const before = await listAccount(stage.clients);
    const tickets = ["INC-2026-0043", "INC-2026-0044"];
    for (const ticket of tickets) {
      stage.configure(ticket.toLowerCase(), roomConfig({ ticket, slot: "us-east-1a-2" }));
      await stage.select(ticket.toLowerCase());
    }
    stage.corrections.held.untilThereAre(2, "ssm:PutParameter");
    const ended = await Promise.all(
      tickets.map((ticket) => start(ticket.toLowerCase(), "up", "--yes", "--skip-preview").ended),
    );
    assert.equal(ended.filter(({ succeeded }) => succeeded).length, 1);
    const loser = ended.find(({ succeeded }) => !succeeded);
    assert.match(
      loser?.output ?? "",
      /Slot us-west-2a-2 was taken by another room in this moment; nothing of this room was made/,
    );
    // The winner's, as many as the first room had, and nothing of the loser's.
    assert.deepEqual(
      kindsOf(added(before, await listAccount(stage.clients))),
      kindsOf(added(foundation, opened)),
    );
  });
});
