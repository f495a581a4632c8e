import {
  add,
  casesOf,
  type Declared,
  document,
  kept,
  opt,
  type PolicyCase,
  ref,
  set,
  without,
} from "../policyCase";
import {
  ACCOUNT,
  DNS,
  EVIDENCE_KEY,
  IMAGE,
  KEY,
  MEMBER,
  NETWORK,
  REGION,
  ROOM,
  ROOM_TAGS,
  SESSION,
  sessionContent,
  STRANGER,
  VAULT,
  WATCH,
} from "../compliantStacks";

const key = casesOf("foundation", KEY);
const network = casesOf("foundation", NETWORK);
const dns = casesOf("foundation", DNS);
const vault = casesOf("foundation", VAULT);
const watch = casesOf("foundation", WATCH);
const image = casesOf("foundation", IMAGE);
const session = casesOf("foundation", SESSION);
const room = casesOf("incident", ROOM);
const member = casesOf("member", MEMBER);

const NOTIFIED = { notification: "ir@example.edu" };
const provider = (props: Declared["props"]) =>
  add({
    type: "pulumi:providers:aws",
    name: "second",
    props: { region: REGION, allowedAccountIds: [ACCOUNT], ...props },
  });
const endpoint = (Condition: object) =>
  set("endpoint", {
    policy: document({ Principal: "*", Action: "kms:*", Resource: "*", Condition }),
  });
const https = (props: Record<string, unknown>) => set("https", props);
const machine = (props: Record<string, unknown>) => set("machine", props);
const script = (text: string) => Buffer.from(text).toString("base64");
const selected = (...selectors: object[]) =>
  set("trail", {
    advancedEventSelectors: [
      {
        fieldSelectors: [
          { field: "eventCategory", equals: ["Data"] },
          { field: "resources.type", equals: ["AWS::S3::Object"] },
          ...selectors,
        ],
      },
    ],
  });
const told = (arn: string) =>
  kept("aws:cloudwatch/eventTarget:EventTarget", "target", { rule: ref("event"), arn });
const distributed = (more: object) =>
  set("distribution", {
    distributions: [
      {
        region: REGION,
        amiDistributionConfiguration: { kmsKeyId: ref("key", "arn"), amiTags: NOTIFIED },
        ...more,
      },
    ],
  });

/** What is around evidence: networks, places, machines, logs, images, secrets, and what goes round the pack. */
export const SURROUNDINGS: readonly PolicyCase[] = [
  ...[
    "aws-native:s3:Bucket",
    "aws:cloudcontrol/resource:Resource",
    "aws:cloudformation/stack:Stack",
    "aws:ec2/eip:Eip",
    "aws:ec2/instanceConnectEndpoint:InstanceConnectEndpoint" as string,
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    "aws:ec2clientvpn/endpoint:Endpoint",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "aws:iam/user:User",
    "aws:lambda/function:Function",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:route53/resolverEndpoint:ResolverEndpoint",
    "command:local:Command",
    "pulumi-nodejs:dynamic:Resource",
  ].map((type) => network(`a ${type}`, kept(type, "other", { tags: NOTIFIED }))),
  network(
    "a VPC of addresses on the internet",
    set("vpc", { cidrBlock: "52.94.0.0/22" }),
    set("vpc", { cidrBlock: "172.20.0.0/22" }),
  ),
  network("everybody's addresses of version 6", https({ cidrIpv4: undefined, cidrIpv6: "::/0" })),
  network(
    "all addresses of version 6 that there are",
    https({ cidrIpv4: undefined, cidrIpv6: "2000::/3" }),
    https({ cidrIpv4: undefined, cidrIpv6: "fd00:ec2::/32" }),
  ),
  network(
    "pings",
    https({ ipProtocol: "icmp", fromPort: -1, toPort: -1 }),
    https({ ipProtocol: "tcp", fromPort: 443, toPort: 443 }),
  ),
  network("names are asked of anybody", https({ ipProtocol: "udp", fromPort: 53, toPort: 53 })),
  network(
    "addresses of version 6 from Amazon",
    set("vpc", { assignGeneratedIpv6CidrBlock: true }),
    set("vpc", { assignGeneratedIpv6CidrBlock: false }),
  ),
  network(
    "a default route within its table",
    kept("aws:ec2/routeTable:RouteTable", "routes", {
      vpcId: ref("vpc"),
      routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789abcdef0" }],
      tags: NOTIFIED,
    }),
    kept("aws:ec2/routeTable:RouteTable", "routes", {
      vpcId: ref("vpc"),
      routes: [],
      tags: NOTIFIED,
    }),
  ),
  network(
    "an endpoint to a stranger's resources",
    endpoint({
      StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": STRANGER },
    }),
    endpoint({
      StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": [ACCOUNT] },
    }),
  ),
  network(
    "an endpoint for a stranger",
    endpoint({
      StringEquals: { "aws:PrincipalAccount": STRANGER, "aws:ResourceAccount": ACCOUNT },
    }),
  ),
  network(
    "an endpoint to everybody else's resources",
    endpoint({
      StringEquals: { "aws:PrincipalAccount": ACCOUNT },
      StringNotEquals: { "aws:ResourceAccount": ACCOUNT },
    }),
  ),
  dns("a DNS firewall that no VPC has", without("association")),
  key("credentials in the program", provider({ accessKey: "x", secretKey: "y" }), provider({})),
  key("a provider of any account", provider({ allowedAccountIds: undefined }), provider({})),
  key("a provider of two accounts", provider({ allowedAccountIds: [ACCOUNT, STRANGER] })),
  key(
    "a provider of all accounts but one",
    provider({ allowedAccountIds: undefined, forbiddenAccountIds: [STRANGER] }),
  ),
  key("a provider of whichever Region", provider({ region: undefined })),
  key(
    "a provider that asks somebody else",
    provider({ endpoints: [{ s3: "https://s3.example.com" }] }),
    provider({ defaultTags: { tags: NOTIFIED } }),
  ),
  key("a provider that does not see tags", provider({ ignoreTags: { keyPrefixes: ["incident"] } })),
  key(
    "a key that signs",
    set("key", { customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" }),
    set("key", { customerMasterKeySpec: "SYMMETRIC_DEFAULT" }),
  ),
  key("changes of a key's policy are ignored", opt("key", { ignoreChanges: ["policy"] })),
  room("a room's key that is off", set("room-key", { isEnabled: false })),
  room(
    "a second disk that is not encrypted",
    machine({
      ebsBlockDevices: [{ deviceName: "/dev/sdg", encrypted: false, tags: ROOM_TAGS }],
    }),
    machine({
      ebsBlockDevices: [
        {
          deviceName: "/dev/sdg",
          encrypted: true,
          kmsKeyId: ref("room-key", "arn"),
          tags: ROOM_TAGS,
        },
      ],
    }),
  ),
  room(
    "a second disk under the evidence key",
    machine({
      ebsBlockDevices: [
        { deviceName: "/dev/sdg", encrypted: true, kmsKeyId: EVIDENCE_KEY, tags: ROOM_TAGS },
      ],
    }),
  ),
  room(
    "settings of a machine that stand in a template",
    machine({ launchTemplate: { id: "lt-0123456789abcdef0", version: "$Latest" } }),
  ),
  room(
    "an address of version 6",
    machine({ ipv6AddressCount: 1 }),
    machine({ ipv6AddressCount: 0 }),
  ),
  room(
    "another ticket on all volumes of the machine",
    machine({ volumeTags: { ...ROOM_TAGS, "incident-response": "quarantine:INC-2026-0043" } }),
    machine({ volumeTags: ROOM_TAGS }),
  ),
  room(
    "nobody is notified",
    set("working", { tags: { ...ROOM_TAGS, notification: "the team" } }),
    set("working", { tags: { ...ROOM_TAGS, notification: "ir@example.edu soc@example.edu" } }),
  ),
  room(
    "a record that everybody reads",
    set("record", { acl: "public-read" }),
    set("record", { acl: "private" }),
  ),
  room(
    "a record under S3's own keys",
    set("record", { serverSideEncryption: "AES256" }),
    set("record", { serverSideEncryption: "aws:kms", kmsKeyId: EVIDENCE_KEY }),
  ),
  room(
    "a password as a parameter's value",
    set("claim", { value: "postgres://examiner:hunter2hunter2@db.example.edu/cases" }),
    set("claim", { value: "postgres://db.example.edu/cases" }),
  ),
  room("a list of tokens", set("claim", { type: "StringList", name: "/clean-room/api-tokens" })),
  room(
    "a parameter that is called a pass",
    set("claim", { name: "/clean-room/db/pwd", value: "hunter2" }),
    set("claim", { name: "/clean-room/slots/us-east-1a-1" }),
  ),
  room("a parameter that holds a key", set("claim", { value: "AKIAIOSFODNN7EXAMPLE" })),
  room(
    "a secret under AWS's key",
    set("claim", { type: "SecureString", keyId: "alias/aws/ssm" }),
    set("claim", { type: "SecureString", keyId: ref("room-key", "arn") }),
  ),
  room(
    "somebody's authorisation in user data",
    machine({
      userDataBase64: script("curl -H 'Authorization: Bearer 0123456789abcdef0123' https://x\n"),
    }),
    machine({
      userDataBase64: script('curl -H "Authorization: Bearer $ACCESS" https://x\n'),
    }),
  ),
  room(
    "where to speak to everybody's chat",
    machine({ userData: "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXX" }),
  ),
  vault(
    "objects expire, by a field of the bucket itself",
    set("store", { lifecycleRules: [{ enabled: true, expiration: { days: 30 } }] }),
    set("store", { lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 7 }] }),
  ),
  vault(
    "a copy of all evidence elsewhere, by a field of the bucket itself",
    set("store", {
      replicationConfiguration: {
        role: `arn:aws:iam::${ACCOUNT}:role/clean-room/replication`,
        rules: [{ status: "Enabled", destination: { bucket: "arn:aws:s3:::elsewhere" } }],
      },
    }),
  ),
  vault(
    "everybody lists the bucket",
    set("store", { acl: "public-read" }),
    set("store", { acl: "private" }),
  ),
  vault("a page on the internet", set("store", { website: { indexDocument: "index.html" } })),
  vault(
    "the vault takes its own logs",
    set("logging", { targetBucket: ref("store") }),
    set("logging", { targetBucket: ref("access-logs") }),
  ),
  vault(
    "a stranger's key encrypts",
    set("encryption", {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: `arn:aws:kms:${REGION}:${STRANGER}:key/1`,
          },
        },
      ],
    }),
    set("encryption", {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`,
          },
        },
      ],
    }),
  ),
  vault("no rule encrypts", set("encryption", { rules: [] })),
  vault(
    "logs without versions",
    kept("aws:s3/bucketVersioning:BucketVersioning", "logs-versions", {
      bucket: ref("access-logs"),
      versioningConfiguration: { status: "Suspended" },
    }),
    kept("aws:s3/bucketVersioning:BucketVersioning", "logs-versions", {
      bucket: ref("access-logs"),
      versioningConfiguration: { status: "Enabled" },
    }),
  ),
  watch(
    "a trail that leaves one bucket out",
    selected({ field: "resources.ARN", notStartsWiths: ["arn:aws:s3:::store/cases/"] }),
    selected({ field: "resources.ARN", startsWiths: ["arn:aws:s3:::store/"] }),
  ),
  watch(
    "a trail of what is written only",
    selected({ field: "readOnly", equals: ["false"] }),
    selected(),
  ),
  watch(
    "an alarm that keeps its state when nothing comes",
    set("alarm", { treatMissingData: "ignore" }),
    set("alarm", { treatMissingData: "breaching" }),
  ),
  watch(
    "a log that is gone tomorrow",
    set("log", { logGroupClass: "DELIVERY" }),
    set("log", { logGroupClass: "INFREQUENT_ACCESS" }),
  ),
  watch(
    "a subscription that leaves messages out",
    set("subscription", { filterPolicy: JSON.stringify({ severity: ["low"] }) }),
  ),
  watch(
    "events go to a stranger",
    told(`arn:aws:events:${REGION}:${STRANGER}:event-bus/default`),
    told(`arn:aws:sns:${REGION}:${ACCOUNT}:alarms`),
  ),
  watch(
    "alarms go to a stranger's queue",
    set("subscription", {
      protocol: "sqs",
      endpoint: `arn:aws:sqs:${REGION}:${STRANGER}:alarms`,
    }),
    set("subscription", { protocol: "sqs", endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:alarms` }),
  ),
  image(
    "an image that leaves as a file",
    distributed({
      s3ExportConfiguration: {
        diskImageFormat: "VMDK",
        roleName: "export",
        s3Bucket: "elsewhere",
      },
    }),
  ),
  image(
    "an image for everybody",
    distributed({
      amiDistributionConfiguration: {
        kmsKeyId: ref("key", "arn"),
        amiTags: NOTIFIED,
        launchPermission: { userGroups: ["all"] },
      },
    }),
  ),
  image("a build machine that somebody logs in to", set("infrastructure", { keyPair: "mine" })),
  image(
    "a pipeline that is off",
    set("pipeline", { status: "DISABLED" }),
    set("pipeline", { status: "ENABLED" }),
  ),
  image(
    "an image under AWS's key",
    set("recipe", {
      blockDeviceMappings: [
        { deviceName: "/dev/sda1", ebs: { encrypted: "true", kmsKeyId: "alias/aws/ebs" } },
      ],
    }),
  ),
  image(
    "whatever parent is newest",
    set("recipe", {
      parentImage: `arn:aws:imagebuilder:${REGION}:aws:image/ubuntu-server-24-lts-x86/x.x.x`,
    }),
    set("recipe", {
      parentImage: `arn:aws:imagebuilder:${REGION}:aws:image/ubuntu-server-24-lts-x86/2026.11.1`,
    }),
  ),
  session(
    "a session as whoever a tag names",
    set("session", { content: sessionContent({ runAsDefaultUser: undefined }) }),
    set("session", { content: sessionContent({ runAsDefaultUser: "examiner" }) }),
  ),
  session(
    "a record of sessions in a bucket without encryption",
    set("session", {
      content: sessionContent({ cloudWatchLogGroupName: "", s3BucketName: "sessions" }),
    }),
    set("session", {
      content: sessionContent({
        cloudWatchLogGroupName: "",
        s3BucketName: "sessions",
        s3EncryptionEnabled: true,
      }),
    }),
  ),
  member(
    "rules within the isolation group",
    set("isolation", {
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8"] }],
    }),
    set("isolation", { egress: [] }),
  ),
  member(
    "every protocol out of isolation",
    set("isolation-encase", { ipProtocol: "-1", fromPort: undefined, toPort: undefined }),
  ),
  member(
    "a contact whom nobody can call",
    kept("aws:account/alternativeContact:AlternativeContact", "contact", {
      alternateContactType: "SECURITY",
      name: "SOC",
      title: "On call",
      emailAddress: "soc@example.edu",
      phoneNumber: "none",
    }),
    kept("aws:account/alternativeContact:AlternativeContact", "contact", {
      alternateContactType: "SECURITY",
      name: "SOC",
      title: "On call",
      emailAddress: "soc@example.edu",
      phoneNumber: "+1 555 0100",
    }),
  ),
];
