import providerTypes from "./providerTypes.json";
import type { ResourceType } from "./resourceType";

/** What a line says beside id, ARN and references. */
type More = Omit<ResourceType, "id" | "arn" | "refers">;

const type = (id: string, arn = "", refers = "", more: More = {}): ResourceType => ({
  id,
  ...(arn === "" ? {} : { arn }),
  ...(refers === "" ? {} : { refers }),
  ...more,
});
const ec2 = (prefix: string, kind: string, refers = "", more: More = {}) =>
  type(`${prefix}-0{hex16}`, `ec2:{region}:{account}:${kind}/{id}`, refers, more);
const resolver = (prefix: string, kind: string, refers = "", more: More = {}) =>
  type(`rslvr-${prefix}-{hex17}`, `route53resolver:{region}:{account}:${kind}/{id}`, refers, {
    named: "name",
    held: "ConflictException",
    ...more,
  });
const iam = (kind: string, refers = "", more: More = {}) =>
  type("{name}", `iam::{account}:${kind}{path}{id}`, refers, { ...IAM, ...more });
const builder = (kind: string, version = "", refers = "", more: More = {}) =>
  type(`arn:aws:imagebuilder:{region}:{account}:${kind}/{lowerName}${version}`, "{id}", refers, {
    named: "name",
    taken: "ResourceAlreadyExistsException",
    held: "ResourceDependencyException",
    ...more,
  });

const IAM = { named: "name", taken: "EntityAlreadyExists", held: "DeleteConflict" };
const NAMED = { named: "name" };
const RULE_REFERS = "securityGroupId referencedSecurityGroupId! prefixListId";
const ENCRYPTION_REFERS = "bucket rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId";
const PIPELINE_REFERS =
  "imageRecipeArn! infrastructureConfigurationArn! distributionConfigurationArn! executionRole";

/** Of the whole account: one that is on stays on. */
const SWITCHES = [
  "aws:ebs/encryptionByDefault:EncryptionByDefault",
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
  "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
  "aws:ec2/serialConsoleAccess:SerialConsoleAccess",
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
];

/**
 * Every resource type the simulated account knows, by Pulumi type token, a line each: the shapes of its id and ARN,
 * what it refers to, what AWS fills in and in which words it refuses. What else AWS refuses is in the tables of
 * refusals.ts, what no line can say in behaviours.ts. A program that uses another type gets an error that names it: add
 * its line, then `npm run provider-types`.
 */
// prettier-ignore
const TABLE: Readonly<Record<string, ResourceType>> = {
  // Networks
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", "", { fills: { enableDnsSupport: true, ownerId: "{account}" } }),
  "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": ec2("vpcbpa-exclude", "vpc-block-public-access-exclusion", "vpcId!"),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ec2("pcx", "vpc-peering-connection", "vpcId!", { state: "pending-acceptance", fills: { acceptStatus: "pending-acceptance", ownerId: "{account}", peerRegion: "{region}", requesterRegion: "{region}" } }),
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": type("{vpcPeeringConnectionId}", "ec2:{region}:{account}:vpc-peering-connection/{id}", "vpcPeeringConnectionId", { state: "active" }),
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet", "vpcId!"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway", "vpcId!"),
  "aws:ec2/route:Route": type("r-{routeTableId}-{destination}", "", "routeTableId gatewayId vpcPeeringConnectionId transitGatewayId", { importedBy: "{routeTableId}_{destination}", taken: "RouteAlreadyExists" }),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table", "vpcId!"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": type("rtbassoc-0{hex16}", "", "subnetId routeTableId!", { importedBy: "{subnetId}/{routeTableId}" }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group", "vpcId", { fills: { name: "default" } }),
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": type("{defaultNetworkAclId}", "ec2:{region}:{account}:network-acl/{id}", "defaultNetworkAclId"),
  "aws:ec2/networkAcl:NetworkAcl": ec2("acl", "network-acl", "vpcId! subnetIds[]"),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log", "vpcId subnetId iamRoleArn", { state: "ACTIVE" }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint", "vpcId! subnetIds[]! routeTableIds[] securityGroupIds[]!"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group", "vpcId!", { ...NAMED, fills: { description: "Managed by Pulumi" } }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr", "security-group-rule", RULE_REFERS),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr", "security-group-rule", RULE_REFERS),
  "aws:ec2/trafficMirrorTarget:TrafficMirrorTarget": ec2("tmt", "traffic-mirror-target", "", { fills: { ownerId: "{account}" } }),
  "aws:ec2/trafficMirrorFilter:TrafficMirrorFilter": ec2("tmf", "traffic-mirror-filter"),
  "aws:ec2/trafficMirrorFilterRule:TrafficMirrorFilterRule": ec2("tmfr", "traffic-mirror-filter-rule", "trafficMirrorFilterId", { importedBy: "{trafficMirrorFilterId}:{id}" }),
  "aws:ec2/trafficMirrorSession:TrafficMirrorSession": ec2("tms", "traffic-mirror-session", "trafficMirrorFilterId", { fills: { ownerId: "{account}" } }),
  "aws:ram/resourceShare:ResourceShare": type("arn:aws:ram:{region}:{account}:resource-share/{uuid}", "{id}", "", NAMED),
  "aws:ram/resourceAssociation:ResourceAssociation": type("{resourceShareArn},{resourceArn}", "", "resourceShareArn"),
  "aws:ram/principalAssociation:PrincipalAssociation": type("{resourceShareArn},{principal}", "", "resourceShareArn"),
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": resolver("fdl", "firewall-domain-list"),
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": resolver("frg", "firewall-rule-group"),
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": type("{firewallRuleGroupId}:{firewallDomainListId}", "", "firewallRuleGroupId! firewallDomainListId!", { ...NAMED, taken: "ConflictException" }),
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": resolver("frgassoc", "firewall-rule-group-association", "firewallRuleGroupId! vpcId", { fills: { mutationProtection: "DISABLED" } }),
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": type("rslvr-fc-{resourceId}", "", "resourceId"),

  // Machines, volumes, snapshots
  "aws:ec2/instance:Instance": ec2("i", "instance", "ami subnetId! vpcSecurityGroupIds[]! iamInstanceProfile rootBlockDevice.kmsKeyId", { keeps: ["rootBlockDevice"], state: "running" }),
  "aws:ebs/snapshotCopy:SnapshotCopy": type("snap-0{hex16}", "ec2:{region}::snapshot/{id}", "sourceSnapshotId kmsKeyId", { state: "completed" }),
  "aws:ebs/volume:Volume": ec2("vol", "volume", "snapshotId kmsKeyId", { held: "VolumeInUse", replacedBy: ["multiAttachEnabled"] }),
  "aws:ec2/volumeAttachment:VolumeAttachment": type("vai-{digest}", "", "volumeId! instanceId", { state: "attached" }),

  // Buckets
  "aws:s3/bucket:Bucket": type("{bucket}", "s3:::{id}", "", { named: "bucket", taken: "BucketAlreadyOwnedByYou", fills: { bucketRegionalDomainName: "{id}.s3.{region}.amazonaws.com", objectLockEnabled: false } }),
  "aws:s3/bucketVersioning:BucketVersioning": type("{bucket}", "", "bucket"),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": type("{bucket}", "", "bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": type("{bucket}", "", ENCRYPTION_REFERS),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": type("{bucket}", "", "bucket"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": type("{bucket}", "", "bucket"),
  "aws:s3/bucketNotification:BucketNotification": type("{bucket}", "", "bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": type("{bucket}", "", "bucket"),
  "aws:s3/bucketLogging:BucketLogging": type("{bucket}", "", "bucket targetBucket"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": type("{bucket}", "", "bucket"),
  "aws:s3/bucketObjectv2:BucketObjectv2": type("{bucket}/{key}", "s3:::{id}", "bucket kmsKeyId", { fills: { serverSideEncryption: "aws:kms", storageClass: "STANDARD", versionId: "{hex32}" } }),

  // Who may do what
  ...Object.fromEntries(SWITCHES.map((token) => [token, type("{account}")])),
  "aws:account/alternativeContact:AlternativeContact": type("{alternateContactType}", "", "", NAMED),
  "aws:iam/role:Role": iam("role", "", { fills: { maxSessionDuration: 3600, path: "/", uniqueId: "AROA{hex16}" } }),
  "aws:iam/policy:Policy": type("arn:aws:iam::{account}:policy{path}{name}", "{id}", "", { ...IAM, fills: { path: "/" } }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": type("{role}-{digest}", "", "policyArn! role!"),
  "aws:iam/rolePolicy:RolePolicy": type("{role}:{name}", "", "role!", NAMED),
  "aws:iam/instanceProfile:InstanceProfile": iam("instance-profile", "role", { fills: { path: "/" } }),
  "aws:kms/key:Key": type("{uuid}", "kms:{region}:{account}:key/{id}", "", { state: "Enabled", fills: { isEnabled: true, keyId: "{id}", multiRegion: false } }),
  "aws:kms/alias:Alias": type("{name}", "kms:{region}:{account}:{id}", "targetKeyId", { ...NAMED, taken: "AlreadyExistsException" }),
  "aws:kms/grant:Grant": type("{keyId}:{hex64}", "", "keyId", NAMED),

  // Logs, runbooks, parameters, the Recycle Bin
  "aws:cloudwatch/logGroup:LogGroup": type("{name}", "logs:{region}:{account}:log-group:{id}", "kmsKeyId", { ...NAMED, taken: "ResourceAlreadyExistsException" }),
  "aws:ssm/document:Document": type("{name}", "ssm:{region}:{account}:document/{id}", "", { ...NAMED, taken: "DocumentAlreadyExists", replacedBy: ["documentType"], fills: { defaultVersion: "1", status: "Active" } }),
  "aws:ssm/parameter:Parameter": type("{name}", "ssm:{region}:{account}:parameter/{id}", "keyId", { ...NAMED, taken: "ParameterAlreadyExists", fills: { dataType: "text", tier: "Standard", version: 1 } }),
  "aws:rbin/rule:Rule": type("{hex11}", "rbin:{region}:{account}:rule/{id}", "", { replacedBy: ["excludeResourceTags", "lockConfiguration"], fills: { status: "available" } }),
  "aws:cloudtrail/trail:Trail": type("arn:aws:cloudtrail:{region}:{account}:trail/{name}", "{id}", "s3BucketName kmsKeyId", { ...NAMED, taken: "TrailAlreadyExistsException", fills: { homeRegion: "{region}" } }),

  // Messages: a topic or an alarm that is there already becomes the one that is asked for
  "aws:sns/topic:Topic": type("arn:aws:sns:{region}:{account}:{name}", "{id}", "kmsMasterKeyId", { ...NAMED, fills: { owner: "{account}" } }),
  "aws:sns/topicPolicy:TopicPolicy": type("{arn}", "", "arn"),
  "aws:sns/topicSubscription:TopicSubscription": type("", "{id}", "topic"),
  "aws:cloudwatch/eventRule:EventRule": type("{name}", "events:{region}:{account}:rule/{id}", "", { ...NAMED, held: "ValidationException", fills: { eventBusName: "default", state: "ENABLED" } }),
  "aws:cloudwatch/eventTarget:EventTarget": type("{rule}-{targetId}", "", "rule!", { named: "targetId", fills: { eventBusName: "default" } }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": type("{name}", "cloudwatch:{region}:{account}:alarm:{id}", "alarmActions[]", NAMED),

  // EC2 Image Builder; nothing is built: see `OutOfBand.registerImage` for what a build leaves
  "aws:imagebuilder/component:Component": builder("component", "/{version}/1", "kmsKeyId"),
  "aws:imagebuilder/imageRecipe:ImageRecipe": builder("image-recipe", "/{version}", "components[].componentArn! blockDeviceMappings[].ebs.kmsKeyId parentImage", { replacedBy: ["amiTags"] }),
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": builder("infrastructure-configuration", "", "instanceProfileName subnetId securityGroupIds[] snsTopicArn"),
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": builder("distribution-configuration", "", "distributions[].amiDistributionConfiguration.kmsKeyId"),
  "aws:imagebuilder/imagePipeline:ImagePipeline": builder("image-pipeline", "", PIPELINE_REFERS),
  "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy": builder("lifecycle-policy", "", "executionRole", { replacedBy: ["resourceType"] }),
};

/** What the provider says of a type: `npm run provider-types` asks it. */
export interface ProviderType {
  readonly taggable: boolean;
  readonly replacedBy: readonly string[];
}

/** A type as the account plays it. */
export type KnownType = ResourceType & ProviderType;

/** The table, with what the provider says of each type. */
export const resourceTypes: Readonly<Record<string, KnownType>> = Object.fromEntries(
  Object.entries(TABLE).map(([token, row]) => {
    const { taggable = false, replacedBy = [] }: Partial<ProviderType> =
      (providerTypes as Readonly<Record<string, ProviderType>>)[token] ?? {};
    return [token, { ...row, taggable, replacedBy: [...replacedBy, ...(row.replacedBy ?? [])] }];
  }),
);
