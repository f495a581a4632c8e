import assert from "node:assert/strict";

import { accessLogPolicy, vaultPolicy } from "../../components/evidence/vaultPolicy";
import { CASE_ROLES, PARTIES, ROLES, VAULT_ARN } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/evidence";
const HOLDER = "arn:aws:iam::111122223333:role/clean-room/vault-hold-runbook";
const ARGS = {
  ...PARTIES,
  bucketArn: VAULT_ARN,
  keyArn: KEY,
  caseRoles: CASE_ROLES,
  fewestDays: 30,
  mostDays: 3650,
};
const POLICY = vaultPolicy({ ...ARGS, holders: [HOLDER] });
const CASE = "cases/INC-1/a";
const INTAKE = "intake/222233334444/INC-1/a";
const RECORD = "records/INC-1/a.json";
const NEW = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
const OVER = { "s3:ObjectCreationOperation": "true" };
const retention = (days: number) => ({
  "s3:object-lock-remaining-retention-days": `${days}`,
});

const hold = (status: string) => ({ "s3:object-lock-legal-hold": status });

type Caller = keyof typeof ROLES;
const LOCAL: Caller[] = [
  "workstation",
  "foundationDeployer",
  "incidentDeployer",
  "custodian",
  "administrator",
];
const NOBODY: Caller[] = [];
const ALL_BUT = (...callers: Caller[]) => LOCAL.filter((caller) => !callers.includes(caller));

type Case = [act: string, action: string, key: string, context: object, may: Caller[]];

/**
 * Who may do what when their own policies allow everything: what the bucket's policy alone
 * prevents. Written by hand from design.md, decision 10.
 */
const CASES: Case[] = [
  ["put a new object", "s3:PutObject", CASE, NEW, ["workstation"]],
  ["put a new object of a member account", "s3:PutObject", INTAKE, NEW, ["workstation"]],
  ["put an object beside the prefixes", "s3:PutObject", "other/INC-1/a", NEW, NOBODY],
  ["put over an object", "s3:PutObject", CASE, OVER, NOBODY],
  [
    "upload a part",
    "s3:PutObject",
    CASE,
    { "s3:ObjectCreationOperation": "false" },
    ["workstation"],
  ],
  ["put a record", "s3:PutObject", RECORD, OVER, ["incidentDeployer"]],
  [
    "put under another key",
    "s3:PutObject",
    CASE,
    {
      ...NEW,
      "s3:x-amz-server-side-encryption": "aws:kms",
      "s3:x-amz-server-side-encryption-aws-kms-key-id": `${KEY}2`,
    },
    NOBODY,
  ],
  [
    "put under the evidence key by name",
    "s3:PutObject",
    CASE,
    {
      ...NEW,
      "s3:x-amz-server-side-encryption": "aws:kms",
      "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY,
    },
    ["workstation"],
  ],
  [
    "put under KMS without naming the key",
    "s3:PutObject",
    CASE,
    { ...NEW, "s3:x-amz-server-side-encryption": "aws:kms" },
    NOBODY,
  ],
  [
    "put without KMS",
    "s3:PutObject",
    CASE,
    { ...NEW, "s3:x-amz-server-side-encryption": "AES256" },
    NOBODY,
  ],
  [
    "put with a retention below the floor",
    "s3:PutObject",
    CASE,
    { ...NEW, ...retention(29) },
    NOBODY,
  ],
  [
    "put with a retention above the ceiling",
    "s3:PutObject",
    CASE,
    { ...NEW, ...retention(3651) },
    NOBODY,
  ],
  [
    "put with a retention between them",
    "s3:PutObject",
    CASE,
    { ...NEW, ...retention(100) },
    ["workstation"],
  ],
  ["set a retention below the floor", "s3:PutObjectRetention", CASE, retention(29), NOBODY],
  ["set a retention above the ceiling", "s3:PutObjectRetention", CASE, retention(3651), NOBODY],
  ["bypass the retention", "s3:BypassGovernanceRetention", CASE, {}, ["custodian"]],
  ["put a legal hold on", "s3:PutObjectLegalHold", CASE, hold("ON"), ["custodian"]],
  ["take a legal hold off", "s3:PutObjectLegalHold", CASE, hold("OFF"), ["custodian"]],
  ["delete an object", "s3:DeleteObject", CASE, {}, ["custodian"]],
  ["delete a version", "s3:DeleteObjectVersion", CASE, {}, ["custodian"]],
  ["delete a version of a record", "s3:DeleteObjectVersion", RECORD, {}, ["custodian"]],
  ["read over old TLS", "s3:GetObject", CASE, { "s3:TlsVersion": "1.1" }, NOBODY],
  ["read without TLS", "s3:GetObject", CASE, { "aws:SecureTransport": "false" }, NOBODY],
  ["read evidence", "s3:GetObject", CASE, {}, ["workstation", "custodian"]],
  ["read a version of it", "s3:GetObjectVersion", INTAKE, {}, ["workstation", "custodian"]],
  ["read a record", "s3:GetObject", RECORD, {}, LOCAL],
  ["tag an object", "s3:PutObjectTagging", CASE, {}, ["foundationDeployer"]],
  ["take an object's tags", "s3:DeleteObjectTagging", CASE, {}, ["foundationDeployer"]],
  ["tag a record", "s3:PutObjectTagging", RECORD, {}, ["foundationDeployer", "incidentDeployer"]],
  ["delete the vault", "s3:DeleteBucket", "", {}, NOBODY],
  ...[
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketNotification",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
  ].map((action): Case => [`call ${action}`, action, "", {}, ["foundationDeployer"]]),
  ["read the vault's policy", "s3:GetBucketPolicy", "", {}, ALL_BUT()],
];

describe("The vault's bucket policy", () => {
  for (const [act, action, key, context, may] of CASES) {
    it(`lets ${may.length === LOCAL.length ? "everybody" : may.join(", ") || "nobody"} ${act}`, async () => {
      const allowed = await Promise.all(
        LOCAL.map((caller) =>
          isAllowed({
            principal: ROLES[caller],
            action,
            resource: [VAULT_ARN, key].filter(Boolean).join("/"),
            context: { "s3:TlsVersion": "1.3", ...context },
            identity: [EVERYTHING],
            resourcePolicy: POLICY,
          }),
        ),
      );
      assert.deepEqual(
        LOCAL.filter((_, index) => allowed[index]),
        may,
      );
    });
  }

  it("lets nobody of another account in", async () => {
    for (const principal of [ROLES.outsider, ROLES.responder]) {
      for (const action of ["s3:GetObject", "s3:PutObject"]) {
        const context = { "s3:TlsVersion": "1.3", ...NEW };
        const request = { principal, action, resource: `${VAULT_ARN}/${CASE}`, context };
        const documents = { identity: [EVERYTHING], resourcePolicy: POLICY };
        assert.equal(await isAllowed({ ...request, ...documents }), false);
      }
    }
  });
});

describe("The vault's bucket policy, for the runbook that holds", () => {
  const may = (policy: object, action: string, context: object) =>
    isAllowed({
      principal: HOLDER,
      action,
      resource: `${VAULT_ARN}/${CASE}`,
      context: { "s3:TlsVersion": "1.3", ...context },
      identity: [EVERYTHING],
      resourcePolicy: policy,
    });

  it("lets it put a hold on, and nothing else, were it allowed everything", async () => {
    assert.equal(await may(POLICY, "s3:PutObjectLegalHold", hold("ON")), true);
    assert.equal(await may(POLICY, "s3:PutObjectLegalHold", hold("OFF")), false);
    assert.equal(await may(POLICY, "s3:PutObjectLegalHold", {}), false);
    for (const action of ["BypassGovernanceRetention", "DeleteObjectVersion", "GetObject"]) {
      assert.equal(await may(POLICY, `s3:${action}`, hold("ON")), false, action);
    }
  });

  it("knows no such runbook where there is no legal hold", async () => {
    const without = vaultPolicy({ ...ARGS, holders: [] });
    assert.equal(await may(without, "s3:PutObjectLegalHold", hold("ON")), false);
  });
});

describe("The vault of foundation deployers whose role was renamed", () => {
  const mayPut = (principal: string, policy = POLICY) =>
    isAllowed({
      principal,
      action: "s3:PutBucketPolicy",
      resource: VAULT_ARN,
      context: { "s3:TlsVersion": "1.3" },
      identity: [EVERYTHING],
      resourcePolicy: policy,
    });
  const successor = "arn:aws:iam::111122223333:role/successor";

  it("does not know the successor, and takes a role that was given the old name again", async () => {
    assert.equal(await mayPut(successor), false);
    assert.equal(await mayPut(ROLES.foundationDeployer), true);
  });

  it("lets both change it between two deployments, and the successor alone after the second", async () => {
    const named = (...foundationDeployers: string[]) =>
      vaultPolicy({ ...ARGS, foundationDeployers, holders: [HOLDER] });
    const both = named(ROLES.foundationDeployer, successor);
    assert.equal(await mayPut(ROLES.foundationDeployer, both), true);
    assert.equal(await mayPut(successor, both), true);
    assert.equal(await mayPut(ROLES.foundationDeployer, named(successor)), false);
  });
});

describe("The access logs' bucket policy", () => {
  const policy = accessLogPolicy("arn:aws:s3:::logs", VAULT_ARN, "111122223333");
  const deliver = (source: string, account: string) =>
    isAllowed({
      principal: "logging.s3.amazonaws.com",
      action: "s3:PutObject",
      resource: "arn:aws:s3:::logs/vault/a",
      context: { "aws:SourceArn": source, "aws:SourceAccount": account },
      resourcePolicy: policy,
    });

  it("lets S3 deliver the logs of the vault, and of no other bucket or account", async () => {
    assert.equal(await deliver(VAULT_ARN, "111122223333"), true);
    assert.equal(await deliver("arn:aws:s3:::other", "111122223333"), false);
    assert.equal(await deliver(VAULT_ARN, "999988887777"), false);
  });
});
