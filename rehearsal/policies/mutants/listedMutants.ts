/** Mutants that the pack accepts, and why. */
export interface Listing {
  /** What the end of the type's token is, e.g. `Key`; of several, or of every type. */
  readonly types: readonly string[] | "every type";

  /** What is done. */
  readonly act: RegExp;

  /** Where. @default anywhere */
  readonly path?: RegExp;
  readonly reason: string;
}

const DOCUMENTS = ["BucketPolicy", "Key", "Policy", "Role", "RolePolicy", "TopicPolicy"];

const BY_ACCESS_TABLE =
  "It stays within the account, the organisation or what the document is of: who of them may what is the access table's, where each statement has its cells, and one that no cell notices fails the test (test/access).";
const BY_AWS = "AWS or its provider refuses to make it: a name for what is meant is missing.";
const BY_TESTS =
  "It makes the stack do less, and lets nobody do more: the tests of the component hold it.";
const WORDS = "It is said to people, and decides nothing.";
const NARROWER = "It is for fewer, or opens less.";

/** Every mutant that may pass is here. One that is not fails the test, and so does a line that no mutant needs. */
export const LISTED: readonly Listing[] = [
  {
    types: "every type",
    act: /^leave out$/,
    reason:
      "A policy sees what is there. That all of it is there is held by the lists of test/stacks: each stack declares exactly these resources.",
  },
  {
    types: "every type",
    act: /^drop$/,
    path: /(^|\.)(description|alarmDescription|displayName|tags\.[A-Za-z-]+|amiTags\.toolbox-digest|contentType|name|names\.\d+)$/,
    reason: WORDS,
  },
  {
    types: [
      "InstanceProfile",
      "Parameter",
      "Role",
      "RolePolicy",
      "Alias",
      "SecurityGroup",
      "BucketObjectv2",
    ],
    act: /^unprotect$/,
    reason:
      "The next up makes it again; what a case is lost with (machine, volumes, copies, keys) has to be protected, and records are locked by the vault.",
  },
  {
    types: [
      "BucketObjectv2",
      "DefaultNetworkAcl",
      "Instance",
      "InstanceProfile",
      "Role",
      "RolePolicy",
      "SnapshotCopy",
      "Volume",
      "VolumeAttachment",
    ],
    act: /^notice changes$/,
    reason:
      "Then a later program would replace it, which the engine refuses of what is protected; the lists of ignored fields are held by test/stacks/incident.spec.ts.",
  },
  {
    types: ["Alias", "BucketObjectv2", "Role"],
    act: /^ignore changes$/,
    path: /^(bucket|content|key|metadata|name)$/,
    reason:
      "Listed in ignorable: names are pinned when a room is taken on, and a record is never an update but a new object.",
  },
  {
    types: ["Key"],
    act: /^ignore changes$/,
    path: /^keyUsage$/,
    reason:
      "Listed in ignorable: a key that is taken on is read with one. KMS changes no key's use, and the engine replaces none that is protected.",
  },
  {
    types: ["Parameter"],
    act: /^delete before replace$/,
    reason: "A claim's name is its slot's: the next one needs the one before it gone.",
  },
  // Documents.
  {
    types: DOCUMENTS,
    act: /^(unconditional|any value) .*\.(\w+:)?\w+\.[\w-]+:[\w:/-]+$/,
    reason: BY_ACCESS_TABLE,
  },
  { types: DOCUMENTS, act: /^unconditional .*\.?Condition$/, reason: BY_ACCESS_TABLE },
  { types: DOCUMENTS, act: /^undeny /, reason: BY_ACCESS_TABLE },
  { types: DOCUMENTS, act: /^service .*Action$/, reason: BY_ACCESS_TABLE },
  { types: DOCUMENTS, act: /^everything .*(Action|Resource)$/, reason: BY_ACCESS_TABLE },
  {
    types: ["BucketPolicy", "Key", "Role", "TopicPolicy"],
    act: /^(everybody|stranger) .*Principal$/,
    reason:
      "The statement's condition goes on saying who: of the account, of the organisation, or for whom a service acts.",
  },
  {
    types: ["VpcEndpoint"],
    act: /^(stranger|everybody|everything|service) /,
    reason: "The statement's condition goes on saying whose callers and whose resources.",
  },
  // What is made.
  {
    types: ["NetworkAcl"],
    act: /^(drop|widen|public|number)$/,
    reason:
      "Groups limit who speaks to whom; a slot's list keeps rooms apart and ends with everything by design, in an order that test/components/network holds.",
  },
  {
    types: ["DefaultNetworkAcl", "Vpc", "Subnet", "RouteTable", "RouteTableAssociation"],
    act: /^(drop|flip)$/,
    reason: BY_TESTS,
  },
  {
    types: ["Vpc"],
    act: /^(unprotect|delete before replace|ignore changes)$/,
    reason:
      "awsx's component is none of AWS's resources: what it makes is told to policies by itself, with the options that it hands down.",
  },
  {
    types: ["VpcEndpoint"],
    act: /^(drop|flip)$/,
    path: /^(privateDnsEnabled|routeTableIds(\.\d+)?|subnetIds(\.\d+)?|vpcEndpointType)$/,
    reason: BY_TESTS,
  },
  {
    types: ["SecurityGroupEgressRule", "SecurityGroupIngressRule"],
    act: /^drop$/,
    path: /^(cidrIpv4|referencedSecurityGroupId|prefixListId|region)$/,
    reason: BY_AWS,
  },
  { types: ["SecurityGroup"], act: /^drop$/, path: /^region$/, reason: BY_AWS },
  { types: ["ResolverFirewallDomainList"], act: /^drop$/, reason: NARROWER },
  {
    types: ["ResolverFirewallRule"],
    act: /^drop$/,
    path: /^(firewallDomainListId|firewallDomainRedirectionAction|blockResponse)$/,
    reason: BY_AWS,
  },
  {
    types: ["ResolverFirewallRuleGroupAssociation"],
    act: /^(drop|weaken)$/,
    path: /^mutationProtection$/,
    reason:
      "It is off in the program: what is protected against deletion could not be taken down by its owner.",
  },
  {
    types: ["FlowLog"],
    act: /^drop$/,
    path: /^(iamRoleArn|logDestination|vpcId)$/,
    reason: BY_AWS,
  },
  { types: ["FlowLog"], act: /^drop$/, path: /^maxAggregationInterval$/, reason: BY_TESTS },
  {
    types: ["LogGroup"],
    act: /^drop$/,
    path: /^retentionInDays$/,
    reason: "What has no end is kept for ever.",
  },
  {
    types: ["BucketServerSideEncryptionConfiguration"],
    act: /^(drop|flip)$/,
    path: /bucketKeyEnabled$/,
    reason: "It decides how often KMS is asked, and not under which key an object is.",
  },
  {
    types: ["BucketServerSideEncryptionConfiguration"],
    act: /^drop$/,
    path: /blockedEncryptionTypes(\.\d+)?$/,
    reason:
      "The vault's policy refuses what is not under the evidence key, keys of the writer's own too (test/access/vault.spec.ts).",
  },
  {
    types: ["BucketLifecycleConfiguration"],
    act: /^(drop|weaken)$/,
    reason: "It ends uploads that nobody finished; a rule that ends objects is refused.",
  },
  {
    types: ["BucketObjectLockConfiguration"],
    act: /^number$/,
    reason:
      "How many days is the organisation's setting: minimumDays of vault-locked says its floor.",
  },
  {
    types: ["Document"],
    act: /^drop (schemaVersion|description|inputs\.(cloudWatchStreamingEnabled|idleSessionTimeout|shellProfile(\.linux)?)) ?$/,
    reason: BY_TESTS,
  },
  { types: ["Document"], act: /^drop$/, path: /^documentFormat$/, reason: BY_AWS },
  {
    types: ["EventRule"],
    act: /^(drop|flip) (source|detail)/,
    reason: "Which events each rule is for is held by test/stacks and the runbooks' tests.",
  },
  { types: ["BucketNotification"], act: /^(drop|flip)$/, path: /^eventbridge$/, reason: BY_TESTS },
  { types: ["EventTarget"], act: /^drop$/, path: /^(inputTransformer|roleArn)/, reason: BY_TESTS },
  {
    types: ["Rule"],
    act: /^(drop|number)$/,
    path: /^retentionPeriod/,
    reason: "How many days is the organisation's setting, one or more by its form.",
  },
  {
    types: ["MetricAlarm"],
    act: /^drop$/,
    path: /^(comparisonOperator|evaluationPeriods|metricName|namespace|period|statistic|threshold)$/,
    reason: BY_AWS,
  },
  {
    types: ["MetricAlarm"],
    act: /^drop$/,
    path: /^(alarmActions\.\d+|dimensions(\.\w+)?|treatMissingData)$/,
    reason: "Which alarm sees what is held by test/stacks/auditAlarms.spec.ts.",
  },
  {
    types: ["Trail"],
    act: /^(drop|flip)$/,
    path: /^(advancedEventSelectors\.0\..*|includeGlobalServiceEvents|isMultiRegionTrail)$/,
    reason:
      "A selector that lost a part is refused by AWS, or records more; global events are none of a vault's.",
  },
  // Images.
  {
    types: [
      "Component",
      "DistributionConfiguration",
      "ImagePipeline",
      "ImageRecipe",
      "InfrastructureConfiguration",
      "LifecyclePolicy",
    ],
    act: /^(drop|flip)$/,
    reason:
      "What the image has, where it is built and which old ones go is held by test/stacks/auditImage.spec.ts and the image's own tests; keys, network, tests of the image and whom it is for are not listed here, and refused.",
  },
  // A room's.
  {
    types: ["Instance"],
    act: /^drop$/,
    path: /^(ami|associatePublicIpAddress|instanceType|metadataOptions\.httpEndpoint|rootBlockDevice\.(deleteOnTermination|volumeSize|volumeType)|userDataBase64)$/,
    reason:
      "AWS's default is as safe, or AWS refuses; which image it is, is looked up and compared by the program before anything is declared.",
  },
  {
    types: ["VolumeAttachment"],
    act: /^(drop|flip)$/,
    path: /^stopInstanceBeforeDetaching$/,
    reason: BY_TESTS,
  },
  {
    types: ["AlternativeContact"],
    act: /^weaken$/,
    path: /^alternateContactType$/,
    reason:
      "An account has contacts of other kinds too; the one for security is held by test/stacks/member.spec.ts.",
  },
  {
    types: ["aws"],
    act: /^(drop|flip)$/,
    path: /^(assumeRoles|skipCredentialsValidation|skipRegionValidation)$/,
    reason:
      "A link's provider works in the account that allowedAccountIds names, or not at all: that is not listed here, and refused.",
  },
  { types: ["VpcPeeringConnection"], act: /^drop$/, path: /^peerOwnerId$/, reason: BY_AWS },
  {
    types: ["VpcPeeringConnectionAccepter"],
    act: /^(drop|flip)$/,
    path: /^autoAccept$/,
    reason: BY_TESTS,
  },
  {
    types: ["TrafficMirrorSession"],
    act: /^drop$/,
    path: /^virtualNetworkId$/,
    reason: BY_TESTS,
  },
  {
    types: ["Volume"],
    act: /^drop$/,
    path: /^(iops|snapshotId|throughput|type)$/,
    reason: BY_TESTS,
  },
  {
    types: ["Document"],
    act: /^drop$/,
    path: /^(permissions(\.type)?|region)$/,
    reason: BY_TESTS,
  },
  {
    types: ["BucketObjectv2"],
    act: /^drop$/,
    path: /^(checksumAlgorithm|key|metadata\.(event|sha256))$/,
    reason: BY_TESTS,
  },
  { types: ["Parameter"], act: /^drop$/, path: /^value$/, reason: BY_AWS },
  { types: ["InstanceProfile"], act: /^drop$/, path: /^role$/, reason: NARROWER },
  {
    types: ["Key"],
    act: /^drop$/,
    path: /^deletionWindowInDays$/,
    reason: "AWS's default is the longest, 30 days.",
  },
  {
    types: ["Policy", "Role"],
    act: /^drop$/,
    path: /^(path|maxSessionDuration)$/,
    reason: BY_TESTS,
  },
];
