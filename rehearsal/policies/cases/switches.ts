import {
  add,
  casesOf,
  type Declared,
  kept,
  opt,
  type PolicyCase,
  ref,
  set,
  without,
} from "../policyCase";
import { ACCOUNT, KEY, MEMBER, NETWORK, REGION, ROOM, STRANGER, VAULT } from "../compliantStacks";

const key = casesOf("foundation", KEY);
const network = casesOf("foundation", NETWORK);
const vault = casesOf("foundation", VAULT);
const room = casesOf("incident", ROOM);
const member = casesOf("member", MEMBER);

const provider = (props: Declared["props"]) =>
  add({
    type: "pulumi:providers:aws",
    name: "second",
    props: { region: REGION, allowedAccountIds: [ACCOUNT], ...props },
  });
const disks = (enabled?: boolean) =>
  kept("aws:ebs/encryptionByDefault:EncryptionByDefault", "disks", {
    ...(enabled === undefined ? {} : { enabled }),
  });
const snapshots = (state: string) =>
  kept("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "snapshots", { state });
const images = (state: string) =>
  kept("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", "images", { state });
const buckets = (props: Declared["props"]) =>
  kept("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "buckets", {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
    ...props,
  });
const metadata = (props: Declared["props"]) =>
  kept("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", "metadata", props);
const console = (enabled?: boolean) =>
  kept("aws:ec2/serialConsoleAccess:SerialConsoleAccess", "serial", {
    ...(enabled === undefined ? {} : { enabled }),
  });
const block = (internetGatewayBlockMode: string) =>
  kept("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions", "internet", {
    internetGatewayBlockMode,
  });
const bin = (props: Declared["props"]) =>
  kept("aws:rbin/rule:Rule", "bin", {
    resourceType: "EBS_SNAPSHOT",
    retentionPeriod: { retentionPeriodUnit: "DAYS", retentionPeriodValue: 30 },
    tags: { notification: "ir@example.edu" },
    ...props,
  });

/** Switches of an account, options of resources, and providers. */
export const SWITCHES: readonly PolicyCase[] = [
  key(
    "a key in somebody's store",
    set("key", { customKeyStoreId: "cks-0123456789abcdef0" }),
    set("key", { rotationPeriodInDays: 365 }),
  ),
  member("new disks are not encrypted", disks(false), disks()),
  key("new disks are not encrypted, in a foundation", disks(false), disks(true)),
  member(
    "snapshots may be shared with everybody",
    snapshots("unblocked"),
    snapshots("block-all-sharing"),
  ),
  member("images may be shared with everybody", images("unblocked"), images("block-new-sharing")),
  member(
    "public policies of buckets are let be",
    buckets({ restrictPublicBuckets: false }),
    buckets({}),
  ),
  member(
    "a block of public buckets that says nothing",
    buckets({ blockPublicPolicy: undefined, ignorePublicAcls: undefined }),
    buckets({ accountId: ACCOUNT }),
  ),
  member(
    "version 1 of the metadata service is every machine's default",
    metadata({ httpTokens: "optional" }),
    metadata({ httpTokens: "required", httpPutResponseHopLimit: 2 }),
  ),
  member(
    "what the metadata service's default is, is not said",
    metadata({ httpEndpoint: "enabled" }),
    metadata({ httpTokens: "required" }),
  ),
  member("the serial console answers", console(true), console(false)),
  member("the serial console answers, as the provider's default is", console(), console(false)),
  key("the internet is let in again", block("off"), block("block-bidirectional")),
  network(
    "the forensics VPC is excluded from the block of the internet",
    kept("aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion", "excluded", {
      vpcId: ref("vpc"),
      internetGatewayExclusionMode: "allow-bidirectional",
      tags: { notification: "ir@example.edu" },
    }),
  ),
  key(
    "snapshots with a tag are gone at once",
    bin({ excludeResourceTags: [{ resourceTagKey: "temporary" }] }),
    bin({}),
  ),
  key(
    "a provider that acts for a stranger",
    provider({ assumeRoles: [{ roleArn: `arn:aws:iam::${STRANGER}:role/x` }] }),
    provider({ assumeRoles: [{ roleArn: `arn:aws:iam::${ACCOUNT}:role/x` }] }),
  ),
  room(
    "another ticket for all that a provider makes",
    provider({ defaultTags: { tags: { "incident-response": "quarantine:INC-2026-0043" } } }),
    provider({ defaultTags: { tags: { "incident-response": "quarantine:INC-2026-0042" } } }),
  ),
  room("tags come from the provider alone", (all) =>
    add({
      type: "pulumi:providers:aws",
      name: "second",
      props: {
        region: REGION,
        allowedAccountIds: [ACCOUNT],
        defaultTags: {
          tags: { notification: "ir@example.edu", "incident-response": "quarantine:INC-2026-0042" },
        },
      },
    })(set("working", { tags: undefined })(all)),
  ),
  vault("everything that changes is ignored", opt("store", { ignoreChanges: ["*"] })),
  vault(
    "one field within a policy is ignored",
    opt("block", { ignoreChanges: ["blockPublicAcls"] }),
  ),
  room(
    "changes of the metadata service are ignored",
    opt("machine", { ignoreChanges: ["metadataOptions.httpTokens"] }),
    opt("machine", { ignoreChanges: ["rootBlockDevice.volumeSize"] }),
  ),
  room(
    "the volume is deleted before the next one is made",
    opt("working", { deleteBeforeReplace: true }),
  ),
  vault("the vault's key is not protected", opt("key", { protect: false })),
  member("roles are not protected", opt("responders", { protect: false })),
  key(
    "a second Region",
    (all) => [
      ...provider({ region: "eu-west-1" })(all),
      {
        type: "aws:kms/alias:Alias",
        name: "alias",
        props: { targetKeyId: ref("key"), region: "eu-west-1" },
        options: { protect: true },
      },
    ],
    kept("aws:kms/alias:Alias", "alias", { targetKeyId: ref("key") }),
  ),
  key(
    "an alias for a stranger's key",
    kept("aws:kms/alias:Alias", "alias", {
      name: "alias/clean-room/evidence",
      targetKeyId: `arn:aws:kms:${REGION}:${STRANGER}:key/1`,
    }),
    kept("aws:kms/alias:Alias", "alias", {
      name: "alias/clean-room/evidence",
      targetKeyId: ref("key"),
    }),
  ),
  room(
    "an alias for the evidence key in a room",
    add({
      type: "aws:kms/alias:Alias",
      name: "alias",
      props: {
        name: "alias/clean-room/inc-2026-0042",
        targetKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000001`,
      },
    }),
    add({
      type: "aws:kms/alias:Alias",
      name: "alias",
      props: { name: "alias/clean-room/inc-2026-0042", targetKeyId: ref("room-key") },
    }),
  ),
  vault("a bucket's part is left to be deleted", without("policy")),
];
