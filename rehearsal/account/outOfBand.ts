import type { Account, Entry, Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { addObject } from "./buckets";
import { digest, ec2Id, hex, uuid } from "./identifiers";
import { imageEntry } from "./images";
import { findKey } from "./keys";
import { isWaiting, type PlannedFault } from "./faultInjection";
import { signRecords } from "./recordSigning";
import { PEERING } from "./peerings";
import { arnOf } from "./tableTexts";

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
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

/**
 * What happens to the account without Pulumi: the image pipeline publishes, a member account
 * shares a snapshot, a network team accepts a peering connection.
 */
export class OutOfBand {
  constructor(private readonly store: AccountStore) {}

  /** Registers a forensics image. @returns its id. */
  registerImage(name: string, options: ImageOptions): Promise<string> {
    return this.store.change((account) => {
      const id = ec2Id("ami");
      const snapshotId = ec2Id("snap");
      const ownerId = options.ownerId ?? account.id;
      const encrypted = options.encrypted ?? true;
      const tags = { ...options.tags };
      const snapshot = { encrypted, ownerId, volumeSize: 8 };
      add(account, SNAPSHOT, snapshotId, snapshot, { tags, state: "completed" });
      account.add(
        imageEntry(account, {
          id,
          snapshotId,
          name,
          creationDate: new Date().toISOString(),
          ownerId,
          public: options.public ?? false,
          encrypted,
          architecture: options.architecture ?? "x86_64",
          rootDeviceName: options.rootDeviceName ?? "/dev/xvda",
          tags,
        }),
      );
      return id;
    });
  }

  /** Writes a parameter, new or not, as the image pipeline does. */
  async writeParameter(name: string, value: string, tags: Record<string, string> = {}) {
    await this.store.change((account) => {
      const present = account.find(PARAMETER, name);
      if (present !== undefined) {
        present.properties["value"] = value;
        return;
      }
      add(account, PARAMETER, name, { name, type: "String", value, version: 1 }, { tags });
    });
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
      const properties = {
        encrypted: true,
        kmsKeyId,
        ownerId,
        productCodes,
        startTime: new Date().toISOString(),
        volumeId: `vol-0${digest(id, 16)}`,
        volumeSize,
      };
      add(account, SNAPSHOT, id, properties, { state: "completed" });
      if (findKey(account, kmsKeyId) !== undefined) {
        add(account, "aws:kms/grant:Grant", `${kmsKeyId}:${hex(64)}`, {
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
  addKey(): Promise<string> {
    return this.store.change((account) => {
      const id = uuid();
      const properties = { keyId: id, isEnabled: true };
      return String(add(account, KEY, id, properties, { state: "Enabled" }).arn);
    });
  }

  /**
   * Somebody makes a role outside of Pulumi, or attaches other policies to it.
   * @param managedPolicyArns The policies attached to it, all of them.
   * @param path Its path, of a new one.
   */
  async setRole(name: string, managedPolicyArns: readonly string[], path = "/"): Promise<void> {
    await this.store.change((account) => {
      const present = account.find(ROLE, name);
      if (present !== undefined) {
        present.properties["managedPolicyArns"] = managedPolicyArns;
        return;
      }
      add(account, ROLE, name, { name, path, managedPolicyArns });
    });
  }

  /** Somebody removes such a role. */
  async removeRole(name: string): Promise<void> {
    await this.store.change((account) => {
      const role = account.find(ROLE, name);
      if (role !== undefined) {
        account.remove(role);
      }
    });
  }

  /** A role is made anew: of a grant to the one before it KMS knows only that one's unique id. */
  async remakeGrantee(arn: string): Promise<void> {
    await this.store.change((account) => {
      for (const { properties } of account.ofType("aws:kms/grant:Grant")) {
        if (properties["granteePrincipal"] === arn) {
          properties["granteePrincipal"] = `AROA${hex(17).toUpperCase()}`;
        }
      }
    });
  }

  /** Somebody puts another policy on a key, as `aws kms put-key-policy` does. */
  async putKeyPolicy(keyId: string, policy: string): Promise<void> {
    await this.store.change((account) => {
      const key = findKey(account, keyId);
      if (key !== undefined) {
        key.properties["policy"] = policy;
      }
    });
  }

  /** Somebody runs something in the account. @returns the id of the VPC it runs in. */
  addVpc(cidrBlock: string, id = ec2Id("vpc")): Promise<string> {
    return this.store.change((account) => {
      add(account, VPC, id, { cidrBlock, ownerId: account.id });
      return id;
    });
  }

  /** Somebody has made a security group. @returns its id. */
  addGroup(vpcId: string, name: string): Promise<string> {
    return this.store.change((account) => {
      const id = ec2Id("sg");
      add(account, GROUP, id, { name, vpcId, ownerId: account.id });
      return id;
    });
  }

  /** Somebody puts a machine's interface into other groups. */
  async setGroups(interfaceId: string, groups: readonly string[]): Promise<void> {
    await this.set(INTERFACE, interfaceId, { securityGroups: [...groups] });
  }

  /** A VPC is shared by another account from now on. */
  async shareVpc(vpcId: string, ownerId: string): Promise<void> {
    await this.set(VPC, vpcId, { ownerId });
  }

  /** Somebody has as many routes in a table. @returns what takes them away. */
  async addRoutes(routeTableId: string, count: number): Promise<() => Promise<void>> {
    const ids = Array.from({ length: count }, (_, index) => `r-${routeTableId}-${index}`);
    await this.store.change((account) =>
      ids.forEach((id, index) =>
        add(
          account,
          ROUTE,
          id,
          { routeTableId, destinationCidrBlock: `192.168.${index}.0/24`, gatewayId: "vgw-1" },
          { state: "active" },
        ),
      ),
    );
    return () => this.remove(ROUTE, ids);
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
      add(account, "aws:ec2/instance:Instance", instanceId, { instanceType, subnetId });
      add(account, "aws:ec2/subnet:Subnet", subnetId, { vpcId, cidrBlock });
      add(account, "aws:ec2/routeTable:RouteTable", routeTableId, { vpcId });
      add(account, ASSOCIATION, ec2Id("rtbassoc"), { subnetId, routeTableId });
      add(account, INTERFACE, interfaceId, {
        vpcId,
        subnetId,
        instanceId,
        privateIp: address,
        securityGroups: [...groups],
      });
      return { subnetId, routeTableId, interfaceId };
    });
  }

  /** A connection between a VPC here and one of another account. @returns its id. */
  peer(vpcId: string, peerOwnerId: string, state: "active" | "pending-acceptance") {
    return this.store.change((account) => {
      const id = ec2Id("pcx");
      const properties = {
        cidrBlock: account.find(VPC, vpcId)?.properties["cidrBlock"],
        ownerId: account.id,
        peerCidrBlock: "10.20.0.0/16",
        peerOwnerId,
        peerRegion: account.region,
        peerVpcId: ec2Id("vpc"),
        requesterRegion: account.region,
        vpcId,
      };
      add(account, PEERING, id, properties, { state });
      return id;
    });
  }

  /** From now on AWS takes so many calls, and then the credentials have expired; undefined: new ones. */
  async expireCredentials(callsLeft: number | undefined): Promise<void> {
    await this.store.change((account) => (account.state.callsLeft = callsLeft));
  }

  /** From now on AWS refuses these look-ups, by their tokens, with these words; undefined: no more. */
  async refuseLookUps(words: Readonly<Record<string, string>> | undefined): Promise<void> {
    await this.store.change((account) => (account.state.refusedLookUps = words));
  }

  /** Something goes wrong with one of the next changes that deployments make. */
  async plan(fault: PlannedFault): Promise<void> {
    await this.store.change((account) => account.state.faults.planned.push(fault));
  }

  /** From now on every change that deployments make is noted. */
  async noteChanges(): Promise<void> {
    await this.store.change(({ state: { faults } }) => (faults.noted = []));
  }

  /** From now on the index of tags is told of nothing that is made or deleted. */
  async holdTagIndex(): Promise<void> {
    await this.store.change(({ state }) => {
      state.tagIndex = structuredClone(
        state.entries.flatMap(({ arn, tags }) => (arn === undefined ? [] : [{ arn, tags }])),
      );
    });
  }

  /** The index of tags knows again what there is. */
  async updateTagIndex(): Promise<void> {
    await this.store.change(({ state }) => (state.tagIndex = undefined));
  }

  /** What is planned and has not happened is planned no more, and what waits goes on. */
  async endFaults(): Promise<void> {
    await this.store.change(({ state: { faults } }) => {
      faults.planned = [];
      faults.struck = faults.struck.filter((each) => !isWaiting(each));
    });
  }

  /** From now on EC2 has no machine of this type to give in this zone. */
  async lackCapacity(instanceType: string, availabilityZone: string): Promise<void> {
    await this.store.change((account) => {
      const { lacking = [] } = account.state;
      account.state.lacking = [...lacking, { instanceType, availabilityZone }];
    });
  }

  /** EC2 has machines of every type again. */
  async regainCapacity(): Promise<void> {
    await this.store.change((account) => {
      account.state.lacking = [];
    });
  }

  /** Changes AWS's word for the state of a resource, e.g. of a copy that takes hours. */
  async setState(type: string, id: string, state: string): Promise<void> {
    await this.store.change((account) => {
      const entry = account.find(type, id);
      if (entry === undefined) {
        throw new Error(`there is no ${type} ${id}`);
      }
      entry.state = state;
    });
  }

  /** Somebody else in the account copies as many snapshots, which takes hours. @returns what ends it. */
  async copySnapshots(count: number): Promise<() => Promise<void>> {
    const ids = Array.from({ length: count }, () => ec2Id("snap"));
    await this.store.change((account) =>
      ids.forEach((id) =>
        add(
          account,
          SNAPSHOT,
          id,
          { ownerId: account.id, volumeId: "vol-ffffffff", volumeSize: 8 },
          { state: "pending" },
        ),
      ),
    );
    return () => this.remove(SNAPSHOT, ids);
  }

  /** The runbook, which nothing here runs, locks a preserved copy until a time (ISO 8601). */
  async lockCopy(id: string, until: string): Promise<void> {
    await this.store.change((account) => {
      const entry = account.find("aws:ebs/snapshotCopy:SnapshotCopy", id);
      if (entry === undefined) {
        throw new Error(`there is no preserved copy ${id}`);
      }
      entry.lockedUntil = until;
    });
  }

  /** The runbook that signs has signed every record of the vault by now. @returns how many it had to. */
  signRecords(bucket: string): Promise<number> {
    return this.store.change((account) => signRecords(account, bucket));
  }

  /** The workstation writes an object; it is locked where the bucket locks. @default an empty one */
  async putObject(bucket: string, key: string, content = ""): Promise<void> {
    await this.store.change((account) =>
      addObject(account, bucket, key, { properties: { content } }),
    );
  }

  /** Changes properties of something that is there. */
  private async set(type: string, id: string, properties: Properties): Promise<void> {
    await this.store.change((account) =>
      Object.assign(account.find(type, id)?.properties ?? {}, properties),
    );
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

/** Adds something to the account, with the ARN that the table of types gives it. */
function add(
  account: Account,
  type: string,
  id: string,
  properties: Properties,
  { tags = {}, state = "available" }: Partial<Pick<Entry, "tags" | "state">> = {},
): Entry {
  // The table has no snapshot that is made of a volume: the program makes none.
  const known = type === SNAPSHOT ? "aws:ebs/snapshotCopy:SnapshotCopy" : type;
  const arn = arnOf(account, known, id, properties);
  const own = arn === undefined ? {} : { arn };
  const entry: Entry = { type, id, ...own, tags, state, properties: { ...own, ...properties } };
  account.add(entry);
  return entry;
}
