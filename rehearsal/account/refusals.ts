import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { hasVersions, objectsIn } from "./buckets";
import { DOCUMENT_QUOTAS, type DocumentQuota } from "./documentQuotas";
import { findKey, isPrincipal } from "./keys";
import { INSTANCE_TYPES, type InstanceType } from "./machines";
import { overlap, PEERING } from "./peerings";
import { valuesAt } from "./references";
import type { Request } from "./resourceType";
import { vcpuQuotaOf, VPC_QUOTA } from "./serviceQuotas";
import { filled } from "./tableTexts";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const BUCKET = "aws:s3/bucket:Bucket";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const COMPONENT = "aws:imagebuilder/component:Component";
const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ROUTE = "aws:ec2/route:Route";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const SNAPSHOTS = [COPY, "aws:ebs/snapshot:Snapshot"];
const SUBNET = "aws:ec2/subnet:Subnet";
const TRAIL = "aws:cloudtrail/trail:Trail";
const VOLUME = "aws:ebs/volume:Volume";
const VPC = "aws:ec2/vpc:Vpc";

/** The volume that EC2 names of every snapshot that was made by copying. */
export const NO_VOLUME = "vol-ffffffff";

/** What a rule of a security group opens to. */
export const RULE_KINDS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** A refusal: of which types, AWS's code and words, in which properties are filled in, and when it is. */
type Refusal<Asked> = readonly [
  types: string | readonly string[],
  code: string,
  words: string,
  isRefused: (asked: Asked) => boolean,
];

/**
 * What AWS refuses to make, the first that fits, a line each; of names that are taken and of what refers to nothing the
 * table of types says it.
 *
 * Sources: EC2 API reference, "Error codes" and AttachVolume (Marketplace codes, as public fault reports have it);
 * "Amazon VPC quotas", "EBS endpoints and quotas", CloudTrail user guide ("Quotas"). With a connection that has failed
 * AWS answers, and the provider says so.
 */
// prettier-ignore
const TO_MAKE: readonly Refusal<Request>[] = [
  [VPC, "VpcLimitExceeded", "There are as many VPCs as there may be.", full(VPC_QUOTA)],
  [TRAIL, "MaximumNumberOfTrailsExceededException", "There are 5 trails already.", full(5)],
  [ROUTE, "RouteLimitExceeded", "The maximum number of routes has been reached for {routeTableId}.", full(50, "routeTableId")],
  [COPY, "ResourceLimitExceeded", "Too many snapshot copies in progress. The limit is 20 for this destination region.", ({ account }) => pendingCopies(account) >= 20],
  [COPY, "IncorrectState", "{sourceSnapshotId} is archived or pending", isIncomplete],
  [VOLUME, "IncorrectState", "{snapshotId} is archived or pending", isIncomplete],
  [PEERING, "InvalidVpcID.NotFound", "The vpc ID '{peerVpcId}' does not exist", (request) => peerOf(request) === undefined],
  [PEERING, "waiting for EC2 VPC Peering Connection create", "unexpected state 'failed', wanted target 'active, pending-acceptance'. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range", overlapsPeer],
  ["aws:kms/grant:Grant", "InvalidArnException", "ARN does not refer to a valid principal: {granteePrincipal}", ({ account, others, inputs }) => !isPrincipal(String(inputs["granteePrincipal"]), account, others)],
  [INSTANCE, "InvalidParameterValue", "Invalid value '{instanceType}' for InstanceType.", machine(({ machineType }) => machineType === undefined)],
  [INSTANCE, "InvalidParameterValue", "The architecture of {instanceType} does not match the architecture of {ami}.", machine(({ machineType, image: { architecture } }) => architecture !== undefined && architecture !== machineType?.architecture)],
  [INSTANCE, "InvalidBlockDeviceMapping", "The root volume is smaller than the snapshot of {ami}.", machine(hasSmallRoot)],
  [INSTANCE, "Unsupported", "Your requested instance type ({instanceType}) is not supported in your requested Availability Zone.", machine(({ machineType, zone }) => machineType?.zones.includes(zone.at(-1) ?? "") !== true)],
  [INSTANCE, "VcpuLimitExceeded", "{instanceType} is more than your current vCPU limit allows.", machine(exceedsVcpus)],
  [INSTANCE, "InsufficientInstanceCapacity", "We currently do not have sufficient {instanceType} capacity in the Availability Zone you requested.", machine(isLacking)],
];

/**
 * What AWS refuses whether something is made or changed, the first that fits, a line each.
 *
 * Sources beside those above: KMS API reference, CreateKey (KeyUsage) and EnableKeyRotation. AWS tries a trail's bucket and
 * key; here their policies have to name CloudTrail. Without the date the second build would make a second image of the
 * same name.
 */
// prettier-ignore
const TO_MAKE_OR_CHANGE: readonly Refusal<Request>[] = [
  [PEERING, "VpcPeeringConnectionAlreadyExists", "There is already a VPC peering connection between {vpcId} and {peerVpcId}.", taken("vpcId peerVpcId", ({ state }) => ["active", "pending-acceptance"].includes(state))],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", "Resource.AlreadyAssociated", "{subnetId} has a route table already", taken("subnetId")],
  [GROUP, "InvalidGroup.Duplicate", "{vpcId} has a group {name} already", taken("vpcId name")],
  [RULES, "InvalidGroup.NotFound", "You have specified two resources that belong to different networks: {securityGroupId} and {referencedSecurityGroupId}", isOfAnotherNetwork],
  [RULES, "InvalidPermission.Duplicate", "the specified rule already exists in {securityGroupId}", taken(["securityGroupId", "ipProtocol", "fromPort", "toPort", ...RULE_KINDS].join(" "))],
  [INSTANCE, "InvalidParameter", "Security groups {vpcSecurityGroupIds} and subnet {subnetId} belong to different networks.", hasForeignGroups],
  [INSTANCE, "InvalidParameterValue", "The root volume cannot be smaller than it is", ({ inputs, before }) => (rootSizeOf(inputs) ?? Infinity) < (rootSizeOf(before?.properties ?? {}) ?? 0)],
  [VOLUME, "InvalidParameterCombination", "These iops, throughput and initialization rate are not those of a gp3 volume of this size.", isUnfit],
  [ATTACHMENT, "InvalidVolume.ZoneMismatch", "{volumeId} is not in the same availability zone as {instanceId}", isInAnotherZone],
  [ATTACHMENT, "VolumeInUse", "{volumeId} is already attached to an instance", (request) => othersThan(request, "volumeId").length > 0],
  [ATTACHMENT, "InvalidParameterValue", "Invalid value '{deviceName}' for unixDevice. Attachment point {deviceName} is already in use", hasDeviceInUse],
  [ATTACHMENT, "OptInRequired", "In order to use this AWS Marketplace product you need to accept terms and subscribe.", (request) => hasProductCodes(request) && endsOf(request)[1]?.state === "stopped"],
  [ATTACHMENT, "IncorrectInstanceState", "Cannot attach volume '{volumeId}' with Marketplace codes as the instance '{instanceId}' is not in the 'stopped' state.", (request) => hasProductCodes(request) && endsOf(request)[1]?.state !== "stopped"],
  ["aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", ({ account, inputs }) => !hasVersions(account, inputs["bucket"])],
  [TRAIL, "InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: {s3BucketName}", ({ account, inputs }) => !namesCloudTrail(account.find("aws:s3/bucketPolicy:BucketPolicy", inputs["s3BucketName"]))],
  [TRAIL, "InsufficientEncryptionPolicyException", "Insufficient permissions to access S3 bucket {s3BucketName} or KMS key {kmsKeyId}.", ({ account, inputs }) => valuesAt(inputs, "kmsKeyId").some((key) => !namesCloudTrail(findKey(account, key)))],
  ["aws:ssm/document:Document", "creating SSM Document", '"permissions": "account_ids" must be defined', ({ inputs: { permissions } }) => permissions !== undefined && !("account_ids" in (permissions as object))],
  ["aws:kms/alias:Alias", "ValidationException", 'the alias name must begin with "alias/": {name}', ({ inputs }) => !String(inputs["name"]).startsWith("alias/")],
  [KEY, "ValidationException", "KeyUsage {keyUsage} is not compatible with KeySpec SYMMETRIC_DEFAULT", ({ inputs: { customerMasterKeySpec, keyUsage } }) => isSymmetric(customerMasterKeySpec) && keyUsage === "SIGN_VERIFY"],
  [KEY, "UnsupportedOperationException", "", ({ inputs: { customerMasterKeySpec, enableKeyRotation } }) => !isSymmetric(customerMasterKeySpec) && enableKeyRotation === true],
  [[COMPONENT, "aws:imagebuilder/imageRecipe:ImageRecipe"], "InvalidVersionNumberException", "Your version number '{version}' does not follow the required syntax <major>.<minor>.<patch>.", ({ inputs }) => !/^\d{1,9}(\.\d{1,9}){2}$/.test(String(inputs["version"]))],
  [COMPONENT, "ValidationException", "Value at 'data' must have length less than or equal to 16000", ({ inputs }) => ((inputs["data"] as string | undefined) ?? "").length > 16_000],
  [DISTRIBUTION, "InvalidParameterValueException", "The value for amiDistributionConfiguration.name must contain imagebuilder:buildDate.", ({ inputs }) => valuesAt(inputs, "distributions[].amiDistributionConfiguration.name").some((name) => !/\{\{\s*imagebuilder:buildDate\s*\}\}/.test(name))],
  tooLong("aws:ec2/vpcEndpoint:VpcEndpoint", "InvalidParameter", DOCUMENT_QUOTAS.endpointPolicy),
  tooLong("aws:s3/bucketPolicy:BucketPolicy", "MalformedPolicy", DOCUMENT_QUOTAS.bucketPolicy),
  tooLong("aws:iam/role:Role", "LimitExceeded", DOCUMENT_QUOTAS.roleTrust, "assumeRolePolicy"),
  tooLong("aws:iam/policy:Policy", "LimitExceeded", DOCUMENT_QUOTAS.managedPolicy),
  tooLong(ROLE_POLICY, "LimitExceeded", DOCUMENT_QUOTAS.inlinePolicies),
  tooLong(KEY, "LimitExceededException", DOCUMENT_QUOTAS.keyPolicy),
];

/**
 * What AWS refuses to delete beside what another resource holds, the first that fits, a line each.
 *
 * Source: EBS user guide, "Amazon EBS snapshot lock"; the code of a locked one is not documented. Of an object the provider
 * deletes every version, and can delete none that is locked.
 */
// prettier-ignore
const TO_DELETE: readonly Refusal<{ readonly account: Account; readonly entry: Entry }>[] = [
  [INSTANCE, "OperationNotPermitted", "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.", ({ entry: { properties } }) => properties["disableApiTermination"] === true && properties["forceDestroy"] !== true],
  [COPY, "SnapshotLocked", "The snapshot '{id}' is locked.", ({ entry }) => isLocked(entry)],
  [OBJECT, "AccessDenied", "Access Denied because object protected by object lock: {id}", ({ entry }) => isLocked(entry)],
  [BUCKET, "BucketNotEmpty", "The bucket you tried to delete is not empty", ({ account, entry }) => entry.properties["forceDestroy"] !== true && objectsIn(account, entry.id).length > 0],
  [BUCKET, "AccessDenied", "Access Denied because object protected by object lock", ({ account, entry }) => objectsIn(account, entry.id).some(isLocked)],
  ["aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation", "ConflictException", "{id} has mutation protection enabled", ({ entry }) => entry.properties["mutationProtection"] === "ENABLED"],
];

/** Every refusal there is. */
export const REFUSALS = [...TO_MAKE, ...TO_MAKE_OR_CHANGE, ...TO_DELETE];

/** @throws AwsError where AWS does not make it, or change it so. */
export function requireRight(request: Request): void {
  const { type, inputs, before } = request;
  const refusals = before === undefined ? [...TO_MAKE, ...TO_MAKE_OR_CHANGE] : TO_MAKE_OR_CHANGE;
  refuse(refusals, type, inputs, request);
}

/** @throws AwsError where AWS does not delete it. */
export function requireDeletable(account: Account, entry: Entry): void {
  refuse(TO_DELETE, entry.type, { ...entry.properties, id: entry.id }, { account, entry });
}

function refuse<Asked>(
  refusals: readonly Refusal<Asked>[],
  type: string,
  properties: Properties,
  asked: Asked,
): void {
  for (const [types, code, words, isRefused] of refusals) {
    if ([types].flat().includes(type) && isRefused(asked)) {
      throw new AwsError(code, filled(words, properties));
    }
  }
}

/** Whether there are as many as there may be. @param per Of those that name the same by this property */
function full(most: number, per?: string): (request: Request) => boolean {
  return ({ account, type, inputs }) =>
    account
      .ofType(type)
      .filter(({ properties }) => per === undefined || properties[per] === inputs[per]).length >=
    most;
}

/** Whether another one has the same values of these properties, of which it has the first. */
function taken(
  names: string,
  counts: (other: Entry) => boolean = () => true,
): (request: Request) => boolean {
  const [first = "", ...more] = names.split(" ");
  const values = (properties: Properties) =>
    JSON.stringify([first, ...more].map((name) => properties[name] ?? null));
  return ({ account, type, inputs, before }) =>
    inputs[first] !== undefined &&
    account
      .ofType(type)
      .some(
        (other) =>
          other.id !== before?.id && counts(other) && values(other.properties) === values(inputs),
      );
}

/** Refuses a document that is longer than AWS takes; the inline policies of a role count together. */
function tooLong(
  type: string,
  code: string,
  { most, sizeOf }: DocumentQuota,
  property = "policy",
): Refusal<Request> {
  const sizeIn = ({ [property]: document = "" }: Properties) =>
    sizeOf(typeof document === "string" ? document : JSON.stringify(document));
  return [
    type,
    code,
    `Cannot exceed the quota of ${property}: ${most}`,
    ({ account, inputs }) => {
      const beside = account
        .ofType(ROLE_POLICY)
        .map(({ properties }) => properties)
        .filter(({ role, name }) => role === inputs["role"] && name !== inputs["name"]);
      const counted = type === ROLE_POLICY ? [inputs, ...beside] : [inputs];
      return counted.reduce((sum, properties) => sum + sizeIn(properties), 0) > most;
    },
  ];
}

/** A machine that is asked for by its type, with what it would be made of. */
interface Machine extends Request {
  readonly machineType: InstanceType | undefined;
  readonly image: Properties;
  readonly zone: string;
}

/** Asks something of a machine that names its type. */
function machine(isRefused: (machine: Machine) => boolean): (request: Request) => boolean {
  return (request) => {
    const { account, inputs } = request;
    const name = inputs["instanceType"];
    const image = account.find("aws:ec2/ami:Ami", inputs["ami"])?.properties ?? {};
    const subnet = account.find(SUBNET, inputs["subnetId"])?.properties;
    const zone = String(subnet?.["availabilityZone"]);
    return (
      typeof name === "string" &&
      isRefused({ ...request, machineType: INSTANCE_TYPES[name], image, zone })
    );
  };
}

function hasSmallRoot({ account, inputs, image }: Machine): boolean {
  const snapshot = account.find(SNAPSHOTS, image["rootSnapshotId"])?.properties;
  return (rootSizeOf(inputs) ?? Infinity) < Number(snapshot?.["volumeSize"] ?? 0);
}

function exceedsVcpus({ account, machineType }: Machine): boolean {
  const running = account
    .ofType(INSTANCE)
    .map(({ properties }) => INSTANCE_TYPES[String(properties["instanceType"])]?.vcpus ?? 0);
  const wanted = [...running, machineType?.vcpus ?? 0].reduce((sum, vcpus) => sum + vcpus);
  return wanted > vcpuQuotaOf(account);
}

function isLacking({ account: { state }, inputs, zone }: Machine): boolean {
  return (state.lacking ?? []).some(
    ({ instanceType, availabilityZone }) =>
      instanceType === inputs["instanceType"] && availabilityZone === zone,
  );
}

/** Groups of another network than its subnet. */
function hasForeignGroups({ account, inputs }: Request): boolean {
  const network = account.find(SUBNET, inputs["subnetId"])?.properties["vpcId"];
  return valuesAt(inputs, "vpcSecurityGroupIds[]").some(
    (id) => network !== undefined && network !== account.find(GROUP, id)?.properties["vpcId"],
  );
}

function pendingCopies(account: Account): number {
  return account
    .ofType(...SNAPSHOTS)
    .filter((each) => each.state === "pending" && each.properties["volumeId"] === NO_VOLUME).length;
}

function rootSizeOf({ rootBlockDevice }: Properties): number | undefined {
  return (rootBlockDevice as { readonly volumeSize?: number } | undefined)?.volumeSize;
}

function isIncomplete({ account, inputs }: Request): boolean {
  const source = account.find(SNAPSHOTS, inputs["sourceSnapshotId"] ?? inputs["snapshotId"]);
  return (
    source !== undefined &&
    (source.state !== "completed" || source.properties["storageTier"] === "archive")
  );
}

/** Source: EBS user guide, gp3 volumes. */
function isUnfit({ account, inputs }: Request): boolean {
  const numbers = inputs as Readonly<Record<string, number>>;
  const { iops = 3000, throughput = 125, volumeInitializationRate: rate = 100 } = numbers;
  const size = Number(account.find(SNAPSHOTS, inputs["snapshotId"])?.properties["volumeSize"] ?? 8);
  const isBetween = (value: number, least: number, most: number) => value >= least && value <= most;
  return !(
    isBetween(throughput, 125, Math.min(2000, iops / 4)) &&
    isBetween(iops, 3000, Math.min(80_000, Math.max(3000, size * 500))) &&
    isBetween(rate, 100, 300)
  );
}

/** The VPC at the other end of a connection. */
function peerOf({ others, inputs }: Request): Entry | undefined {
  return others?.find(String(inputs["peerOwnerId"]))?.read().find(VPC, inputs["peerVpcId"]);
}

function overlapsPeer(request: Request): boolean {
  const own = request.account.find(VPC, request.inputs["vpcId"]);
  return overlap(own?.properties["cidrBlock"], peerOf(request)?.properties["cidrBlock"]);
}

/** A rule may name a group of the same VPC, or of one that an active connection reaches. */
function isOfAnotherNetwork({ account, inputs }: Request): boolean {
  const reference = inputs["referencedSecurityGroupId"];
  if (typeof reference !== "string") {
    return false;
  }
  const [groupId, owner = account.id] = reference.split("/").reverse();
  const vpcOf = (group: unknown) => account.find(GROUP, group)?.properties["vpcId"];
  const [home, there] = [vpcOf(inputs["securityGroupId"]), vpcOf(groupId)];
  const reached = account
    .ofType(PEERING)
    .filter(({ state, properties }) => state === "active" && properties["vpcId"] === home);
  return owner === account.id
    ? there === undefined ||
        (there !== home && !reached.some(({ properties }) => properties["peerVpcId"] === there))
    : !reached.some(({ properties }) => properties["peerOwnerId"] === owner);
}

/** Volume and instance of an attachment. */
function endsOf({ account, inputs }: Request): [Entry | undefined, Entry | undefined] {
  return [account.find(VOLUME, inputs["volumeId"]), account.find(INSTANCE, inputs["instanceId"])];
}

function isInAnotherZone(request: Request): boolean {
  const [volume, instance] = endsOf(request);
  return volume?.properties["availabilityZone"] !== instance?.properties["availabilityZone"];
}

/** By the root volume, or by another attachment. */
function hasDeviceInUse(request: Request): boolean {
  const root = endsOf(request)[1]?.properties["rootBlockDevice"] as Properties | undefined;
  const { deviceName } = request.inputs;
  return (
    deviceName === root?.["deviceName"] ||
    othersThan(request, "instanceId").some((each) => each.properties["deviceName"] === deviceName)
  );
}

/** Other attachments of the same volume, or to the same instance; one that is as asked is left as it is. */
function othersThan({ account, inputs, before }: Request, end: string): Entry[] {
  const isSame = ({ properties }: Entry, ...names: string[]) =>
    names.every((name) => properties[name] === inputs[name]);
  return account
    .ofType(ATTACHMENT)
    .filter(
      (each) =>
        each.id !== before?.id &&
        isSame(each, end) &&
        !isSame(each, "deviceName", "instanceId", "volumeId"),
    );
}

function hasProductCodes(request: Request): boolean {
  const codes = endsOf(request)[0]?.properties["productCodes"];
  return Array.isArray(codes) && codes.length > 0;
}

/** Whether it is locked, or an earlier version of it. */
function isLocked({ lockedUntil, earlier = [] }: Entry): boolean {
  const now = new Date().toISOString();
  return [{ lockedUntil }, ...earlier].some(({ lockedUntil: until = "" }) => until > now);
}

/** Of a key's spec. */
function isSymmetric(spec: unknown = "SYMMETRIC_DEFAULT"): boolean {
  return spec === "SYMMETRIC_DEFAULT";
}

function namesCloudTrail(entry: Entry | undefined): boolean {
  return String(entry?.properties["policy"]).includes("cloudtrail.amazonaws.com");
}
