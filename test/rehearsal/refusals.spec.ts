import assert from "node:assert/strict";

import { OutOfBand } from "../../rehearsal/account/outOfBand";
import { AccountOnDisk } from "./accountOnDisk";

const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VOLUME = "aws:ebs/volume:Volume";
const COMPONENT = "aws:imagebuilder/component:Component";
const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const TRAIL = "aws:cloudtrail/trail:Trail";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";

describe("the simulated account refuses what AWS refuses", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  /** The refusal has to begin with AWS's code and leave the account as it was. */
  async function refuses(work: () => Promise<unknown>, code: string, words = /./): Promise<void> {
    const before = account.store.read().state.entries;
    await assert.rejects(work, (error: Error) => {
      assert.ok(error.message.startsWith(`${code}: `), error.message);
      assert.match(error.message, words);
      return true;
    });
    assert.deepEqual(account.store.read().state.entries, before);
  }

  describe("to delete what another resource refers to", () => {
    it("a VPC with a subnet, and a role with a policy", async () => {
      const { vpc, subnet } = await account.network();
      await refuses(
        () => account.aws.delete(vpc.type, vpc.id),
        "DependencyViolation",
        /Subnet subnet-/,
      );
      await account.aws.delete(subnet.type, subnet.id);
      const role = await account.make("aws:iam/role:Role");
      const policy = { role: role.id, name: "a", policy: "{}" };
      await account.make("aws:iam/rolePolicy:RolePolicy", policy);
      await refuses(() => account.aws.delete(role.type, role.id), "DeleteConflict");
    });

    it("a volume that is attached", async () => {
      const { instance } = await account.workstation();
      const volume = await account.make(VOLUME, { availabilityZone: "us-east-1a", size: 8 });
      const attachment = await account.make(ATTACHMENT, {
        deviceName: "/dev/sdf",
        instanceId: instance.id,
        volumeId: volume.id,
      });
      await refuses(() => account.aws.delete(VOLUME, volume.id), "VolumeInUse");
      await account.aws.delete(ATTACHMENT, attachment.id);
      await account.aws.delete(VOLUME, volume.id);
      assert.equal(account.store.read().find(VOLUME, volume.id), undefined);
    });

    it("but not a role in an instance profile", async () => {
      const role = await account.make("aws:iam/role:Role");
      const profile = await account.make("aws:iam/instanceProfile:InstanceProfile", {
        role: role.id,
      });
      await account.aws.delete(role.type, role.id);
      assert.equal(account.aws.read(profile.type, profile.id)?.properties["role"], undefined);
    });

    it("but not a VPC with only what AWS made for it", async () => {
      const vpc = await account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.66.0.0/22" });
      await account.make("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: vpc.id });
      await account.aws.delete(vpc.type, vpc.id);
      assert.deepEqual(
        account.store
          .read()
          .listing()
          .map(({ type }) => type),
        ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
      );
    });
  });

  describe("what names nothing", () => {
    it("by an id, in a list, by an ARN", async () => {
      const subnet = { vpcId: "vpc-0123", cidrBlock: "10.66.1.0/24" };
      await refuses(() => account.make("aws:ec2/subnet:Subnet", subnet), "InvalidVpcID.NotFound");
      const alarm = { name: "a", alarmActions: ["arn:aws:sns:us-east-1:111122223333:none"] };
      await refuses(
        () => account.make("aws:cloudwatch/metricAlarm:MetricAlarm", alarm),
        "NotFound",
      );
      const iamRoleArn = "arn:aws:iam::111122223333:role/none";
      await refuses(
        () => account.make("aws:ec2/flowLog:FlowLog", { iamRoleArn }),
        "InvalidParameterValue",
      );
    });

    it("in a route over a transit gateway that nothing is attached to", async () => {
      const { vpc } = await account.network();
      const table = await account.make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
      const over = {
        routeTableId: table.id,
        destinationCidrBlock: "10.20.30.0/24",
        transitGatewayId: "tgw-1",
      };
      await refuses(
        () => account.make("aws:ec2/route:Route", over),
        "InvalidTransitGatewayID.NotFound",
      );
      await new OutOfBand(account.store).attachGateway("tgw-1", vpc.id, []);
      await account.make("aws:ec2/route:Route", over);
    });

    it("also when a resource is changed to name it", async () => {
      const { instance } = await account.workstation();
      const old = instance.properties;
      await refuses(
        () =>
          account.aws.update(instance.type, instance.id, old, {
            ...old,
            vpcSecurityGroupIds: ["sg-0123"],
          }),
        "InvalidGroup.NotFound",
      );
    });
  });

  describe("a security group of another network", () => {
    const rule = (securityGroupId: string, referencedSecurityGroupId: string) => ({
      securityGroupId,
      referencedSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: 4445,
      toPort: 4445,
    });
    const suspect = "222233334444/sg-0123456789abcdef0";

    it("of another VPC of the account", async () => {
      const { group } = await account.network();
      const other = await account.network();
      await refuses(
        () => account.make(INGRESS, rule(group.id, other.group.id)),
        "InvalidGroup.NotFound",
        /different networks/,
      );
    });

    it("of another account, without an active peering connection", async () => {
      const { vpc, group } = await account.network();
      const peer = (peerOwnerId: string, state: string) =>
        account.store.change((it) => {
          const properties = { vpcId: vpc.id, peerOwnerId };
          it.add({ type: PEERING, id: `pcx-${peerOwnerId}-${state}`, tags: {}, state, properties });
        });
      await peer("222233334444", "pending-acceptance");
      await peer("555566667777", "active");
      await refuses(() => account.make(INGRESS, rule(group.id, suspect)), "InvalidGroup.NotFound");
      await peer("222233334444", "active");
      await account.make(INGRESS, rule(group.id, suspect));
    });

    it("for an instance in another VPC", async () => {
      const { instance } = await account.workstation();
      const other = await account.network();
      const { ami, subnetId } = instance.properties;
      await refuses(
        () => account.make(instance.type, { ami, subnetId, vpcSecurityGroupIds: [other.group.id] }),
        "InvalidParameter",
        /different networks/,
      );
    });

    it("and the same rule twice", async () => {
      const { group } = await account.network();
      const cidr = { securityGroupId: group.id, ipProtocol: "tcp", cidrIpv4: "10.0.0.0/24" };
      await account.make(INGRESS, cidr);
      await account.make(EGRESS, cidr);
      await refuses(() => account.make(INGRESS, cidr), "InvalidPermission.Duplicate");
    });
  });

  describe("a key that waits for its deletion", () => {
    it("by id, ARN and alias", async () => {
      const key = await account.make(KEY);
      await account.make("aws:kms/alias:Alias", { name: "alias/a", targetKeyId: key.id });
      await account.aws.delete(KEY, key.id);
      for (const kmsKeyId of [key.id, key.arn, "alias/a"]) {
        await refuses(
          () => account.make(VOLUME, { availabilityZone: "us-east-1a", size: 8, kmsKeyId }),
          "KMSInvalidStateException",
          /pending deletion/,
        );
      }
    });

    it("for a copy, a grant, and an object in a bucket under it", async () => {
      const key = await account.make(KEY);
      const bucket = await account.vault();
      await account.make(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
          bucket: bucket.id,
          rules: [{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: key.arn } }],
        },
      );
      const sourceSnapshotId = await account.outside.shareSnapshot("222233334444", 8, key.arn);
      await account.aws.delete(KEY, key.id);
      const cases: [string, Record<string, unknown>][] = [
        [COPY, { sourceSnapshotId, kmsKeyId: key.arn }],
        ["aws:kms/grant:Grant", { keyId: key.id }],
        [OBJECT, { bucket: bucket.id, key: "a" }],
      ];
      for (const [type, inputs] of cases) {
        await refuses(() => account.make(type, inputs), "KMSInvalidStateException");
      }
    });

    it("which stays in the account with its date, and cannot be read", async () => {
      const key = await account.make(KEY, { deletionWindowInDays: 7 });
      await account.aws.delete(KEY, key.id);
      const entry = account.store.read().find(KEY, key.id);
      assert.equal(entry?.state, "PendingDeletion");
      const days = (Date.parse(String(entry.properties["deletionDate"])) - Date.now()) / 86_400_000;
      assert.ok(days > 6.9 && days <= 7, `${days} days`);
      assert.equal(account.aws.read(KEY, key.id), undefined);
    });
  });

  describe("to lose a locked object", () => {
    it("by deleting it, whatever was written over it", async () => {
      const bucket = await account.vault();
      const inputs = { bucket: bucket.id, key: "records/a.json", content: "a" };
      const versions = () => {
        const [entry, ...others] = account.store.read().ofType(OBJECT);
        assert.equal(others.length, 0);
        return [...(entry?.earlier ?? []), { content: entry?.properties["content"] }].map(
          ({ content }) => content,
        );
      };
      const object = await account.make(OBJECT, inputs);
      await refuses(() => account.aws.delete(OBJECT, object.id), "AccessDenied", /object lock/);
      await account.make(OBJECT, inputs);
      await account.make(OBJECT, { ...inputs, content: "b" });
      await account.aws.update(OBJECT, object.id, inputs, { ...inputs, content: "c" });
      assert.deepEqual(versions(), ["a", "a", "b", "c"]);
      await account.aws.update(OBJECT, object.id, inputs, { ...inputs, tags: { a: "b" } });
      assert.equal(versions().length, 4);
      await refuses(() => account.aws.delete(OBJECT, object.id), "AccessDenied", /object lock/);
    });

    it("nor a locked copy", async () => {
      const source = await account.outside.shareSnapshot(
        "222233334444",
        8,
        await account.outside.addKey(),
      );
      const copy = await account.make("aws:ebs/snapshotCopy:SnapshotCopy", {
        sourceSnapshotId: source,
        sourceRegion: "us-east-1",
      });
      await account.outside.lockCopy(copy.id, "2036-11-21T00:00:00Z");
      await refuses(() => account.aws.delete(copy.type, copy.id), "SnapshotLocked");
    });

    it("but not one without a lock", async () => {
      const bucket = await account.make("aws:s3/bucket:Bucket");
      const inputs = { bucket: bucket.id, key: "a", content: "a" };
      const object = await account.make(OBJECT, inputs);
      await account.aws.update(OBJECT, object.id, inputs, { ...inputs, content: "b" });
      await account.aws.delete(OBJECT, object.id);
      assert.equal(account.store.read().find(OBJECT, object.id), undefined);
    });

    it("by deleting the bucket, with forceDestroy or without", async () => {
      const bucket = await account.vault();
      await account.outside.putObject(bucket.id, "cases/a");
      await refuses(() => account.aws.delete(bucket.type, bucket.id), "BucketNotEmpty");
      await account.aws.update(bucket.type, bucket.id, bucket.properties, {
        ...bucket.properties,
        forceDestroy: true,
      });
      await refuses(() => account.aws.delete(bucket.type, bucket.id), "AccessDenied");
    });

    it("and a lock on a bucket without versions", async () => {
      const bucket = await account.make("aws:s3/bucket:Bucket");
      await refuses(
        () =>
          account.make("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {
            bucket: bucket.id,
          }),
        "InvalidBucketState",
      );
    });
  });

  describe("a physical name that is taken", () => {
    it("of a role", async () => {
      await account.make("aws:iam/role:Role", { name: "one" });
      await refuses(
        () => account.make("aws:iam/role:Role", { name: "one" }),
        "EntityAlreadyExists",
      );
    });

    it("also when two ask for it at the same time: one gets it", async () => {
      const claim = () =>
        account.make("aws:ssm/parameter:Parameter", { name: "/clean-room/slots/a", value: "1" });
      const results = await Promise.allSettled([claim(), claim()]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    });

    it("a security group's, in one VPC only", async () => {
      const { vpc } = await account.network();
      const type = "aws:ec2/securityGroup:SecurityGroup";
      await account.make(type, { vpcId: vpc.id, name: "one" });
      await refuses(
        () => account.make(type, { vpcId: vpc.id, name: "one" }),
        "InvalidGroup.Duplicate",
      );
      const other = await account.network();
      await account.make(type, { vpcId: other.vpc.id, name: "one" });
    });

    it("but overwrites a parameter that is told to", async () => {
      const inputs = { name: "/a/b", value: "1", overwrite: true };
      await account.make("aws:ssm/parameter:Parameter", inputs);
      await account.make("aws:ssm/parameter:Parameter", { ...inputs, value: "2" });
      const found = account.store.read().ofType("aws:ssm/parameter:Parameter");
      assert.deepEqual(
        found.map(({ properties }) => properties["value"]),
        ["2"],
      );
    });
  });

  describe("a document", () => {
    const Statement = (length: number) => ({ Statement: [{ Sid: "x".repeat(length) }] });
    for (const [type, inputs, property, most, code] of [
      ["aws:iam/role:Role", {}, "assumeRolePolicy", 2_048, "LimitExceeded"],
      ["aws:iam/policy:Policy", {}, "policy", 6_144, "LimitExceeded"],
      ["aws:kms/key:Key", {}, "policy", 32_768, "LimitExceededException"],
    ] as const) {
      it(`of ${type} that is too long`, async () => {
        const length = most - JSON.stringify(Statement(0)).length;
        const make = (more: number) =>
          account.make(type, { ...inputs, [property]: JSON.stringify(Statement(length + more)) });
        await make(0);
        await refuses(() => make(1), code);
      });
    }

    it("of a role, too long with its others", async () => {
      const role = await account.make("aws:iam/role:Role");
      const half = JSON.stringify(Statement(5_000));
      const make = (name: string) =>
        account.make("aws:iam/rolePolicy:RolePolicy", { role: role.id, name, policy: half });
      await make("a");
      await make("b");
      await refuses(() => make("c"), "LimitExceeded", /10240/);
    });
  });

  describe("a key", () => {
    it("that signs and rotates, or is of a kind that does not sign", async () => {
      const signs = { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" };
      const key = await account.make("aws:kms/key:Key", signs);
      await refuses(
        () => account.make("aws:kms/key:Key", { ...signs, enableKeyRotation: true }),
        "UnsupportedOperationException",
      );
      await refuses(
        () => account.make("aws:kms/key:Key", { keyUsage: "SIGN_VERIFY" }),
        "ValidationException",
        /SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT/,
      );
      await refuses(
        () => account.make("aws:cloudwatch/logGroup:LogGroup", { name: "a", kmsKeyId: key.arn }),
        "InvalidKeyUsageException",
      );
      await account.make("aws:kms/alias:Alias", { name: "alias/signs", targetKeyId: key.id });
    });
  });

  describe("a grant", () => {
    const grant = async (granteePrincipal: string) => {
      const key = await account.make("aws:kms/key:Key");
      return account.make("aws:kms/grant:Grant", { keyId: key.id, granteePrincipal });
    };

    it("for a role that is not there, by its path too, and none of an account that is not played", async () => {
      await account.outside.setRole("responder", [], "/clean-room/");
      const role = (path: string, id = "111122223333") => `arn:aws:iam::${id}:role${path}responder`;
      const key = await account.make("aws:kms/key:Key");
      await refuses(
        () => account.make("aws:kms/grant:Grant", { keyId: key.id, granteePrincipal: role("/") }),
        "InvalidArnException",
        /valid principal/,
      );
      await grant(role("/clean-room/"));
      await grant(role("/", "999988887777"));
    });
  });

  describe("an attachment", () => {
    it("in another Availability Zone", async () => {
      const { instance } = await account.workstation();
      const volume = await account.make(VOLUME, { availabilityZone: "us-east-1b", size: 8 });
      const inputs = { deviceName: "/dev/sdf", instanceId: instance.id, volumeId: volume.id };
      await refuses(() => account.make(ATTACHMENT, inputs), "InvalidVolume.ZoneMismatch");
    });

    it("with a device in use, or of a volume in use", async () => {
      const { instance } = await account.workstation();
      const zone = { availabilityZone: "us-east-1a", size: 8 };
      const [one, two] = [await account.make(VOLUME, zone), await account.make(VOLUME, zone)];
      const attach = (deviceName: string, volumeId: string) =>
        account.make(ATTACHMENT, { deviceName, instanceId: instance.id, volumeId });
      await attach("/dev/sdf", one.id);
      await refuses(() => attach("/dev/sdf", two.id), "InvalidParameterValue", /already in use/);
      await refuses(() => attach("/dev/xvda", two.id), "InvalidParameterValue", /already in use/);
      await refuses(() => attach("/dev/sdg", one.id), "VolumeInUse");
    });
  });

  it("to end an instance with termination protection", async () => {
    const { instance } = await account.workstation({ disableApiTermination: true });
    const { type, id, properties } = instance;
    await refuses(
      () => account.aws.delete(type, id),
      "OperationNotPermitted",
      /may not be terminated/,
    );
    await account.aws.update(type, id, properties, { ...properties, disableApiTermination: false });
    await account.aws.delete(type, id);
    assert.equal(account.store.read().find(type, id), undefined);
  });

  it("a volume from a snapshot that is not complete", async () => {
    const key = await account.make(KEY);
    const source = await account.outside.shareSnapshot("222233334444", 8, key.arn);
    const copy = await account.make(COPY, { sourceSnapshotId: source, kmsKeyId: key.arn });
    await account.outside.setState(COPY, copy.id, "pending");
    const inputs = { availabilityZone: "us-east-1a", snapshotId: copy.id };
    await refuses(() => account.make(VOLUME, inputs), "IncorrectState", /pending/);
    await account.outside.setState(COPY, copy.id, "completed");
    assert.equal((await account.make(VOLUME, inputs)).properties["size"], 8);
  });

  it("a second route table for a subnet", async () => {
    const { vpc, subnet } = await account.network();
    const table = await account.make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    const inputs = { subnetId: subnet.id, routeTableId: table.id };
    const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    await account.make(type, inputs);
    await refuses(() => account.make(type, inputs), "Resource.AlreadyAssociated");
  });

  describe("an image pipeline", () => {
    const component = { name: "Toolbox", version: "1.2.3", platform: "Linux", data: "phases:" };

    it("whose version is not three numbers, document too long, or images all of one name", async () => {
      for (const version of ["1.2", "1.2.x", "v1.2.3", "1.2.3-a", `1.2.${2 ** 30}`]) {
        const make = () => account.make(COMPONENT, { ...component, version });
        await refuses(make, "InvalidVersionNumberException");
      }
      const data = "x".repeat(16_001);
      await refuses(() => account.make(COMPONENT, { ...component, data }), "ValidationException");
      const named = (name: string) =>
        account.make(DISTRIBUTION, {
          name: "d",
          distributions: [{ amiDistributionConfiguration: { name } }],
        });
      await refuses(() => named("forensics"), "InvalidParameterValueException", /buildDate/);
      await named("forensics-{{ imagebuilder:buildDate }}");
    });

    it("with a name and version that are taken, whatever their case", async () => {
      const made = await account.imagePipeline();
      for (const { type, properties } of [made.component, made.recipe, made.pipeline]) {
        const again = { ...properties, name: String(properties["name"]).toUpperCase() };
        await refuses(() => account.make(type, again), "ResourceAlreadyExistsException");
      }
      const next = { ...made.component.properties, version: "1.2.4" };
      assert.match((await account.make(COMPONENT, next)).id, /\/1\.2\.4\/1$/);
    });

    it("whose parts do not exist", async () => {
      const { component: own, ubuntu } = await account.imagePipeline();
      const recipe = (componentArn: string) =>
        account.make(RECIPE, {
          name: "r",
          version: "1.0.0",
          parentImage: ubuntu,
          components: [{ componentArn }],
        });
      const absent = own.arn.replace("/1.2.3/", "/1.2.4/");
      await refuses(() => recipe(absent), "InvalidParameterValueException");
      const another = await recipe(own.arn.replace("/1.2.3/1", "/1.x.x"));
      await account.aws.delete(RECIPE, another.id);
      await recipe("arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x");
    });
  });

  it("the same route twice, or one by a gateway that is not there", async () => {
    const { vpc } = await account.network();
    const own = await account.make("aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
    const table = await account.make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    const route = (gatewayId: string) =>
      account.make("aws:ec2/route:Route", {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId,
      });
    await refuses(() => route("igw-0123"), "InvalidInternetGatewayID.NotFound");
    await route(own.id);
    await refuses(() => route(own.id), "RouteAlreadyExists");
    await account.aws.delete(table.type, table.id);
  });

  it("no managed policy of AWS's own", async () => {
    const { id: role } = await account.make("aws:iam/role:Role");
    const policyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    await account.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role, policyArn });
  });

  it("a trail that may not deliver, whose name is taken, or that is the sixth", async () => {
    const allow = JSON.stringify({ Principal: { Service: "cloudtrail.amazonaws.com" } });
    const bucket = await account.make("aws:s3/bucket:Bucket", { bucket: "logs" });
    const unfit = await account.make(KEY, { policy: "{}" });
    const fit = await account.make(KEY, { policy: allow });
    const trail = (key: string, s3BucketName = bucket.id, name = "one") =>
      account.make(TRAIL, { name, s3BucketName, kmsKeyId: key });
    await refuses(() => trail(fit.arn, "none"), "NoSuchBucket");
    await refuses(() => trail(fit.arn), "InsufficientS3BucketPolicyException", /logs/);
    await account.make("aws:s3/bucketPolicy:BucketPolicy", { bucket: bucket.id, policy: allow });
    await refuses(() => trail(unfit.arn), "InsufficientEncryptionPolicyException");
    const { arn } = await trail(fit.arn);
    assert.equal(arn, "arn:aws:cloudtrail:us-east-1:111122223333:trail/one");
    await refuses(() => trail(fit.arn), "TrailAlreadyExistsException");
    for (const name of ["two", "three", "four", "five"]) {
      await trail(fit.arn, bucket.id, name);
    }
    await refuses(() => trail(fit.arn, bucket.id, "six"), "MaximumNumberOfTrailsExceededException");
  });

  describe("nothing that is asked for again as it is", () => {
    it("a grant with a name", async () => {
      const key = await account.make(KEY);
      const inputs = {
        keyId: key.id,
        granteePrincipal: "arn:aws:iam::1:role/r",
        operations: ["Decrypt"],
      };
      const grant = "aws:kms/grant:Grant";
      const first = await account.make(grant, { ...inputs, name: "a" });
      const again = await account.make(grant, { ...inputs, name: "a" });
      assert.equal(again.id, first.id);
      const other = await account.make(grant, { ...inputs, name: "a", operations: ["Encrypt"] });
      assert.notEqual(other.id, first.id);
      assert.equal(account.store.read().ofType(grant).length, 2);
    });

    it("a volume that is attached so", async () => {
      const { instance } = await account.workstation();
      const volume = await account.make(VOLUME, { availabilityZone: "us-east-1a", size: 8 });
      const inputs = { instanceId: instance.id, volumeId: volume.id, deviceName: "/dev/sdf" };
      const first = await account.make(ATTACHMENT, inputs);
      assert.equal((await account.make(ATTACHMENT, inputs)).id, first.id);
      await refuses(
        () => account.make(ATTACHMENT, { ...inputs, deviceName: "/dev/sdg" }),
        "VolumeInUse",
      );
    });
  });

  it("a resource type and a data source it does not know, by name", async () => {
    await assert.rejects(
      () => account.aws.create("aws:sqs/queue:Queue", "urn", {}),
      /does not know the resource type aws:sqs\/queue:Queue/,
    );
    assert.throws(
      () => account.aws.invoke("aws:sqs/getQueue:getQueue", {}),
      /does not know the data source aws:sqs\/getQueue:getQueue/,
    );
  });
});
