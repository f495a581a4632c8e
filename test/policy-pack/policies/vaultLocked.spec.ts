import assert from "node:assert/strict";

import { vaultLocked } from "../../../policy-pack/policies/vaultLocked";
import { closedBuckets } from "../../../policy-pack/policies/closedBuckets";
import { faults, judge, type Subject, UNKNOWN_TEXT } from "../../support/policies";

function encryptedWith(applyServerSideEncryptionByDefault: unknown) {
  return { rules: [{ applyServerSideEncryptionByDefault }] };
}

const UNKNOWN_FLAG = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
const uses = { bucket: ["vault"] };
const BUCKET: Subject = {
  type: "aws:s3/bucket:Bucket",
  name: "vault",
  props: { objectLockEnabled: true },
};
const LOCK: Subject = {
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  name: "lock",
  // The bucket's name is not known before the bucket is made.
  props: { bucket: UNKNOWN_TEXT, rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } } },
  uses,
};
const VERSIONING: Subject = {
  type: "aws:s3/bucketVersioning:BucketVersioning",
  name: "versioning",
  props: { versioningConfiguration: { status: "Enabled" } },
  uses,
};
const BLOCK: Subject = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name: "block",
  props: {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
  uses,
};
const ENCRYPTION: Subject = {
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  name: "encryption",
  props: encryptedWith({ sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN_TEXT }),
  uses,
};
const POLICY: Subject = {
  type: "aws:s3/bucketPolicy:BucketPolicy",
  name: "policy",
  props: { policy: UNKNOWN_TEXT },
  uses,
};
const LOGGING: Subject = {
  type: "aws:s3/bucketLogging:BucketLogging",
  name: "logging",
  props: { bucket: UNKNOWN_TEXT, targetBucket: "logs" },
  uses,
};
const VAULT = [BUCKET, LOCK, VERSIONING, BLOCK, ENCRYPTION, POLICY, LOGGING];
const ofBuckets = async (stack: readonly Subject[]) =>
  [vaultLocked, closedBuckets].reduce<Promise<string[]>>(
    async (found, policy) => [...(await found), ...faults(await judge(policy, stack))],
    Promise.resolve([]),
  );
const without = (part: Subject) => VAULT.filter((other) => other !== part);
const withOther = (part: Subject, props: Record<string, unknown>) => [
  ...without(part),
  { ...part, props },
];

describe("vault-locked", () => {
  it("accepts a vault with all its parts", async () => {
    assert.deepEqual(await ofBuckets(VAULT), []);
  });

  const cases: [string, Subject[], string][] = [
    [
      "without a lock",
      without(LOCK),
      "vault: BucketObjectLockConfiguration is missing; required: one for a vault.",
    ],
    [
      "without versions",
      without(VERSIONING),
      "vault: versioningConfiguration.status is not set; required: Enabled, for a vault.",
    ],
    [
      "with versions suspended",
      withOther(VERSIONING, { versioningConfiguration: { status: "Suspended" } }),
      "vault: versioningConfiguration.status is Suspended; required: Enabled, for a vault.",
    ],
    [
      "without a public-access block",
      without(BLOCK),
      "vault: BucketPublicAccessBlock is missing; required: one for every bucket.",
    ],
    [
      "with half a public-access block",
      withOther(BLOCK, { ...BLOCK.props, restrictPublicBuckets: false }),
      "vault: restrictPublicBuckets of block is false; required: true.",
    ],
    [
      "with a lock without a mode",
      withOther(LOCK, { rule: { defaultRetention: { days: 30 } } }),
      "vault: rule.defaultRetention.mode of lock is not set; required: GOVERNANCE or COMPLIANCE.",
    ],
    [
      "with a lock without days",
      withOther(LOCK, { rule: { defaultRetention: { mode: "GOVERNANCE" } } }),
      "vault: rule.defaultRetention.days of lock is not set; required: days or years, 1 days or more.",
    ],
    [
      "without a bucket policy",
      without(POLICY),
      "vault: BucketPolicy is missing; required: one for a vault, as a lock alone stops no overwriting.",
    ],
    [
      "whose policy belongs to another bucket",
      [...without(POLICY), { ...POLICY, uses: {} }],
      "vault: BucketPolicy is missing; required: one for a vault, as a lock alone stops no overwriting.",
    ],
    [
      "without encryption",
      without(ENCRYPTION),
      "vault: BucketServerSideEncryptionConfiguration is missing; required: one for a vault.",
    ],
    [
      "under S3's own keys",
      withOther(ENCRYPTION, encryptedWith({ sseAlgorithm: "AES256", kmsMasterKeyId: "a" })),
      "vault: rules.0.applyServerSideEncryptionByDefault.sseAlgorithm of encryption is AES256; required: aws:kms.",
    ],
    [
      "under no key in particular",
      withOther(ENCRYPTION, encryptedWith({ sseAlgorithm: "aws:kms" })),
      "vault: rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId of encryption is not set; required: the ARN of a customer managed key.",
    ],
    [
      "whose encryption the preview does not know",
      withOther(
        ENCRYPTION,
        encryptedWith({ sseAlgorithm: UNKNOWN_TEXT, kmsMasterKeyId: UNKNOWN_TEXT }),
      ),
      "vault: rules.0.applyServerSideEncryptionByDefault.sseAlgorithm of encryption is not known in the preview; required: aws:kms.",
    ],
    [
      "whose lock belongs to another bucket",
      [...without(LOCK), { ...LOCK, uses: {} }],
      "vault: BucketObjectLockConfiguration is missing; required: one for a vault.",
    ],
    [
      "whose mode the preview does not know",
      withOther(LOCK, { rule: { defaultRetention: { mode: UNKNOWN_TEXT, days: 30 } } }),
      "vault: rule.defaultRetention.mode of lock is not known in the preview; required: GOVERNANCE or COMPLIANCE.",
    ],
    [
      "whose default retention is shorter than configured for none",
      withOther(LOCK, { rule: { defaultRetention: { mode: "GOVERNANCE", days: 0 } } }),
      "vault: rule.defaultRetention.days of lock is 0; required: days or years, 1 days or more.",
    ],
    [
      "that nobody's access logs are of",
      without(LOGGING),
      "vault: BucketLogging is missing; required: one for a vault.",
    ],
    [
      "whose lock was forgotten when it was made",
      withOther(BUCKET, {}),
      "vault: objectLockEnabled is not set; required: true, for what holds evidence.",
    ],
    [
      "whose objects end by a lifecycle rule",
      [
        ...VAULT,
        {
          type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
          name: "lifecycle",
          props: {
            rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 30 } }],
          },
          uses,
        },
      ],
      "vault: a lifecycle rule (0) ends objects; required: none that does, in a vault.",
    ],
    [
      "that is replicated",
      [
        ...VAULT,
        {
          type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
          name: "replication",
          props: {},
          uses,
        },
      ],
      "vault: BucketReplicationConfig replication; required: none: a replica is evidence in another place.",
    ],
    [
      "whose policy lets requests without TLS in",
      withOther(POLICY, {
        policy: { Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }] },
      }),
      "vault: its policy lets requests without TLS in; required: a Deny for everybody with aws:SecureTransport false.",
    ],
    [
      "whose objects belong to their writers",
      [
        ...VAULT,
        {
          type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
          name: "ownership",
          props: { rule: { objectOwnership: "ObjectWriter" } },
          uses,
        },
      ],
      "vault: objectOwnership is ObjectWriter; required: BucketOwnerEnforced.",
    ],
  ];
  for (const [what, stack, violation] of cases) {
    it(`refuses a vault ${what}`, async () => {
      assert.deepEqual(await ofBuckets(stack), [violation]);
    });
  }

  it("accepts a retention of years, the days of which come back as 0", async () => {
    const rule = { defaultRetention: { mode: "COMPLIANCE", days: 0, years: 1 } };
    assert.deepEqual(await ofBuckets(withOther(LOCK, { rule })), []);
  });

  it("judges all parts of a kind, in whatever order they come", async () => {
    const open = { ...BLOCK, name: "open", props: { ...BLOCK.props, blockPublicPolicy: false } };
    const found = await ofBuckets([...VAULT, open]);
    assert.deepEqual((await ofBuckets([open, ...VAULT])).sort(), found.sort());
    assert.deepEqual(found, [
      "vault: BucketPublicAccessBlock is there twice (block, open); required: one.",
      "vault: blockPublicPolicy of open is false; required: true.",
    ]);
  });

  it("knows a part by the bucket's very name, and none by a similar one", async () => {
    const named = (part: Subject, bucket: string): Subject => ({
      type: part.type,
      name: part.name ?? "",
      props: { ...part.props, bucket },
    });
    const vault = { ...BUCKET, props: { ...BUCKET.props, bucket: "evidence-1" } };
    const parts = without(BUCKET);
    assert.deepEqual(
      await ofBuckets([vault, ...parts.map((part) => named(part, "evidence-1"))]),
      [],
    );
    const other = await ofBuckets([vault, ...parts.map((part) => named(part, "evidence-11"))]);
    assert.equal(other.length, 6);
  });

  it("refuses a lock that the preview does not know, and knows what the provider fills in", async () => {
    const props = { objectLockEnabled: UNKNOWN_FLAG };
    assert.deepEqual(await ofBuckets([{ ...BUCKET, props }, BLOCK]), [
      "vault: objectLockEnabled is not known in the preview; required: true or false.",
    ]);
    const ordinary = { ...BUCKET, name: "logs", props: {}, computed: props };
    assert.deepEqual(await ofBuckets([ordinary, { ...BLOCK, uses: { bucket: ["logs"] } }]), []);
  });

  it("asks an ordinary bucket for the public-access block only", async () => {
    const bucket = { ...BUCKET, name: "logs", props: {} };
    const block = { ...BLOCK, uses: { bucket: ["logs"] } };
    assert.deepEqual(await ofBuckets([bucket, block]), []);
    assert.deepEqual(await ofBuckets([bucket]), [
      "logs: BucketPublicAccessBlock is missing; required: one for every bucket.",
    ]);
  });
});
