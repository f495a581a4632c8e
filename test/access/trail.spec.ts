import assert from "node:assert/strict";

import { evidenceTrailArn } from "../../components/names";
import { trailBucketPolicy } from "../../components/watch/trailPolicies";
import { PARTIES, ROLES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const BUCKET = "arn:aws:s3:::logs";
const TRAIL = evidenceTrailArn("us-east-1", "111122223333");
const LOG = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/a.json.gz";
const DIGEST = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/21/a.json.gz";
const POLICY = trailBucketPolicy({
  ...PARTIES,
  bucketArn: BUCKET,
  trailArn: TRAIL,
});

type Caller = keyof typeof ROLES;
const LOCAL: Caller[] = [
  "workstation",
  "foundationDeployer",
  "incidentDeployer",
  "custodian",
  "administrator",
];
const NOBODY: Caller[] = [];

type Case = [act: string, action: string, key: string, context: object, may: Caller[]];

/** Who may do what when their own policies allow everything: what the policy alone prevents. */
const CASES: Case[] = [
  ["read a log file", "s3:GetObject", LOG, {}, LOCAL],
  ["read a log file without TLS", "s3:GetObject", LOG, { "aws:SecureTransport": "false" }, NOBODY],
  ["write a log file", "s3:PutObject", LOG, {}, NOBODY],
  [
    "write a log file in CloudTrail's manner",
    "s3:PutObject",
    LOG,
    { "aws:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control" },
    NOBODY,
  ],
  ["write beside the log files", "s3:PutObject", "a", {}, NOBODY],
  ["delete a log file", "s3:DeleteObject", LOG, {}, ["custodian"]],
  ["delete a version of a log file", "s3:DeleteObjectVersion", LOG, {}, ["custodian"]],
  ["delete the bucket", "s3:DeleteBucket", "", {}, NOBODY],
  ["read the bucket's policy", "s3:GetBucketPolicy", "", {}, LOCAL],
  ...[
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketRequestPayment",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
  ].map((action): Case => [`call ${action}`, action, "", {}, ["foundationDeployer"]]),
];

describe("The bucket policy of the trail's log files", () => {
  for (const [act, action, key, context, may] of CASES) {
    it(`lets ${may.length === LOCAL.length ? "everybody" : may.join(", ") || "nobody"} ${act}`, async () => {
      const allowed = await Promise.all(
        LOCAL.map((caller) =>
          isAllowed({
            principal: ROLES[caller],
            action,
            resource: [BUCKET, key].filter(Boolean).join("/"),
            context: { ...context },
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
        const request = { principal, action, resource: `${BUCKET}/${LOG}` };
        const documents = { identity: [EVERYTHING], resourcePolicy: POLICY };
        assert.equal(await isAllowed({ ...request, ...documents }), false);
      }
    }
  });

  /** What CloudTrail sends when it delivers, and what is different this time. */
  const cloudTrailMay = (action: string, resource: string, context: Record<string, string> = {}) =>
    isAllowed({
      principal: "cloudtrail.amazonaws.com",
      action,
      resource,
      context: {
        "aws:PrincipalServiceName": "cloudtrail.amazonaws.com",
        "aws:SourceArn": TRAIL,
        ...(action === "s3:PutObject" ? { "s3:x-amz-acl": "bucket-owner-full-control" } : {}),
        ...context,
      },
      resourcePolicy: POLICY,
    });

  it("lets CloudTrail look at the bucket, and deliver log files and digests of this account", async () => {
    assert.equal(await cloudTrailMay("s3:GetBucketAcl", BUCKET), true);
    assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/${LOG}`), true);
    assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/${DIGEST}`), true);
    const foreign = LOG.replace("111122223333", "999988887777");
    assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/${foreign}`), false);
    assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/a`), false);
  });

  it("lets it do so for no other trail, Region or account, and only with the owner's rights", async () => {
    for (const trail of [
      `${TRAIL}-2`,
      evidenceTrailArn("us-west-2", "111122223333"),
      evidenceTrailArn("us-east-1", "999988887777"),
    ]) {
      const context = { "aws:SourceArn": trail };
      assert.equal(await cloudTrailMay("s3:GetBucketAcl", BUCKET, context), false);
      assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/${LOG}`, context), false);
    }
    const asItsOwn = { "s3:x-amz-acl": "private" };
    assert.equal(await cloudTrailMay("s3:PutObject", `${BUCKET}/${LOG}`, asItsOwn), false);
  });

  it("lets it neither read nor delete", async () => {
    for (const action of ["s3:GetObject", "s3:DeleteObject"]) {
      assert.equal(await cloudTrailMay(action, `${BUCKET}/${LOG}`), false);
    }
  });
});
