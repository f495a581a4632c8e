import { sha256 } from "../../components/sha256";
import type { Account, AccountState, Entry, Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { addObject } from "./buckets";
import { isWaiting, type PlannedFault } from "./faultInjection";
import { digest, ec2Id, hex, uuid } from "./identifiers";
import { imageEntry } from "./images";
import { findKey } from "./keys";
import { signRecords } from "./recordSigning";
import { NO_VOLUME } from "./refusals";
import { arnOf } from "./tableTexts";

const ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const GRANT = "aws:kms/grant:Grant";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
const KEY = "aws:kms/key:Key";
const PARAMETER = "aws:ssm/parameter:Parameter";
const ROLE = "aws:iam/role:Role";
const ROUTE = "aws:ec2/route:Route";
const SNAPSHOT = "aws:ebs/snapshot:Snapshot";
const VPC = "aws:ec2/vpc:Vpc";

/** What a seeded image looks like; each field may be made wrong to see it refused. */
export interface ImageOptions {
  /** Account that owns it. @default the simulated account */
  readonly ownerId?: string;

  /** @default false */
  readonly public?: boolean;

  /** @default true */
  readonly encrypted?: boolean;

  /** @default x86_64 */
  readonly architecture?: "x86_64" | "arm64";

  /** @default /dev/xvda */
  readonly rootDeviceName?: string;

  /** Tags of the image and its snapshot, e.g. `toolbox-digest`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What more is known of something that is added. */
type More = Partial<Pick<Entry, "tags" | "state">>;

/**
 * What happens to the account without Pulumi: the image pipeline publishes, a member account
 * shares a snapshot, a network team has a VPC.
 */
export class OutOfBand {
  constructor(private readonly store: AccountStore) {}

  /** Registers a forensics image. @returns its id. */
  registerImage(name: string, options: ImageOptions): Promise<string> {
    return this.store.change((account) => {
      const [id, snapshotId] = [ec2Id("ami"), ec2Id("snap")];
      const tags = { ...options.tags };
      const image = {
        ...{ ownerId: account.id, public: false, encrypted: true, architecture: "x86_64" },
        ...{ rootDeviceName: "/dev/xvda", creationDate: new Date().toISOString() },
        ...options,
      };
      const { encrypted, ownerId } = image;
      const snapshot = { encrypted, ownerId, volumeSize: 8 };
      add(account, SNAPSHOT, snapshotId, snapshot, { tags, state: "completed" });
      account.add(imageEntry(account, { ...image, id, snapshotId, name, tags }));
      return id;
    });
  }

  /** Writes a parameter, new or not, as the image pipeline does. */
  async writeParameter(name: string, value: string, tags: Record<string, string> = {}) {
    const all = { name, type: "String", value, version: 1 };
    await this.put(PARAMETER, name, { value }, all, { tags });
  }

  /**
   * A member account shares a snapshot of a compromised volume. For a copy under our key EC2 made a
   * grant on the account's behalf, which stays; a snapshot under the account's own key is no copy.
   * @param kmsKeyId ARN of the key it is encrypted with.
   * @param productCodes Of AWS Marketplace; what is made of the snapshot carries them too.
   * @returns its id.
   */
  shareSnapshot(
    ownerId: string,
    volumeSize: number,
    kmsKeyId: string,
    productCodes: readonly string[] = [],
  ): Promise<string> {
    return this.store.change((account) => {
      const id = ec2Id("snap");
      const [startTime, volumeId] = [new Date().toISOString(), `vol-0${digest(id, 16)}`];
      const own = { encrypted: true, kmsKeyId, ownerId, productCodes, volumeSize };
      add(account, SNAPSHOT, id, { ...own, startTime, volumeId }, { state: "completed" });
      if (findKey(account, kmsKeyId) !== undefined) {
        add(account, GRANT, `${kmsKeyId}:${hex(64)}`, {
          keyId: kmsKeyId,
          granteePrincipal: `ec2.${account.region}.amazonaws.com`,
          operations: ["Decrypt", "DescribeKey"],
          issuingAccount: ownerId,
        });
      }
      return id;
    });
  }

  /** Somebody encrypts something in the account. @returns the ARN of the key. */
  async addKey(): Promise<string> {
    const id = uuid();
    const key = await this.add(KEY, id, { keyId: id, isEnabled: true }, { state: "Enabled" });
    return String(key.arn);
  }

  /**
   * Somebody makes a role outside of Pulumi, or attaches other policies to it.
   * @param managedPolicyArns The policies attached to it, all of them.
   * @param path Its path, of a new one.
   */
  async setRole(name: string, managedPolicyArns: readonly string[], path = "/"): Promise<void> {
    await this.put(ROLE, name, { managedPolicyArns }, { name, path, managedPolicyArns });
  }

  /** Somebody removes such a role. */
  removeRole(name: string): Promise<void> {
    return this.remove(ROLE, [name]);
  }

  /** A role is made anew: of a grant to the one before it KMS knows only that one's unique id. */
  async remakeGrantee(arn: string): Promise<void> {
    await this.store.change((account) =>
      account
        .ofType(GRANT)
        .filter(({ properties }) => properties["granteePrincipal"] === arn)
        .forEach(({ properties }) => {
          properties["granteePrincipal"] = `AROA${hex(17).toUpperCase()}`;
        }),
    );
  }

  /** Somebody puts another policy on a key, as `aws kms put-key-policy` does. */
  async putKeyPolicy(keyId: string, policy: string): Promise<void> {
    await this.store.change((account) =>
      Object.assign(findKey(account, keyId)?.properties ?? {}, { policy }),
    );
  }

  /** Somebody runs something in the account. @returns the id of the VPC it runs in. */
  async addVpc(cidrBlock: string, id = ec2Id("vpc")): Promise<string> {
    await this.add(VPC, id, { cidrBlock, ownerId: this.store.read().id });
    return id;
  }

  /** Somebody has made a security group. @returns its id. */
  async addGroup(vpcId: string, name: string): Promise<string> {
    const { id } = await this.add("aws:ec2/securityGroup:SecurityGroup", ec2Id("sg"), {
      name,
      vpcId,
    });
    return id;
  }

  /** Somebody puts a machine's interface into other groups. */
  setGroups(interfaceId: string, groups: readonly string[]): Promise<void> {
    return this.put(INTERFACE, interfaceId, { securityGroups: [...groups] });
  }

  /** A VPC is shared by another account from now on. */
  shareVpc(vpcId: string, ownerId: string): Promise<void> {
    return this.put(VPC, vpcId, { ownerId });
  }

  /** A network team has attached a VPC to a transit gateway, by these of its subnets. */
  async attachGateway(
    transitGatewayId: string,
    vpcId: string,
    subnetIds: readonly string[],
  ): Promise<void> {
    const id = attachmentOf(transitGatewayId, vpcId);
    await this.put(ATTACHMENT, id, { transitGatewayId, vpcId, subnetIds: [...subnetIds] });
  }

  /** It takes the attachment away again. */
  detachGateway(transitGatewayId: string, vpcId: string): Promise<void> {
    return this.remove(ATTACHMENT, [attachmentOf(transitGatewayId, vpcId)]);
  }

  /** Somebody has as many routes in a table. @returns what takes them away. */
  addRoutes(routeTableId: string, count: number): Promise<() => Promise<void>> {
    const route = (index: number) => ({
      routeTableId,
      destinationCidrBlock: `192.168.${index}.0/24`,
      gatewayId: "vgw-1",
    });
    const idOf = (index: number) => `r-${routeTableId}-${index}`;
    return this.addMany(ROUTE, count, idOf, route, "active");
  }

  /**
   * Somebody has a subnet in such a VPC, with a route table of its own, and a machine in it.
   *
   * @param address Of the machine.
   * @param groups Security groups that the machine is in.
   * @param instanceType Of the machine.
   * @returns ids of what there is.
   */
  addSuspect(
    vpcId: string,
    cidrBlock: string,
    address: string,
    groups: readonly string[],
    instanceType = "t3.large",
  ) {
    return this.store.change((account) => {
      const [subnetId, routeTableId, interfaceId] = [ec2Id("subnet"), ec2Id("rtb"), ec2Id("eni")];
      const instanceId = ec2Id("i");
      const machine = { instanceType, subnetId, architecture: "x86_64" };
      add(account, "aws:ec2/instance:Instance", instanceId, machine, { state: "running" });
      const association = "aws:ec2/routeTableAssociation:RouteTableAssociation";
      const availabilityZone = `${account.region}a`;
      add(account, "aws:ec2/subnet:Subnet", subnetId, { vpcId, cidrBlock, availabilityZone });
      add(account, "aws:ec2/routeTable:RouteTable", routeTableId, { vpcId });
      add(account, association, ec2Id("rtbassoc"), { subnetId, routeTableId });
      add(account, INTERFACE, interfaceId, {
        vpcId,
        subnetId,
        instanceId,
        privateIp: address,
        securityGroups: [...groups],
      });
      return { subnetId, routeTableId, interfaceId, instanceId };
    });
  }

  /** From now on AWS is like this; what is undefined is as usual again. */
  async have(
    state: Pick<
      AccountState,
      "callsLeft" | "lacking" | "refusedLookUps" | "tagIndex" | "vcpuQuota"
    >,
  ): Promise<void> {
    await this.store.change((account) => Object.assign(account.state, state));
  }

  /** From now on the index of tags is told of nothing that is made or deleted. */
  holdTagIndex(): Promise<void> {
    return this.have({
      tagIndex: this.store
        .read()
        .state.entries.flatMap(({ arn, tags }) => (arn === undefined ? [] : [{ arn, tags }])),
    });
  }

  /** Something goes wrong with one of the next changes that deployments make. */
  async plan(fault: PlannedFault): Promise<void> {
    await this.store.change((account) => account.state.faults.planned.push(fault));
  }

  /** From now on every change that deployments make is noted. */
  async noteChanges(): Promise<void> {
    await this.store.change(({ state: { faults } }) => (faults.noted = []));
  }

  /** What is planned and has not happened is planned no more, and what waits goes on. */
  async endFaults(): Promise<void> {
    await this.store.change(({ state: { faults } }) => {
      faults.planned = [];
      faults.struck = faults.struck.filter((each) => !isWaiting(each));
    });
  }

  /** Changes AWS's word for the state of a resource, e.g. of a copy that takes hours. */
  async setState(type: string, id: string, state: string): Promise<void> {
    await this.store.change((account) => (found(account, type, id).state = state));
  }

  /** Somebody else in the account copies as many snapshots, which takes hours. @returns what ends it. */
  copySnapshots(count: number): Promise<() => Promise<void>> {
    const snapshot = { ownerId: this.store.read().id, volumeId: NO_VOLUME, volumeSize: 8 };
    return this.addMany(
      SNAPSHOT,
      count,
      () => ec2Id("snap"),
      () => snapshot,
      "pending",
    );
  }

  /** The runbook, which nothing here runs, locks a preserved copy until a time (ISO 8601). */
  async lockCopy(id: string, until: string): Promise<void> {
    await this.store.change((account) => (found(account, COPY, id).lockedUntil = until));
  }

  /** The runbook that signs has signed every record of the vault by now. @returns how many it had to. */
  signRecords(bucket: string): Promise<number> {
    return this.store.change((account) => signRecords(account, bucket));
  }

  /** The workstation writes an object; it is locked where the bucket locks. @default an empty one */
  async putObject(bucket: string, key: string, content = ""): Promise<void> {
    await this.store.change((account) =>
      addObject(account, bucket, key, {
        properties: { content, metadata: { sha256: sha256(content) } },
      }),
    );
  }

  private add(type: string, id: string, properties: Properties, more?: More): Promise<Entry> {
    return this.store.change((account) => add(account, type, id, properties, more));
  }

  /** Adds as many. @returns what takes them away */
  private async addMany(
    type: string,
    count: number,
    idOf: (index: number) => string,
    propertiesOf: (index: number) => Properties,
    state: string,
  ): Promise<() => Promise<void>> {
    const ids = Array.from({ length: count }, (_, index) => idOf(index));
    await this.store.change((account) =>
      ids.forEach((id, index) => add(account, type, id, propertiesOf(index), { state })),
    );
    return () => this.remove(type, ids);
  }

  /** Changes properties of what is there, and adds what is not. @param all Properties of a new one */
  private async put(
    type: string,
    id: string,
    changed: Properties,
    all = changed,
    more?: More,
  ): Promise<void> {
    await this.store.change((account) => {
      const present = account.find(type, id);
      if (present === undefined) {
        add(account, type, id, all, more);
      } else {
        Object.assign(present.properties, changed);
      }
    });
  }

  private async remove(type: string, ids: readonly string[]): Promise<void> {
    await this.store.change((account) =>
      account
        .ofType(type)
        .filter(({ id }) => ids.includes(id))
        .forEach((entry) => account.remove(entry)),
    );
  }
}

/** A VPC has one attachment to a transit gateway. */
function attachmentOf(transitGatewayId: string, vpcId: string): string {
  return `tgw-attach-0${digest(`${transitGatewayId} ${vpcId}`, 16)}`;
}

function found(account: Account, type: string, id: string): Entry {
  const entry = account.find(type, id);
  if (entry === undefined) {
    throw new Error(`there is no ${type} ${id}`);
  }
  return entry;
}

/** Adds something to the account, with the ARN that the table of types gives it. */
function add(
  account: Account,
  type: string,
  id: string,
  properties: Properties,
  { tags = {}, state = "available" }: More = {},
): Entry {
  // The table has no snapshot that is made of a volume: the program makes none.
  const arn = arnOf(account, type === SNAPSHOT ? COPY : type, id, properties);
  const own = arn === undefined ? {} : { arn };
  const entry: Entry = { type, id, ...own, tags, state, properties: { ...own, ...properties } };
  account.add(entry);
  return entry;
}
