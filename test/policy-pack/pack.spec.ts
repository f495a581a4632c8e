import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { guarded } from "../../policy-pack/guarded";
import { policies } from "../../policy-pack/policies";

import { ALL_CASES, judgeCases } from "../../rehearsal/policies/judgedCases";
import { sdkTypes, UNTAGGABLE, untaggableNow } from "../../policy-pack/untaggable";
import { judge, UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../support/policies";

const UNKNOWNS = [UNKNOWN_TEXT, UNKNOWN_OBJECT, UNKNOWN_LIST];

describe("The policy pack", () => {
  it("holds one policy per file, named like it", () => {
    const files = readdirSync(join(__dirname, "../../policy-pack/policies"));
    const kebab = (file: string) =>
      file.replace(".ts", "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    assert.deepEqual(policies.map(({ name }) => name).sort(), files.map(kebab).sort());
  });

  it("explains each policy, and enforces it", () => {
    for (const { name, description, displayName, remediationSteps, ...policy } of policies) {
      assert.ok(policy.severity && policy.tags?.length, name);
      const isAdvice = name === "known-documents";
      assert.match(description, isAdvice ? /^Tells which .*\.$/ : /^Checks that .*\.$/, name);
      assert.ok(displayName, name);
      assert.ok(remediationSteps, name);
      assert.equal(policy.enforcementLevel, isAdvice ? "advisory" : "mandatory", name);
    }
  });

  it("says in two lines what is wrong and how to mend it, and cites a clause that asks for it", async () => {
    const named = (name: string) => policies.find((policy) => policy.name === name);
    const { forceDestroy, rotation } = {
      forceDestroy: named("no-force-destroy") as (typeof policies)[number],
      rotation: named("sound-keys") as (typeof policies)[number],
    };
    assert.deepEqual(
      await judge(forceDestroy, { type: "aws:s3/bucket:Bucket", props: { forceDestroy: true } }),
      [
        "forceDestroy is true; required: not set, or false.\nWrite forceDestroy: false, run pulumi up if it was ever true, and remove it.",
      ],
    );
    assert.deepEqual(
      await judge(rotation, {
        type: "aws:kms/key:Key",
        props: { policy: "{}", deletionWindowInDays: 7 },
      }),
      [
        "enableKeyRotation is not set; required: true.\nSet it: AWS keeps what earlier material encrypted readable. (CIS AWS Foundations 3.0.0, 3.6)",
      ],
    );
  });

  it("says so of every defect", async function () {
    this.timeout(120_000);
    const judged = await judgeCases(ALL_CASES);
    assert.deepEqual(
      judged
        .flatMap(({ defect }) => defect.map(({ message }) => message))
        .filter((message) => !/^[^\n]+required: [^\n]+\n[^\n]+$/.test(message)),
      [],
    );
  });

  it("says the line to write for each, and not what the policy says in general", async function () {
    this.timeout(120_000);
    const judged = await judgeCases(ALL_CASES);
    const general = new Map(policies.map((policy) => [policy.name, policy.remediationSteps]));
    assert.deepEqual(
      judged
        .flatMap(({ defect }) => defect)
        .filter(({ policy, message }) => message.split("\n")[1] === general.get(policy))
        .map(({ policy, message }) => `${policy}: ${message}`),
      [],
    );
  });

  it("names types that the SDK has", () => {
    const types = sdkTypes();
    const pack = join(__dirname, "../../policy-pack");
    const named = readdirSync(pack, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
      .flatMap((file) => readFileSync(join(pack, file), "utf8").match(/(?<=")aws:\w+\/\w+:\w+/g))
      .filter((type) => type !== null);
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((type) => !types.has(type)),
      [],
    );
  });

  it("knows what cannot carry tags; npm run untaggable makes the list anew", () => {
    assert.deepEqual([...UNTAGGABLE], untaggableNow());
    assert.ok(UNTAGGABLE.has("aws:kms/grant:Grant") && !UNTAGGABLE.has("aws:kms/key:Key"));
  });

  it("asks all of an image pipeline for tags that can carry them", () => {
    const untaggable = [
      "aws:ec2/route:Route",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:sns/topicSubscription:TopicSubscription",
    ];
    const taggable = [
      "aws:ec2/internetGateway:InternetGateway",
      "aws:imagebuilder/component:Component",
      "aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
      "aws:imagebuilder/imagePipeline:ImagePipeline",
      "aws:imagebuilder/imageRecipe:ImageRecipe",
      "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
      "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy",
      "aws:sns/topic:Topic",
    ];
    assert.deepEqual(
      [...untaggable, ...taggable].filter((type) => UNTAGGABLE.has(type)),
      untaggable,
    );
  });

  describe("is never silent about a value that a preview does not know", () => {
    const trips: (ResourceValidationPolicy | StackValidationPolicy)[] = [
      {
        name: "one",
        description: "",
        validateResource: ({ props }) => void props["policy"],
      },
      {
        name: "several",
        description: "",
        validateResource: [
          () => undefined,
          async ({ props }) => {
            await Promise.resolve();
            void props["policy"];
          },
        ],
      },
      {
        name: "stack",
        description: "",
        validateStack: ({ resources }) => resources.forEach(({ props }) => void props["policy"]),
      },
    ];
    for (const policy of trips) {
      it(`in the form of ${policy.name}`, async () => {
        const subject = { type: "aws:kms/key:Key", props: { policy: UNKNOWN_TEXT } };
        const unguarded = await judge(policy, subject);
        assert.ok("unknown" in unguarded);
        assert.deepEqual(await judge(guarded(policy), subject), [
          "could not be checked: string value at .policy can't be known during preview; required: a value that the preview knows.\nWrite it out, or let pulumi up judge it.",
        ]);
      });
    }

    it("nor about what is really broken, of which it shows no stack trace", async () => {
      const broken: ResourceValidationPolicy = {
        name: "broken",
        description: "",
        validateResource: () => {
          throw new TypeError("no such field");
        },
      };
      assert.deepEqual(await judge(guarded(broken), { type: "a:b:C" }), [
        "could not be checked: no such field; required: a resource that broken can read.\nWhat it looks like is a fault of the pack: tell its maintainers.",
      ]);
    });

    it("nor about configuration that is none of its own, once", async () => {
      const policy = policies.find(({ name }) => name === "kept-logs") as (typeof policies)[number];
      const config = { minimumDays: 1, minimunDays: 365 };
      const subjects = [{ type: "a:b:C" }, { type: "a:b:D" }];
      assert.deepEqual(await judge(policy, subjects, { config }), [
        "configuration of kept-logs has minimunDays; required: minimumDays.\nCorrect the file that --policy-pack-config names.",
      ]);
    });

    const fields = [
      "tags",
      "volumeTags",
      "rootBlockDevice",
      "ebsBlockDevices",
      "tagSpecifications",
      "forceDestroy",
      "encrypted",
      "kmsKeyId",
      "routes",
      "destinationCidrBlock",
      "cidrIpv4",
      "ingress",
      "egress",
      "objectLockEnabled",
      "rule",
      "rules",
      "versioningConfiguration",
      "amiTags",
      "resourceTags",
      "distributions",
      "blockDeviceMappings",
      "metadataOptions",
      "instanceMetadataOptions",
      "terminateInstanceOnFailure",
      "subnetId",
      "securityGroupIds",
      "keyPair",
      "group",
      "accountId",
      "entries",
      "policy",
      "assumeRolePolicy",
      "inlinePolicies",
      "name",
      "operations",
      "granteePrincipal",
      "alternateContactType",
      "emailAddress",
      "phoneNumber",
      "title",
      "blockResponse",
      "corsRules",
      "domains",
      "firewallDomainListId",
      "iamInstanceProfile",
      "logFormat",
      "permissionsBoundary",
      "qType",
      "role",
      "runCommandTargets",
      "serviceRegion",
      "state",
      "storageClass",
      "vpcSecurityGroupIds",
    ];
    const file = (name: string) =>
      `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
    for (const policy of policies) {
      it(`in any field it reads: ${policy.name}`, async () => {
        const text = readFileSync(
          join(__dirname, "../../policy-pack/policies", file(policy.name)),
          "utf8",
        );
        const types = text.match(/(?<=")aws:\w+\/\w+:\w+/g) ?? ["aws:kms/key:Key"];
        for (const type of new Set(types)) {
          for (const field of fields) {
            for (const unknown of UNKNOWNS) {
              const outcome = await judge(policy, { type, props: { [field]: unknown } });
              assert.ok(!("unknown" in outcome), `${type} ${field}`);
            }
          }
        }
      });
    }
  });
});
