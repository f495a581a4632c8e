import { add, casesOf, document, kept, type PolicyCase, ref, set, without } from "../policyCase";
import {
  ACCOUNT,
  DNS,
  IMAGE,
  KEY,
  NETWORK,
  REGION,
  ROLE,
  SESSION,
  sessionContent,
  STRANGER,
  WATCH,
} from "../compliantStacks";

const key = casesOf("foundation", KEY);
const network = casesOf("foundation", NETWORK);
const dns = casesOf("foundation", DNS);
const watch = casesOf("foundation", WATCH);
const image = casesOf("foundation", IMAGE);
const session = casesOf("foundation", SESSION);
const role = casesOf("foundation", ROLE);

const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const policy = (...statements: Record<string, unknown>[]) =>
  set("key", { policy: document(...statements) });
const endpoint = (statement: Record<string, unknown>) =>
  set("endpoint", {
    policy: document({ Principal: "*", Action: "kms:*", Resource: "*", ...statement }),
  });
const holder = (statement: Record<string, unknown>) =>
  set("role-policy", { policy: document(statement) });
const sharedRunbook = (accountIds: string, ...actions: readonly string[]) =>
  set("session", {
    documentType: "Automation",
    content: JSON.stringify({
      schemaVersion: "0.3",
      mainSteps: actions.map((action) => ({ name: action.slice(4), action, inputs: {} })),
    }),
    permissions: { type: "Share", account_ids: accountIds },
  });
const signingKey = (props: Record<string, unknown>) =>
  kept("aws:kms/key:Key", "keys-signing", {
    customerMasterKeySpec: "ECC_NIST_P256",
    keyUsage: "SIGN_VERIFY",
    deletionWindowInDays: 30,
    policy: document({
      Principal: root(ACCOUNT),
      Action: "kms:GetPublicKey",
      Resource: "*",
    }),
    tags: { notification: "ir@example.edu" },
    ...props,
  });
const OWN = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } };
const distributed = (ami: Record<string, unknown>) =>
  set("distribution", {
    distributions: [
      {
        region: REGION,
        amiDistributionConfiguration: {
          kmsKeyId: ref("key", "arn"),
          amiTags: { notification: "ir@example.edu" },
          ...ami,
        },
      },
    ],
  });

/** Of the key that signs records, which is told by its name. */
const signing: typeof key = (...of) => ({ ...key(...of), byName: true });

/** Keys, networks, watching, images, access: what outlives rooms. */
export const FOUNDATION: readonly PolicyCase[] = [
  key("no rotation", set("key", { enableKeyRotation: undefined })),
  key(
    "a week until a key is gone",
    set("key", { deletionWindowInDays: 7 }),
    set("key", { deletionWindowInDays: undefined }),
  ),
  key(
    "a key of many Regions",
    set("key", { multiRegion: true }),
    set("key", { multiRegion: false }),
  ),
  signing(
    "a key that signs, beside the one for records",
    set("key", {
      customerMasterKeySpec: "ECC_NIST_P256",
      keyUsage: "SIGN_VERIFY",
      enableKeyRotation: undefined,
    }),
    signingKey({}),
  ),
  signing(
    "records signed by a key of another kind",
    signingKey({ customerMasterKeySpec: "RSA_4096" }),
    signingKey({ enableKeyRotation: false }),
  ),
  signing("the key of records encrypts", signingKey({ keyUsage: "ENCRYPT_DECRYPT" })),
  signing(
    "the key of records rotates, which no such key does",
    signingKey({ enableKeyRotation: true }),
  ),
  key("a key without a policy", set("key", { policy: undefined })),
  key("a key that is off", set("key", { isEnabled: false }), set("key", { isEnabled: true })),
  key(
    "the check against lock-out is skipped",
    set("key", { bypassPolicyLockoutSafetyCheck: true }),
  ),
  key(
    "a stranger decrypts",
    policy({ Principal: root(STRANGER), Action: "kms:Decrypt", Resource: "*" }),
    policy({ Principal: root(ACCOUNT), Action: "kms:Decrypt", Resource: "*" }),
  ),
  key(
    "a stranger writes the key's policy",
    policy({
      Principal: root(STRANGER),
      Action: "kms:PutKeyPolicy",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    }),
  ),
  key(
    "everybody who comes through EC2",
    policy({
      Principal: "*",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `ec2.${REGION}.amazonaws.com` } },
    }),
    policy({
      Principal: "*",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:CallerAccount": ACCOUNT } },
    }),
  ),
  network("an endpoint without a policy", set("endpoint", { policy: undefined })),
  network("an endpoint for everybody and everything", endpoint({})),
  network(
    "an endpoint for everybody's resources",
    endpoint({ Condition: OWN }),
    endpoint({ Condition: OWN, Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/*` }),
  ),
  network(
    "an endpoint for every caller",
    endpoint({ Condition: { StringEquals: { "aws:ResourceAccount": ACCOUNT } } }),
    endpoint({
      Condition: {
        StringEquals: {
          "aws:PrincipalOrgID": "o-exampleorgid",
          "aws:ResourceOrgID": "o-exampleorgid",
        },
      },
    }),
  ),
  network(
    "an endpoint of somebody's own service",
    set("endpoint", { serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef0` }),
  ),
  network("a VPC without a flow log", without("flow-log")),
  network("a flow log of another VPC", set("flow-log", { vpcId: "vpc-0fedcba9876543210" })),
  network("a flow log of what was refused", set("flow-log", { trafficType: "REJECT" })),
  network(
    "a gateway",
    add({
      type: "aws:ec2/internetGateway:InternetGateway",
      name: "gateway",
      props: { vpcId: ref("vpc"), tags: { notification: "ir@example.edu" } },
      options: { protect: true },
    }),
  ),
  network(
    "a default group that is open in itself",
    add({
      type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      name: "default",
      props: {
        vpcId: ref("vpc"),
        ingress: [{ self: true, protocol: "-1", fromPort: 0, toPort: 0 }],
        tags: { notification: "ir@example.edu" },
      },
      options: { protect: true },
    }),
    add({
      type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      name: "default",
      props: { vpcId: ref("vpc"), tags: { notification: "ir@example.edu" } },
      options: { protect: true },
    }),
  ),
  network(
    "a public subnet",
    add({
      type: "aws:ec2/subnet:Subnet",
      name: "subnet",
      props: {
        vpcId: ref("vpc"),
        cidrBlock: "10.66.0.0/28",
        mapPublicIpOnLaunch: true,
        tags: { notification: "ir@example.edu" },
      },
      options: { protect: true },
    }),
    add({
      type: "aws:ec2/subnet:Subnet",
      name: "subnet",
      props: {
        vpcId: ref("vpc"),
        cidrBlock: "10.66.0.0/28",
        mapPublicIpOnLaunch: false,
        tags: { notification: "ir@example.edu" },
      },
      options: { protect: true },
    }),
  ),
  dns("a resolver that fails open", set("fail-closed", { firewallFailOpen: "ENABLED" })),
  dns("a resolver of which nobody says how it fails", without("fail-closed")),
  dns("every name is allowed", set("allow", { firewallDomainListId: ref("everything") })),
  dns("nothing is blocked in the end", without("deny")),
  dns("the block comes first, and only alerts follow", set("deny", { action: "ALERT" })),
  dns(
    "the block comes before the end",
    set("deny", { priority: 50 }),
    set("deny", { priority: 900 }),
  ),
  watch(
    "a trail that is off",
    set("trail", { enableLogging: false }),
    set("trail", { enableLogging: true }),
  ),
  watch("a trail without digests", set("trail", { enableLogFileValidation: undefined })),
  watch("a trail without a key", set("trail", { kmsKeyId: undefined })),
  watch("a trail without the vault's objects", set("trail", { advancedEventSelectors: undefined })),
  watch("a topic without a key", set("topic", { kmsMasterKeyId: undefined })),
  watch("a topic under AWS's key", set("topic", { kmsMasterKeyId: "alias/aws/sns" })),
  watch("an alarm that does nothing", set("alarm", { actionsEnabled: false })),
  watch("an alarm that tells nobody", set("alarm", { alarmActions: [] })),
  watch(
    "an event that is off",
    set("event", { state: "DISABLED" }),
    set("event", { state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" }),
  ),
  watch(
    "a log of a day",
    set("log", { retentionInDays: 1 }),
    set("log", { retentionInDays: undefined }),
  ),
  watch("a log without a key", set("log", { kmsKeyId: undefined })),
  watch(
    "a subscription without TLS",
    set("subscription", { protocol: "http", endpoint: "http://example.edu" }),
    set("subscription", { protocol: "https", endpoint: "https://example.edu" }),
  ),
  image(
    "an image that nobody tries",
    set("pipeline", { imageTestsConfiguration: { imageTestsEnabled: false } }),
  ),
  image(
    "whatever component is newest",
    set("recipe", {
      components: [
        {
          componentArn: `arn:aws:imagebuilder:${REGION}:aws:component/amazon-cloudwatch-agent-linux/x.x.x`,
        },
      ],
    }),
    set("recipe", {
      components: [
        {
          componentArn: `arn:aws:imagebuilder:${REGION}:aws:component/amazon-cloudwatch-agent-linux/1.0.1/1`,
        },
      ],
    }),
  ),
  image(
    "a stranger's component",
    set("recipe", {
      components: [
        { componentArn: `arn:aws:imagebuilder:${REGION}:${STRANGER}:component/base/1.0.0/1` },
      ],
    }),
  ),
  image(
    "an image for a stranger",
    distributed({ launchPermission: { userIds: [STRANGER] } }),
    distributed({ launchPermission: { userIds: [ACCOUNT] } }),
  ),
  image(
    "an image for an organisation that nobody listed",
    distributed({
      launchPermission: {
        organizationArns: [`arn:aws:organizations::${STRANGER}:organization/o-strangers00`],
      },
    }),
  ),
  image(
    "copies of an image in a stranger's account",
    distributed({ targetAccountIds: [STRANGER] }),
  ),
  image(
    "a build machine's metadata service of version 1",
    set("infrastructure", {
      instanceMetadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 },
    }),
  ),
  image(
    "a build that is left running",
    set("infrastructure", { terminateInstanceOnFailure: false }),
  ),
  session(
    "a session that nobody records",
    set("session", { content: sessionContent({ cloudWatchLogGroupName: "" }) }),
    set("session", { content: sessionContent({ idleSessionTimeout: "60" }) }),
  ),
  session(
    "a record that is not encrypted",
    set("session", { content: sessionContent({ cloudWatchEncryptionEnabled: false }) }),
  ),
  session(
    "a session as root",
    set("session", { content: sessionContent({ runAsEnabled: false }) }),
  ),
  session(
    "a document for everybody",
    set("session", { permissions: { type: "Share", account_ids: "All" } }),
  ),
  session(
    "a runbook that is shared with all that it does",
    sharedRunbook("222233334444", "aws:executeAutomation", "aws:executeScript"),
    sharedRunbook("222233334444,333344445555", "aws:executeAutomation"),
  ),
  session(
    "a runbook that everybody may start",
    sharedRunbook("All", "aws:executeAutomation"),
    sharedRunbook("222233334444", "aws:executeAutomation"),
  ),
  role(
    "everything on everything under a condition that everybody meets",
    holder({ Action: "*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  ),
  role(
    "a service by its letters",
    holder({ Action: "s3:G*", Resource: "*" }),
    holder({ Action: "s3:Get*", Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*" }),
  ),
  role("every object of every bucket", holder({ Action: "s3:*", Resource: "arn:aws:s3:::*/*" })),
  role(
    "all of EC2 on the account",
    holder({ Action: "ec2:*", Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:*` }),
    holder({ Action: "ec2:Describe*", Resource: "*" }),
  ),
  role(
    "every role is administered",
    holder({ Action: "iam:*", Resource: `arn:aws:iam::${ACCOUNT}:role/*` }),
  ),
  role(
    "every role is passed on",
    holder({
      Action: "iam:PassRole",
      Resource: "*",
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    }),
    holder({ Action: "iam:PassRole", Resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/*` }),
  ),
  role(
    "the lock is bypassed",
    holder({
      Action: ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
      Resource: "arn:aws:s3:::store/*",
    }),
  ),
  role(
    "sessions on every machine",
    holder({ Action: "ssm:StartSession", Resource: "*" }),
    holder({
      Action: "ssm:StartSession",
      Resource: "*",
      Condition: {
        StringEquals: { "ssm:resourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
];
