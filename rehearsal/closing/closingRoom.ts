import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import { LINK_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT, REGION } from "../accounts";
import type { Entry } from "../account/account";
import { endpointsOf } from "../account/accountEndpoints";
import type { Listening } from "../account/awsEndpoint";
import { INCIDENT_DEPLOYER, roomFile } from "../cast";
import { OutOfBand } from "../account/outOfBand";
import { type Ended, EngineProcess, roomEnvironment } from "../kills/engineProcess";
import { ResidentHost } from "../language/residentHost";
import type { RehearsedStack } from "../rehearsedStack";
import { type Stage } from "../stage";
import { outputsIn, resourcesIn, type StateEntry } from "../stackState";

const TICKET = "INC-2026-0042";

/** What a way of closing may change: the simulated accounts, the engine's state and the stacks' files. */
const KEPT = ["account.json", "members", "state", "project"];

/** How a room is linked to its suspect. */
export type Link = "none" | "peering" | "transit-gateway";

/** The organisation's transit gateway. */
const GATEWAY = "tgw-0123456789abcdef0";

/** What a way to the suspect is made of, in either account. */
const WAY = [
  "aws:ec2/route:Route",
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/** An open room with two disks as evidence, which is put back as it was after every way of closing it. */
export class ClosingRoom {
  private constructor(
    public readonly stage: Stage,
    private readonly stack: RehearsedStack,
    private readonly aws: Listening,
    private readonly host: ResidentHost,
    private readonly language: string,
  ) {}

  /**
   * Opens it: its copies are locked, its disks hashed.
   *
   * @param foundation A stage with the audit stack; it stays as it is.
   * @param language Folder of the executable by which the engine runs the program.
   * @param link How it is linked to a suspect of another account.
   */
  public static async open(
    foundation: Stage,
    language: string,
    link: Link = "none",
  ): Promise<ClosingRoom> {
    const stage = foundation.copy();
    stage.keepProvider();
    const stack = await stage.stack(TICKET.toLowerCase(), roomFile(TICKET, `${REGION}a-1`));
    stack.configure(await linkedTo(stage, link));
    const aws = await endpointsOf(stage, INCIDENT_DEPLOYER);
    const environment = { ...process.env, ...aws.environment };
    const host = await ResidentHost.start(language, stage.project, environment);
    const room = new ClosingRoom(stage, stack, aws, host, language);
    const { transferKeyArn, vaultBucket } = outputsIn(stage, "audit");
    const evidence = [];
    for (const device of ["/dev/sdf", "/dev/sdg"]) {
      const key = String(transferKeyArn);
      const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, key);
      evidence.push({ snapshot, account: MEMBER_ACCOUNT, device });
    }
    room.configure({ "clean-room:evidence": evidence });
    const { succeeded, output } = await room.pulumi("up", "--yes", "--skip-preview");
    if (!succeeded) {
      throw new Error(`the room could not be opened: ${output}`);
    }
    const [machine] = room.having("aws:ec2/instance:Instance");
    for (const { id } of room.having("aws:ebs/snapshotCopy:SnapshotCopy")) {
      await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
    }
    for (const { id } of room.workingVolumes()) {
      const name = `cases/${TICKET}/intake/${machine?.id}/${id}.json`;
      await stage.outside.putObject(String(vaultBucket), name);
    }
    for (const name of KEPT) {
      cpSync(join(stage.folder, name), join(stage.folder, "kept", name), { recursive: true });
    }
    return room;
  }

  /** Has it as it was when it was opened. */
  public restore(): void {
    const { folder, account } = this.stage;
    account.removeLock();
    for (const name of KEPT) {
      // The language host works in the project's folder.
      if (name !== "project") {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
      cpSync(join(folder, "kept", name), join(folder, name), { recursive: true });
    }
  }

  /** Changes settings, by full key. */
  public configure(settings: Readonly<Record<string, unknown>>): void {
    this.stack.configure(settings);
  }

  /** One setting, by full key. */
  public setting(key: string): unknown {
    return this.stack.setting(key);
  }

  /** Starts the CLI on the room's stack, to be killed. */
  public start(...args: readonly string[]): EngineProcess {
    return this.startWith({}, args);
  }

  /** Runs the CLI on the room's stack to its end. */
  public pulumi(...args: readonly string[]): Promise<Ended> {
    // The program reads what up --refresh has found in the state, which is written after every resource for it.
    const environment = {
      ...this.stage.environmentOf(INCIDENT_DEPLOYER),
      PULUMI_SKIP_CHECKPOINTS: "false",
    };
    return this.startWith(environment, args).ended;
  }

  private startWith(environment: NodeJS.ProcessEnv, args: readonly string[]): EngineProcess {
    const { stage, aws, host, language } = this;
    const plainly = ["--non-interactive", "--color", "never"];
    const all = [...args, "--stack", this.stack.name, ...plainly];
    const rooms = roomEnvironment(stage, aws, language);
    return new EngineProcess(stage.pulumi.command, all, {
      cwd: stage.project,
      env: { ...environment, ...rooms, ...host.environment },
    });
  }

  /** What AWS has for the room, of one type. */
  public having(type: string): Entry[] {
    return this.stage.account
      .read()
      .ofType(type)
      .filter(
        ({ urn, tags }) =>
          urn?.startsWith(`urn:pulumi:${this.stack.name}::`) === true ||
          tags["incident-response"] === `quarantine:${TICKET}`,
      );
  }

  /** The working volumes of its evidence. */
  public workingVolumes(): Entry[] {
    return this.having("aws:ebs/volume:Volume").filter(({ tags }) => "source-snapshot" in tags);
  }

  /** What the account of the suspect that it is linked to has without Pulumi. */
  public get suspects(): OutOfBand {
    return new OutOfBand(this.stage.members.of(OTHER_MEMBER_ACCOUNT));
  }

  /** What leads to the suspect and back, in both accounts; a connection once, as both have the same one. */
  public way(): Entry[] {
    const entries = [this.stage.account, this.stage.members.find(OTHER_MEMBER_ACCOUNT)].flatMap(
      (store) => store?.read().ofType(...WAY) ?? [],
    );
    const own = entries.filter(({ urn }) => /::link-[^:]*$/.test(urn ?? ""));
    return own.filter(({ id, type }) => own.find((one) => one.id === id)?.type === type);
  }

  /** The texts of the records of an event in the vault. */
  public records(event: string): string[] {
    return this.stage.account
      .read()
      .ofType("aws:s3/bucketObjectv2:BucketObjectv2")
      .filter(({ id }) => id.includes(`/records/${TICKET}/`))
      .map(({ properties }) => String(properties["content"]))
      .filter((content) => content.includes(`"event": "${event}"`));
  }

  /** What the engine knows of. */
  public known(): readonly StateEntry[] {
    return resourcesIn(this.stage, this.stack.name);
  }

  /** The name that the engine has for a resource. @param name its logical name */
  public urn(name: string): string {
    return this.known().find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? `**::${name}`;
  }

  /** Removes everything that was made for it on this machine. */
  public end(): void {
    this.host.end();
    this.aws.end();
    this.stage.clear();
  }
}

/** Has a suspect in another account, which rooms may be linked to. @returns the settings of a room that is */
async function linkedTo(stage: Stage, link: Link): Promise<Readonly<Record<string, unknown>>> {
  if (link === "none") {
    return {};
  }
  const outside = new OutOfBand(stage.members.create(OTHER_MEMBER_ACCOUNT, REGION));
  const vpcId = await outside.addVpc("10.20.0.0/16");
  const group = await outside.addGroup(vpcId, "isolation");
  await outside.setRole(LINK_ROLE_NAME, [], ROLE_PATH);
  const { subnetId } = await outside.addSuspect(vpcId, "10.20.30.0/24", "10.20.30.40", [group]);
  if (link === "transit-gateway") {
    const roomsVpc = String(outputsIn(stage, "audit")["vpcId"]);
    const subnets = stage.account
      .read()
      .ofType("aws:ec2/subnet:Subnet")
      .filter(({ properties }) => properties["vpcId"] === roomsVpc)
      .map(({ id }) => id);
    await outside.attachGateway(GATEWAY, vpcId, [subnetId]);
    await stage.outside.attachGateway(GATEWAY, roomsVpc, subnets);
  }
  return {
    "clean-room:link": link,
    "clean-room:isolationSecurityGroup": `${OTHER_MEMBER_ACCOUNT}/${group}`,
    "clean-room:suspectCidrs": ["10.20.30.40/32"],
  };
}
