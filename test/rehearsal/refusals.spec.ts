import assert from "node:assert/strict";

import { OutOfBand } from "../../rehearsal/account/outOfBand";
import { REFUSALS } from "../../rehearsal/account/refusals";
import { AccountOnDisk } from "./accountOnDisk";
import { CASES } from "./refusalCases";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VOLUME = "aws:ebs/volume:Volume";
const COMPONENT = "aws:imagebuilder/component:Component";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";

/** Words of the tables, with anything where something is filled in. */
function pattern(words: string): string {
  return words
    .split(/\{\w+\}/)
    .map((text) => text.replace(/[^\w\s]/g, "\\$&"))
    .join(".*");
}

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

  describe("as each line of its tables says, and takes what is nearly the same:", () => {
    for (const [types, code, words] of REFUSALS) {
      const told = `${code}: ${words}`;
      it(`${[types].flat().join(", ")}: ${told}`, async () => {
        // The longest that it begins with.
        const [name = ""] = Object.keys(CASES)
          .filter((each) => told.startsWith(each))
          .sort((a, b) => b.length - a.length);
        const [refused, taken] = (await CASES[name]?.(account)) ?? assert.fail("it has no case");
        await refuses(refused, code, new RegExp(`: ${pattern(words)}$`));
        await taken();
      });
    }

    it("and has no case for what is not refused", () => {
      const told = REFUSALS.map(([, code, words]) => `${code}: ${words}`);
      assert.deepEqual(
        Object.keys(CASES).filter((name) => !told.some((each) => each.startsWith(name))),
        [],
      );
    });
  });

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

  it("data under a key that signs, which has an alias all the same", async () => {
    const key = await account.make(KEY, {
      keyUsage: "SIGN_VERIFY",
      customerMasterKeySpec: "ECC_NIST_P256",
    });
    await refuses(
      () => account.make("aws:cloudwatch/logGroup:LogGroup", { name: "a", kmsKeyId: key.arn }),
      "InvalidKeyUsageException",
    );
    await account.make("aws:kms/alias:Alias", { name: "alias/signs", targetKeyId: key.id });
  });

  describe("an image pipeline", () => {
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
