import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sdkTypes } from "../../policy-pack/untaggable";
import { AccountStore } from "../../rehearsal/account/accountStore";
import { Outside } from "../../rehearsal/account/outside";
import { resourceTypes } from "../../rehearsal/account/resourceTypes";
import { type Recorded, SimulatedAws } from "../../rehearsal/account/simulatedAws";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const KEY = "aws:kms/key:Key";
const BUCKET = "aws:s3/bucket:Bucket";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const INSTANCE = "aws:ec2/instance:Instance";
const VOLUME = "aws:ebs/volume:Volume";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const PARAMETER = "aws:ssm/parameter:Parameter";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";

describe("The simulated AWS account", () => {
  let folder: string;
  let store: AccountStore;
  let aws: SimulatedAws;
  let outside: Outside;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clean-room-test-"));
    const place = { accountId: "111122223333", region: "us-east-1" };
    store = AccountStore.create(join(folder, "account.json"), place);
    aws = new SimulatedAws(store);
    outside = new Outside(store);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Makes a resource the way the engine does: check, then create. */
  async function make(type: string, inputs: Record<string, unknown> = {}): Promise<Recorded> {
    const checked = aws.check(type, "it", {}, inputs);
    return aws.create(type, `urn:pulumi:inc-1::clean-room::${type}::it`, checked);
  }

  async function network(zone = "us-east-1a") {
    const vpc = await make(VPC, { cidrBlock: "10.0.0.0/16" });
    const subnet = await make(SUBNET, {
      vpcId: vpc.id,
      cidrBlock: "10.0.0.0/28",
      availabilityZone: zone,
    });
    const group = await make(GROUP, { vpcId: vpc.id });
    return { vpc, subnet, group };
  }

  async function workstation(changes: Record<string, unknown> = {}) {
    const { vpc, subnet, group } = await network();
    const ami = await outside.registerImage("forensics", { tags: {} });
    const instance = await make(INSTANCE, {
      ami,
      instanceType: "r6i.xlarge",
      subnetId: subnet.id,
      vpcSecurityGroupIds: [group.id],
      ...changes,
    });
    return { vpc, subnet, group, instance };
  }

  async function vault() {
    const bucket = await make(BUCKET, { objectLockEnabled: true });
    const rule = { defaultRetention: { mode: "GOVERNANCE", days: 1 } };
    await make("aws:s3/bucketVersioning:BucketVersioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    await make(LOCK, { bucket: bucket.id, rule });
    return bucket;
  }

  it("knows types that the SDK has", () => {
    const types = sdkTypes();
    assert.deepEqual(
      Object.keys(resourceTypes).filter((type) => !types.has(type)),
      [],
    );
  });

  it("mints ids and ARNs in AWS's shape", async () => {
    const { vpc, subnet, group, instance } = await workstation();
    assert.match(vpc.id, /^vpc-[0-9a-f]{17}$/);
    assert.match(subnet.id, /^subnet-[0-9a-f]{17}$/);
    assert.match(group.id, /^sg-[0-9a-f]{17}$/);
    assert.match(instance.id, /^i-[0-9a-f]{17}$/);
    const key = await make(KEY);
    assert.equal(key.properties["arn"], `arn:aws:kms:us-east-1:111122223333:key/${key.id}`);
    assert.match(key.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("names what was not named, and keeps the name", () => {
    const first = aws.check(BUCKET, "Vault", {}, {});
    assert.match(String(first["bucket"]), /^vault-[0-9a-f]{7}$/);
    assert.deepEqual(aws.check(BUCKET, "Vault", first, {}), first);
  });

  it("replaces an instance for another image, not for another tag", () => {
    const before = { ami: "ami-1", tags: { a: "1" } };
    assert.deepEqual(aws.diff(INSTANCE, before, { ...before, ami: "ami-2" }).replaces, ["ami"]);
    assert.deepEqual(aws.diff(INSTANCE, before, { ...before, tags: { a: "2" } }).replaces, []);
  });

  it("refuses types and data sources that it does not know, by their names", async () => {
    await assert.rejects(make("aws:rds/instance:Instance"), /aws:rds\/instance:Instance/);
    assert.throws(() => aws.invoke("aws:rds/getInstance:getInstance", {}), /getInstance/);
  });

  it("refuses what refers to nothing", async () => {
    const subnet = { vpcId: "vpc-00000000000000000", cidrBlock: "10.0.0.0/28" };
    await assert.rejects(make(SUBNET, subnet), /InvalidVpcID\.NotFound/);
  });

  it("refuses to delete what another resource refers to", async () => {
    const { vpc, subnet, group, instance } = await workstation();
    for (const [type, { id }] of [
      [VPC, vpc],
      [SUBNET, subnet],
      [GROUP, group],
    ] as const) {
      await assert.rejects(aws.delete(type, id), /DependencyViolation/, type);
    }
    await aws.delete(INSTANCE, instance.id);
    await aws.delete(GROUP, group.id);
    await aws.delete(SUBNET, subnet.id);
    await aws.delete(VPC, vpc.id);
    assert.equal(aws.read(VPC, vpc.id), undefined);
  });

  it("refuses to terminate an instance that is protected against it", async () => {
    const { instance } = await workstation({ disableApiTermination: true });
    await assert.rejects(aws.delete(INSTANCE, instance.id), /OperationNotPermitted/);
  });

  it("deletes the root volume, which has its tags, with the instance", async () => {
    const tags = { notification: "ir@example.edu" };
    const { instance } = await workstation({ rootBlockDevice: { tags } });
    const volumes = () => store.read().state.entries.filter(({ type }) => type === VOLUME);
    assert.deepEqual(
      volumes().map((volume) => volume.tags),
      [tags],
    );
    await aws.delete(INSTANCE, instance.id);
    assert.deepEqual(volumes(), []);
  });

  it("refuses a reference to a group of another VPC without an active peering connection", async () => {
    const { vpc, group } = await network();
    const rule = {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 22,
      toPort: 22,
      referencedSecurityGroupId: "222233334444/sg-0123456789abcdef0",
    };
    await assert.rejects(make(RULE, rule), /InvalidGroup\.NotFound/);
    await outside.peer(vpc.id, "222233334444", "pending-acceptance");
    await assert.rejects(make(RULE, rule), /InvalidGroup\.NotFound/);
    await outside.peer(vpc.id, "222233334444", "active");
    await make(RULE, rule);
  });

  it("keeps a key that is deleted, pending, and refuses its use at once", async () => {
    const key = await make(KEY);
    const encrypted = { availabilityZone: "us-east-1a", size: 1, encrypted: true };
    await make(VOLUME, { ...encrypted, kmsKeyId: key.properties["arn"] });
    await aws.delete(KEY, key.id);
    assert.equal(store.read().find(KEY, key.id)?.state, "PendingDeletion");
    await assert.rejects(
      make(VOLUME, { ...encrypted, kmsKeyId: key.properties["arn"] }),
      /KMSInvalidStateException/,
    );
  });

  it("refuses to delete a locked object, and a bucket that has objects", async () => {
    const bucket = await vault();
    const object = await make(OBJECT, { bucket: bucket.id, key: "records/a", content: "a" });
    await assert.rejects(aws.delete(OBJECT, object.id), /AccessDenied/);
    await assert.rejects(aws.delete(BUCKET, bucket.id), /BucketNotEmpty/);
  });

  it("gives a slot to one of two claims made at the same time", async () => {
    const claim = () =>
      make(PARAMETER, { name: "/clean-room/slots/a", type: "String", value: "1" });
    const results = await Promise.allSettled([claim(), claim()]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    await assert.rejects(claim(), /ParameterAlreadyExists/);
  });

  it("refuses an attachment in another Availability Zone, and a device that is in use", async () => {
    const { instance } = await workstation();
    const volume = (availabilityZone: string) => make(VOLUME, { availabilityZone, size: 1 });
    const attach = (volumeId: string) =>
      make(ATTACHMENT, { instanceId: instance.id, volumeId, deviceName: "/dev/sdf" });
    await assert.rejects(attach((await volume("us-east-1b")).id), /InvalidVolume\.ZoneMismatch/);
    const first = await volume("us-east-1a");
    await attach(first.id);
    await assert.rejects(attach((await volume("us-east-1a")).id), /already in use/);
    await assert.rejects(aws.delete(VOLUME, first.id), /VolumeInUse/);
  });

  it("copies a shared snapshot that is complete", async () => {
    const source = await outside.shareSnapshot("222233334444", 8, "arn:aws:kms:x:1:key/0");
    const copy = { sourceSnapshotId: source, sourceRegion: "us-east-1" };
    await make(COPY, copy);
    await outside.setState("aws:ebs/snapshot:Snapshot", source, "pending");
    await assert.rejects(make(COPY, copy), /IncorrectState/);
  });

  it("fails one type once when told to", async () => {
    await outside.failOnce(KEY);
    await make(VPC, { cidrBlock: "10.0.0.0/16" });
    await assert.rejects(make(KEY), /InternalError/);
    await make(KEY);
  });

  it("loses nothing when several work on it at once", async () => {
    // Two stores of one file are two provider processes, as far as the lock is concerned.
    const other = new SimulatedAws(new AccountStore(join(folder, "account.json")));
    const makes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? aws : other).create(KEY, `urn:${index}`, {}),
    );
    const ids = (await Promise.all(makes)).map(({ id }) => id);
    assert.deepEqual(
      store
        .read()
        .state.entries.map(({ id }) => id)
        .sort(),
      ids.sort(),
    );
  });
});
