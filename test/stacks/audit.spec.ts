import assert from "node:assert/strict";

import { automationPolicy } from "../../components/access/automationPolicy";
import { type BoundaryArgs, boundaryPolicy } from "../../components/access/boundary";
import type { IncidentDeployerAccess } from "../../components/access/incidentDeployer/incidentDeployerAccess";
import { incidentDeployerPolicies } from "../../components/access/incidentDeployerPolicies";
import { sessionDocument } from "../../components/access/sessionDocument";
import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { foundationKeyPolicy } from "../../components/evidence/keys/foundationKeyPolicy";
import { type KeyParties } from "../../components/evidence/keys/keyStatements";
import { signingKeyPolicy } from "../../components/evidence/keys/signingKeyPolicy";
import { transferKeyPolicy } from "../../components/evidence/keys/transferKeyPolicy";
import {
  HOLD_RUNBOOK,
  holdRunbook,
  OBJECT_TO_PARAMETERS,
  objectCreated,
  UNFIT_TO_PARAMETERS,
  unfitObjectCreated,
} from "../../components/evidence/runbooks/holdRunbook";
import {
  COPY_COMPLETE,
  COPY_TO_PARAMETER,
  lockRunbook,
} from "../../components/evidence/runbooks/lockRunbook";
import {
  holdRolePolicy,
  lockRolePolicy,
  signingRolePolicy,
} from "../../components/evidence/runbooks/runbookPolicies";
import {
  RECORD_TO_PARAMETERS,
  recordCreated,
  signRunbook,
} from "../../components/evidence/runbooks/signRunbook";
import { accessLogPolicy } from "../../components/evidence/accessLogPolicy";
import { vaultPolicy } from "../../components/evidence/vaultPolicy";
import {
  runbookTrust,
  starterRolePolicy,
  starterTrust,
} from "../../components/policies/eventRunbook";
import {
  interfaceEndpointPolicy,
  s3EndpointPolicy,
} from "../../components/network/endpointPolicies";
import { LOCK_RUNBOOK, SIGNING_KEY_ALIAS, SIGNING_RUNBOOK } from "../../components/names";
import { partitionOf } from "../../components/aws/partition";
import { trailBucketPolicy } from "../../components/watch/trailPolicies";
import { MOST_TAGS } from "../../components/tags";
import { closedEndpoints } from "../../policy-pack/policies/closedEndpoints";
import { assertDemands, mostTags } from "../support/demands";
import { type Deployment, arnOf, deploy, idOf } from "../support/deployment";
import { auditConfig } from "../support/examples";
import { CASE_ROLES, ROLES } from "../support/parties";
import { judge } from "../support/policies";

const NOTIFICATION = "aws-operations@example.edu";
const ZONES = ["us-east-1a", "us-east-1b"];
const SLOTS = ZONES.flatMap((zone) => [1, 2, 3].map((slot) => `${zone}-${slot}`));

/** What `legalHold: true` adds, by type. */
const HOLD: Record<string, string[]> = {
  "aws:cloudwatch/eventRule:EventRule": ["vault-hold-event", "vault-hold-unfit-event"],
  "aws:cloudwatch/eventTarget:EventTarget": ["vault-hold-target", "vault-hold-unfit-target"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    "runbook-alarm-clean-room-hold-object-not-started",
    "runbook-alarm-clean-room-hold-object-unfit-not-started",
  ],
  "aws:iam/role:Role": ["vault-hold-runbook-role", "vault-hold-starter-role"],
  "aws:iam/rolePolicy:RolePolicy": ["vault-hold-runbook-policy", "vault-hold-starter-policy"],
  "aws:ssm/document:Document": ["vault-hold-runbook"],
};

/** What stays in the account even if somebody lifts the protection and destroys the stack. */
const RETAINED = [
  "forensics-flow-logs",
  "session-log",
  ...SLOTS.map((slot) => `session-log-${slot}`),
  ...["evidence", "foundation", "signing", "transfer"].flatMap((key) => [
    `keys-${key}`,
    `keys-${key}-alias`,
  ]),
  "vault-access-logs",
  "vault-access-logs-ownership",
  "vault-access-logs-policy",
  "vault-access-logs-public-access",
  "vault-access-logs-versioning",
  "vault-bucket",
  "vault-encryption",
  "vault-events-logs",
  "vault-events-logs-logging",
  "vault-events-logs-ownership",
  "vault-events-logs-policy",
  "vault-events-logs-public-access",
  "vault-events-logs-versioning",
  "vault-events-trail",
  "vault-lock",
  "vault-logging",
  "vault-notification",
  "vault-ownership",
  "vault-policy",
  "vault-public-access",
  "vault-unfinished-uploads",
  "vault-versioning",
];

/** `type name` of each, in alphabetical order. */
const listed = (resources: Record<string, string[]>) =>
  Object.entries(resources)
    .flatMap(([type, names]) => names.map((name) => `${type} ${name}`))
    .sort();

const PLACE = { region: "us-east-1", accountId: "111122223333" };

/** Checks all parts of a runbook that an event starts, and that they are in place before its events. */
function assertRunbook(
  deployment: Deployment,
  name: string,
  expected: {
    readonly documentName: string;
    readonly runbook: object;
    readonly rolePolicy: object;
    readonly eventPattern: object;
    readonly inputTransformer: object;
    readonly unfit?: { readonly eventPattern: object; readonly inputTransformer: object };
  },
): void {
  const of = (part: string, property: string) =>
    JSON.parse(deployment.named(`${name}-${part}`).inputs[property] as string) as object;
  const { name: documentName, ...document } = deployment.named(`${name}-runbook`).inputs;
  assert.deepEqual(
    [documentName, document["documentType"], document["documentFormat"]],
    [expected.documentName, "Automation", "JSON"],
  );
  // A pattern and a runbook are data: as AWS gets them.
  const asJson = (data: object) => JSON.parse(JSON.stringify(data)) as object;
  assert.deepEqual(of("runbook", "content"), asJson(expected.runbook));
  assert.deepEqual(of("event", "eventPattern"), asJson(expected.eventPattern));
  const { unfit } = expected;
  if (unfit !== undefined) {
    assert.deepEqual(of("unfit-event", "eventPattern"), asJson(unfit.eventPattern));
  }
  for (const [prefix, transformer] of [
    ["", expected.inputTransformer],
    ...(unfit === undefined ? [] : [["unfit-", unfit.inputTransformer] as const]),
  ] as const) {
    const target = deployment.named(`${name}-${prefix}target`);
    assert.deepEqual(target.inputs, {
      rule: `${name}-${prefix}event-0a1b2c3`,
      arn: `arn:aws:ssm:us-east-1:111122223333:automation-definition/${expected.documentName}:$DEFAULT`,
      roleArn: arnOf(`${name}-starter-role`),
      inputTransformer: transformer,
    });
    assert.equal((target.options.dependsOn as unknown[]).length, 3);
  }

  assert.deepEqual(of("runbook-policy", "policy"), expected.rolePolicy);
  assert.deepEqual(of("runbook-role", "assumeRolePolicy"), runbookTrust(PLACE));
  assert.deepEqual(
    of("starter-policy", "policy"),
    starterRolePolicy(PLACE, expected.documentName, arnOf(`${name}-runbook-role`)),
  );
  assert.deepEqual(
    of("starter-role", "assumeRolePolicy"),
    starterTrust(PLACE, [
      arnOf(`${name}-event`),
      ...(unfit === undefined ? [] : [arnOf(`${name}-unfit-event`)]),
    ]),
  );
  for (const who of ["runbook", "starter"]) {
    const { role } = deployment.named(`${name}-${who}-policy`).inputs;
    assert.equal(role, idOf(`${name}-${who}-role`));
  }
}

describe("An audit stack", () => {
  let deployment: Deployment;

  before(async () => {
    // The image's pipeline has tests of its own, in auditImage.spec.ts.
    deployment = await deploy("audit", auditConfig({ image: "off" }));
  });

  it("protects every resource by itself", () => {
    const open = deployment.resources.filter(({ options }) => options.protect !== true);
    assert.deepEqual(
      open.map(({ name }) => name),
      [],
    );
  });

  it("retains evidence, keys and logs child by child, and nothing else", () => {
    const retained = deployment.resources.filter(({ options }) => options.retainOnDelete);
    assert.deepEqual(retained.map(({ name }) => name).sort(), [...RETAINED].sort());
  });

  it("carries the notification tag, and no ticket, on everything that has tags", () => {
    for (const { name, inputs } of deployment.resources) {
      const tags = inputs["tags"] as Record<string, string> | undefined;
      if (tags !== undefined) {
        assert.equal(tags["notification"], "aws-operations@example.edu", name);
        assert.equal(tags["incident-response"], undefined, name);
      }
    }
  });

  it("gives what an organisation demands to everything: tags, and to every role a boundary", async () => {
    const permissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    const demanding = await deploy(
      "audit",
      auditConfig({
        tags: { "cost-centre": "4711" },
        permissionsBoundary,
        automationRoles: "create",
        vault: { mode: "GOVERNANCE", days: 7, trial: true, legalHold: true },
      }),
      { answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0ba5e000000000000" }) } },
    );
    assertDemands(demanding, { notification: NOTIFICATION, "cost-centre": "4711" });
    const roles = demanding.ofType("aws:iam/role:Role");
    assert.equal(roles.length, 13);
    for (const { name, inputs } of roles) {
      assert.equal(inputs["permissionsBoundary"], permissionsBoundary, name);
    }
    // The image's machines, images and their volumes are made by Image Builder.
    const builder = (end: string) => demanding.named(`image-${end}`).inputs;
    const amiTags = [
      builder("recipe")["amiTags"],
      (builder("distribution")["distributions"] as { amiDistributionConfiguration: object }[])[0]
        ?.amiDistributionConfiguration,
    ];
    assert.ok(amiTags.every((tags) => JSON.stringify(tags).includes('"cost-centre":"4711"')));
    assert.deepEqual(builder("infrastructure")["resourceTags"], {
      notification: NOTIFICATION,
      "cost-centre": "4711",
    });
  });

  it("leaves roles without a boundary where none is demanded", () => {
    const roles = deployment.ofType("aws:iam/role:Role");
    assert.ok(roles.every(({ inputs }) => inputs["permissionsBoundary"] === undefined));
  });

  it("takes no more tags than any resource can carry", async () => {
    const tags = Object.fromEntries(
      Array.from({ length: MOST_TAGS.audit }, (_, index) => [`key-${index}`, "value"]),
    );
    const { resources } = await deploy("audit", auditConfig({ tags }), {
      answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0ba5e000000000000" }) },
    });
    // Image Builder adds a name, CreatedBy and Ec2ImageBuilderArn to what it makes.
    assert.ok(mostTags(resources) + 3 <= 50, `${mostTags(resources)}`);
  });

  it("has no way out of the VPC: no route, no gateway but the one to S3", () => {
    for (const { inputs } of deployment.ofType("aws:ec2/routeTable:RouteTable")) {
      assert.equal(inputs["routes"], undefined);
    }
    const gateways = deployment
      .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter(({ inputs }) => inputs["vpcEndpointType"] === "Gateway");
    assert.deepEqual(
      gateways.map(({ inputs }) => inputs["serviceName"]),
      ["com.amazonaws.us-east-1.s3"],
    );
  });

  it("gives each slot a route table of its own, and S3's route to each of them", () => {
    for (const slot of SLOTS) {
      const { inputs } = deployment.named(`forensics-slot-${slot}-association`);
      assert.deepEqual(inputs, {
        subnetId: idOf(`forensics-slot-${slot}`),
        routeTableId: idOf(`forensics-slot-${slot}-routes`),
      });
    }
    assert.deepEqual(
      deployment.named("endpoints-s3").inputs["routeTableIds"],
      SLOTS.map((slot) => idOf(`forensics-slot-${slot}-routes`)),
    );
  });

  it("puts private interface endpoints into the endpoint subnets, open to the VPC only", () => {
    for (const service of ["kms", "logs", "ssm", "ssmmessages"]) {
      const { inputs } = deployment.named(`endpoints-${service}`);
      assert.equal(inputs["serviceName"], `com.amazonaws.us-east-1.${service}`);
      assert.equal(inputs["vpcEndpointType"], "Interface");
      assert.equal(inputs["privateDnsEnabled"], true);
      assert.deepEqual(
        inputs["subnetIds"],
        ZONES.map((zone) => idOf(`forensics-endpoint-${zone}`)),
      );
      assert.deepEqual(inputs["securityGroupIds"], [idOf("endpoints-sg")]);
    }
    const { cidrIpv4, fromPort, toPort, ipProtocol } = deployment.named("endpoints-https").inputs;
    assert.deepEqual([cidrIpv4, fromPort, toPort, ipProtocol], ["10.66.0.0/22", 443, 443, "tcp"]);
  });

  it("answers look-ups of its endpoints' names and of no other, also when the firewall fails", () => {
    assert.deepEqual(deployment.named("dns-firewall-allowed").inputs["domains"], [
      "ssm.us-east-1.amazonaws.com",
      "ssmmessages.us-east-1.amazonaws.com",
      "kms.us-east-1.amazonaws.com",
      "logs.us-east-1.amazonaws.com",
      "s3.us-east-1.amazonaws.com",
      "*.s3.us-east-1.amazonaws.com",
    ]);
    assert.deepEqual(deployment.named("dns-firewall-everything").inputs["domains"], ["*"]);
    const allow = deployment.named("dns-firewall-allow").inputs;
    const block = deployment.named("dns-firewall-block").inputs;
    assert.deepEqual(
      [allow["action"], allow["firewallDomainListId"]],
      ["ALLOW", idOf("dns-firewall-allowed")],
    );
    assert.deepEqual(
      [block["action"], block["firewallDomainListId"]],
      ["BLOCK", idOf("dns-firewall-everything")],
    );
    assert.ok((allow["priority"] as number) < (block["priority"] as number));
    const config = deployment.named("dns-firewall-fail-closed").inputs;
    assert.equal(config["firewallFailOpen"], "DISABLED");
  });

  it("locks the vault: Object Lock, versions, the evidence key by its ARN, no public access", () => {
    assert.equal(deployment.named("vault-bucket").inputs["objectLockEnabled"], true);
    assert.deepEqual(deployment.named("vault-lock").inputs, {
      bucket: idOf("vault-bucket"),
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
    });
    assert.deepEqual(deployment.named("vault-versioning").inputs["versioningConfiguration"], {
      status: "Enabled",
    });
    assert.deepEqual(deployment.named("vault-encryption").inputs["rules"], [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: arnOf("keys-evidence"),
        },
        bucketKeyEnabled: true,
        blockedEncryptionTypes: ["SSE-C"],
      },
    ]);
    for (const bucket of ["vault", "vault-access-logs", "vault-events-logs"]) {
      const { bucket: _, ...blocks } = deployment.named(`${bucket}-public-access`).inputs;
      assert.deepEqual(blocks, {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    }
    assert.equal(
      deployment.named("vault-logging").inputs["targetBucket"],
      idOf("vault-access-logs"),
    );
  });

  it("records every request for the vault's objects, and of nothing else, beside the vault", () => {
    assert.deepEqual(deployment.named("vault-events-trail").inputs, {
      name: "clean-room-evidence",
      s3BucketName: idOf("vault-events-logs"),
      kmsKeyId: arnOf("keys-foundation"),
      enableLogFileValidation: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      advancedEventSelectors: [
        {
          name: "Every request for the vault's objects",
          // No selector of management events; neither readOnly nor eventName narrows this one.
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWiths: [`${arnOf("vault-bucket")}/`] },
          ],
        },
      ],
      tags: { notification: "aws-operations@example.edu" },
    });
    assert.deepEqual(
      deployment.named("vault-events-logs-versioning").inputs["versioningConfiguration"],
      { status: "Enabled" },
    );
  });

  it("places the policies that the access tests are about", () => {
    const policyOf = (name: string) =>
      JSON.parse(deployment.named(name).inputs["policy"] as string) as object;
    const settings = deployment.outputs as unknown as KeyParties;
    assert.deepEqual(policyOf("keys-foundation"), foundationKeyPolicy(settings));
    assert.deepEqual(policyOf("keys-evidence"), evidenceKeyPolicy(settings));
    assert.deepEqual(policyOf("keys-transfer"), transferKeyPolicy(settings));
    assert.deepEqual(policyOf("keys-signing"), signingKeyPolicy(settings));
    assert.deepEqual(
      policyOf("vault-policy"),
      vaultPolicy({
        ...settings,
        bucketArn: arnOf("vault-bucket"),
        keyArn: arnOf("keys-evidence"),
        caseRoles: CASE_ROLES,
        fewestDays: 1,
        mostDays: 3650,
        signerRoleArn: ROLES.signer,
        holders: [],
      }),
    );
    assert.deepEqual(
      policyOf("vault-access-logs-policy"),
      accessLogPolicy({
        ...settings,
        bucketArn: arnOf("vault-access-logs"),
        loggedArns: [arnOf("vault-bucket"), "arn:aws:s3:::vault-events-logs-*"],
      }),
    );
    assert.deepEqual(
      policyOf("vault-events-logs-policy"),
      trailBucketPolicy({
        ...settings,
        bucketArn: arnOf("vault-events-logs"),
        trailArn: "arn:aws:cloudtrail:us-east-1:111122223333:trail/clean-room-evidence",
      }),
    );
    for (const service of ["kms", "logs", "ssm", "ssmmessages"]) {
      assert.deepEqual(
        policyOf(`endpoints-${service}`),
        interfaceEndpointPolicy(service, { region: "us-east-1", accountId: "111122223333" }),
      );
    }
    assert.deepEqual(policyOf("endpoints-s3"), s3EndpointPolicy("111122223333"));
  });

  it("lets workstations read copies directly where ebs is among the endpoints, and nowhere else", async () => {
    const sids = (of: Deployment, name: string) =>
      (
        JSON.parse(of.named(name).inputs["policy"] as string) as { Statement: { Sid: string }[] }
      ).Statement.map(({ Sid }) => Sid);
    const added = (of: Deployment, name: string) =>
      sids(of, name).filter((sid) => !sids(deployment, name).includes(sid));
    const interfaceEndpoints = ["ssm", "ssmmessages", "kms", "logs", "ebs"];
    const direct = await deploy("audit", auditConfig({ image: "off", interfaceEndpoints }));
    assert.deepEqual(added(direct, "case-boundary"), ["ReadCopiesDirectly", "DecryptCopies"]);
    assert.deepEqual(added(direct, "keys-evidence"), ["ReadDirectly"]);
    assert.deepEqual(sids(direct, "endpoints-ebs"), ["WorkstationsReadCopies"]);
    assert.equal(direct.outputs["directReading"], true);
    assert.ok(!("directReading" in deployment.outputs));
    // The policy pack takes the endpoint.
    const { type, inputs: props } = direct.named("endpoints-ebs");
    const known = { ...props, securityGroupIds: ["sg-0123456789abcdef0"] };
    assert.deepEqual(await judge(closedEndpoints, { type, props: known }), []);
  });

  it("places the boundary and the deployers' policies that the access tests are about", () => {
    const policyOf = (name: string) =>
      JSON.parse(deployment.named(name).inputs["policy"] as string) as object;
    assert.deepEqual(
      policyOf("case-boundary"),
      boundaryPolicy(deployment.outputs as unknown as BoundaryArgs),
    );
    const { room, evidence } = incidentDeployerPolicies({
      ...deployment.outputs,
      runbookRoleArn: arnOf("snapshot-lock-runbook-role"),
    } as unknown as IncidentDeployerAccess);
    assert.deepEqual(policyOf("incident-deployer-room"), room);
    assert.deepEqual(policyOf("incident-deployer-evidence"), evidence);
  });

  it("stays below the length of a managed policy, 6,144 characters", () => {
    for (const { name, inputs } of deployment.ofType("aws:iam/policy:Policy")) {
      // As long as ARNs get: a key's are longer than the mocks'.
      const length = (inputs["policy"] as string).length + 6 * 40;
      assert.ok(length <= 6144, `${name}: ${length}`);
    }
  });

  it("keeps the deployers' policies below it wherever they are placed", () => {
    for (const region of ["us-east-1", "ap-southeast-1", "us-gov-west-1", "cn-northwest-1"]) {
      const partition = partitionOf(region).name;
      const key = `arn:${partition}:kms:${region}:111122223333:key/mrk-${"0".repeat(32)}`;
      const clean = `arn:${partition}:iam::111122223333`;
      const policies = incidentDeployerPolicies({
        region,
        accountId: "111122223333",
        organizationId: `o-${"e".repeat(32)}`,
        vpcId: "vpc-0123456789abcdef0",
        vaultArn: `arn:${partition}:s3:::${"v".repeat(63)}`,
        evidenceKeyArn: key,
        transferKeyArn: key,
        amiParameter: "/imagebuilder/clean-room/ami",
        boundaryArn: `${clean}:policy/clean-room/clean-room-case-boundary-${region}`,
        runbookRoleArn: `${clean}:role/clean-room/snapshot-lock-runbook-role-0123456`,
        incidentDeployers: [`${clean}:role/incident-deployer`],
      });
      for (const [part, policy] of Object.entries(policies)) {
        const { length } = JSON.stringify(policy);
        assert.ok(length <= 6144, `${part} in ${region}: ${length}`);
      }
    }
  });

  it("records the sessions of each slot's room, as examiner, in a log group of its own under the foundation key", () => {
    for (const [end, name] of [
      ["", "/clean-room/sessions"],
      ...SLOTS.map((slot) => [`-${slot}`, `/clean-room/sessions/${slot}`] as const),
    ] as const) {
      const { tags: _, ...group } = deployment.named(`session-log${end}`).inputs;
      assert.deepEqual(group, {
        name,
        kmsKeyId: arnOf("keys-foundation"),
        retentionInDays: 3653,
      });
      const { content, documentType } = deployment.named(`session-document${end}`).inputs;
      assert.equal(documentType, "Session");
      const document = JSON.parse(content as string) as { inputs: Record<string, unknown> };
      assert.deepEqual(document, sessionDocument(name));
      assert.deepEqual(
        ["runAsEnabled", "runAsDefaultUser", "cloudWatchLogGroupName"].map(
          (input) => document.inputs[input],
        ),
        [true, "examiner", name],
      );
    }
    const slots = deployment.outputs["slots"] as { name: string; sessions: object }[];
    assert.deepEqual(
      slots.map(({ sessions }) => sessions),
      SLOTS.map((slot) => ({
        document: `clean-room-session-${slot}`,
        logGroup: `/clean-room/sessions/${slot}`,
      })),
    );
  });

  it("starts the runbook when a copy is complete, and locks as the vault does, on trial too", () => {
    const evidenceKeyArn = arnOf("keys-evidence");
    const roleArn = arnOf("snapshot-lock-runbook-role");
    assertRunbook(deployment, "snapshot-lock", {
      documentName: LOCK_RUNBOOK,
      runbook: lockRunbook({ ...PLACE, evidenceKeyArn, roleArn, mode: "GOVERNANCE", days: 1 }),
      rolePolicy: lockRolePolicy(PLACE, 1),
      eventPattern: COPY_COMPLETE,
      inputTransformer: COPY_TO_PARAMETER,
    });
  });

  it("starts the runbook when a record arrives in the vault, and signs by a key for that alone", () => {
    const bucket = "vault-bucket-0a1b2c3";
    const signingKeyArn = arnOf("keys-signing");
    assertRunbook(deployment, "vault-signing", {
      documentName: SIGNING_RUNBOOK,
      runbook: signRunbook({
        region: "us-east-1",
        bucket,
        signingKeyArn,
        roleArn: arnOf("vault-signing-runbook-role"),
        notification: NOTIFICATION,
      }),
      rolePolicy: signingRolePolicy({
        region: "us-east-1",
        vaultArn: arnOf("vault-bucket"),
        evidenceKeyArn: arnOf("keys-evidence"),
        signingKeyArn,
      }),
      eventPattern: recordCreated(bucket),
      inputTransformer: RECORD_TO_PARAMETERS,
    });
    // The key's policy and the vault's name the role by it.
    assert.equal(
      deployment.named("vault-signing-runbook-role").inputs["name"],
      ROLES.signer.split("/").at(-1),
    );
    const { customerMasterKeySpec, keyUsage } = deployment.named("keys-signing").inputs;
    assert.deepEqual([customerMasterKeySpec, keyUsage], ["ECC_NIST_P256", "SIGN_VERIFY"]);
    // Reports look for it there.
    assert.equal(deployment.named("keys-signing-alias").inputs["name"], SIGNING_KEY_ALIAS);
  });

  it("keeps every deleted snapshot of the Region in the Recycle Bin", async () => {
    const {
      tags: _,
      description: __,
      ...rule
    } = deployment.named("snapshot-lock-recycle-bin").inputs;
    assert.deepEqual(rule, {
      resourceType: "EBS_SNAPSHOT",
      retentionPeriod: { retentionPeriodValue: 30, retentionPeriodUnit: "DAYS" },
    });
    const longer = await deploy("audit", auditConfig({ image: "off", recycleBinDays: 365 }));
    assert.deepEqual(longer.named("snapshot-lock-recycle-bin").inputs["retentionPeriod"], {
      retentionPeriodValue: 365,
      retentionPeriodUnit: "DAYS",
    });
  });

  it("keeps the slots apart: of the VPC a slot reaches the endpoints only", () => {
    const rules = (direction: string) =>
      (deployment.named("forensics-slot-acl").inputs[direction] as Record<string, unknown>[]).map(
        ({ ruleNo, action, cidrBlock, protocol, fromPort, toPort }) =>
          [ruleNo, action, cidrBlock, protocol, fromPort, toPort].join(" "),
      );
    const tail = ["200 deny 10.66.0.0/22 -1 0 0", "300 allow 0.0.0.0/0 -1 0 0"];
    assert.deepEqual(rules("egress"), [
      "100 allow 10.66.0.240/28 tcp 443 443",
      "101 allow 10.66.1.240/28 tcp 443 443",
      ...tail,
    ]);
    assert.deepEqual(rules("ingress"), [
      "100 allow 10.66.0.240/28 tcp 1024 65535",
      "101 allow 10.66.1.240/28 tcp 1024 65535",
      ...tail,
    ]);
  });

  it("never empties a bucket to delete it", () => {
    for (const { name, inputs } of deployment.resources) {
      assert.equal(inputs["forceDestroy"], undefined, name);
    }
  });

  it("places the buckets' policies after all their siblings, and the trail after its bucket's", () => {
    const before = (name: string) => (deployment.named(name).options.dependsOn as unknown[]).length;
    assert.equal(before("vault-policy"), 7);
    assert.equal(before("vault-events-logs-policy"), 4);
    assert.equal(before("vault-events-trail"), 1);
  });

  it("puts out what an incident's stack reads", () => {
    const { slots, ...outputs } = deployment.outputs;
    assert.deepEqual(
      (slots as { name: string }[]).map(({ name }) => name),
      SLOTS,
    );
    assert.deepEqual(outputs, {
      foundationVersion: 1,
      accountId: "111122223333",
      region: "us-east-1",
      organizationId: "o-exampleorgid",
      vpcId: idOf("forensics-vpc"),
      vpcCidr: "10.66.0.0/22",
      endpointSecurityGroupId: idOf("endpoints-sg"),
      s3PrefixListId: "pl-0123456789abcdef0",
      foundationKeyArn: arnOf("keys-foundation"),
      evidenceKeyArn: arnOf("keys-evidence"),
      transferKeyArn: arnOf("keys-transfer"),
      vaultBucket: "vault-bucket-0a1b2c3",
      vaultArn: arnOf("vault-bucket"),
      vaultMode: "GOVERNANCE",
      vaultDays: 1,
      vaultTrial: true,
      amiParameter: "/imagebuilder/clean-room/ami",
      boundaryArn: arnOf("case-boundary"),
      sessionDocument: "clean-room-session",
      sourceIdentity: "off",
      incidentDeployerPolicyArns: [
        arnOf("incident-deployer-room"),
        arnOf("incident-deployer-evidence"),
      ],
      foundationDeployers: ["arn:aws:iam::111122223333:role/foundation-deployer"],
      incidentDeployers: ["arn:aws:iam::111122223333:role/incident-deployer"],
      custodians: ["arn:aws:iam::111122223333:role/evidence-custodian"],
      auditorRoleArn: "arn:aws:iam::111122223333:role/clean-room/clean-room-auditor-us-east-1",
      subscriptionsToMend: [],
    });
  });

  it("has no auditor where none is named: no role, and no policy that lets one in", async () => {
    const { outputs, resources } = await deploy(
      "audit",
      auditConfig({ image: "off", auditors: undefined }),
    );
    assert.equal("auditorRoleArn" in outputs, false);
    assert.equal(JSON.stringify(resources.map(({ inputs }) => inputs)).includes("auditor"), false);
  });

  it("makes the automation roles when told to, by Control Tower's names, and protects them", async () => {
    const made = await deploy("audit", auditConfig({ image: "off", automationRoles: "create" }));
    const more = made.resources.filter(
      ({ name }) => !deployment.resources.some((resource) => resource.name === name),
    );
    assert.deepEqual(
      more.map(({ name }) => name),
      [
        "automation-read-only",
        "automation-read-only-policy",
        "automation-administrator",
        "automation-administrator-policy",
      ],
    );
    assert.ok(more.every(({ options }) => options.protect));
    assert.deepEqual(
      more.flatMap(({ type, inputs }) => (type === "aws:iam/role:Role" ? [inputs["name"]] : [])),
      ["aws-controltower-AuditReadOnlyRole", "aws-controltower-AuditAdministratorRole"],
    );
    for (const [role, execution] of [
      ["read-only", "aws-controltower-ReadOnlyExecutionRole"],
      ["administrator", "aws-controltower-AdministratorExecutionRole"],
    ] as const) {
      const { policy } = made.named(`automation-${role}-policy`).inputs;
      assert.deepEqual(
        typeof policy === "string" ? JSON.parse(policy) : policy,
        automationPolicy({
          region: "us-east-1",
          organizationId: "o-exampleorgid",
          executionRole: execution,
        }),
      );
    }
  });

  it("declares nothing when a setting is wrong", async () => {
    await assert.rejects(
      deploy("audit", auditConfig({ vpcCidr: "10.66.0.1/22" })),
      /clean-room:vpcCidr\n {4}found: {4}"10\.66\.0\.1\/22"/,
    );
  });
});

describe("An audit stack with legal holds", () => {
  let without: Deployment;
  let held: Deployment;

  before(async () => {
    const vault = { trial: true, mode: "GOVERNANCE", days: 1 };
    without = await deploy("audit", auditConfig({ image: "off", vault }));
    held = await deploy(
      "audit",
      auditConfig({ image: "off", vault: { ...vault, legalHold: true } }),
    );
  });

  it("has a runbook more, all of it protected, and nothing less", () => {
    const names = (deployment: Deployment) => deployment.resources.map(({ name }) => name);
    const more = held.resources.filter(({ name }) => !names(without).includes(name));
    assert.deepEqual(more.map(({ type, name }) => `${type} ${name}`).sort(), listed(HOLD));
    assert.ok(more.every(({ options }) => options.protect));
    assert.deepEqual(
      names(without).filter((name) => !names(held).includes(name)),
      [],
    );
  });

  it("starts the runbook for every object version that arrives in the vault", () => {
    const bucket = "vault-bucket-0a1b2c3";
    assertRunbook(held, "vault-hold", {
      documentName: HOLD_RUNBOOK,
      runbook: holdRunbook({ bucket, roleArn: arnOf("vault-hold-runbook-role") }),
      rolePolicy: holdRolePolicy(arnOf("vault-bucket")),
      eventPattern: objectCreated(bucket),
      inputTransformer: OBJECT_TO_PARAMETERS,
      unfit: {
        eventPattern: unfitObjectCreated(bucket),
        inputTransformer: UNFIT_TO_PARAMETERS,
      },
    });
    const { inputs, options } = held.named("vault-notification");
    assert.deepEqual(inputs, { bucket, eventbridge: true });
    // Both runbooks with all their parts.
    assert.equal((options.dependsOn as unknown[]).length, 2);
  });

  it("takes the vault's events on from the hold, whose they were: nothing ends them in between", () => {
    const { aliases = [] } =
      held.registrations.find(({ urn }) => urn.endsWith("::vault-notification")) ?? {};
    // The mocks have the stack's own type in names below it, which the engine leaves out.
    const component =
      "pulumi:pulumi:Stack$cleanroom:evidence:EvidenceVault$cleanroom:evidence:ObjectHold";
    assert.deepEqual(
      aliases.map(({ name, parent }) => [name, parent.split("::").slice(2).join("::")]),
      [["vault-hold-notification", `${component}::vault-hold`]],
    );
  });

  it("lets the runbook's role through in the vault's policy, which stays last", () => {
    assert.deepEqual(
      JSON.parse(held.named("vault-policy").inputs["policy"] as string),
      vaultPolicy({
        ...(held.outputs as unknown as KeyParties),
        bucketArn: arnOf("vault-bucket"),
        keyArn: arnOf("keys-evidence"),
        caseRoles: CASE_ROLES,
        fewestDays: 1,
        mostDays: 3650,
        signerRoleArn: ROLES.signer,
        holders: [arnOf("vault-hold-runbook-role")],
      }),
    );
    assert.equal((held.named("vault-policy").options.dependsOn as unknown[]).length, 7);
  });
});
