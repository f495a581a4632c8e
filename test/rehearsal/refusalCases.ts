import type { Properties } from "../../rehearsal/account/account";
import { MemberAccounts } from "../../rehearsal/account/memberAccounts";
import { SimulatedAws } from "../../rehearsal/account/simulatedAws";
import type { AccountOnDisk } from "./accountOnDisk";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const BUCKET = "aws:s3/bucket:Bucket";
const COMPONENT = "aws:imagebuilder/component:Component";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ROLE = "aws:iam/role:Role";
const TABLE = "aws:ec2/routeTable:RouteTable";
const TRAIL = "aws:cloudtrail/trail:Trail";
const VOLUME = "aws:ebs/volume:Volume";
const VPC = "aws:ec2/vpc:Vpc";
const MEMBER = "222233334444";

type Work = () => Promise<unknown>;

/** What AWS refuses, and what it takes that is nearly the same. */
type Case = (account: AccountOnDisk) => Promise<readonly [refused: Work, taken: Work]>;

/** Two that are made of the same but for what differs: the first is refused. */
const made =
  (type: string, same: Properties, refused: Properties, taken: Properties): Case =>
  (account) =>
    Promise.resolve([
      () => account.make(type, { ...same, ...refused }),
      () => account.make(type, { ...same, ...taken }),
    ]);

/** The same twice, of which the second is refused; and another. */
const twice = async (work: Work, other: Work) => {
  await work();
  return [work, other] as const;
};

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** A document of so many characters. */
const document = (length: number) => {
  const around = JSON.stringify({ Sid: "" }).length;
  return JSON.stringify({ Sid: "x".repeat(length - around) });
};

const tooLong = (type: string, most: number, property = "policy", same: Properties = {}) =>
  made(type, same, { [property]: document(most + 1) }, { [property]: document(most) });

/** A machine in a room's subnet; the second one is taken. */
const machines =
  (refused: Properties, taken: Properties, image: object = {}): Case =>
  async (account) => {
    const { group, subnet } = await account.network();
    const ami = await account.outside.registerImage("f", { tags: {}, ...image });
    const run = (inputs: Properties) => () =>
      account.make(INSTANCE, {
        ami,
        subnetId: subnet.id,
        vpcSecurityGroupIds: [group.id],
        ...inputs,
      });
    return [run(refused), run(taken)];
  };

/** A volume in a zone, attached to an instance there by a device. */
async function attaching(account: AccountOnDisk) {
  const { instance } = await account.workstation();
  const volume = async (zone = "us-east-1a") =>
    (await account.make(VOLUME, { availabilityZone: zone, size: 8 })).id;
  const attach = (volumeId: string, deviceName: string) => () =>
    account.make(ATTACHMENT, { deviceName, instanceId: instance.id, volumeId });
  return { instance, volume, attach };
}

/** A copy in such a state. */
async function copyIn(account: AccountOnDisk, state: string): Promise<string> {
  const sourceSnapshotId = await account.outside.shareSnapshot(
    MEMBER,
    8,
    await account.outside.addKey(),
  );
  const { id } = await account.make(COPY, { sourceSnapshotId });
  await account.outside.setState(COPY, id, state);
  return id;
}

/** Connections from a VPC here to one of another account, by their ranges. */
async function peering(account: AccountOnDisk) {
  const members = new MemberAccounts(account.file);
  const store = members.create(MEMBER, "us-east-1");
  const { id: vpcId } = await account.make(VPC, { cidrBlock: "10.66.0.0/22" });
  const aws = new SimulatedAws(account.store, members);
  for (const [id, cidrBlock] of [
    ["vpc-same", "10.66.0.0/24"],
    ["vpc-other", "10.20.0.0/16"],
  ] as const) {
    await store.change((it) =>
      it.add({ type: VPC, id, tags: {}, state: "available", properties: { cidrBlock } }),
    );
  }
  return (peerVpcId: string) => () =>
    aws.create(PEERING, "urn", { vpcId, peerVpcId, peerOwnerId: MEMBER });
}

async function trails(account: AccountOnDisk) {
  const allow = JSON.stringify({ Principal: { Service: "cloudtrail.amazonaws.com" } });
  const { id: bucket } = await account.make(BUCKET, { bucket: "logs" });
  const unfit = await account.make(KEY, { policy: "{}" });
  const fit = await account.make(KEY, { policy: allow });
  return {
    trail: (key: "fit" | "unfit", name = "one") =>
      account.make(TRAIL, { name, s3BucketName: bucket, kmsKeyId: { fit, unfit }[key].arn }),
    allowBucket: () => account.make("aws:s3/bucketPolicy:BucketPolicy", { bucket, policy: allow }),
  };
}

/** Something that is deleted, in vain before and not after it is changed. */
async function deleting(
  account: AccountOnDisk,
  { type, id, properties }: { type: string; id: string; properties: Properties },
  after: Properties,
) {
  const gone = async () => {
    await account.aws.update(type, id, properties, { ...properties, ...after });
    await account.aws.delete(type, id);
  };
  return Promise.resolve([() => account.aws.delete(type, id), gone] as const);
}

/** What each line of the tables refuses, by how its code and words begin. */
export const CASES: Readonly<Record<string, Case>> = {
  VpcLimitExceeded: async (account) => {
    const [one] = await times(5, () => account.make(VPC));
    const make = () => account.make(VPC);
    return [make, () => account.aws.delete(VPC, one?.id ?? "").then(make)];
  },
  MaximumNumberOfTrailsExceededException: async (account) => {
    const { trail, allowBucket } = await trails(account);
    await allowBucket();
    await times(4, (index) => trail("fit", `of ${index}`));
    const { id } = await trail("fit", "fifth");
    const sixth = () => trail("fit", "sixth");
    return [sixth, () => account.aws.delete(TRAIL, id).then(sixth)];
  },
  RouteLimitExceeded: async (account) => {
    const { vpc } = await account.network();
    const [full, free] = await times(2, () => account.make(TABLE, { vpcId: vpc.id }));
    const idOf = (table?: { readonly id: string }) => table?.id ?? "";
    await account.outside.addRoutes(idOf(full), 50);
    const route = (table?: { readonly id: string }) => () =>
      account.make("aws:ec2/route:Route", {
        routeTableId: idOf(table),
        destinationCidrBlock: "10.20.30.0/24",
      });
    return [route(full), route(free)];
  },
  "ResourceLimitExceeded: Too many snapshot copies": async (account) => {
    const key = await account.outside.addKey();
    const sourceSnapshotId = await account.outside.shareSnapshot(MEMBER, 8, key);
    const end = await account.outside.copySnapshots(20);
    const copy = () => account.make(COPY, { sourceSnapshotId });
    return [copy, () => end().then(copy)];
  },
  "IncorrectState: {sourceSnapshotId}": async (account) => {
    const sourceSnapshotId = await copyIn(account, "pending");
    const copy = () => account.make(COPY, { sourceSnapshotId });
    return [copy, () => account.outside.setState(COPY, sourceSnapshotId, "completed").then(copy)];
  },
  "IncorrectState: {snapshotId}": async (account) => {
    const snapshotId = await copyIn(account, "pending");
    const volume = () => account.make(VOLUME, { availabilityZone: "us-east-1a", snapshotId });
    return [volume, () => account.outside.setState(COPY, snapshotId, "completed").then(volume)];
  },
  "InvalidVpcID.NotFound": async (account) => {
    const peer = await peering(account);
    return [peer("vpc-none"), peer("vpc-other")];
  },
  "waiting for EC2 VPC Peering Connection create": async (account) => {
    const peer = await peering(account);
    return [peer("vpc-same"), peer("vpc-other")];
  },
  VpcPeeringConnectionAlreadyExists: async (account) => {
    const peer = await peering(account);
    const { id } = await peer("vpc-other")();
    const again = peer("vpc-other");
    return [again, () => account.aws.delete(PEERING, id).then(again)];
  },
  InvalidArnException: async (account) => {
    await account.outside.setRole("responder", [], "/clean-room/");
    const { id: keyId } = await account.make(KEY);
    const grant = (path: string, id = "111122223333") =>
      account.make("aws:kms/grant:Grant", {
        keyId,
        granteePrincipal: `arn:aws:iam::${id}:role${path}responder`,
      });
    // Of an account that is not played every role is there.
    return [() => grant("/"), () => grant("/clean-room/").then(() => grant("/", "999988887777"))];
  },
  "InvalidParameterValue: Invalid value '{instanceType}'": machines(
    { instanceType: "r6i.none" },
    { instanceType: "r6i.xlarge" },
  ),
  "InvalidParameterValue: The architecture": machines(
    { instanceType: "t4g.large" },
    { instanceType: "t3.large" },
  ),
  InvalidBlockDeviceMapping: machines(
    { instanceType: "t3.large", rootBlockDevice: { volumeSize: 7 } },
    { instanceType: "t3.large", rootBlockDevice: { volumeSize: 8 } },
  ),
  "Unsupported: Your requested instance type": machines(
    { instanceType: "m7i.xlarge" },
    { instanceType: "r6a.xlarge" },
  ),
  VcpuLimitExceeded: async (account) => {
    // Somebody has had it raised.
    await account.outside.have({ vcpuQuota: 64 });
    return machines({ instanceType: "c5.metal" }, { instanceType: "r6i.16xlarge" })(account);
  },
  InsufficientInstanceCapacity: async (account) => {
    const availabilityZone = "us-east-1a";
    await account.outside.have({ lacking: [{ instanceType: "r6i.xlarge", availabilityZone }] });
    return machines({ instanceType: "r6i.xlarge" }, { instanceType: "r6a.xlarge" })(account);
  },
  "Resource.AlreadyAssociated": async (account) => {
    const { vpc, subnet } = await account.network();
    const { id: routeTableId } = await account.make(TABLE, { vpcId: vpc.id });
    const associate = (subnetId: string) =>
      account.make("aws:ec2/routeTableAssociation:RouteTableAssociation", {
        subnetId,
        routeTableId,
      });
    const other = await account.network();
    return twice(
      () => associate(subnet.id),
      () => associate(other.subnet.id),
    );
  },
  "InvalidGroup.Duplicate": async (account) => {
    const [one, other] = [await account.network(), await account.network()];
    const group = (vpcId: string) => () => account.make(GROUP, { vpcId, name: "one" });
    return twice(group(one.vpc.id), group(other.vpc.id));
  },
  "InvalidGroup.NotFound: You have specified two resources": async (account) => {
    const { vpc, group } = await account.network();
    const other = await account.network();
    const rule = (referencedSecurityGroupId: string) => () =>
      account.make(INGRESS, {
        securityGroupId: group.id,
        referencedSecurityGroupId,
        ipProtocol: "tcp",
      });
    const { id: neighbour } = await account.make(GROUP, { vpcId: vpc.id });
    return [rule(other.group.id), rule(neighbour)];
  },
  "InvalidPermission.Duplicate": async (account) => {
    const { group } = await account.network();
    const rule = (type: string) => () =>
      account.make(type, { securityGroupId: group.id, ipProtocol: "tcp", cidrIpv4: "10.0.0.0/24" });
    return twice(rule(INGRESS), rule(INGRESS.replaceAll("Ingress", "Egress")));
  },
  "InvalidParameter: Security groups": async (account) => {
    const { instance, group } = await account.workstation();
    const other = await account.network();
    const { ami, subnetId } = instance.properties;
    const run = (id: string) => () =>
      account.make(INSTANCE, { ami, subnetId, vpcSecurityGroupIds: [id] });
    return [run(other.group.id), run(group.id)];
  },
  "InvalidParameterValue: The root volume cannot be smaller": async (account) => {
    const { instance } = await account.workstation({ rootBlockDevice: { volumeSize: 16 } });
    const { type, id, properties } = instance;
    const resize = (volumeSize: number) => () =>
      account.aws.update(type, id, properties, { ...properties, rootBlockDevice: { volumeSize } });
    return [resize(15), resize(17)];
  },
  InvalidParameterCombination: made(
    VOLUME,
    { availabilityZone: "us-east-1a", size: 8 },
    { iops: 4_001, throughput: 1_001 },
    { iops: 4_000, throughput: 1_000 },
  ),
  "InvalidVolume.ZoneMismatch": async (account) => {
    const { volume, attach } = await attaching(account);
    return [attach(await volume("us-east-1b"), "/dev/sdf"), attach(await volume(), "/dev/sdf")];
  },
  "VolumeInUse: {volumeId} is already attached": async (account) => {
    const { volume, attach } = await attaching(account);
    const id = await volume();
    await attach(id, "/dev/sdf")();
    // As it is asked for again it is left as it is.
    return [attach(id, "/dev/sdg"), attach(id, "/dev/sdf")];
  },
  "InvalidParameterValue: Invalid value '{deviceName}'": async (account) => {
    const { volume, attach } = await attaching(account);
    await attach(await volume(), "/dev/sdf")();
    const id = await volume();
    const taken = async () => {
      // The root volume has one, too.
      await attach(id, "/dev/xvda")().then(
        () => Promise.reject(new Error("the root volume's device was given away")),
        () => undefined,
      );
      await attach(id, "/dev/sdg")();
    };
    return [attach(id, "/dev/sdf"), taken];
  },
  OptInRequired: async (account) => attachingProduct(account, "stopped"),
  IncorrectInstanceState: async (account) => attachingProduct(account, "running"),
  InvalidBucketState: async (account) => {
    const plain = await account.make(BUCKET);
    const locking = await account.make(BUCKET, { objectLockEnabled: true });
    const lock = (bucket: string) => () =>
      account.make("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {
        bucket,
      });
    return [lock(plain.id), lock(locking.id)];
  },
  InsufficientS3BucketPolicyException: async (account) => {
    const { trail, allowBucket } = await trails(account);
    return [() => trail("fit"), () => allowBucket().then(() => trail("fit"))];
  },
  InsufficientEncryptionPolicyException: async (account) => {
    const { trail, allowBucket } = await trails(account);
    await allowBucket();
    return [() => trail("unfit"), () => trail("fit")];
  },
  "ValidationException: the alias name": async (account) => {
    const { id: targetKeyId } = await account.make(KEY);
    return made(
      "aws:kms/alias:Alias",
      { targetKeyId },
      { name: "a" },
      { name: "alias/a" },
    )(account);
  },
  "creating SSM Document": made(
    "aws:ssm/document:Document",
    { name: "a", documentType: "Automation", content: "{}" },
    { permissions: { type: "Share", accountIds: MEMBER } },
    { permissions: { type: "Share", account_ids: MEMBER } },
  ),
  "ValidationException: KeyUsage": made(
    KEY,
    { keyUsage: "SIGN_VERIFY" },
    {},
    { customerMasterKeySpec: "ECC_NIST_P256" },
  ),
  UnsupportedOperationException: made(
    KEY,
    { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" },
    { enableKeyRotation: true },
    {},
  ),
  InvalidVersionNumberException: made(
    COMPONENT,
    { name: "Toolbox", platform: "Linux", data: "phases:" },
    { version: "1.2.x" },
    { version: "1.2.3" },
  ),
  "ValidationException: Value at 'data'": made(
    COMPONENT,
    { name: "Toolbox", platform: "Linux", version: "1.2.3" },
    { data: "x".repeat(16_001) },
    { data: "x".repeat(16_000) },
  ),
  InvalidParameterValueException: made(
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
    { name: "d" },
    { distributions: [{ amiDistributionConfiguration: { name: "f" } }] },
    {
      distributions: [{ amiDistributionConfiguration: { name: "f-{{ imagebuilder:buildDate }}" } }],
    },
  ),
  "InvalidParameter: Cannot exceed": async (account) => {
    const { vpc } = await account.network();
    return tooLong("aws:ec2/vpcEndpoint:VpcEndpoint", 20_480, "policy", {
      vpcId: vpc.id,
      serviceName: "s3",
    })(account);
  },
  MalformedPolicy: async (account) => {
    const { id: bucket } = await account.make(BUCKET);
    return tooLong("aws:s3/bucketPolicy:BucketPolicy", 20_480, "policy", { bucket })(account);
  },
  "LimitExceeded: Cannot exceed the quota of assumeRolePolicy": tooLong(
    ROLE,
    2_048,
    "assumeRolePolicy",
  ),
  "LimitExceeded: Cannot exceed the quota of policy: 6144": tooLong("aws:iam/policy:Policy", 6_144),
  // Those of a role together.
  "LimitExceeded: Cannot exceed the quota of policy: 10240": async (account) => {
    const { id: role } = await account.make(ROLE);
    const policy = (name: string, length: number) => () =>
      account.make("aws:iam/rolePolicy:RolePolicy", { role, name, policy: document(length) });
    await policy("a", 10_000)();
    return [policy("b", 241), policy("b", 240)];
  },
  LimitExceededException: tooLong(KEY, 32_768),
  OperationNotPermitted: async (account) => {
    const { instance } = await account.workstation({ disableApiTermination: true });
    return deleting(account, instance, { disableApiTermination: false });
  },
  SnapshotLocked: async (account) => {
    const [locked, free] = [await copyIn(account, "completed"), await copyIn(account, "completed")];
    await account.outside.lockCopy(locked, "2036-11-21T00:00:00Z");
    return [() => account.aws.delete(COPY, locked), () => account.aws.delete(COPY, free)];
  },
  "AccessDenied: Access Denied because object protected by object lock: {id}": async (account) => {
    const [vault, plain] = [await account.vault(), await account.make(BUCKET)];
    const [locked, free] = [
      await account.make(OBJECT, { bucket: vault.id, key: "a", content: "a" }),
      await account.make(OBJECT, { bucket: plain.id, key: "a", content: "a" }),
    ];
    return [() => account.aws.delete(OBJECT, locked.id), () => account.aws.delete(OBJECT, free.id)];
  },
  BucketNotEmpty: async (account) => {
    const bucket = await account.make(BUCKET);
    await account.outside.putObject(bucket.id, "a");
    return deleting(account, bucket, { forceDestroy: true });
  },
  "AccessDenied: Access Denied because object protected by object lock": async (account) => {
    const vault = await account.vault({ forceDestroy: true });
    await account.outside.putObject(vault.id, "cases/a");
    const plain = await account.make(BUCKET, { forceDestroy: true });
    await account.outside.putObject(plain.id, "cases/a");
    return [() => account.aws.delete(BUCKET, vault.id), () => account.aws.delete(BUCKET, plain.id)];
  },
  ConflictException: async (account) => {
    const { vpc } = await account.network();
    const group = await account.make(
      "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
    );
    const association = await account.make(
      "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
      { vpcId: vpc.id, firewallRuleGroupId: group.id, mutationProtection: "ENABLED" },
    );
    return deleting(account, association, { mutationProtection: "DISABLED" });
  },
};

/** A volume of a Marketplace product, and one of none, attached while the machine is in such a state. */
async function attachingProduct(account: AccountOnDisk, state: string) {
  const { instance, volume, attach } = await attaching(account);
  await account.outside.setState(INSTANCE, instance.id, state);
  const key = await account.outside.addKey();
  const snapshotId = await account.outside.shareSnapshot(MEMBER, 8, key, ["a1b2c3d4"]);
  const product = await account.make(VOLUME, { availabilityZone: "us-east-1a", snapshotId });
  return [attach(product.id, "/dev/sdf"), attach(await volume(), "/dev/sdg")] as const;
}
