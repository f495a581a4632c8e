import assert from "node:assert/strict";

import { arnOf, deploy, type Deployment, idOf } from "../support/deployment";
import { assertDemands } from "../support/demands";
import { memberConfig, SAML_PROVIDER, TRANSFER_KEY } from "../support/examples";

const STACK = "member-222233334444";
const VPCS = { "vpc-0123456789abcdef0": "us-east-1", "vpc-0fedcba9876543210": "eu-west-1" };
const SLOTS = ["10.66.0.64/28", "10.66.0.80/28"];
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const perVpc = (...names: string[]) =>
  Object.keys(VPCS).flatMap((vpc) => names.map((name) => `isolation-${vpc}-${name}`));
const perSlot = (...names: string[]) =>
  perVpc(...SLOTS.flatMap((slot) => names.map((name) => `${name}-${slot}`)));

/** Everything the example's stack consists of, by type. */
const RESOURCES: Record<string, string[]> = {
  "aws:account/alternativeContact:AlternativeContact": ["security-contact"],
  "aws:ec2/securityGroup:SecurityGroup": perVpc("sg"),
  "aws:iam/role:Role": ["roles-responder", "roles-securityaudit", "roles-securityresponse"],
  "aws:iam/rolePolicy:RolePolicy": ["roles-responder-policy"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
    "roles-securityaudit-policy",
    "roles-securityresponse-policy",
  ],
  [INGRESS]: perSlot("encase-tcp-4445-ingress", "lime-tcp-4444-ingress"),
  [EGRESS]: perSlot("encase-tcp-4445-egress", "velociraptor-tcp-8000-egress"),
};

/** A document of the deployment, whether it was given as text or as an object. */
function documentOf(deployment: Deployment, name: string, field: string) {
  const value = deployment.named(name).inputs[field];
  return (typeof value === "string" ? JSON.parse(value) : value) as {
    Statement: Record<string, unknown>[];
  };
}

describe("A member account's stack", () => {
  let deployment: Deployment;

  before(async () => {
    deployment = await deploy(STACK, memberConfig());
  });

  it("declares exactly these resources", () => {
    assert.deepEqual(
      deployment.resources.map(({ type, name }) => `${type} ${name}`).sort(),
      Object.entries(RESOURCES)
        .flatMap(([type, names]) => names.map((name) => `${type} ${name}`))
        .sort(),
    );
  });

  it("protects every resource by itself, but for rules, which come and go", () => {
    const open = deployment.resources.filter(({ options }) => options.protect !== true);
    assert.deepEqual([...new Set(open.map(({ type }) => type))].sort(), [EGRESS, INGRESS]);
    assert.equal(open.length, 16);
  });

  it("lifts the protection of the group of a VPC that is released, and says so in a tag", async () => {
    const [kept = "", released = ""] = Object.keys(VPCS);
    const vpcs = [{ vpcId: kept }, { vpcId: released, region: "eu-west-1", release: true }];
    const changed = await deploy(STACK, memberConfig({ vpcs }));
    const groups = [kept, released].map((vpc) => changed.named(`isolation-${vpc}-sg`));
    assert.deepEqual(
      groups.map(({ options, inputs }) => [options.protect, inputs["tags"]]),
      [
        [true, { notification: "ir@example.edu" }],
        [false, { notification: "ir@example.edu", released: "true" }],
      ],
    );
  });

  it("carries the notification tag, and no ticket, on everything that has tags", () => {
    const tagged = deployment.resources.filter(({ type }) => /Role$|SecurityGroup/.test(type));
    assert.equal(tagged.length, 3 + 2 + 16);
    for (const { name, inputs } of tagged) {
      assert.deepEqual(inputs["tags"], { notification: "ir@example.edu" }, name);
    }
  });

  it("gives what an organisation demands to everything: tags, and to every role a boundary", async () => {
    const boundary = "arn:aws:iam::222233334444:policy/boundary";
    const demanding = await deploy(
      STACK,
      memberConfig({
        tags: { "cost-centre": "4711" },
        permissionsBoundary: boundary,
        automationRoles: "create",
      }),
    );
    assertDemands(demanding, { notification: "ir@example.edu", "cost-centre": "4711" });
    const roles = demanding.ofType("aws:iam/role:Role");
    assert.equal(roles.length, 5);
    assert.deepEqual(
      new Set(roles.map(({ inputs }) => inputs["permissionsBoundary"])),
      new Set([boundary]),
    );
    const { Statement } = documentOf(demanding, "roles-responder-policy", "policy");
    const tagging = Statement.find(({ Sid }) => Sid === "TagWhatIsBeingMade");
    assert.deepEqual(
      (tagging?.["Condition"] as Record<string, Record<string, unknown>>)[
        "ForAllValues:StringEquals"
      ],
      {
        "aws:TagKeys": [
          "cost-centre",
          "handover-of",
          "incident-response",
          "notification",
          "source-device",
          "source-instance",
          "source-volume",
        ],
      },
    );
  });

  it("has a group per VPC, in the VPC's Region, with no rules but its own", () => {
    for (const [vpcId, region] of Object.entries(VPCS)) {
      const { inputs } = deployment.named(`isolation-${vpcId}-sg`);
      const { name, vpcId: of, region: where, ingress, egress } = inputs;
      assert.deepEqual([name, of, where], ["clean-room-isolation", vpcId, region]);
      assert.deepEqual([ingress, egress], [undefined, undefined]);
    }
  });

  it("opens the tools' ports to the slots' ranges, in the group's Region, and nothing else", () => {
    const opened = (type: string) =>
      deployment.ofType(type).map(({ inputs }) => {
        const { securityGroupId, region, ipProtocol, fromPort, toPort, cidrIpv4 } = inputs;
        return [securityGroupId, region, ipProtocol, fromPort, toPort, cidrIpv4].join(" ");
      });
    const expected = (...ports: number[]) =>
      Object.entries(VPCS).flatMap(([vpc, region]) =>
        SLOTS.flatMap((slot) =>
          ports.map(
            (port) => `${idOf(`isolation-${vpc}-sg`)} ${region} tcp ${port} ${port} ${slot}`,
          ),
        ),
      );
    assert.deepEqual(opened(INGRESS).sort(), expected(4445, 4444).sort());
    assert.deepEqual(opened(EGRESS).sort(), expected(4445, 8000).sort());
  });

  it("tells AWS whom to write to when it is about security", () => {
    assert.deepEqual(deployment.named("security-contact").inputs, {
      alternateContactType: "SECURITY",
      name: "Security Operations",
      title: "On call",
      emailAddress: "security@example.edu",
      phoneNumber: "+1 555 0100",
    });
  });

  it("has the federated roles by their prescribed names, for the SAML provider only", () => {
    const federated = { securityaudit: "SecurityAudit", securityresponse: "AdministratorAccess" };
    for (const [suffix, policy] of Object.entries(federated)) {
      const role = `roles-${suffix}`;
      assert.equal(deployment.named(role).inputs["name"], `example-saml-${suffix}`);
      assert.equal(deployment.named(role).inputs["maxSessionDuration"], 3600);
      assert.deepEqual(documentOf(deployment, role, "assumeRolePolicy").Statement, [
        {
          Sid: "Federation",
          Effect: "Allow",
          Principal: { Federated: SAML_PROVIDER },
          Action: ["sts:AssumeRoleWithSAML", "sts:SetSourceIdentity", "sts:TagSession"],
          Condition: {
            StringLike: {
              "SAML:aud": [
                "https://signin.aws.amazon.com/saml",
                "https://*.signin.aws.amazon.com/saml",
              ],
            },
          },
        },
      ]);
      assert.deepEqual(deployment.named(`${role}-policy`).inputs, {
        role: `example-saml-${suffix}`,
        policyArn: `arn:aws:iam::aws:policy/${policy}`,
      });
    }
  });

  it("has the responder role where rooms look for it", () => {
    const { name, path } = deployment.named("roles-responder").inputs;
    assert.equal(`${String(path)}${String(name)}`, "/clean-room/forensics-responder");
    // IAM counts the policies that stand in a role, without white space.
    const policy = documentOf(deployment, "roles-responder-policy", "policy");
    assert.ok(JSON.stringify(policy).length <= 10_240);
  });

  it("puts out what rooms need, and both halves for an account that has no stack", () => {
    const {
      responderPolicy,
      keyPolicyStatements,
      suspectKeyStatements,
      suspectKeyGrantsPolicy,
      ...outputs
    } = deployment.outputs;
    const { Statement } = JSON.parse(suspectKeyGrantsPolicy as string) as {
      Statement: { Sid: string; Resource: string }[];
    };
    assert.deepEqual(
      Statement.map(({ Sid, Resource }) => [Sid, Resource]),
      ["GrantToTheAuditAccount", "EndGrants"].map((sid) => [
        sid,
        "arn:aws:kms:*:222233334444:key/*",
      ]),
    );
    assert.deepEqual(outputs, {
      accountId: "222233334444",
      isolationSecurityGroups: Object.entries(VPCS).map(([vpcId, region]) => ({
        vpcId,
        region,
        securityGroup: `222233334444/${idOf(`isolation-${vpcId}-sg`)}`,
      })),
      responderRoleArn: arnOf("roles-responder"),
      federatedRoleArns: [arnOf("roles-securityaudit"), arnOf("roles-securityresponse")],
      executionRoleArns: [],
      transferKeys: [],
    });
    assert.deepEqual(
      JSON.parse(responderPolicy as string),
      documentOf(deployment, "roles-responder-policy", "policy"),
    );
    const [{ keyArn, statements } = { keyArn: "", statements: "[]" }] = keyPolicyStatements as {
      keyArn: string;
      statements: string;
    }[];
    assert.equal(keyArn, TRANSFER_KEY);
    assert.deepEqual(JSON.parse(statements), [
      {
        Sid: "GrantsOfEc2ForMembers",
        Effect: "Allow",
        Principal: "*",
        Action: "kms:CreateGrant",
        Resource: "*",
        Condition: {
          StringEquals: {
            "aws:PrincipalOrgID": "o-exampleorgid",
            "kms:ViaService": "ec2.us-east-1.amazonaws.com",
          },
          Bool: { "kms:GrantIsForAWSResource": "true" },
        },
      },
    ]);
    const [{ region, statement } = { region: "", statement: "" }, ...others] =
      suspectKeyStatements as { region: string; statement: string }[];
    assert.deepEqual([region, others], ["us-east-1", []]);
    assert.deepEqual(JSON.parse(statement), {
      Sid: "GrantsOfEc2ForTheAuditAccount",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": "ec2.us-east-1.amazonaws.com" },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    });
  });

  it("names the audience of its partition", async () => {
    const inGovCloud = (arn: string) =>
      arn.replace("arn:aws:", "arn:aws-us-gov:").replace("us-east-1", "us-gov-west-1");
    const abroad = await deploy(
      STACK,
      memberConfig({
        "aws:region": "us-gov-west-1",
        samlProviderArn: inGovCloud(SAML_PROVIDER),
        transferKeyArns: [inGovCloud(TRANSFER_KEY)],
        responderPrincipals: ["saml"],
        vpcs: [{ vpcId: "vpc-0123456789abcdef0" }],
      }),
    );
    const [statement] = documentOf(abroad, "roles-securityaudit", "assumeRolePolicy").Statement;
    assert.deepEqual(statement?.["Condition"], {
      StringLike: {
        "SAML:aud": [
          "https://signin.amazonaws-us-gov.com/saml",
          "https://*.signin.amazonaws-us-gov.com/saml",
        ],
      },
    });
    assert.equal(
      abroad.named("roles-securityaudit-policy").inputs["policyArn"],
      "arn:aws-us-gov:iam::aws:policy/SecurityAudit",
    );
  });

  it("makes no federated roles without a SAML provider, nor where the account has them", async () => {
    for (const left of [{ samlProviderArn: undefined }, { responderPrincipals: ["saml"] }]) {
      const without = await deploy(STACK, memberConfig({ ...left, namespace: undefined }));
      assert.deepEqual(
        without.ofType("aws:iam/role:Role").map(({ name }) => name),
        ["roles-responder"],
      );
    }
  });

  it("makes the execution roles when told to, by Control Tower's names", async () => {
    const made = await deploy(STACK, memberConfig({ automationRoles: "create" }));
    const roles = made.ofType("aws:iam/role:Role").filter(({ name }) => /execution/.test(name));
    assert.deepEqual(
      roles.map(({ inputs }) => inputs["name"]),
      ["aws-controltower-ReadOnlyExecutionRole", "aws-controltower-AdministratorExecutionRole"],
    );
    assert.ok(roles.every(({ options }) => options.protect));
    assert.deepEqual(
      ["read-only", "administrator"].map(
        (purpose) => made.named(`roles-${purpose}-execution-policy`).inputs["policyArn"],
      ),
      ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"],
    );
  });

  it("makes none where Control Tower has made them", async () => {
    const existing = await deploy(STACK, memberConfig({ automationRoles: "existing" }));
    assert.deepEqual(
      existing.resources.map(({ name }) => name).sort(),
      deployment.resources.map(({ name }) => name).sort(),
    );
  });

  describe("with a transfer key of its own", () => {
    const DEPLOYER = "arn:aws:iam::111122223333:role/incident-deployer";
    const ABROAD = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
    const KEYS = ["transfer-keys-us-east-1", "transfer-keys-eu-west-1"];
    let own: Deployment;

    before(async () => {
      const transferKeyArns = [TRANSFER_KEY, ABROAD];
      const changes = { transferKey: "on", incidentDeployers: [DEPLOYER], transferKeyArns };
      own = await deploy(STACK, memberConfig(changes));
    });

    it("makes one per Region that rooms are opened in, its alias, and the role that grants them", () => {
      const before = deployment.resources.map(({ name }) => name);
      assert.deepEqual(
        own.resources
          .filter(({ name }) => !before.includes(name))
          .map(({ name }) => name)
          .sort(),
        [
          ...KEYS.flatMap((key) => [key, `${key}-alias`]),
          "transfer-keys-grants",
          "transfer-keys-grants-policy",
        ].sort(),
      );
      for (const key of KEYS) {
        const { inputs } = own.named(key);
        assert.equal(inputs["region"], key.replace("transfer-keys-", ""));
        assert.deepEqual([inputs["enableKeyRotation"], inputs["deletionWindowInDays"]], [true, 30]);
        assert.deepEqual(inputs["tags"], { notification: "ir@example.edu" });
        assert.equal(own.named(`${key}-alias`).inputs["name"], "alias/clean-room/transfer");
      }
    });

    it("protects all of it, and retains what decrypts", () => {
      const made = own.resources.filter(({ name }) => name.startsWith("transfer-keys-"));
      assert.ok(made.every(({ options }) => options.protect === true));
      const retained = own.resources.filter(({ options }) => options.retainOnDelete === true);
      assert.deepEqual(
        retained.map(({ name }) => name).sort(),
        KEYS.flatMap((key) => [key, `${key}-alias`]).sort(),
      );
    });

    it("puts them out as a room's suspectKeys wants them", () => {
      assert.deepEqual(
        own.outputs["transferKeys"],
        KEYS.map((key) => ({ keyArn: arnOf(key), assumeRole: arnOf("transfer-keys-grants") })),
      );
    });

    it("lets its responder copy under them, and nothing but them and the Audit account's", () => {
      const { Statement } = documentOf(own, "roles-responder-policy", "policy");
      const under = [TRANSFER_KEY, ABROAD, ...KEYS.map(arnOf)];
      const of = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
      assert.deepEqual(of("UseTheTransferKey")?.["Resource"], under);
      assert.deepEqual(of("EncryptUnderNoOtherKey")?.["NotResource"], under);
      // One for all accounts names none of an account's own.
      assert.ok(!(own.outputs["responderPolicy"] as string).includes(arnOf(KEYS[0] ?? "")));
    });

    it("lets the role grant these keys and no other, to whom opens rooms", () => {
      const { Statement } = documentOf(own, "transfer-keys-grants-policy", "policy");
      assert.deepEqual(
        Statement.map(({ Resource }) => Resource),
        [KEYS.map(arnOf), KEYS.map(arnOf)],
      );
      const trust = documentOf(own, "transfer-keys-grants", "assumeRolePolicy");
      assert.match(JSON.stringify(trust), /"aws:PrincipalArn":\["[^"]*incident-deployer"\]/);
    });
  });

  it("lets its responder copy from the keys of other accounts that are named", async () => {
    const foreign = "arn:aws:kms:us-east-1:999988887777:key/0b1c2d3e-0000-4000-8000-000000000000";
    const named = await deploy(STACK, memberConfig({ foreignKeyArns: [foreign] }));
    const { Statement } = documentOf(named, "roles-responder-policy", "policy");
    const of = Statement.filter(({ Resource }) => [Resource].flat().includes(foreign));
    assert.deepEqual(
      of.map(({ Sid }) => Sid),
      ["SeeKeys", "ReadWhatIsCopied", "LetEbsReadWhatIsCopied"],
    );
    assert.match(named.outputs["responderPolicy"] as string, /999988887777:key/);
  });

  it("prepares the Audit account itself, and an account without a VPC", async () => {
    const audit = await deploy(
      "member-111122223333",
      memberConfig({
        accountId: "111122223333",
        "aws:allowedAccountIds": ["111122223333"],
        samlProviderArn: undefined,
        namespace: undefined,
        vpcs: [],
      }),
    );
    assert.deepEqual(audit.resources.map(({ name }) => name).sort(), [
      "roles-responder",
      "roles-responder-policy",
      "security-contact",
    ]);
  });
});
