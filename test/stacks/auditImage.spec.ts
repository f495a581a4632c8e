import assert from "node:assert/strict";

import { contentVersion } from "../../components/image/contentVersion";
import { groupDocuments } from "../../components/image/documents";
import { readToolbox } from "../../components/image/toolbox";
import { type Answers, arnOf, type Deployment, deploy, idOf } from "../support/deployment";
import { type Account, answersOf, auditConfig } from "../support/examples";

const toolbox = readToolbox();
const GROUPS = [...Object.keys(toolbox.groups), "inventory"];
const BASE = "ami-0ba5e000000000000";
const TOOL = {
  name: "windows-symbols",
  version: "r2026.10",
  key: "symbols/windows.zip",
  sha256: "ab".repeat(32),
  path: "/opt/clean-room/licensed/windows.zip",
};

/** Answers of an account in which Canonical's image is. */
const CANONICAL: Answers = {
  "aws:ec2/getAmi:getAmi": ({ owners, filters }) => {
    assert.deepEqual(owners, ["099720109477"]);
    assert.deepEqual(filters, [{ name: "name", values: [toolbox.base.name] }]);
    return { id: BASE };
  },
};

function deployAudit(changes: Readonly<Record<string, unknown>> = {}): Promise<Deployment> {
  return deploy("audit", auditConfig(changes), { answers: CANONICAL });
}

const IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity";

describe("The forensics image of an audit stack", () => {
  let deployment: Deployment;
  let without: Deployment;

  before(async () => {
    deployment = await deployAudit();
    without = await deployAudit({ image: "off" });
  });

  it("adds exactly these resources, and image: off leaves them out", () => {
    const names = (all: Deployment) => all.resources.map(({ type, name }) => `${type} ${name}`);
    const added = names(deployment).filter((name) => !names(without).includes(name));
    assert.deepEqual(
      added.sort(),
      [
        "awsx:ec2:Vpc image-builder",
        "aws:ec2/networkAcl:NetworkAcl image-builder-acl",
        "aws:ec2/securityGroup:SecurityGroup image-builder-sg",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule image-builder-https",
        "aws:cloudwatch/logGroup:LogGroup image-builder-flow-logs",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup image-builder-default-sg",
        "aws:ec2/flowLog:FlowLog image-builder-flow-log",
        "aws:iam/role:Role image-builder-flow-log-writer",
        "aws:iam/rolePolicy:RolePolicy image-builder-flow-log-writing",
        ...GROUPS.map((group) => `aws:imagebuilder/component:Component image-${group}`),
        "aws:imagebuilder/imageRecipe:ImageRecipe image-recipe",
        "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration image-infrastructure",
        "aws:imagebuilder/distributionConfiguration:DistributionConfiguration image-distribution",
        "aws:imagebuilder/imagePipeline:ImagePipeline image-pipeline",
        "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy image-retention",
        "aws:iam/role:Role image-machine",
        "aws:iam/rolePolicy:RolePolicy image-machine-policy",
        "aws:iam/instanceProfile:InstanceProfile image-machine-profile",
        "aws:iam/role:Role image-lifecycle",
        "aws:iam/rolePolicy:RolePolicy image-lifecycle-policy",
        "aws:sns/topic:Topic image-builds",
        "aws:sns/topicSubscription:TopicSubscription image-builds-to-aws-operations@example.edu",
        "aws:cloudwatch/logGroup:LogGroup image-log",
      ].sort(),
    );
    assert.deepEqual(
      [without.outputs["imagePipelineArn"], without.outputs["toolboxDigest"]],
      [undefined, undefined],
    );
  });

  it("protects all of it but the versions that are replaced, new before old", () => {
    const replaced = /^aws:imagebuilder\/(component:Component|imageRecipe:ImageRecipe)$/;
    for (const { type, name, options } of deployment.resources) {
      assert.equal(options.protect === true, !replaced.test(type), name);
      if (replaced.test(type)) {
        // AWS refuses to delete what is still used; the provider would delete a named one first.
        assert.equal(options.deleteBeforeReplace, false, name);
      }
    }
  });

  it("builds where nothing comes in and only HTTPS goes out, without a NAT gateway", () => {
    const { tags: _, ...vpc } = deployment.named("image-builder").inputs;
    assert.equal(vpc["cidrBlock"], "192.168.255.0/26");
    assert.deepEqual(vpc["natGateways"], { strategy: "None" });
    assert.deepEqual(vpc["subnetSpecs"], [{ type: "Public", cidrMask: 27 }]);
    const group = deployment.named("image-builder-sg").inputs;
    assert.deepEqual([group["ingress"], group["egress"]], [undefined, undefined]);
    const { cidrIpv4, ipProtocol, fromPort, toPort } =
      deployment.named("image-builder-https").inputs;
    assert.deepEqual([cidrIpv4, ipProtocol, fromPort, toPort], ["0.0.0.0/0", "tcp", 443, 443]);
    // Whatever a group says, nobody can ask anything of it: what Linux serves is below these ports.
    const list = deployment.named("image-builder-acl").inputs;
    const rules = (at: string) =>
      (list[at] as Record<string, unknown>[]).map((rule) =>
        ["action", "cidrBlock", "protocol", "fromPort", "toPort"].map((key) => rule[key]).join(" "),
      );
    const apart = "deny 192.168.255.0/26 -1 0 0";
    assert.deepEqual(rules("ingress"), [
      apart,
      "allow 0.0.0.0/0 tcp 32768 60999",
      "allow 0.0.0.0/0 icmp 0 0",
    ]);
    assert.deepEqual(rules("egress"), [apart, "allow 0.0.0.0/0 tcp 443 443"]);
  });

  it("runs the documents in order, each in the version of its content", () => {
    const documents = new Map(groupDocuments(toolbox).map(({ group, data }) => [group, data]));
    for (const group of GROUPS) {
      const { name, version, data, platform } = deployment.named(`image-${group}`).inputs;
      assert.deepEqual([name, platform], [`clean-room-${group}`, "Linux"]);
      assert.equal(version, contentVersion(data as string));
      assert.equal(data, documents.get(group) ?? data);
      assert.ok((data as string).length <= 16_000, group);
    }
    assert.deepEqual(
      deployment.named("image-recipe").inputs["components"],
      GROUPS.map((group) => ({ componentArn: arnOf(`image-${group}`) })),
    );
  });

  it("encrypts the root volume under the foundation key and tags image, recipe and machines", () => {
    const tags = {
      notification: "aws-operations@example.edu",
      "toolbox-digest": deployment.outputs["toolboxDigest"],
    };
    const recipe = deployment.named("image-recipe").inputs;
    assert.equal(recipe["parentImage"], BASE);
    assert.deepEqual([recipe["tags"], recipe["amiTags"]], [tags, tags]);
    assert.deepEqual(recipe["blockDeviceMappings"], [
      {
        deviceName: "/dev/sda1",
        ebs: {
          deleteOnTermination: "true",
          encrypted: "true",
          kmsKeyId: arnOf("keys-foundation"),
          volumeSize: 30,
          volumeType: "gp3",
        },
      },
    ]);
    assert.deepEqual(recipe["systemsManagerAgent"], { uninstallAfterBuild: false });
    assert.deepEqual(deployment.named("image-distribution").inputs["distributions"], [
      {
        region: "us-east-1",
        amiDistributionConfiguration: {
          name: "clean-room-{{ imagebuilder:buildDate }}",
          description: `Forensics workstation, toolbox ${deployment.outputs["toolboxDigest"] as string}`,
          kmsKeyId: arnOf("keys-foundation"),
          amiTags: tags,
        },
        ssmParameterConfigurations: [
          { parameterName: "/imagebuilder/clean-room/ami", dataType: "aws:ec2:image" },
        ],
      },
    ]);
  });

  it("builds on machines without IMDSv1, without a key pair, that go when a build fails", () => {
    const { tags: _, ...inputs } = deployment.named("image-infrastructure").inputs;
    assert.deepEqual(inputs, {
      name: "clean-room",
      instanceProfileName: "image-machine-profile-0a1b2c3",
      instanceTypes: ["c6i.xlarge"],
      subnetId: "image-builder-public-1-id",
      securityGroupIds: [idOf("image-builder-sg")],
      terminateInstanceOnFailure: true,
      instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      snsTopicArn: arnOf("image-builds"),
      resourceTags: { notification: "aws-operations@example.edu" },
    });
  });

  it("builds on its schedule, always with tests, and keeps the log under the key", () => {
    const inputs = deployment.named("image-pipeline").inputs;
    assert.deepEqual(inputs["schedule"], {
      scheduleExpression: "cron(0 4 1 * ? *)",
      pipelineExecutionStartCondition: "EXPRESSION_MATCH_ONLY",
    });
    assert.deepEqual(inputs["imageTestsConfiguration"], {
      imageTestsEnabled: true,
      timeoutMinutes: 120,
    });
    const { name, kmsKeyId, retentionInDays } = deployment.named("image-log").inputs;
    assert.deepEqual(
      [name, kmsKeyId, retentionInDays],
      ["/aws/imagebuilder/clean-room", arnOf("keys-foundation"), 3653],
    );
  });

  it("removes old images with their snapshots, and none that was launched lately", () => {
    const inputs = deployment.named("image-retention").inputs;
    assert.deepEqual(inputs["policyDetails"], [
      {
        action: { type: "DELETE", includeResources: { amis: true, snapshots: true } },
        filter: { type: "COUNT", value: 3 },
        exclusionRules: { amis: { isPublic: false, lastLaunched: { unit: "DAYS", value: 90 } } },
      },
    ]);
    assert.deepEqual(inputs["resourceSelection"], {
      recipes: [{ name: "clean-room", semanticVersion: "x.x.x" }],
    });
  });

  it("tells every address of the builds, under the key, and of runbooks that failed by two topics", async () => {
    assert.equal(
      deployment.named("image-builds").inputs["kmsMasterKeyId"],
      arnOf("keys-foundation"),
    );
    const two = await deployAudit({ notification: "a@example.edu b@example.edu" });
    assert.deepEqual(
      two
        .ofType("aws:sns/topicSubscription:TopicSubscription")
        .map(({ inputs }) => [inputs["topic"], inputs["protocol"], inputs["endpoint"]]),
      ["runbook-alarm-topic", "runbook-alarm-keyless-topic", "image-builds"].flatMap((topic) => [
        [arnOf(topic), "email", "a@example.edu"],
        [arnOf(topic), "email", "b@example.edu"],
      ]),
    );
  });

  it("changes component, recipe and digest with a document, and nothing else's version", async () => {
    const toolsBucket = { bucket: "tools-bucket", tools: [TOOL] };
    const changed = await deployAudit({ toolsBucket });
    const versions = (all: Deployment) =>
      [...GROUPS, "recipe"].map((name) => all.named(`image-${name}`).inputs["version"]);
    const differing = [...GROUPS, "recipe"].filter(
      (_, index) => versions(changed)[index] !== versions(deployment)[index],
    );
    assert.deepEqual(differing, ["inventory", "recipe"]);
    assert.notEqual(changed.outputs["toolboxDigest"], deployment.outputs["toolboxDigest"]);
  });

  it("takes from the tools bucket exactly the objects named, and may read no other", async () => {
    const toolsBucket = { bucket: "tools-bucket", tools: [TOOL] };
    const { inputs } = (await deployAudit({ toolsBucket })).named("image-machine-policy");
    const { Statement } = JSON.parse(inputs["policy"] as string) as {
      Statement: { Sid: string; Resource: unknown }[];
    };
    assert.deepEqual(Statement.find(({ Sid }) => Sid === "ReadTools")?.Resource, [
      "arn:aws:s3:::tools-bucket/symbols/windows.zip",
    ]);
    const none = JSON.parse(
      deployment.named("image-machine-policy").inputs["policy"] as string,
    ) as { Statement: { Sid: string }[] };
    assert.ok(none.Statement.every(({ Sid }) => Sid !== "ReadTools"));
  });

  const builders: [string, Account, RegExp][] = [
    ["there is not", { instanceType: null }, /EC2 has no such instance type in this Region/],
    [
      "is of another architecture than the base image",
      { instanceType: { supportedArchitectures: ["arm64"] } },
      /c6i\.xlarge is arm64, the image x86_64/,
    ],
    ["runs on Xen", { instanceType: { hypervisor: "xen" } }, /runs on xen, not on the Nitro/],
    ["its zone does not offer", { offeredIn: ["us-east-1c"] }, /is not offered in us-east-1a/],
  ];
  for (const [what, account, reason] of builders) {
    it(`is refused a machine of a type that ${what}, before anything is made`, async () => {
      // Who deploys is none of the room's.
      const { [IDENTITY]: _, ...others } = answersOf(account);
      const answers = { ...others, ...CANONICAL };
      await assert.rejects(deploy("audit", auditConfig(), { answers }), (error: Error) => {
        assert.match(error.message, /imageInstanceType c6i\.xlarge cannot serve/);
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  it("is refused in one sentence where the base image is gone", async () => {
    const gone: Answers = {
      "aws:ec2/getAmi:getAmi": () => {
        throw new Error("Your query returned no results.");
      },
    };
    await assert.rejects(
      deploy("audit", auditConfig(), { answers: gone }),
      /Account 099720109477 has no image ubuntu.* in us-east-1\. Name a newer one/,
    );
  });
});
