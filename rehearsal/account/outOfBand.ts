import type { AccountStore } from "./accountStore";
import { addObject } from "./bucketBehaviour";
import { digest, ec2Id, hex, iamUniqueId, uuid } from "./identifiers";
import { imageEntry } from "./images";
import { findKey } from "./keys";
import { isWaiting, type PlannedFault } from "./faultInjection";

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
      account.add({
        type: "aws:ebs/snapshot:Snapshot",
        id: snapshotId,
        arn: `arn:aws:ec2:${account.region}::snapshot/${snapshotId}`,
        tags,
        state: "completed",
        properties: { encrypted, ownerId, volumeSize: 8 },
      });
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
      const type = "aws:ssm/parameter:Parameter";
      const present = account.find(type, name);
      if (present !== undefined) {
        present.properties["value"] = value;
        return;
      }
      const arn = `arn:aws:ssm:${account.region}:${account.id}:parameter${name}`;
      account.add({
        type,
        id: name,
        arn,
        tags,
        state: "available",
        properties: { arn, name, type: "String", value, version: 1 },
      });
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
      account.add({
        type: "aws:ebs/snapshot:Snapshot",
        id,
        arn: `arn:aws:ec2:${account.region}::snapshot/${id}`,
        tags: {},
        state: "completed",
        properties: {
          encrypted: true,
          kmsKeyId,
          ownerId,
          productCodes,
          startTime: new Date().toISOString(),
          volumeId: `vol-0${digest(id, 16)}`,
          volumeSize,
        },
      });
      if (findKey(account, kmsKeyId) === undefined) {
        return id;
      }
      account.add({
        type: "aws:kms/grant:Grant",
        id: `${kmsKeyId}:${hex(64)}`,
        tags: {},
        state: "available",
        properties: {
          keyId: kmsKeyId,
          granteePrincipal: `ec2.${account.region}.amazonaws.com`,
          operations: ["Decrypt", "DescribeKey"],
          issuingAccount: ownerId,
        },
      });
      return id;
    });
  }

  /** Somebody encrypts something in the account. @returns the ARN of the key. */
  addKey(): Promise<string> {
    return this.store.change((account) => {
      const id = uuid();
      const arn = `arn:aws:kms:${account.region}:${account.id}:key/${id}`;
      const properties = { keyId: id, isEnabled: true };
      account.add({ type: "aws:kms/key:Key", id, arn, tags: {}, state: "Enabled", properties });
      return arn;
    });
  }

  /**
   * Somebody makes a role outside of Pulumi, or attaches other policies to it.
   * @param managedPolicyArns The policies attached to it, all of them.
   * @param path Its path, of a new one.
   */
  async setRole(name: string, managedPolicyArns: readonly string[], path = "/"): Promise<void> {
    await this.store.change((account) => {
      const type = "aws:iam/role:Role";
      const present = account.find(type, name);
      if (present !== undefined) {
        present.properties["managedPolicyArns"] = managedPolicyArns;
        return;
      }
      const arn = `arn:aws:iam::${account.id}:role${path}${name}`;
      const properties = { arn, name, path, managedPolicyArns };
      account.add({ type, id: name, arn, tags: {}, state: "available", properties });
    });
  }

  /** Somebody removes such a role. */
  async removeRole(name: string): Promise<void> {
    await this.store.change((account) => {
      const role = account.find("aws:iam/role:Role", name);
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
          properties["granteePrincipal"] = iamUniqueId("AROA");
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
      account.add({
        type: "aws:ec2/vpc:Vpc",
        id,
        arn: `arn:aws:ec2:${account.region}:${account.id}:vpc/${id}`,
        tags: {},
        state: "available",
        properties: { cidrBlock, ownerId: account.id },
      });
      return id;
    });
  }

  /** Somebody has made a security group. @returns its id. */
  addGroup(vpcId: string, name: string): Promise<string> {
    return this.store.change((account) => {
      const id = ec2Id("sg");
      account.add({
        type: "aws:ec2/securityGroup:SecurityGroup",
        id,
        tags: {},
        state: "available",
        properties: { name, vpcId, ownerId: account.id },
      });
      return id;
    });
  }

  /** Somebody puts a machine's interface into other groups. */
  async setGroups(interfaceId: string, groups: readonly string[]): Promise<void> {
    await this.store.change((account) => {
      const found = account.find("aws:ec2/networkInterface:NetworkInterface", interfaceId);
      if (found !== undefined) {
        found.properties["securityGroups"] = [...groups];
      }
    });
  }

  /** A VPC is shared by another account from now on. */
  async shareVpc(vpcId: string, ownerId: string): Promise<void> {
    await this.store.change((account) => {
      const found = account.find("aws:ec2/vpc:Vpc", vpcId);
      if (found !== undefined) {
        found.properties["ownerId"] = ownerId;
      }
    });
  }

  /** Somebody has as many routes in a table. @returns what takes them away. */
  async addRoutes(routeTableId: string, count: number): Promise<() => Promise<void>> {
    const ids = Array.from({ length: count }, (_, index) => `r-${routeTableId}-${index}`);
    await this.store.change((account) =>
      ids.forEach((id, index) =>
        account.add({
          type: "aws:ec2/route:Route",
          id,
          tags: {},
          state: "active",
          properties: {
            routeTableId,
            destinationCidrBlock: `192.168.${index}.0/24`,
            gatewayId: "vgw-1",
          },
        }),
      ),
    );
    return () =>
      this.store.change((account) =>
        account
          .ofType("aws:ec2/route:Route")
          .filter(({ id }) => ids.includes(id))
          .forEach((route) => account.remove(route)),
      );
  }

  /**
   * Somebody has a subnet in such a VPC, with a route table of its own, and a machine in it.
   *
   * @param address Of the machine.
   * @param groups Security groups that the machine is in.
   * @returns ids of what there is.
   */
  addSuspect(vpcId: string, cidrBlock: string, address: string, groups: readonly string[]) {
    return this.store.change((account) => {
      const [subnetId, routeTableId, interfaceId] = [ec2Id("subnet"), ec2Id("rtb"), ec2Id("eni")];
      const add = (type: string, id: string, properties: Record<string, unknown>) =>
        account.add({ type, id, tags: {}, state: "available", properties });
      add("aws:ec2/subnet:Subnet", subnetId, { vpcId, cidrBlock });
      add("aws:ec2/routeTable:RouteTable", routeTableId, { vpcId });
      const association = { subnetId, routeTableId };
      add("aws:ec2/routeTableAssociation:RouteTableAssociation", ec2Id("rtbassoc"), association);
      add("aws:ec2/networkInterface:NetworkInterface", interfaceId, {
        vpcId,
        subnetId,
        instanceId: ec2Id("i"),
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
      account.add({
        type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        id,
        tags: {},
        state,
        properties: {
          cidrBlock: account.find("aws:ec2/vpc:Vpc", vpcId)?.properties["cidrBlock"],
          ownerId: account.id,
          peerCidrBlock: "10.20.0.0/16",
          peerOwnerId,
          peerRegion: account.region,
          peerVpcId: ec2Id("vpc"),
          requesterRegion: account.region,
          vpcId,
        },
      });
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
    const type = "aws:ebs/snapshot:Snapshot";
    const ids = Array.from({ length: count }, () => ec2Id("snap"));
    await this.store.change((account) =>
      ids.forEach((id) =>
        account.add({
          type,
          id,
          arn: `arn:aws:ec2:${account.region}::snapshot/${id}`,
          tags: {},
          state: "pending",
          properties: { ownerId: account.id, volumeId: "vol-ffffffff", volumeSize: 8 },
        }),
      ),
    );
    return () =>
      this.store.change((account) =>
        ids.forEach((id) => {
          const entry = account.find(type, id);
          if (entry !== undefined) {
            account.remove(entry);
          }
        }),
      );
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

  /** The workstation writes an object; it is locked where the bucket locks. @default an empty one */
  async putObject(bucket: string, key: string, content = ""): Promise<void> {
    await this.store.change((account) =>
      addObject(account, bucket, key, { properties: { content } }),
    );
  }
}
