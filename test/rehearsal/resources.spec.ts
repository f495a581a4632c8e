import assert from "node:assert/strict";

import { AccountOnDisk } from "./accountOnDisk";

const BUCKET = "aws:s3/bucket:Bucket";
const INSTANCE = "aws:ec2/instance:Instance";

describe("what the simulated account makes", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  it("has ids and ARNs in AWS's shape", async () => {
    const { vpc, subnet, instance } = await account.workstation();
    const key = await account.make("aws:kms/key:Key");
    const role = await account.make("aws:iam/role:Role", { name: "r", path: "/clean-room/" });
    const bucket = await account.make(BUCKET, { bucket: "b" });
    const parameter = await account.make("aws:ssm/parameter:Parameter", { name: "/a/b" });
    const alias = await account.make("aws:kms/alias:Alias", {
      name: "alias/a",
      targetKeyId: key.id,
    });
    const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    assert.match(vpc.id, /^vpc-[0-9a-f]{17}$/);
    assert.match(subnet.id, /^subnet-[0-9a-f]{17}$/);
    assert.match(instance.id, /^i-[0-9a-f]{17}$/);
    assert.equal(instance.arn, `arn:aws:ec2:us-east-1:111122223333:instance/${instance.id}`);
    assert.match(key.arn, new RegExp(`^arn:aws:kms:us-east-1:111122223333:key/${uuid}$`));
    assert.equal(alias.properties["targetKeyArn"], key.arn);
    assert.equal(alias.arn, "arn:aws:kms:us-east-1:111122223333:alias/a");
    assert.equal(role.arn, "arn:aws:iam::111122223333:role/clean-room/r");
    assert.equal(bucket.arn, "arn:aws:s3:::b");
    assert.equal(parameter.arn, "arn:aws:ssm:us-east-1:111122223333:parameter/a/b");
  });

  it("has ARNs of Image Builder with name and version in lower case, which are ids too", async () => {
    const made = await account.imagePipeline();
    const prefix = "arn:aws:imagebuilder:us-east-1:111122223333:";
    for (const { id, arn } of Object.values(made).filter((each) => typeof each !== "string")) {
      assert.equal(id, arn);
    }
    assert.equal(made.component.arn, `${prefix}component/forensic-toolbox-one/1.2.3/1`);
    assert.equal(made.recipe.arn, `${prefix}image-recipe/forensics/1.0.0`);
    assert.equal(made.infrastructure.arn, `${prefix}infrastructure-configuration/forensics`);
    assert.equal(made.distribution.arn, `${prefix}distribution-configuration/forensics`);
    assert.equal(made.pipeline.arn, `${prefix}image-pipeline/forensics`);
    const policy = await account.make("aws:imagebuilder/lifecyclePolicy:LifecyclePolicy", {
      name: "forensics",
    });
    assert.equal(policy.arn, `${prefix}lifecycle-policy/forensics`);
  });

  it("has topics whose subscriptions wait for a person, and go with the topic", async () => {
    const topic = await account.make("aws:sns/topic:Topic", { name: "builds" });
    assert.equal(topic.arn, "arn:aws:sns:us-east-1:111122223333:builds");
    await account.make("aws:sns/topicPolicy:TopicPolicy", { arn: topic.arn, policy: "{}" });
    const subscribe = (protocol: string, endpoint: string) =>
      account.make("aws:sns/topicSubscription:TopicSubscription", {
        topic: topic.arn,
        protocol,
        endpoint,
      });
    const person = await subscribe("email", "a@example.edu");
    assert.match(person.arn, /:builds:[0-9a-f-]{36}$/);
    assert.equal(person.properties["pendingConfirmation"], true);
    const queue = await subscribe("sqs", "arn:aws:sqs:us-east-1:111122223333:q");
    assert.equal(queue.properties["pendingConfirmation"], false);
    await account.aws.delete(topic.type, topic.id);
    assert.deepEqual(account.store.read().listing(), []);
  });

  it("includes what comes with an instance, tagged, and goes with it", async () => {
    const tags = { notification: "a@example.edu" };
    const { instance } = await account.workstation({ rootBlockDevice: { encrypted: true, tags } });
    const [root] = account.store.read().ofType("aws:ebs/volume:Volume");
    assert.deepEqual(root?.tags, tags);
    assert.equal(root.partOf, instance.id);
    const device = instance.properties["rootBlockDevice"] as Record<string, unknown>;
    assert.equal(device["volumeId"], root.id);
    assert.equal(instance.properties["privateIp"], "10.66.1.4");
    await account.aws.delete(INSTANCE, instance.id);
    assert.deepEqual(account.store.read().ofType("aws:ebs/volume:Volume"), []);
  });

  it("gets a name where the program gives none, and keeps it", () => {
    const named = account.aws.check(BUCKET, "Vault", {}, {});
    assert.match(String(named["bucket"]), /^vault-[0-9a-f]{7}$/);
    assert.deepEqual(account.aws.check(BUCKET, "Vault", named, { tags: {} }), {
      bucket: named["bucket"],
      tags: {},
    });
    assert.deepEqual(account.aws.check(BUCKET, "Vault", named, { bucket: "own" }), {
      bucket: "own",
    });
    assert.deepEqual(account.aws.check("aws:ec2/vpc:Vpc", "vpc", {}, {}), {});
  });

  describe("when it changes", () => {
    it("is changed in place where AWS can", async () => {
      const { instance } = await account.workstation();
      const { type, id, properties } = instance;
      const after = { ...properties, tags: { a: "b" } };
      assert.deepEqual(account.aws.diff(type, properties, after).replaces, []);
      const changed = await account.aws.update(type, id, properties, after);
      assert.equal(changed.properties["privateIp"], properties["privateIp"]);
      assert.deepEqual(account.store.read().find(type, id)?.tags, { a: "b" });
    });

    it("is replaced where AWS cannot", () => {
      const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
      const replaceOn = { userDataReplaceOnChange: true };
      const root = (device: object) => ({ rootBlockDevice: device });
      const cases: [string, Record<string, unknown>, Record<string, unknown>, string[]][] = [
        // As the provider says.
        [INSTANCE, { ami: "a" }, { ami: "b" }, ["ami"]],
        [INSTANCE, root({ kmsKeyId: "a" }), root({ kmsKeyId: "b" }), ["rootBlockDevice"]],
        [INSTANCE, root({ volumeSize: 8 }), root({ volumeSize: 9 }), []],
        // As no list of properties can say.
        [INSTANCE, { userData: "a" }, { userData: "b" }, []],
        [INSTANCE, { userData: "a", ...replaceOn }, { userData: "b", ...replaceOn }, ["userData"]],
        [RULE, { cidrIpv4: "10.0.0.0/24" }, { cidrIpv4: "10.0.1.0/24" }, []],
        [
          RULE,
          { cidrIpv4: "10.0.0.0/24" },
          { referencedSecurityGroupId: "sg-0" },
          ["cidrIpv4", "referencedSecurityGroupId"],
        ],
      ];
      for (const [type, before, after, replaces] of cases) {
        const diff = account.aws.diff(type, before, after);
        assert.deepEqual([...diff.replaces], replaces, `${type} ${JSON.stringify(after)}`);
        assert.ok(diff.changed.length > 0);
      }
    });

    it("goes first also where AWS refuses that, unless the program says otherwise, as the provider says", () => {
      const before = { name: "toolbox", version: "1.0.0" };
      const after = { name: "toolbox", version: "1.0.1" };
      const type = "aws:imagebuilder/component:Component";
      assert.equal(account.aws.diff(type, before, after).deleteBeforeReplace, true);
    });

    it("goes before its replacement when both would have the same name", () => {
      const diff = (before: object, after: object) =>
        account.aws.diff("aws:iam/role:Role", { ...before }, { ...after }).deleteBeforeReplace;
      assert.equal(diff({ name: "a", path: "/" }, { name: "a", path: "/b/" }), true);
      assert.equal(diff({ name: "a", path: "/" }, { name: "b", path: "/" }), false);
    });
  });

  it("answers parameters by path, not below it unless told so", async () => {
    for (const name of ["/slots/a", "/slots/b/c", "/other"]) {
      await account.outside.writeParameter(name, "x");
    }
    const names = (recursive: boolean) =>
      account.aws.invoke("aws:ssm/getParametersByPath:getParametersByPath", {
        path: "/slots",
        recursive,
      })["names"];
    assert.deepEqual(names(false), ["/slots/a"]);
    assert.deepEqual(names(true), ["/slots/a", "/slots/b/c"]);
  });
});
