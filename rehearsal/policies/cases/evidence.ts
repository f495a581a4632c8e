import { add, casesOf, opt, type PolicyCase, ref, set, without } from "../policyCase";
import { EVIDENCE_KEY, ROOM, VAULT } from "../compliantStacks";

const vault = casesOf("foundation", VAULT);
const room = casesOf("incident", ROOM);
const part = (name: string) => {
  const found = VAULT.find((resource) => resource.name === name);
  if (found === undefined) {
    throw new Error(`no ${name} in the vault`);
  }
  return found;
};
const lifecycle = (rule: object) =>
  add({
    type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    name: "second-lock",
    props: { bucket: ref("store"), rule },
    options: { protect: true },
  });

/** What is kept, what it is locked with, and what protects it from the engine. */
export const EVIDENCE: readonly PolicyCase[] = [
  vault("Object Lock is forgotten", set("store", { objectLockEnabled: undefined })),
  vault(
    "versions are suspended",
    set("versioning", { versioningConfiguration: { status: "Suspended" } }),
  ),
  vault(
    "the lock has no mode",
    set("lock", { rule: { defaultRetention: { days: 365 } } }),
    set("lock", { rule: { defaultRetention: { mode: "GOVERNANCE", days: 365 } } }),
  ),
  vault(
    "the lock has no days",
    set("lock", { rule: { defaultRetention: { mode: "COMPLIANCE" } } }),
    set("lock", { rule: { defaultRetention: { mode: "COMPLIANCE", years: 7 } } }),
  ),
  vault("there is no lock", without("lock")),
  vault(
    "a second lock undoes the first",
    lifecycle({ defaultRetention: { mode: "GOVERNANCE", days: 1 } }),
  ),
  vault(
    "a second block opens",
    add({
      ...part("block"),
      name: "open",
      props: { ...part("block").props, blockPublicPolicy: false },
    }),
  ),
  vault("public policies are not blocked", set("block", { blockPublicPolicy: false })),
  vault("there is no block", without("block")),
  vault("the block is another bucket's", set("block", { bucket: ref("access-logs") })),
  vault("the policy is another bucket's", set("policy", { bucket: "store-2" })),
  vault(
    "writers own their objects",
    set("ownership", { rule: { objectOwnership: "ObjectWriter" } }),
  ),
  vault("there are no access logs", without("logging")),
  vault(
    "requests without TLS pass",
    set("policy", {
      policy: part("policy").props["policy"]?.toString().replace('"false"', '"true"'),
    }),
  ),
  vault(
    "S3's own keys encrypt",
    set("encryption", {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    }),
  ),
  vault(
    "AWS's key encrypts",
    set("encryption", {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "alias/aws/s3",
          },
        },
      ],
    }),
  ),
  vault(
    "the bucket is emptied to be deleted",
    set("store", { forceDestroy: true }),
    set("store", { forceDestroy: false }),
  ),
  vault("the vault is not protected", opt("store", { protect: false })),
  vault("changes of tags are ignored", opt("store", { ignoreChanges: ["tags"] })),
  vault(
    "the lock is deleted before its replacement is made",
    opt("lock", { deleteBeforeReplace: true }),
  ),
  room("a preserved copy is not protected", opt("copy", { protect: false })),
  room("a working volume is not protected", opt("working", { protect: false })),
  room("the workstation is not protected", opt("machine", { protect: false })),
  room("the room's key is not protected", opt("room-key", { protect: false })),
  room("a copy has no time limit", (resources) =>
    resources.map((each) =>
      each.name === "copy" ? { ...each, options: { protect: true } } : each,
    ),
  ),
  room("a copy is under the room's key", set("copy", { kmsKeyId: ref("room-key", "arn") })),
  room("a volume is under the evidence key", set("working", { kmsKeyId: EVIDENCE_KEY })),
  room("a volume is under AWS's key", set("working", { kmsKeyId: "alias/aws/ebs" })),
  room("a volume names no key", set("working", { kmsKeyId: undefined })),
  room("a volume is not encrypted", set("working", { encrypted: false })),
  room(
    "a copy is under a stranger's key",
    set("copy", { kmsKeyId: EVIDENCE_KEY.replace("111122223333", "999988887777") }),
  ),
  room(
    "changes of the profile are ignored",
    opt("machine", { ignoreChanges: ["iamInstanceProfile"] }),
    opt("machine", { ignoreChanges: ["ami"] }),
  ),
];
