import { type Declared, document, ref } from "./policyCase";

/** The account that all of it is in. */
export const ACCOUNT = "111122223333";

/** An account that has no business there. */
export const STRANGER = "999988887777";
export const REGION = "us-east-1";

/** The ticket of the room. */
export const TICKET = "INC-2026-0042";

/** The foundation's evidence key, as a room is told of it. */
export const EVIDENCE_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000001`;

const NOTIFIED = { notification: "ir@example.edu" };

/** Tags of a room. */
export const ROOM_TAGS = { ...NOTIFIED, "incident-response": `quarantine:${TICKET}` };

const root = (account: string) => `arn:aws:iam::${account}:root`;

const KEY_POLICY = document({
  Sid: "Administration",
  Principal: { AWS: root(ACCOUNT) },
  Action: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"],
  Resource: "*",
});

/** Every one of a foundation is protected. */
const kept = (type: string, name: string, props: Declared["props"]): Declared => ({
  type,
  name,
  props,
  options: { protect: true },
});
const tagged = (type: string, name: string, props: Declared["props"]): Declared =>
  kept(type, name, { ...props, tags: NOTIFIED });

/** A key of a foundation. */
export const KEY: readonly Declared[] = [
  tagged("aws:kms/key:Key", "key", {
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: KEY_POLICY,
  }),
];

const BLOCKED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** A bucket that takes access logs. */
const LOGS: readonly Declared[] = [
  tagged("aws:s3/bucket:Bucket", "access-logs", {}),
  kept("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "access-logs-block", {
    bucket: ref("access-logs"),
    ...BLOCKED,
  }),
];

/** A vault with all its parts. */
export const VAULT: readonly Declared[] = [
  ...KEY,
  ...LOGS,
  tagged("aws:s3/bucket:Bucket", "store", { objectLockEnabled: true }),
  kept("aws:s3/bucketVersioning:BucketVersioning", "versioning", {
    bucket: ref("store"),
    versioningConfiguration: { status: "Enabled" },
  }),
  kept("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "lock", {
    bucket: ref("store"),
    rule: { defaultRetention: { mode: "COMPLIANCE", days: 365 } },
  }),
  kept("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", {
    bucket: ref("store"),
    ...BLOCKED,
  }),
  kept("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "ownership", {
    bucket: ref("store"),
    rule: { objectOwnership: "BucketOwnerEnforced" },
  }),
  kept(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encryption",
    {
      bucket: ref("store"),
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: ref("key", "arn"),
          },
        },
      ],
    },
  ),
  kept("aws:s3/bucketLogging:BucketLogging", "logging", {
    bucket: ref("store"),
    targetBucket: ref("access-logs"),
    targetPrefix: "store/",
  }),
  kept("aws:s3/bucketPolicy:BucketPolicy", "policy", {
    bucket: ref("store"),
    policy: document({
      Sid: "OnlyTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::store", "arn:aws:s3:::store/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    }),
  }),
];

const FIREWALL = "aws:route53/resolverFirewall";

const FIREWALL_PARTS: readonly Declared[] = [
  kept(`${FIREWALL}Config:ResolverFirewallConfig`, "fail-closed", {
    resourceId: ref("vpc"),
    firewallFailOpen: "DISABLED",
  }),
  tagged(`${FIREWALL}RuleGroup:ResolverFirewallRuleGroup`, "rules", {}),
  tagged(`${FIREWALL}DomainList:ResolverFirewallDomainList`, "listed", {
    domains: [`kms.${REGION}.amazonaws.com`, `*.s3.${REGION}.amazonaws.com`],
  }),
  tagged(`${FIREWALL}DomainList:ResolverFirewallDomainList`, "everything", { domains: ["*"] }),
  kept(`${FIREWALL}Rule:ResolverFirewallRule`, "allow", {
    action: "ALLOW",
    priority: 100,
    firewallDomainListId: ref("listed"),
    firewallRuleGroupId: ref("rules"),
  }),
  kept(`${FIREWALL}Rule:ResolverFirewallRule`, "deny", {
    action: "BLOCK",
    blockResponse: "NODATA",
    priority: 200,
    firewallDomainListId: ref("everything"),
    firewallRuleGroupId: ref("rules"),
  }),
  tagged(`${FIREWALL}RuleGroupAssociation:ResolverFirewallRuleGroupAssociation`, "association", {
    vpcId: ref("vpc"),
    firewallRuleGroupId: ref("rules"),
    priority: 101,
  }),
];

const VPC: readonly Declared[] = [
  ...KEY,
  tagged("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.66.0.0/22" }),
  tagged("aws:cloudwatch/logGroup:LogGroup", "flow-logs", {
    kmsKeyId: ref("key", "arn"),
    retentionInDays: 365,
  }),
  tagged("aws:ec2/flowLog:FlowLog", "flow-log", {
    vpcId: ref("vpc"),
    trafficType: "ALL",
    logDestination: ref("flow-logs", "arn"),
  }),
];

/** A VPC with its flow log and a DNS firewall that answers for listed names. */
export const DNS: readonly Declared[] = [...VPC, ...FIREWALL_PARTS];

/** Those, with an endpoint and its group. */
export const NETWORK: readonly Declared[] = [
  ...DNS,
  tagged("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-group", {
    vpcId: ref("vpc"),
  }),
  tagged("aws:ec2/securityGroup:SecurityGroup", "group", { vpcId: ref("vpc") }),
  tagged("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "https", {
    securityGroupId: ref("group"),
    cidrIpv4: "10.66.0.0/22",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
  }),
  tagged("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", {
    vpcId: ref("vpc"),
    serviceName: `com.amazonaws.${REGION}.kms`,
    vpcEndpointType: "Interface",
    securityGroupIds: [ref("group")],
    policy: document({
      Principal: "*",
      Action: "kms:*",
      Resource: "*",
      Condition: {
        StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT },
      },
    }),
  }),
];

/** A trail, a topic, an alarm and an event. */
export const WATCH: readonly Declared[] = [
  ...KEY,
  tagged("aws:cloudtrail/trail:Trail", "trail", {
    s3BucketName: "trail-logs",
    enableLogFileValidation: true,
    kmsKeyId: ref("key", "arn"),
    advancedEventSelectors: [
      {
        fieldSelectors: [
          { field: "eventCategory", equals: ["Data"] },
          { field: "resources.type", equals: ["AWS::S3::Object"] },
        ],
      },
    ],
  }),
  tagged("aws:sns/topic:Topic", "topic", { kmsMasterKeyId: ref("key", "arn") }),
  tagged("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", {
    alarmActions: [ref("topic", "arn")],
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "FailedInvocations",
    namespace: "AWS/Events",
    period: 300,
    statistic: "Sum",
    threshold: 0,
  }),
  tagged("aws:cloudwatch/eventRule:EventRule", "event", {
    eventPattern: JSON.stringify({ source: ["aws.ec2"] }),
  }),
  tagged("aws:cloudwatch/logGroup:LogGroup", "log", {
    kmsKeyId: ref("key", "arn"),
    retentionInDays: 365,
  }),
  kept("aws:sns/topicSubscription:TopicSubscription", "subscription", {
    topic: ref("topic", "arn"),
    protocol: "email",
    endpoint: "ir@example.edu",
  }),
];

const COMPONENT = `arn:aws:imagebuilder:${REGION}:${ACCOUNT}:component/base/1.0.0/1`;

/** An image and where it is built and handed to. */
export const IMAGE: readonly Declared[] = [
  ...KEY,
  {
    type: "aws:imagebuilder/imageRecipe:ImageRecipe",
    name: "recipe",
    props: {
      version: "1.0.0",
      parentImage: "ami-0123456789abcdef0",
      components: [{ componentArn: COMPONENT }],
      blockDeviceMappings: [
        { deviceName: "/dev/sda1", ebs: { encrypted: "true", kmsKeyId: ref("key", "arn") } },
      ],
      amiTags: NOTIFIED,
      tags: NOTIFIED,
    },
  },
  tagged("aws:imagebuilder/distributionConfiguration:DistributionConfiguration", "distribution", {
    distributions: [
      {
        region: REGION,
        amiDistributionConfiguration: { kmsKeyId: ref("key", "arn"), amiTags: NOTIFIED },
      },
    ],
  }),
  tagged(
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
    "infrastructure",
    {
      instanceProfileName: "build-machines",
      instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      resourceTags: NOTIFIED,
      securityGroupIds: ["sg-0123456789abcdef0"],
      subnetId: "subnet-0123456789abcdef0",
      terminateInstanceOnFailure: true,
    },
  ),
  tagged("aws:imagebuilder/imagePipeline:ImagePipeline", "pipeline", {
    imageRecipeArn: ref("recipe", "arn"),
    infrastructureConfigurationArn: ref("infrastructure", "arn"),
    imageTestsConfiguration: { imageTestsEnabled: true },
  }),
];

/** The recorded shell of investigators. */
export const SESSION: readonly Declared[] = [
  tagged("aws:ssm/document:Document", "session", {
    documentType: "Session",
    documentFormat: "JSON",
    content: sessionContent({}),
  }),
];

/** A session document with other inputs. */
export function sessionContent(inputs: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    schemaVersion: "1.0",
    sessionType: "Standard_Stream",
    inputs: {
      cloudWatchLogGroupName: "/clean-room/sessions",
      cloudWatchEncryptionEnabled: true,
      runAsEnabled: true,
      runAsDefaultUser: "examiner",
      ...inputs,
    },
  });
}

const trustOf = (Service: string) => document({ Action: "sts:AssumeRole", Principal: { Service } });

/** A role of a foundation with a policy of its own. */
export const ROLE: readonly Declared[] = [
  tagged("aws:iam/role:Role", "role", {
    path: "/clean-room/",
    assumeRolePolicy: trustOf("ec2.amazonaws.com"),
  }),
  kept("aws:iam/rolePolicy:RolePolicy", "role-policy", {
    role: ref("role"),
    policy: document({
      Action: ["s3:GetObject"],
      Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*",
    }),
  }),
];

const ofRoom = (type: string, name: string, props: Declared["props"]): Declared => ({
  type,
  name,
  props: { ...props, tags: ROOM_TAGS },
});
const ofOpenRoom = (type: string, name: string, props: Declared["props"]): Declared => ({
  ...ofRoom(type, name, props),
  options: { protect: true },
});

/** A room with one disk of evidence. */
export const ROOM: readonly Declared[] = [
  ofOpenRoom("aws:kms/key:Key", "room-key", {
    enableKeyRotation: true,
    deletionWindowInDays: 7,
    policy: KEY_POLICY,
  }),
  ofRoom("aws:ec2/securityGroup:SecurityGroup", "sg", { vpcId: "vpc-0123456789abcdef0" }),
  ofRoom("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "encase", {
    securityGroupId: ref("sg"),
    cidrIpv4: "10.20.30.0/24",
    ipProtocol: "tcp",
    fromPort: 4445,
    toPort: 4445,
  }),
  ofRoom("aws:iam/role:Role", "machine-role", {
    path: "/clean-room/case/",
    permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/clean-room/case-boundary`,
    assumeRolePolicy: trustOf("ec2.amazonaws.com"),
  }),
  ofRoom("aws:iam/instanceProfile:InstanceProfile", "profile", {
    path: "/clean-room/case/",
    role: ref("machine-role"),
  }),
  ofOpenRoom("aws:ec2/instance:Instance", "machine", {
    ami: "ami-0123456789abcdef0",
    instanceType: "m6i.large",
    subnetId: "subnet-0123456789abcdef0",
    disableApiTermination: true,
    iamInstanceProfile: ref("profile", "name"),
    vpcSecurityGroupIds: [ref("sg")],
    metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
    rootBlockDevice: { encrypted: true, kmsKeyId: ref("room-key", "arn"), tags: ROOM_TAGS },
  }),
  {
    ...ofOpenRoom("aws:ebs/snapshotCopy:SnapshotCopy", "copy", {
      sourceSnapshotId: "snap-0123456789abcdef0",
      sourceRegion: REGION,
      encrypted: true,
      kmsKeyId: EVIDENCE_KEY,
    }),
    options: { protect: true, customTimeouts: { create: "24h" } },
  },
  ofOpenRoom("aws:ebs/volume:Volume", "working", {
    availabilityZone: `${REGION}a`,
    snapshotId: ref("copy"),
    encrypted: true,
    kmsKeyId: ref("room-key", "arn"),
  }),
  {
    type: "aws:ec2/volumeAttachment:VolumeAttachment",
    name: "attachment",
    props: { instanceId: ref("machine"), volumeId: ref("working"), deviceName: "/dev/sdf" },
    options: { protect: true },
  },
  ofRoom("aws:s3/bucketObjectv2:BucketObjectv2", "record", {
    bucket: "store",
    key: `records/${TICKET}/0.json`,
    content: "{}",
    metadata: { ticket: TICKET },
  }),
  ofRoom("aws:ssm/parameter:Parameter", "claim", { type: "String", value: TICKET }),
];

/** The isolation group of a member account and the roles that the documents ask for. */
export const MEMBER: readonly Declared[] = [
  tagged("aws:ec2/securityGroup:SecurityGroup", "isolation", { vpcId: "vpc-0123456789abcdef0" }),
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "isolation-encase",
    props: {
      securityGroupId: ref("isolation"),
      cidrIpv4: "10.66.0.16/28",
      ipProtocol: "tcp",
      fromPort: 4445,
      toPort: 4445,
      tags: NOTIFIED,
    },
  },
  tagged("aws:iam/role:Role", "responders", {
    name: "example-saml-securityresponse",
    assumeRolePolicy: document({
      Action: "sts:AssumeRoleWithSAML",
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }),
  }),
  kept("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "responders-policy", {
    role: "example-saml-securityresponse",
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  }),
  tagged("aws:iam/role:Role", "readers", {
    name: "example-saml-securityaudit",
    assumeRolePolicy: document({
      Action: "sts:AssumeRoleWithSAML",
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }),
  }),
  kept("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "readers-policy", {
    role: "example-saml-securityaudit",
    policyArn: "arn:aws:iam::aws:policy/SecurityAudit",
  }),
];
